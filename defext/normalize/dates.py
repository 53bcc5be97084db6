"""The text's own words for a time, and the interval of days that they name.

Weekdays, weeks, months and years are resolved by rule against the publication date; written dates
are read by dateparser. A weekday equal to the publication day is that same day.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from defext.schema import Precision, When

_Span = tuple[date, date, Precision]

_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_PREPOSITION = re.compile(r"\b(?:on|in|by|until|before|since|from|at)\s+$", re.IGNORECASE)
_SEASON = "|".join(_SEASONS)
_YEAR = r"(?:19|20)\d\d"
_NUMBERS = dict(zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True))  # fmt: skip

# Longest and most exact first; the earliest match of the first pattern that matches wins.
_PATTERNS: dict[str, str] = {
    "iso": rf"{_YEAR}-\d\d-\d\d",
    "date": rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?|"
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s+{_YEAR})?)",
    "end": rf"(?:the\s+)?end\s+of\s+(?:the\s+year|this\s+year|next\s+year|{_YEAR}|the\s+decade|the\s+month|the\s+week)",
    "start": rf"(?:the\s+)?(?:start|beginning)\s+of\s+(?:next\s+year|{_YEAR})",
    "day": r"(?:earlier\s+|later\s+)?(?:today|tonight|yesterday|tomorrow)|this\s+(?:morning|afternoon|evening)",
    "weekday": rf"(?:(?:last|next|this|coming)\s+)?(?:{_DAYS})",
    "period": r"(?:earlier\s+|later\s+)?(?:this|last|next|coming)\s+(?:week|month|quarter|year|weekend)",
    "season": rf"(?:(?:this|last|next|coming)\s+(?:{_SEASON})|(?:{_SEASON})\s+(?:of\s+)?{_YEAR})",
    "span": rf"(?:over|in|within|during)\s+the\s+(?:next|coming)\s+(?:\d+|{'|'.join(_NUMBERS)})?\s*(?:days?|weeks?|months?|years?)"
    rf"|within\s+(?:\d+|{'|'.join(_NUMBERS)})\s+(?:days?|weeks?|months?|years?)",
    "fiscal": r"(?:FY|fiscal\s+year)\s*(?:20)?\d\d",
    "quarter": rf"(?:the\s+)?(?:first|second|third|fourth)\s+quarter(?:\s+of\s+{_YEAR})?|Q[1-4]\s+{_YEAR}",
    # With a capital: "may" is a word as well.
    "month": rf"(?=(?-i:[A-Z]))(?:{_MONTH},?\s+{_YEAR}|(?<=\bin\s){_MONTH}|(?<=\bby\s){_MONTH})\b",
    "year": rf"(?<![\d-]){_YEAR}(?![\d-])",
}  # fmt: skip


def find_when(text: str, published: date | None, *, future: bool = False) -> When | None:
    """The most exact time that `text` names, or None.

    `future` says which way a bare weekday or a date without a year points.
    """
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
    return {
        kind: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
        for kind, pattern in _PATTERNS.items()
    }


def _month_span(year: int, month: int) -> _Span:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), "month"


def _year_span(year: int) -> _Span:
    return date(year, 1, 1), date(year, 12, 31), "year"


def _date(words: str, published: date | None, future: bool) -> _Span | None:
    has_year = re.search(_YEAR, words)
    base = published or (date(int(has_year.group()), 1, 1) if has_year else None)
    if base is None:
        return None
    day = _dateparser(words, base)
    if day is None:
        return None
    if not has_year:
        day = _nearest_year(day, base)
    return day, day, "day"


def _dateparser(words: str, base: date) -> date | None:
    import dateparser

    settings: Any = {
        "RELATIVE_BASE": datetime(base.year, base.month, base.day),
        "DATE_ORDER": "DMY",
        "REQUIRE_PARTS": ["day", "month"],
    }
    found = dateparser.parse(words, languages=["en"], settings=settings)
    return found.date() if found else None


def _nearest_year(day: date, published: date) -> date:
    candidates = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            candidates.append(day.replace(year=year))
        except ValueError:  # 29 February
            continue
    return min(candidates, key=lambda candidate: abs(candidate - published))


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
    *_, which, unit = words.split()
    step = {"last": -1, "this": 0}.get(which, 1)
    if unit in ("week", "weekend"):
        monday = published + timedelta(days=7 * step - published.weekday())
        first = monday + timedelta(days=5 if unit == "weekend" else 0)
        return first, monday + timedelta(days=6), "range" if unit == "weekend" else "week"
    if unit == "month":
        return _month_span(*_add_months(published, step))
    if unit == "quarter":
        return _quarter_span(published.year, (published.month - 1) // 3 + step)
    start, end, precision = _year_span(published.year + step)
    if words.startswith("later"):
        return max(start, published), end, "range"
    if words.startswith("earlier"):
        return start, min(end, published), "range"
    return start, end, precision


def _quarter_span(year: int, index: int) -> _Span:
    year, index = year + index // 4, index % 4
    return date(year, 3 * index + 1, 1), _month_span(year, 3 * index + 3)[1], "quarter"


def _add_months(day: date, months: int) -> tuple[int, int]:
    total = day.year * 12 + day.month - 1 + months
    return total // 12, total % 12 + 1


def _edge(words: str, published: date | None, future: bool) -> _Span | None:
    """The end or the start of a longer time, up to which something is due."""
    year = re.search(_YEAR, words)
    if year:
        start, end, _ = _year_span(int(year.group()))
    elif published is None:
        return None
    elif "decade" in words:
        start, end = published, date(published.year // 10 * 10 + 9, 12, 31)
    elif "month" in words:
        start, end, _ = _month_span(published.year, published.month)
    elif "week" in words:
        end = published + timedelta(days=6 - published.weekday())
        start = end
    else:
        start, end, _ = _year_span(published.year + ("next" in words))
    if "end of" not in words:
        return start, start, "day"
    return end, end, "day"


def _season(words: str, published: date | None, future: bool) -> _Span | None:
    year = re.search(_YEAR, words)
    if not year and published is None:
        return None
    month = next(first for name, first in _SEASONS.items() if name in words)
    at = int(year.group()) if year else published.year if published else 0
    if not year:
        at += ("next" in words) - ("last" in words)
    last_year, last_month = _add_months(date(at, month, 1), 2)
    return date(at, month, 1), _month_span(last_year, last_month)[1], "season"


def _span(words: str, published: date | None, future: bool) -> _Span | None:
    if published is None:
        return None
    number = re.search(rf"\d+|{'|'.join(_NUMBERS)}", words)
    count = int(_NUMBERS.get(number.group(), 0) or number.group()) if number else 1
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
    ordinals = ["first", "second", "third", "fourth"]
    index = int(words[1]) - 1 if words[0] == "q" else next(i for i, o in enumerate(ordinals) if o in words)  # fmt: skip
    at = int(year.group()) if year else published.year if published else 0
    return _quarter_span(at, index)


def _fiscal(words: str, published: date | None, future: bool) -> None:
    """A fiscal year begins on another day in every state: the words are kept, unresolved."""


def _month(words: str, published: date | None, future: bool) -> _Span | None:
    number = "jan feb mar apr may jun jul aug sep oct nov dec".split().index(words[:3]) + 1
    if year := re.search(_YEAR, words):
        return _month_span(int(year.group()), number)
    if published is None:
        return None
    return _month_span(_nearest_year(date(published.year, number, 1), published).year, number)


def _year(words: str, published: date | None, future: bool) -> _Span:
    return _year_span(int(words))


_RULES: dict[str, Callable[[str, date | None, bool], _Span | None]] = {
    "iso": lambda words, published, future: (
        (d := date.fromisoformat(words)), d, "day"),
    "date": _date,
    "end": _edge,
    "start": _edge,
    "day": _day,
    "weekday": _weekday,
    "period": _period,
    "season": _season,
    "span": _span,
    "fiscal": _fiscal,
    "quarter": _quarter,
    "month": _month,
    "year": _year,
}  # fmt: skip
