"""Find a quote in a text: exact first, then folded. A partial match is never a match."""

import re
import unicodedata
from functools import lru_cache

from defext.schema import Evidence

_DASHES = "‐‑‒–—―−"
_MARKS = {**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛′ʼ`", "'"), **dict.fromkeys(_DASHES, "-")}  # fmt: skip
_INVISIBLE = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"}


def find_quote(text: str, quote: str, start: int = 0, end: int | None = None) -> Evidence | None:
    """Where `quote` stands in ``text[start:end]``: ``text[e.start:e.end] == e.quote``, or None.

    Folding ignores case, accents, compatibility forms, kinds of quotation marks and dashes, soft
    hyphens, and the length of white space. The match begins and ends at word bounds.
    """
    end = len(text) if end is None else end
    at = text.find(quote, start, end) if quote.strip() else -1
    if at >= 0 and _is_whole(text, at, at + len(quote)):
        return Evidence(quote=quote, start=at, end=at + len(quote))
    folded, offsets = _fold(text[start:end])
    wanted = _fold(quote)[0].strip()
    if not wanted:
        return None
    for match in re.finditer(re.escape(wanted), folded):
        first, last = start + offsets[match.start()], start + offsets[match.end() - 1] + 1
        # Combining marks and invisible characters after the last letter belong to it.
        while last < end and (unicodedata.combining(text[last]) or text[last] in _INVISIBLE):
            last += 1
        if _is_whole(text, first, last):
            return Evidence(quote=text[first:last], start=first, end=last)
    return None


def fold(text: str) -> str:
    """`text` with everything ignored that `find_quote` ignores."""
    return _fold(text)[0].strip()


@lru_cache(maxsize=8)
def _fold(text: str) -> tuple[str, list[int]]:
    """Folded characters and, for each, the offset of the character that it came from."""
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
    return "".join(folded), offsets


@lru_cache(maxsize=4096)
def _base(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return "".join(_MARKS.get(c, c) for c in letters).casefold()


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the match does not cut a word of a script that puts spaces between words."""

    def joined(left: str, right: str) -> bool:
        return _is_spaced(left) and _is_spaced(right)

    return not (
        (start > 0 and joined(text[start - 1], text[start]))
        or (end < len(text) and joined(text[end - 1], text[end]))
    )


def _is_spaced(character: str) -> bool:
    return character.isalnum() and not (
        "\u0e00" <= character <= "\u0eff" or "\u3040" <= character <= "\u9fff"
    )
