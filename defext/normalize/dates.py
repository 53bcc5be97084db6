"""The text's own words for a time, and the interval of days that they name.

Weekdays, weeks, months and years are resolved by rule against the publication date; written dates
are read by dateparser. A weekday equal to the publication day is that same day.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any

from defext.schema import Precision, When

_Span = tuple[date, date, Precision]

_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
# "may" and "march" are words as well: as months they have a capital.
_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|(?-i:M)(?:ar(?:ch|\.)?|ay)|apr(?:il|\.)?|june?|july?|"
    r"aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_SEASON = "|".join(_SEASONS)
_YEAR = r"(?:19|20)\d\d"
_NUMBERS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_NUMBER = rf"(?:\d+|{'|'.join(_NUMBERS)})"
_ORDINALS = "first second third fourth".split()
_UNITS = r"(?:days?|weeks?|months?|years?)"
_WHICH = "(?:this|last|next|coming)"
_PREPOSITION = re.compile(r"\b(?:on|in|by|until|before|since|from|at)\s+$", re.IGNORECASE)

# Longest and most exact first; the earliest match of the first pattern that matches wins.
_PATTERNS: dict[str, str] = {
    "iso": rf"{_YEAR}-\d\d-\d\d",
    "date": rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?|"
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s+{_YEAR})?)",
    "edge": r"(?:the\s+)?(?:end|start|beginning)\s+of\s+(?:(?:the|this|next)\s+year|"
    rf"the\s+(?:decade|month|week)|{_YEAR}|{_MONTH}(?:,?\s+{_YEAR})?)",
    "day": r"(?:earlier\s+|later\s+)?(?:today|tonight|yesterday|tomorrow)|"
    r"this\s+(?:morning|afternoon|evening)",
    "weekday": rf"(?:{_WHICH}\s+)?(?:{_DAYS})",
    "period": rf"(?:earlier\s+|later\s+)?{_WHICH}\s+(?:week|month|quarter|year|weekend)",
    "season": rf"(?:{_WHICH}\s+(?:{_SEASON})|(?:{_SEASON})\s+(?:of\s+)?{_YEAR})",
    "span": rf"(?:over|in|within|during)\s+the\s+(?:next|coming)\s+{_NUMBER}?\s*{_UNITS}|"
    rf"within\s+{_NUMBER}\s+{_UNITS}",
    "fiscal": r"(?:FY|fiscal\s+year)\s*(?:20)?\d\d",
    "quarter": rf"(?:the\s+)?(?:{'|'.join(_ORDINALS)})\s+quarter(?:\s+of\s+{_YEAR})?|"
    rf"Q[1-4]\s+{_YEAR}",
    "month": rf"{_MONTH},?\s+{_YEAR}|(?<=\bin\s){_MONTH}|(?<=\bby\s){_MONTH}",
    # With a preposition: "2000 drones" is a number.
    "year": r"(?:in|by|since|until|before|after|during|from|through|half\s+of)\s+"
    rf"(?:(?:early|mid|late)[\s-])?{_YEAR}(?![\d-])",
}


def find_when(text: str, published: date | None, *, future: bool = False) -> When | None:
    """The most exact time that `text` names, or None.

    `future` says which way a bare weekday or a date without a year points.
    """
    if not _any_time().search(text):
        return None
    for kind, pattern in _patterns().items():
        if match := pattern.search(text):
            span = _resolve(kind, match.group(), published, future)
            start, end, precision = span or (None, None, None)
            before = _PREPOSITION.search(text, 0, match.start())
            words = text[before.start() if before else match.start() : match.end()]
            return When(text=words, start=start, end=end, precision=precision)
    return None


def _resolve(kind: str, words: str, published: date | None, future: bool) -> _Span | None:
    try:
        return _RULES[kind](" ".join(words.lower().split()), published, future)
    except (ValueError, OverflowError):  # words that name no day, such as 2025-02-30
        return None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {kind: _time(pattern) for kind, pattern in _PATTERNS.items()}


@cache
def _any_time() -> re.Pattern[str]:
    return _time("|".join(_PATTERNS.values()))


def _time(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?=\w)(?:{pattern})(?!\w)", re.IGNORECASE)


def _month_span(year: int, month: int) -> _Span:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), "month"


def _year_span(year: int) -> _Span:
    return date(year, 1, 1), date(year, 12, 31), "year"


def _iso(words: str, published: date | None, future: bool) -> _Span:
    day = date.fromisoformat(words)
    return day, day, "day"


def _date(words: str, published: date | None, future: bool) -> _Span | None:
    has_year = re.search(_YEAR, words)
    base = published or (date(int(has_year.group()), 1, 1) if has_year else None)
    if base is None:
        return None
    day = _dateparser(words, base)
    if day is None:
        return None
    if not has_year:
        day = _nearest_year(day, base, future)
    return day, day, "day"


@lru_cache(maxsize=1024)
def _dateparser(words: str, base: date) -> date | None:
    import dateparser

    settings: Any = {
        "RELATIVE_BASE": datetime.combine(base, time()),
        "DATE_ORDER": "DMY",
        "REQUIRE_PARTS": ["day", "month"],
    }
    found = dateparser.parse(words, languages=["en"], settings=settings)
    return found.date() if found else None


def _nearest_year(day: date, published: date, future: bool) -> date:
    candidates = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            candidates.append(day.replace(year=year))
        except ValueError:  # 29 February
            continue
    ahead = [candidate for candidate in candidates if future and candidate >= published]
    return min(ahead or candidates, key=lambda candidate: abs(candidate - published))


def _day(words: str, published: date | None, future: bool) -> _Span | None:
    if published is None:
        return None
    shift = {"yesterday": -1, "tomorrow": 1}.get(words.split()[-1], 0)
    day = published + timedelta(days=shift)
    return day, day, "day"


def _weekday(words: str, published: date | None, future: bool) -> _Span | None:
    if published is None:
        return None
    *qualifier, name = words.split()
    ahead = (_DAYS.split("|").index(name) - published.weekday()) % 7
    if qualifier in (["next"], ["coming"]):
        day = published + timedelta(days=ahead or 7)
    elif qualifier == ["this"]:
        day = published + timedelta(days=_DAYS.split("|").index(name) - published.weekday())
    elif qualifier == ["last"]:
        day = published - timedelta(days=(7 - ahead) % 7 or 7)
    elif future or not ahead:
        day = published + timedelta(days=ahead)
    else:
        day = published + timedelta(days=ahead - 7)
    return day, day, "day"


def _period(words: str, published: date | None, future: bool) -> _Span | None:
    if published is None:
        return None
    *part, which, unit = words.split()
    start, end, precision = _unit_span(unit, published, {"last": -1, "this": 0}.get(which, 1))
    if part and start <= published <= end:
        return (published, end, "range") if part == ["later"] else (start, published, "range")
    return start, end, precision


def _unit_span(unit: str, published: date, step: int) -> _Span:
    """The week, month, quarter or year that is `step` of them away from `published`."""
    if unit in ("week", "weekend"):
        monday = published + timedelta(days=7 * step - published.weekday())
        first = monday + timedelta(days=5 if unit == "weekend" else 0)
        return first, monday + timedelta(days=6), "range" if unit == "weekend" else "week"
    if unit == "month":
        return _month_span(*_add_months(published, step))
    if unit == "quarter":
        return _quarter_span(published.year, (published.month - 1) // 3 + step)
    return _year_span(published.year + step)


def _quarter_span(year: int, index: int) -> _Span:
    year, index = year + index // 4, index % 4
    return date(year, 3 * index + 1, 1), _month_span(year, 3 * index + 3)[1], "quarter"


def _add_months(day: date, months: int) -> tuple[int, int]:
    total = day.year * 12 + day.month - 1 + months
    return total // 12, total % 12 + 1


def _edge(words: str, published: date | None, future: bool) -> _Span | None:
    """The end or the start of a longer time, up to which something is due."""
    edge, _, longer = words.partition(" of ")
    span = _longer(longer.removeprefix("the "), published, future)
    if span is None:
        return None
    day = span[1] if edge.endswith("end") else span[0]
    return day, day, "day"


def _longer(words: str, published: date | None, future: bool) -> _Span | None:
    if re.fullmatch(_YEAR, words):
        return _year(words, published, future)
    if words == "decade":
        first = published and published.year // 10 * 10
        return (date(first, 1, 1), date(first + 9, 12, 31), "range") if first else None
    if words[:3] in _MONTHS:
        return _month(words, published, future)
    which, _, unit = words.rpartition(" ")
    return _period(f"{which or 'this'} {unit}", published, future)


def _season(words: str, published: date | None, future: bool) -> _Span | None:
    month = next(first for name, first in _SEASONS.items() if name in words)
    if year := re.search(_YEAR, words):
        at = int(year.group())
    elif published is None:
        return None
    else:
        # In January the winter is the one that began last December.
        at = _add_months(published, -2)[0] if month == 12 else published.year
        at += ("next" in words or "coming" in words) - ("last" in words)
    last_year, last_month = _add_months(date(at, month, 1), 2)
    return date(at, month, 1), _month_span(last_year, last_month)[1], "season"


def _span(words: str, published: date | None, future: bool) -> _Span | None:
    if published is None:
        return None
    number = re.search(_NUMBER, words)
    count = int(_NUMBERS.get(number.group(), number.group())) if number else 1
    if re.search(r"days?$", words):
        return published, published + timedelta(days=count), "range"
    if re.search(r"weeks?$", words):
        return published, published + timedelta(weeks=count), "range"
    months = count * (12 if re.search(r"years?$", words) else 1)
    year, month = _add_months(published, months)
    day = min(published.day, calendar.monthrange(year, month)[1])
    return published, date(year, month, day), "range"


def _quarter(words: str, published: date | None, future: bool) -> _Span | None:
    year = re.search(_YEAR, words)
    if not year and published is None:
        return None
    named = (i for i, ordinal in enumerate(_ORDINALS) if ordinal in words)
    index = int(words[1]) - 1 if words[0] == "q" else next(named)
    at = int(year.group()) if year else published.year if published else 0
    return _quarter_span(at, index)


def _fiscal(words: str, published: date | None, future: bool) -> None:
    """A fiscal year begins on another day in every state: the words are kept, unresolved."""


def _month(words: str, published: date | None, future: bool) -> _Span | None:
    number = _MONTHS.index(words[:3]) + 1
    if year := re.search(_YEAR, words):
        return _month_span(int(year.group()), number)
    if published is None:
        return None
    first = _nearest_year(date(published.year, number, 1), published.replace(day=1), future)
    return _month_span(first.year, number)


def _year(words: str, published: date | None, future: bool) -> _Span:
    *_, year = re.findall(_YEAR, words)
    return _year_span(int(year))


_RULES: dict[str, Callable[[str, date | None, bool], _Span | None]] = {
    "iso": _iso,
    "date": _date,
    "edge": _edge,
    "day": _day,
    "weekday": _weekday,
    "period": _period,
    "season": _season,
    "span": _span,
    "fiscal": _fiscal,
    "quarter": _quarter,
    "month": _month,
    "year": _year,
}
