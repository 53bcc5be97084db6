"""The numbers that a text holds, in digits or in words."""

import re
import unicodedata

from defext.values.numbers import ONES, TENS

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}")  # thousands, lakhs
_OTHER = {"dozen": 12, "hundred": 100, "thousand": 1000, "both": 2, "pair": 2, "half": 2}
_VALUES = (
    {word: value for value, word in enumerate(ONES)}
    | dict(zip(TENS, range(20, 100, 10), strict=True))
    | _OTHER
)
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1
    )
}
_SPELLED = re.compile(rf"\b({'|'.join(TENS)})-({'|'.join(ONES[1:10])})\b")


def figures(text: str) -> set[str]:
    """The numbers that a text writes in digits, of any script."""
    return {_plain(number) for number in _DIGITS.findall(text)}


def numbers_in_words(text: str) -> set[str]:
    """The numbers that an English text tells in words, in digits.

    >>> sorted(numbers_in_words("Twenty-two jets"))
    ['2', '20', '22']
    """
    text = text.lower()
    words = re.findall(r"[a-z]+", text)
    values = [_VALUES.get(word, _ORDINALS.get(word)) for word in words]
    pairs = (_VALUES[tens] + _VALUES[ones] for tens, ones in _SPELLED.findall(text))
    return {str(value) for value in (*values, *pairs) if value is not None}


def _plain(number: str) -> str:
    digits = "".join(str(unicodedata.digit(c, c)) for c in number)
    if _GROUPED.fullmatch(digits):
        return re.sub(r"\D", "", digits)
    return digits.replace(",", ".")
