"""From a quote to the place where it stands: exact first, then folded, then nearly the same.

A partial match is never a match. What is not found whole is missing, with its reason.
"""

from functools import partial

from defext.ground.fold import fold
from defext.ground.fuzzy import Missing, nearly
from defext.ground.places import alike, exact, nearest
from defext.schema import Evidence

__all__ = ["Missing", "find_quote", "fold", "ground_quote"]


def find_quote(text: str, quote: str, start: int = 0, end: int | None = None) -> Evidence | None:
    """Where `quote` stands in ``text[start:end]``: ``text[e.start:e.end] == e.quote``, or None.

    The first exact place, else the first folded one (`fold` says what is ignored). The match cuts
    no word, no number and no character. This is for names as well: one that is nearly like another
    is another's.
    """
    end = len(text) if end is None else end
    return next(exact(text, quote, start, end), None) or next(alike(text, quote, start, end), None)


def ground_quote(text: str, quote: str, near: tuple[int, int] = (0, 0)) -> Evidence | Missing:
    """Where `quote` stands in `text`: exact, else folded, else in nearly the same words.

    `near` is the span of the sentences cited for it: in each grade, a place in them goes first,
    then the nearest to them. What is missing comes with its reason.
    """
    for places in (exact, alike):
        if found := nearest(partial(places, text, quote), near, len(text)):
            return found
    return nearly(text, quote, near)
