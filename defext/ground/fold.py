"""A text without what two people may type differently, and where each character comes from."""

import re
import unicodedata
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO

# Quotation marks and dashes beside those of the categories Pi, Pf and Pd.
_QUOTES = frozenset("\"'`´‚„′″‴ʹʺʻʼʽˈ׳״〝〞〟「」『』❛❜❝❞")
_DASHES = frozenset("−⁃˗～")
# Of no width beside the category Cf and the variation selectors: joiners, fillers, tatweel.
_NO_WIDTH = frozenset("\u034f\u0640\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164")
# What Unicode does not take apart.
_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"}
_LINE_BREAK = re.compile(r"[-‐\u00ad][^\S\n]*\n[^\S\n]*")


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is folded; `source` and `index` lead from its characters to the source's and back.

    The text is made of pieces, every other one of them (the first, the third, ...) with one
    character for each of the source's; the others come from their piece of the source as a whole.
    Only where the pieces begin is kept, so that a long text stays small.
    """

    text: str
    folded_starts: "array[int]"
    source_starts: "array[int]"

    def source(self, index: int) -> int:
        """Offset in the source of what became the character at `index`; its length for the end."""
        piece = bisect_right(self.folded_starts, index) - 1
        within = 0 if piece % 2 else index - self.folded_starts[piece]
        return self.source_starts[piece] + within

    def index(self, offset: int) -> int:
        """The first folded character that comes from `offset` in the source or from behind it."""
        piece = bisect_right(self.source_starts, offset) - 1
        within = offset - self.source_starts[piece]
        if piece % 2:
            return self.folded_starts[piece + bool(within)]
        return self.folded_starts[piece] + within

    def parts(self, index: int) -> bool:
        """Whether a cut at `index` would part one character of the source that folds to several."""
        return self.index(self.source(index)) != index


def fold(text: str) -> str:
    """`text` without case, accents, compatibility forms, kinds of marks, what has no width.

    All quotation marks are one and so are all dashes; white space is one space, and none beside a
    dash; a word that a hyphen divides between two lines is whole.
    """
    return folded(text).text.strip()


def is_void(text: str) -> bool:
    """Whether nothing is left of `text` when it is folded."""
    return not (text.strip() if text.isascii() else fold(text))


def folding(text: str) -> Folded:
    """The folded `text` with the way back to its source."""
    plain = {character: _plain(character) for character in set(text)}
    even = {ord(c): p for c, p in plain.items() if len(p) == 1}
    written = StringIO()
    folded_starts, source_starts = array("I", [0]), array("I", [0])
    odd = "".join(sorted(c for c, p in plain.items() if len(p) != 1 or p == "-" or _is_jamo(c)))
    for change in _changes(odd).finditer(text):
        start, end = change.span()
        written.write(text[source_starts[-1] : start].translate(even))
        folded_starts.append(written.tell())
        source_starts.append(start)
        written.write(plain[text[start]] if end - start == 1 else _joined(text, start, end))
        folded_starts.append(written.tell())
        source_starts.append(end)
    written.write(text[source_starts[-1] :].translate(even))
    return Folded(written.getvalue(), folded_starts, source_starts)


# A text is asked about many times in a row, and few texts at a time: a document and, by turns, its
# sentences and names, which must not put the document's folding out.
_LONG = 5_000
short_folded = lru_cache(maxsize=64)(folding)
long_folded = lru_cache(maxsize=2)(folding)


def folded(text: str) -> Folded:
    """The `folding` of a text, kept while the same few texts are asked about."""
    return (long_folded if len(text) > _LONG else short_folded)(text)


@lru_cache(maxsize=256)
def _changes(odd: str) -> re.Pattern[str]:
    """Every place where the folded text has not one character for each of the source's.

    `odd` are its dashes, its Korean letters, and all its characters that do not fold to one.
    """
    dashes, void, uneven = (
        re.escape("".join(filter(of, odd)))
        for of in (
            lambda c: _plain(c) == "-",
            lambda c: not _plain(c),
            lambda c: len(_plain(c)) != 1,
        )
    )
    patterns = [rf"[\s\-\u00ad{dashes}][\s\-\u00ad{dashes}{void}]+"]
    if any(map(_is_jamo, odd)):
        patterns.append("[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?")
    if uneven:
        patterns.append(f"[{uneven}]")
    return re.compile("|".join(patterns))


def _is_jamo(character: str) -> bool:
    """Whether it begins a syllable of single Korean letters."""
    return "\u1100" <= character <= "\u1112"


def _joined(text: str, start: int, end: int) -> str:
    """What a run of white space, dashes and invisible characters comes to, or of Korean letters."""
    run = text[start:end]
    if _is_jamo(run[0]):
        return unicodedata.normalize("NFC", run)
    if (
        _LINE_BREAK.fullmatch(run)
        and text[start - 1 : start].isalpha()
        and text[end : end + 1].islower()
    ):
        return ""
    kinds = set(map(_plain, run))
    return "-" if "-" in kinds else " " if " " in kinds else ""


@lru_cache(maxsize=65536)
def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace():
        return " "
    if category in ("Pi", "Pf") or character in _QUOTES:
        return "'"
    if category == "Pd" or character in _DASHES:
        return "-"
    if category == "Cf" or character in _NO_WIDTH or _is_accent(character):
        return ""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if "가" <= character <= "힣":
        return character
    for simpler in (unicodedata.normalize("NFKD", character), character.casefold()):
        if simpler[0].isdecimal():
            return character  # no part of the number before it: 10² is not 102
        if simpler != character and " " not in simpler:
            return "".join(map(_plain, simpler))
    return _LETTERS.get(character, character)


def _is_accent(character: str) -> bool:
    """Marks that one may leave out, and variation selectors; not what makes another letter of it.

    Strokes through a sign, kana's voicing, viramas and the vowels and tones of Thai and Lao stay.
    """
    combining = unicodedata.combining(character)
    return (
        combining >= 200
        or combining == 7
        or 10 <= combining <= 36
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )
