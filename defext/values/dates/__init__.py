"""Words that say when, and the interval of days that they name.

Conventions. A deadline ("by", "before", "no later than", "within", "over the next") runs from the
publication day to its last day, a past span ("over the past", "since") from its first day to the
publication day. Of a month, early are the days 1 to 10, mid 11 to 20, late 21 to its end; of a year
January to April, May to August, September to December. Weeks run from Monday to Sunday. A weekday
that is the publication day is that same day. Time of day is dropped. Without a publication date
relative words have no interval; nor, with one, have words that hang on an event.
"""

import re
from contextlib import suppress
from datetime import date

from defext.schema import When
from defext.values.dates import days, periods, ranges
from defext.values.dates.spans import Context, Span, Unknown

__all__ = ["when"]

_RULES = [*days.RULES, *periods.RULES, *ranges.RULES]
_LONGEST = 150  # characters; longer words name no time


def when(
    words: str,
    published: date | None = None,
    future: bool | None = None,
    *,
    country: str | None = None,
) -> When | None:
    """The interval that `words` name, seen from the day of publication; None for no words.

    `future` says where a bare weekday, day or month lies: in what is promised, or, by default, in
    what happened. `country`, an ISO 3166-1 alpha-3 code, decides fiscal years, seasons, national
    days and the order of 3/4/2025. The words are kept as they are, and have no interval where it
    cannot be known. Never raises.
    """
    text = words.strip()
    if not text:
        return None
    start = end = precision = None
    if len(text) <= _LONGEST:
        with suppress(Unknown, ValueError, OverflowError):  # ValueError: there is no such day
            start, end, precision = _read(_plain(text), Context(published, future, country, _read))
    return When(text=text, start=start, end=end, precision=precision)


# Time of day, and zones.
_CLOCK = re.compile(
    r"\b(?:at |from |around |about |shortly (?:before|after) |just (?:before|after) )?"
    r"(?:\d{1,2}(?:[:.]\d\d)? ?(?:a\.?m\b\.?|p\.?m\b\.?|o'clock\b)(?: to | ?- ?)?"
    r"|\d{1,2}:\d\d(?: ?hours| ?hrs)?|\d{4} ?(?:hours|hrs)|(?:noon|midday|midnight)\b)"
    r"(?: ?\(?(?:gmt|utc|ist|est|edt|cet|cest|bst|et|local time)\)?)?,?"
)
_FILLERS = re.compile(
    r"^(?:(?:on|in|at|during|for|the|of|around|about|circa|earlier on|later on|sometime|some time|"
    r"only|just|exactly|scheduled for|set for|due|held|convened|will be|to be|starting|beginning|"
    r"effective|as of|as early as|early as|in the course of|throughout)\s+)+"
)
_DAY_PARTS = re.compile(
    r"\b(?:early |late )?(?:on )?(?:in )?(?:the )?"
    r"(?:morning|afternoon|evening|night|lunchtime|dawn|dusk|daybreak)(?: of)?\b"
)


def _plain(text: str) -> str:
    """In small letters, without time of day, the parts of a day, brackets and the like."""
    text = text.lower().translate(str.maketrans("–—‑−‐’‘()", "-----''  "))
    text = " ".join(text.split())
    text = re.sub(r"\b(\d{4})'s\b", r"\1s", text)
    text = _CLOCK.sub(" ", text)
    return " ".join(text.split()).strip(" ,.;:'\"")


def _read(text: str, context: Context) -> Span:
    """The span of a phrase: of the first rule that knows the whole of it, else of a range.

    Raises Unknown where none does.
    """
    plain = _FILLERS.sub("", text)
    bare = " ".join(_DAY_PARTS.sub(" ", plain).split()).strip(" ,")
    phrases = dict.fromkeys(filter(None, (text, plain, bare)))
    for phrase in phrases:
        for pattern, rule in _RULES:
            if match := pattern.fullmatch(phrase):
                with suppress(Unknown):
                    return rule(match, context)
    for phrase in phrases:
        with suppress(Unknown):
            return ranges.read_range(phrase, context)
    raise Unknown
