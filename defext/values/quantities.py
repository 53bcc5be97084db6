"""Counts of things: "two dozen", "the remaining 20", "some 400 vehicles"."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from defext.values.numbers import NUMBER, number


@dataclass(frozen=True)
class Quantity:
    """A count: `value`, or from `value` to `most`; `approximate` where the words say so.

    `of` is what is counted, in the text's words, where they go on.
    """

    text: str
    value: Decimal
    most: Decimal | None
    approximate: bool
    of: str | None


_APPROXIMATE = (
    "some|about|around|nearly|almost|roughly|approximately|an estimated|over|more than|upwards of|"
    "at least|no fewer than|fewer than|less than|under|up to|as many as|circa|close to"
)
_EXACT = (
    "the|a|an|all|its|their|his|her|another|other|further|additional|extra|remaining|last|first|"
    "next|initial|final|new|total of|a total of|exactly|only|just|batch of|set of"
)


def quantity(words: str) -> Quantity | None:
    """The count that `words` begin with, or None for words that begin with none. Never raises."""
    text = " ".join(words.split())
    found = _pattern().fullmatch(text.lower())
    if not found:
        return None
    low = number(found["low"])
    most = number(found["high"]) if found["high"] else None
    if low is None or (found["high"] and most is None) or (most is not None and most < low):
        return None
    of = text[slice(*found.span("of"))] if found["of"] else None
    approximate = bool(re.search(rf"\b(?:{_APPROXIMATE})\b", found["before"]))
    return Quantity(text, low, most, approximate, of)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<before>(?:between |from )?(?:(?:{_APPROXIMATE}|{_EXACT}) )*)(?P<low>{NUMBER})"
        rf"(?:\s?(?:-|–|to|and|or)\s?(?P<high>{NUMBER}))?(?!\w|[.,/-]\w|%)(?:\s+(?P<of>.+))?"
    )
