"""Rules for words that name weeks, months, quarters, seasons and years, and parts of them."""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from defext.values.dates.grammar import Rules, rule
from defext.values.dates.spans import (
    MONTHS,
    ORDINALS,
    SEASONS,
    SOUTHERN,
    Context,
    Span,
    Unknown,
    fiscal_years,
    full_year,
    index_of,
    moved,
    nearest,
    one_day,
    part,
    period,
    relative,
)

RULES: Rules = []
_rule = partial(rule, RULES)


@_rule(
    r"(earlier |later |early |late |mid-? ?)?(?:the )?"
    r"(this|last|next|coming|current|previous|past) "
    r"(week|weekend|fortnight|month|quarter|year|decade)|(?:the |over the )?(weekend)"
)
def _relative_period(match: re.Match[str], context: Context) -> Span:
    which = match[2] or ("next" if context.future else "last")
    span = relative(which, match[3] or match[4], context)
    within = (match[1] or "").strip(" -")
    if within in ("early", "mid", "late"):
        return part(span, within)
    if within and span.start <= context.today <= span.end:
        bounds = (span.start, context.today) if within == "earlier" else (context.today, span.end)
        return Span(*bounds, "range")
    return span


@_rule(r"the (week|month|quarter|year|decade)")
def _this_period(match: re.Match[str], context: Context) -> Span:
    return relative("this", match[1], context)


@_rule(r"(?:the )?(week|weekend|month|quarter|year) (before last|after next)")
def _period_beyond(match: re.Match[str], context: Context) -> Span:
    step = -2 if match[2] == "before last" else 2
    return period(moved(context.today, step, match[1].replace("weekend", "week")), match[1])


@_rule(r"(?:the )?(?:month of )?(<MONTH>),? (?:of )?(?:the year )?('\d\d|<YEAR>)")
def _month(match: re.Match[str], context: Context) -> Span:
    return period(date(full_year(match[2]), index_of(match[1], MONTHS) + 1, 1), "month")


@_rule(r"(?:(this|last|next|this coming|this past) )?(<MONTH>)(?: (?:of )?(this|last|next) year)?")
def _bare_month(match: re.Match[str], context: Context) -> Span:
    number, this = index_of(match[2], MONTHS) + 1, context.today.replace(day=1)
    if match[3]:
        return period(relative(match[3], "year", context).start.replace(month=number), "month")
    months = [date(context.today.year + step, number, 1) for step in (-2, -1, 0, 1, 2)]
    if match[1] in ("last", "this past"):
        return period(max(month for month in months if month < this), "month")
    if match[1] in ("next", "this coming"):
        return period(min(month for month in months if month > this), "month")
    if match[1] == "this":
        return period(this.replace(month=number), "month")
    near = replace(context, published=this)
    return period(nearest(months, near, context.future), "month")


@_rule(r"(?:the )?(?:calendar )?(?:year )?(<YEAR>)")
def _year(match: re.Match[str], context: Context) -> Span:
    return period(date(int(match[1]), 1, 1), "year")


@_rule(r"(?:the )?(?:(early|mid|late)[- ])?(?:the )?((?:1[89]|20)?\d)0s")
def _decade(match: re.Match[str], context: Context) -> Span:
    tens = int(match[2]) if len(match[2]) == 3 else int(f"19{match[2]}")
    decade = Span(date(tens * 10, 1, 1), date(tens * 10 + 9, 12, 31), "range")
    return part(decade, match[1]) if match[1] else decade


@_rule(r"(?:the )?(early|mid|late|(?:the )?middle of|(?:early|late) in)[- ](?:the )?(.+)")
def _part_of(match: re.Match[str], context: Context) -> Span:
    word = match[1].split()[0] if match[1][0] in "el" else "mid"
    return part(context.read(match[2]), word)


@_rule(
    r"(?:the )?(very end|end|close|start|beginning|turn)(?: of |-)(?:the )?(.+)|"
    r"(?:the )?(week|month|quarter|year)(?:'s|-)[ -]?end|end-? ?of-? ?(week|month|quarter|year)"
)
def _edge(match: re.Match[str], context: Context) -> Span:
    unit = match[2] or match[3] or match[4]
    if match[1] == "turn":
        raise Unknown
    plain = unit in ("week", "month", "quarter", "year", "decade")
    whole = relative("this", unit, context) if plain else context.read(unit)
    return one_day(whole.start if match[1] in ("start", "beginning") else whole.end)


@_rule(
    r"(?:the )?(first|second|1st|2nd) half(?: of)? (?:the )?(.+)|(?:h([12])|([12])h)[- ]?(<YEAR>)"
)
def _half(match: re.Match[str], context: Context) -> Span:
    whole = context.read(match[5] or ("this year" if match[2] == "year" else match[2]))
    second = (match[1] or "")[:1] in ("s", "2") or "2" in (match[3], match[4])
    middle = {
        "month": whole.start.replace(day=15),
        "year": whole.start.replace(month=6, day=30),
    }.get(whole.precision, whole.start + (whole.end - whole.start) / 2)
    bounds = (middle + timedelta(1), whole.end) if second else (whole.start, middle)
    return Span(*bounds, "range")


@_rule(
    r"(?:the )?(<ORDINAL>|last) quarter(?: of (?:the )?(.+)|,? (<YEAR>))?|"
    r"q([1-4])(?:[ /-](?:of )?(.+))?"
)
def _quarter(match: re.Match[str], context: Context) -> Span:
    of = match[2] or match[3] or match[5] or "this year"
    if not (match[1] or match[4]) or (match[1] == "last" and of == "this year" and not match[2]):
        raise Unknown
    year = context.read("this year" if of == "year" else of)
    if (year.end - year.start).days < 364:
        raise Unknown
    number = 4 if match[1] == "last" else int(match[4] or ORDINALS[match[1]])
    return period(moved(year.start, number - 1, "quarter"), "quarter", year.start.month)


@_rule(r"(?:the )?(<ORDINAL>|last) (week|ten days) (?:of|in) (.+)")
def _week_of_month(match: re.Match[str], context: Context) -> Span:
    month = context.read(match[3])
    if month.precision != "month":
        raise Unknown
    if match[1] == "last":
        return Span(month.end - timedelta(6), month.end, "week")
    first = month.start + timedelta(7 * (ORDINALS[match[1]] - 1))
    return Span(first, min(first + timedelta(6), month.end), "week")


@_rule(
    r"(?:the )?(?:(this|last|next|this past|this coming|coming|current) )?(<SEASON>)"
    r"(?:,? (?:of )?(<YEAR>)(?:[-/](<YEAR>|\d\d))?)?"
)
def _season(match: re.Match[str], context: Context) -> Span:
    if context.country is None:
        raise Unknown
    month = SEASONS[match[2]]
    if context.country in SOUTHERN:
        month = (month + 5) % 12 + 1
    if match[3]:
        return period(date(int(match[3]), month, 1), "season")
    today = context.today
    seasons = [period(date(today.year + step, month, 1), "season") for step in (-2, -1, 0, 1)]
    which = match[1] or ("this coming" if context.future else "current")
    if which in ("next", "this coming", "coming"):
        return min(s for s in seasons if s.start > today or (not match[1] and s.end >= today))
    if which in ("last", "this past"):
        return max(s for s in seasons if s.end < today)
    return min(seasons, key=lambda s: max(s.start - today, today - s.end, timedelta(0)))


@_rule(
    r"(?:the )?(?:(this|current|last|next|previous|coming) )?"
    r"(?:fy|fiscal(?: year)?|financial year)[- ']?(?:(<YEAR>|\d\d)(?:[-/](<YEAR>|\d\d))?)?|"
    r"(?:the )?(<YEAR>)[-/](<YEAR>|\d\d) (?:fiscal|financial) year"
)
def _fiscal(match: re.Match[str], context: Context) -> Span:
    if context.country not in fiscal_years():
        raise Unknown
    start, named_by_end = fiscal_years()[context.country]
    if named := match[2] or match[4]:
        both = match[3] or match[5]
        year = full_year(named) - (named_by_end and not both and start != (1, 1))
    else:
        year = context.today.year - ((context.today.month, context.today.day) < start)
        year += {"last": -1, "previous": -1, "next": 1, "coming": 1}.get(match[1] or "", 0)
    first = date(year, *start)
    return Span(first, first.replace(year=year + 1) - timedelta(1), "year")
