"""Counts of things: "two dozen", "the remaining 20", "some 400 vehicles"."""

import re
from collections.abc import Iterator
from functools import cache

from defext.schema import Quantity
from defext.values.equipment import equipment_in
from defext.values.money import money_in
from defext.values.numbers import NUMBER, lowered, number

_APPROXIMATE = (
    "no more than|not more than|no less than|"
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
    found = _pattern().fullmatch(lowered(text))
    if not found:
        return None
    low = number(found["low"])
    most = number(found["high"]) if found["high"] else None
    if found["of"] and found["low"] in ("a", "an") and _FRACTION.match(lowered(found["of"])):
        return None
    if low is None or (found["high"] and most is None) or (most is not None and most < low):
        return None
    of = text[slice(*found.span("of"))] if found["of"] else None
    approximate = bool(re.search(rf"\b(?:{_APPROXIMATE})\b", found["before"]))
    return Quantity(text=text, value=low, most=most, approximate=approximate, of=of)


_FRACTION = re.compile(
    r"(?:handful|half|third|quarter|fifth|tenth|number|few|lot|series|majority)\b"
)

# What ends the name of what is counted.
_FUNCTION_WORDS = (
    "a|an|the|and|or|of|to|in|on|at|by|for|from|with|within|under|over|into|as|that|which|who|this|"
    "these|those|its|their|his|her|it|they|than|through|during|before|after|until|since|between|"
    "against|about|if|when|while|where|is|are|was|were|be|been|will|would|per|each|every|not|but|"
    "worth|including|costing|valued|plus|more|such|held|free|back|off|home|away|ahead|north|"
    "south|east|west"
)
# What is counted where it is no things: time, shares, and the parties themselves.
_NO_THINGS = re.compile(
    r"(?:\w+-)*(?:years?|months?|weeks?|days?|hours?|minutes?|decades?|centur(?:y|ies)|percent|"
    r"kilomet(?:re|er)s?|met(?:re|er)s?|miles?|feet|knots?|"
    r"sides|part(?:y|ies)|countries|navies|armies|peoples|capitals|nations|states|governments|"
    r"leaders|ministers|militaries|officials|presidents|"
    r"january|february|march|april|may|june|july|august|september|october|november|december)"
)

_YEAR = re.compile(r"(?:19|20)\d\d")  # "the 2021 protocol", but "2000 soldiers"


def quantities_in(text: str) -> Iterator[tuple[range, Quantity]]:
    """Every count of things that a text names, as `quantity` reads it, and where it stands.

    A number alone is none, nor is one of money, time, shares or parties, nor one that belongs to a
    name ("Block 70", "155 mm").
    """
    types = [place for place, _ in equipment_in(text)]
    taken = [*types, *(place for place, _ in money_in(text))]
    for found in _counts().finditer(lowered(text)):
        at, end = found.start("low"), found.end()
        end = next((place.stop for place in types if end - 1 in place), end)  # "12 Leopard 2"
        if (
            found["low"] not in ("a", "an", "one")
            and not any(at in place for place in taken)
            and not any(map(_NO_THINGS.fullmatch, found["of"].split()))
            and not (text[at].isdigit() and re.search(r"\w\s+[A-Z][\w-]*\s$", text[:at]))
            and not (_YEAR.fullmatch(found["low"]) and not found["of"].endswith("s"))
            and (read := quantity(text[found.start() : end]))
        ):
            yield range(found.start(), end), read


@cache
def _counts() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.,$€£¥₹/+–-])(?:(?:between |from )?(?:(?:{_APPROXIMATE}|{_EXACT}) )*)"
        rf"(?P<low>{NUMBER})(?:\s?(?:-|–|to|and|or)\s?{NUMBER})?"
        # what is counted: to the next function word, or what was done to it ("trawlers seized")
        rf"(?P<of>(?:\s+\d+[\s-]?mm)?(?:\s+(?!(?:{_FUNCTION_WORDS})\b)(?!(?<=s\s)\w+ed\b)"
        rf"(?=\S*[^\W\d_]|\d+\s+[a-z])\w[\w/-]*){{1,5}})"
    )


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<before>(?:between |from )?(?:(?:{_APPROXIMATE}|{_EXACT}) )*)(?P<low>{NUMBER})"
        rf"(?:\s?(?:-|–|to|and|or)\s?(?P<high>{NUMBER}))?(?!\w|[.,/-]\w|%)(?:\s+(?P<of>.+))?"
    )
