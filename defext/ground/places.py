"""Every place of a quote in a text, and the one that is meant."""

from collections.abc import Callable, Iterator
from itertools import islice

from defext.ground.bounds import cuts, end_of_letters, evidence, trimmed
from defext.ground.fold import fold, folded, is_void
from defext.schema import Evidence

# Of a quote that occurs more often than that in one surrounding, the first so many are compared.
OCCURRENCES = 10_000


def exact(text: str, quote: str, start: int, end: int) -> Iterator[Evidence]:
    """The places in ``text[start:end]`` where the quote stands as it is, whole, in order."""
    words = quote[slice(*trimmed(quote, 0, len(quote)))]
    at = -1 if is_void(words) else text.find(words, start, end)
    while at >= 0:
        is_cut = cuts(text, at)
        if not is_cut and not cuts(text, at + len(words)):
            yield Evidence(quote=words, start=at, end=at + len(words))
        at = text.find(words, max(at + 1, end_of_letters(text, at) if is_cut else 0), end)


def alike(text: str, quote: str, start: int, end: int) -> Iterator[Evidence]:
    """The places in ``text[start:end]`` that fold to the same as the quote, whole, in order."""
    words = fold(quote)
    source = folded(text)
    last = source.index(end)
    at = source.text.find(words, source.index(start), last) if words else -1
    while at >= 0:
        first, until = source.source(at), min(source.source(at + len(words)), end)
        is_cut = source.parts(at) or cuts(text, first)
        if not is_cut and not source.parts(at + len(words)) and not cuts(text, until):
            yield evidence(text, first, until, "folded")
        after = end_of_letters(source.text, at) if is_cut else 0
        at = source.text.find(words, max(at + 1, after), last)


def nearest(
    places: Callable[[int, int], Iterator[Evidence]], near: tuple[int, int], size: int
) -> Evidence | None:
    """The first place within `near`, else the one in the narrowest surroundings of it."""
    reach = 0
    while True:
        start, end = max(0, near[0] - reach), min(size, near[1] + reach)
        found = islice(places(start, end), OCCURRENCES)
        if best := min(found, key=lambda e: distance(e.start, e.end, near), default=None):
            return best
        if (start, end) == (0, size):
            return None
        reach = 4 * reach + 1000


def distance(start: int, end: int, near: tuple[int, int]) -> int:
    """How far `near` must be widened to hold the span."""
    return max(near[0] - start, end - near[1], 0)
