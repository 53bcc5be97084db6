"""Numbers as texts write them, in digits and in words."""

import re
from decimal import Decimal
from functools import cache

# The words for 0 to 19, and for 20, 30 and so on to 90.
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = (
    {word: Decimal(number) for number, word in enumerate(ONES)}
    | {word: Decimal(10 * number) for number, word in enumerate(TENS, 2)}
    | {
        f"{tens}-{ones}": Decimal(10 * ten + one)
        for ten, tens in enumerate(TENS, 2)
        for one, ones in enumerate(ONES[1:10], 1)
    }
    | {
        "a": Decimal(1),
        "an": Decimal(1),
        "half a": Decimal("0.5"),
        "a couple of": Decimal(2),
        "a pair of": Decimal(2),
    }
)
# What multiplies the number before it.
MAGNITUDES = {
    "dozen": 12, "score": 20, "hundred": 100, "thousand": 10**3, "k": 10**3, "lakh": 10**5,
    "lac": 10**5, "million": 10**6, "mn": 10**6, "mln": 10**6, "m": 10**6, "crore": 10**7,
    "cr": 10**7, "billion": 10**9, "bn": 10**9, "bln": 10**9, "b": 10**9, "lakh crore": 10**12,
    "trillion": 10**12, "tn": 10**12, "trn": 10**12,
}  # fmt: skip
_DIGITS = r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d+(?:\.\d+)?"
_WORDS = "|".join(sorted(map(re.escape, _SMALL), key=len, reverse=True))
_MANY = "|".join(sorted(map(re.escape, MAGNITUDES), key=len, reverse=True))
# A number in digits or words with what multiplies it; the groups are those of `number`.
NUMBER = rf"(?:(?:{_DIGITS})|\b(?:{_WORDS})\b)(?:(?:\s|-)?\b(?:{_MANY})s?\b|(?<=\d)(?:{_MANY})\b)*"


def lowered(text: str) -> str:
    """The text in small letters, of the same length, so that offsets hold."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower()[:1] for c in text)


def number(words: str) -> Decimal | None:
    """The number that all of `words` say: "5,375", "1.5 lakh crore", "two dozen", or None."""
    found = _pattern().fullmatch(" ".join(words.lower().split()))
    if not found:
        return None
    first = found[1].replace(",", "")
    value = Decimal(first) if first[0].isdigit() else _SMALL[first]
    for many in re.findall(rf"\b(?:{_MANY})(?=s?\b)|(?<=\d)(?:{_MANY})\b", found[2]):
        value *= MAGNITUDES[many]
    return value


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"({_DIGITS}|{_WORDS})((?:[\s-]?(?:{_MANY})s?)*)")
