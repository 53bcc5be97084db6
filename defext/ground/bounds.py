"""Where a text may be cut: not in a word, a number, or a character made of several."""

import re
import unicodedata

from defext.ground.fold import folded
from defext.schema import Evidence
from defext.schema.records import Grade

# Scripts without spaces between words, as the inside of a character class: Thai, Lao, Tibetan,
# Burmese, Khmer, Tai, kana, bopomofo, Chinese characters.
UNSPACED = (
    "\u0e00-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u3005-\u3007\u3040-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaadf\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_UNSPACED = re.compile(f"[{UNSPACED}]")
_LETTERS = re.compile(rf"[^\W_{UNSPACED}]+")
# What goes on over a mark: 1,500 and 2.5; won't.
_GOES_ON = re.compile(r"\d[.,]\d|n't")
# Around a cut: letters, marks and single spaces, of which the folded text tells nothing more.
_PLAIN = re.compile(r"(?: ?[A-Za-z,;:.?!()])+ ?")
_JOINERS = "\u200c\u200d"


def cuts(text: str, offset: int) -> bool:
    """Whether a cut at `offset` parts a word of a script that spaces its words, or a character."""
    if not 0 < offset < len(text):
        return False
    if _PLAIN.fullmatch(text, max(0, offset - 2), offset + 2):
        return text[offset - 1 : offset + 1].isalpha()
    if _continues(text, offset):
        return True
    source = folded(text)
    index = source.index(offset)
    if not 0 < index < len(source.text):
        return False
    # Of what has no width between the two, the folded text knows nothing.
    left, right = text[source.source(index - 1)], text[source.source(index)]
    return (_is_letter(left) and _is_letter(right)) or any(
        _GOES_ON.fullmatch(source.text, index - before, index - before + 3) for before in (1, 2)
    )


def end_of_letters(text: str, offset: int) -> int:
    """Where the letters end that stand at `offset`: between them every cut parts a word."""
    letters = _LETTERS.match(text, offset)
    return letters.end() if letters else offset


def evidence(
    text: str, start: int, end: int, grade: Grade = "exact", similarity: float = 1.0
) -> Evidence:
    """What stands at the span, without white space and what has no width around it."""
    start, end = trimmed(text, start, end)
    return Evidence(quote=text[start:end], start=start, end=end, grade=grade, similarity=similarity)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space and what has no width around it."""
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return start, end


def _is_blank(character: str) -> bool:
    if character.isspace():
        return True
    return unicodedata.category(character) == "Cf" and character not in _JOINERS


def _is_letter(character: str) -> bool:
    is_letter = character.isalnum() or unicodedata.category(character).startswith("M")
    return is_letter and not _UNSPACED.match(character)


def _continues(text: str, offset: int) -> bool:
    """Whether what stands at `offset` belongs to the character before it."""
    left, right = text[offset - 1], text[offset]
    return (
        unicodedata.category(right).startswith("M")
        or right in _JOINERS
        or right in "ำຳ"  # vowels of Thai and Lao that are letters to Unicode
        or "\U0001f3fb" <= right <= "\U0001f3ff"  # colours of skin
        or "\U000e0020" <= right <= "\U000e007f"  # tags, of some flags
        or (left == "\u200d" and not right.isspace())
        or (_is_flag(left) and _is_flag(right) and _flags_before(text, offset) % 2 == 1)
    )


def _is_flag(character: str) -> bool:
    """Whether two of its kind make a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, offset: int) -> int:
    first = offset
    while first > max(0, offset - 64) and _is_flag(text[first - 1]):
        first -= 1
    return offset - first
