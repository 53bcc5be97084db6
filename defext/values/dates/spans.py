"""Intervals of days, and the arithmetic of the calendar."""

import calendar
import math
import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from defext.schema import Precision
from defext.values.numbers import number

DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = (
    "january february march april may june july august september october november december".split()
)
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
ORDINALS = {
    word: number
    for number, words in enumerate(
        ("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th"), 1
    )
    for word in words.split()
}
# Where the month stands before the day in 3/4/2025.
MONTH_FIRST = {"USA", "PHL", "FSM", "MHL", "PLW"}
# Where seasons are those of the southern hemisphere.
SOUTHERN = {"AUS", "NZL", "ARG", "CHL", "URY", "PRY", "ZAF", "LSO", "SWZ", "NAM", "BWA", "ZWE",
               "MOZ", "MDG", "BRA", "BOL", "PER", "FJI", "TON", "WSM", "VUT", "NCL", "AGO", "ZMB",
               "MWI", "TZA", "PNG", "SLB", "TLS"}  # fmt: skip


class Span(NamedTuple):
    """From the first day to the last, and how exactly the words name them."""

    start: date
    end: date
    precision: Precision


class Unknown(Exception):
    """Nobody can say which days the words name."""


@dataclass(frozen=True)
class Context:
    """What words are read by: the day of publication, whether what they date is to come, the state.

    `reader` reads a part of the words, by the same context.
    """

    published: date | None
    future: bool | None
    country: str | None
    reader: Callable[[str, "Context"], Span]

    @property
    def today(self) -> date:
        """The day of publication. Raises Unknown where there is none."""
        if self.published is None:
            raise Unknown
        return self.published

    def read(self, text: str) -> Span:
        """The span that a part of the words names. Raises Unknown for other words."""
        return self.reader(text, self)


def one_day(day: date) -> Span:
    """The span of a single day."""
    return Span(day, day, "day")


def index_of(word: str, names: list[str]) -> int:
    """Which of these days or months a word names, also shortened."""
    return next(at for at, name in enumerate(names) if name[:3] == word[:3])


def count_of(words: str | None) -> int:
    """The whole number that words or digits say; 1 for no words. Raises Unknown for a part."""
    count = number(words) if words else Decimal(1)
    if count is None or count % 1:
        raise Unknown
    return int(count)


def full_year(text: str) -> int:
    """The year of two digits or four, of 1970 to 2069 if of two."""
    year = int(text.strip("'"))
    return year if year > 99 else year + (2000 if year < 70 else 1900)


def moved(day: date, count: int, unit: str) -> date:
    """The day so many units away, or the last of its month where there is none."""
    match unit.removesuffix("s"):
        case "hour":
            return day + timedelta(days=math.copysign(-(-abs(count) // 24), count))
        case "day":
            return day + timedelta(count)
        case "week":
            return day + timedelta(weeks=count)
        case "fortnight":
            return day + timedelta(weeks=2 * count)
    months = count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit.removesuffix("s")]
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def period(day: date, unit: str, first: int = 1) -> Span:
    """The week, weekend, month, quarter, season, year or decade that `day` is in.

    Quarters are counted from the month `first`; a season begins with its month.
    """
    if unit in ("week", "weekend"):
        monday = day - timedelta(day.weekday())
        start = monday + timedelta(5) if unit == "weekend" else monday
        return Span(start, monday + timedelta(6), "range" if unit == "weekend" else "week")
    if unit == "decade":
        year = day.year // 10 * 10
        return Span(date(year, 1, 1), date(year + 9, 12, 31), "range")
    length = {"month": 1, "quarter": 3, "season": 3, "year": 12}[unit]
    behind = 0 if unit == "season" else (day.month - first) % length
    start = moved(day.replace(day=1), -behind, "month")
    precision: Any = unit
    return Span(start, moved(start, length, "month") - timedelta(1), precision)


def relative(which: str, unit: str, context: Context) -> Span:
    """This, the last or the next week, month, quarter or year."""
    step = {"last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1}.get(which, 0)
    if unit == "fortnight":
        raise Unknown
    return period(moved(context.today, step, "week" if unit == "weekend" else unit), unit)


def part(span: Span, word: str) -> Span:
    """The early, the middle or the late part of a month, a year or a decade."""
    start, end = span.start, span.end
    match span.precision:
        case "month":
            bounds = {
                "early": (start, start.replace(day=10)),
                "mid": (start.replace(day=11), start.replace(day=20)),
                "late": (start.replace(day=21), end),
            }[word]
        case "year":
            thirds = [moved(start, 4 * third, "month") for third in range(4)]
            third = ["early", "mid", "late"].index(word)
            bounds = thirds[third], thirds[third + 1] - timedelta(1)
        case "range" if (end - start).days > 3600:
            years = {"early": (0, 4), "mid": (4, 7), "late": (7, 10)}[word]
            first, last = (moved(start, 12 * step, "month") for step in years)
            bounds = first, last - timedelta(1)
        case _:
            return span
    return Span(*bounds, "range")


def weekday(number: int, which: str | None, context: Context) -> date:
    """The day of a weekday, 0 for Monday: this, next, last, or the nearest in its direction."""
    today = context.today
    ahead = (number - today.weekday()) % 7
    if which == "this":
        return today + timedelta(number - today.weekday())
    if which in ("next", "coming", "this coming"):
        return today + timedelta(ahead or 7)
    if which in ("last", "past", "this past"):
        return today - timedelta((7 - ahead) % 7 or 7)
    return today + timedelta(ahead if context.future or not ahead else ahead - 7)


def day_and_month(day: str, month: str, year: str | None, context: Context) -> date:
    """A written date, without a year the one that fits; ValueError for a day that is none."""
    number = 1 if day == "first" else int(re.sub(r"\D", "", day))
    at = index_of(month, MONTHS) + 1
    if year:
        return date(full_year(year), at, number)
    days = []
    for step in (-4, -3, -2, -1, 0, 1, 2, 3, 4):
        with suppress(ValueError):  # 29 February
            days.append(date(context.today.year + step, at, number))
    return nearest(days, context, context.future)


def nearest(days: list[date], context: Context, future: bool | None) -> date:
    """The first of the days to come, the last of those past, or the one that is nearest."""
    if future:
        return min(day for day in days if day >= context.today)
    if future is False:
        return max(day for day in days if day <= context.today)
    return min(days, key=lambda day: abs(day - context.today))


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "calendar.toml").read_text(encoding="utf-8"))


def fiscal_years() -> dict[str, tuple[tuple[int, int], bool]]:
    """For each state when its fiscal year begins, and whether one is named by its last day."""
    return {
        country: ((month, day), group["named_by_end"])
        for group in _tables()["fiscal"]
        for country in group["countries"]
        for month, day in [group["begins"]]
    }


def holidays(country: str | None) -> dict[str, tuple[int, int]]:
    """Month and day of each holiday that has a fixed date: everywhere, and in this state."""
    tables = _tables()["holidays"]
    return {
        name: (month, day)
        for table in (tables["everywhere"], tables.get(country, {}))
        for name, (month, day) in table.items()
    }
