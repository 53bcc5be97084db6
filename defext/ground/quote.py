"""Find a quote in a text: exact first, then folded. A partial match is never a match."""

import re
import unicodedata
from bisect import bisect_left
from functools import lru_cache

from defext.schema import Evidence

_MARKS = {
    mark: plain
    for plain, marks in {'"': "“”„‟«»″", "'": "‘’‚‛‹›′ʼ`´", "-": "‐‑‒–—―−"}.items()
    for mark in marks
}
_INVISIBLE = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"}


def find_quote(text: str, quote: str, start: int = 0, end: int | None = None) -> Evidence | None:
    """Where `quote` stands in ``text[start:end]``: ``text[e.start:e.end] == e.quote``, or None.

    Folding ignores case, accents, compatibility forms, kinds of quotation marks and dashes, soft
    hyphens, and the length of white space. The match cuts no word and no character.
    """
    end = len(text) if end is None else end
    wanted = fold(quote)
    if not wanted:
        return None
    folded, offsets = _fold(text)
    first, last = bisect_left(offsets, start), bisect_left(offsets, end)
    # A lookahead, since a match may overlap one that cuts a word.
    places = re.compile(f"(?={re.escape(wanted)})").finditer(folded, first, last)
    spans = ((place.start(), place.start() + len(wanted)) for place in places)
    found = [
        # Combining marks and invisible characters after the last letter belong to it.
        _evidence(text, offsets[at], min(offsets[to], end))
        for at, to in spans
        if _is_whole(text, offsets, at, to)
    ]
    exact = (evidence for evidence in found if evidence.quote == quote.strip())
    return next(exact, found[0] if found else None)


def _evidence(text: str, start: int, end: int) -> Evidence:
    return Evidence(quote=text[start:end], start=start, end=end)


def fold(text: str) -> str:
    """`text` with everything ignored that `find_quote` ignores."""
    return _fold(text)[0].strip()


@lru_cache(maxsize=32)
def _fold(text: str) -> tuple[str, list[int]]:
    """Folded characters and, for each and for their end, the offset where it comes from."""
    folded: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if character in _INVISIBLE:
            continue
        if character.isspace():
            if folded and folded[-1] == " ":
                continue
            plain = " "
        else:
            plain = _MARKS.get(character) or _base(character)
        folded.extend(plain)
        offsets.extend([offset] * len(plain))
    return "".join(folded), [*offsets, len(text)]


@lru_cache(maxsize=4096)
def _base(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return "".join(_MARKS.get(c, c) for c in letters).casefold()


def _is_whole(text: str, offsets: list[int], first: int, last: int) -> bool:
    """Whether the folded match cuts no character, and no word of a script that spaces its words."""

    def joined(place: int) -> bool:
        left, right = offsets[place - 1], offsets[place]
        return left == right or (_is_spaced(text[left]) and _is_spaced(text[right]))

    return not ((first > 0 and joined(first)) or (last < len(offsets) - 1 and joined(last)))


def _is_spaced(character: str) -> bool:
    is_letter = character.isalnum() or unicodedata.category(character).startswith("M")
    return is_letter and not (
        "\u0e00" <= character <= "\u0eff" or "\u3040" <= character <= "\u9fff"
    )
