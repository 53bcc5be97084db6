"""Find a quote that says with an ellipsis that it leaves words out."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from rapidfuzz import fuzz

from defext.ground.bounds import evidence
from defext.ground.fold import fold, folded, folding
from defext.ground.fuzzy import LONGEST, PARAGRAPH, SHORTEST
from defext.ground.places import OCCURRENCES, alike, nearest
from defext.ground.wording import turn, words
from defext.schema import Evidence

_ELLIPSIS = re.compile(r"\s*(?:[\[(]\s*)?(?:…|\.\s?\.\s?\.)+(?:\s*[\])])?\s*")
_GAP = 300  # at most so many characters are left out in one place
_PART = 4  # shorter parts say nothing; in folded characters


def elided(text: str, quote: str, near: tuple[int, int]) -> Evidence | None:
    """The passage from the first to the last part of `quote`, all in order in one paragraph.

    What it leaves out names nobody and turns nothing: "will … deliver" is not in "will not
    deliver".
    """
    parts = [part for part in _ELLIPSIS.split(quote.strip()) if fold(part)]
    sizes = [len(fold(part)) for part in parts]
    is_elided = _ELLIPSIS.search(quote) and min(sizes, default=0) >= _PART
    if not is_elided or not SHORTEST <= sum(sizes) <= LONGEST:
        return None
    return nearest(partial(_places, text, parts), near, len(text))


def _places(text: str, parts: Sequence[str], start: int, end: int) -> Iterator[Evidence]:
    said = [word for part in parts for word in words(part, folding(part))]
    for first in islice(alike(text, parts[0], start, end), OCCURRENCES):
        until = _end(text, parts[1:], first.end, end)
        if until is None or PARAGRAPH.search(text, first.start, until):
            continue
        source = folded(text)
        bounds = source.index(first.start), source.index(until)
        if not turn(said, words(text, source, *bounds)):
            likeness = fuzz.ratio(fold(" ".join(parts)), source.text[slice(*bounds)]) / 100
            yield evidence(text, first.start, until, "fuzzy", min(round(likeness, 3), 0.999))


def _end(text: str, parts: Sequence[str], start: int, end: int) -> int | None:
    """Where the last part ends, each the next after the one before; None where one is not there."""
    for part in parts:
        reach = min(end, start + _GAP + 2 * len(part))
        found = next(alike(text, part, start, reach), None)
        if not found:
            return None
        start = found.end
    return start
