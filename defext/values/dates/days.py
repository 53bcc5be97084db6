"""Rules for words that name single days."""

import calendar
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from defext.values.dates.grammar import Rules, rule
from defext.values.dates.spans import (
    DAYS,
    MONTH_FIRST,
    MONTHS,
    ORDINALS,
    Context,
    Span,
    Unknown,
    day_and_month,
    full_year,
    holidays,
    index_of,
    moved,
    nearest,
    one_day,
    period,
    relative,
    weekday,
)

RULES: Rules = []
_rule = partial(rule, RULES)


@_rule(
    r"(?:earlier |later )?(today|tonight|yesterday|tomorrow|last night)|"
    r"this (?:morning|afternoon|evening)|(?:the )?day (before yesterday|after tomorrow)"
)
def _relative_day(match: re.Match[str], context: Context) -> Span:
    shifts = {"yesterday": -1, "last night": -1, "tomorrow": 1,
              "before yesterday": -2, "after tomorrow": 2}  # fmt: skip
    return one_day(context.today + timedelta(shifts.get(match[1] or match[2], 0)))


@_rule(r"(?:(this coming|coming|next|this past|past|last|this) )?(<DAY>)(?: (last|next|this))?")
def _weekday(match: re.Match[str], context: Context) -> Span:
    return one_day(weekday(index_of(match[2], DAYS), match[1] or match[3], context))


@_rule(r"a week (?:on|from) (?:next )?(<DAY>)|(<DAY>) week|(?:the )?(<DAY>) after next")
def _weekday_after_next(match: re.Match[str], context: Context) -> Span:
    which = "next" if match[3] else None
    name = match[1] or match[2] or match[3]
    day = weekday(index_of(name, DAYS), which, replace(context, future=True))
    return one_day(day + timedelta(7))


@_rule(r"a week ago (?:last )?(<DAY>)|(?:the )?(<DAY>) before last")
def _weekday_before_last(match: re.Match[str], context: Context) -> Span:
    name = match[1] or match[2]
    return one_day(weekday(index_of(name, DAYS), "last", context) - timedelta(7))


@_rule(r"(<DAY>),? (?:of )?(last|this|next) week|(last|this|next) week,? (?:on )?(<DAY>)")
def _weekday_of_week(match: re.Match[str], context: Context) -> Span:
    week = relative(match[2] or match[3], "week", context)
    return one_day(week.start + timedelta(index_of(match[1] or match[4], DAYS)))


@_rule(
    r"(?:<DAY>,? (?:the )?)?(<D>|first)(?:[-/]|\s?(?:of )?)(<MONTH>)"
    r"(?:(?:,? |-|/)(?:of )?('?\d\d|<YEAR>))?(?:,? ?<DAY>)?"
)
def _day_month(match: re.Match[str], context: Context) -> Span:
    return one_day(day_and_month(match[1], match[2], match[3], context))


@_rule(r"(?:<DAY>,? (?:the )?)?(<MONTH>) (?:the )?(<D>)(?:,? (?:of )?(<YEAR>))?(?:,? ?<DAY>)?")
def _month_day(match: re.Match[str], context: Context) -> Span:
    return one_day(day_and_month(match[2], match[1], match[3], context))


@_rule(r"(<YEAR>)([-/.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:t[\d:.]*z?)?")
def _iso(match: re.Match[str], context: Context) -> Span:
    return one_day(date(int(match[1]), int(match[3]), int(match[4])))


@_rule(r"(\d{1,2})([/.-])(\d{1,2})\2(<YEAR>|\d\d)")
def _numeric(match: re.Match[str], context: Context) -> Span:
    day, month = int(match[1]), int(match[3])
    if month > 12 or (day <= 12 and match[2] != "." and context.country in MONTH_FIRST):
        day, month = month, day
    elif day <= 12 and day != month and match[2] != "." and context.country is None:
        raise Unknown
    return one_day(date(full_year(match[4]), month, day))


@_rule(r"(?:<DAY>,? )?(?:the )?(\d{1,2})(?:st|nd|rd|th)(?: (?:of )?(this|last|next) month)?")
def _day_of_month(match: re.Match[str], context: Context) -> Span:
    day = int(match[1])
    if match[2]:
        return one_day(relative(match[2], "month", context).start.replace(day=day))
    months = [moved(context.today.replace(day=1), step, "month") for step in (-1, 0, 1)]
    days = [
        month.replace(day=day)
        for month in months
        if day <= calendar.monthrange(month.year, month.month)[1]
    ]
    return one_day(nearest(days, context, context.future or False))


@_rule(r"(?:the )?(<ORDINAL>|last) (<DAY>) (?:of|in) (.+)")
def _nth_weekday(match: re.Match[str], context: Context) -> Span:
    month = context.read(match[3])
    if month.precision != "month":
        raise Unknown
    number = index_of(match[2], DAYS)
    first = month.start + timedelta((number - month.start.weekday()) % 7)
    if match[1] == "last":
        return one_day(month.end - timedelta((month.end.weekday() - number) % 7))
    day = first + timedelta(7 * (ORDINALS[match[1]] - 1))
    if day > month.end:
        raise Unknown
    return one_day(day)


@_rule(r"(?:the )?week (?:of|beginning|commencing|starting)(?: on)? (.+)")
def _week_of(match: re.Match[str], context: Context) -> Span:
    day, _, precision = context.read(match[1])
    if precision != "day":
        raise Unknown
    return period(day, "week")


@_rule(r"(.+?)(?:,? (<YEAR>))?")
def _holiday(match: re.Match[str], context: Context) -> Span:
    name = match[1].replace("'", "")
    if name not in holidays(context.country):
        raise Unknown
    month, day = holidays(context.country)[name]
    return one_day(day_and_month(str(day), MONTHS[month - 1], match[2], context))
