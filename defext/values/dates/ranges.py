"""Rules for deadlines, spans that begin or end with the publication, and ranges."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

from defext.values.dates.grammar import DAY, MONTH, TO, YEAR, D, Rules, rule
from defext.values.dates.spans import Context, Span, Unknown, count_of, moved, one_day, period

_MOST_PARTS = 4  # of a range
_RANGE = re.compile(
    r"(?:from|between|the (?:nights?|period|week|days|weekend) of|the period from) "
)

RULES: Rules = []
_rule = partial(rule, RULES)


@_rule(
    r"(?:by|before|until|till|through|up to|prior to|(?:no|not) later than|on or before|"
    r"at the latest by) (?:the )?(.+)|(.+) at the latest"
)
def _deadline(match: re.Match[str], context: Context) -> Span:
    due = replace(context, future=True).read(match[1] or match[2])
    if context.published is None or due.end < context.published:
        return due
    return Span(context.published, due.end, "range")


@_rule(r"(?:ever )?since (.+)")
def _since(match: re.Match[str], context: Context) -> Span:
    began = replace(context, future=False).read(match[1])
    return Span(began.start, max(context.today, began.start), "range")


@_rule(
    r"(?:(?:over|in|during|for|within) )?(?:the )?(?:past|last|previous) (<N>) (<UNIT>|hours?)|"
    r"(?:over|in|during|for|within) the (?:past|last) (<UNIT>)|(?:the )?past (<UNIT>)"
)
def _past(match: re.Match[str], context: Context) -> Span:
    unit = match[2] or match[3] or match[4]
    return Span(moved(context.today, -count_of(match[1]), unit), context.today, "range")


@_rule(
    r"within (<N>) (<UNIT>|hours?)|"
    r"(?:(?:over|in|during|for|within) )?(?:the )?(?:next|coming|following) (<N>) (<UNIT>|hours?)|"
    r"(?:over|in|during|for|within) the (?:next|coming) (<UNIT>)"
)
def _coming(match: re.Match[str], context: Context) -> Span:
    unit = match[2] or match[4] or match[5]
    if match[5] and unit.endswith("s"):
        raise Unknown  # "the coming weeks"
    return Span(context.today, moved(context.today, count_of(match[1] or match[3]), unit), "range")


@_rule(r"within (?:the|this) (week|month|quarter|year|decade)|(?:the )?(?:rest|remainder) of (.+)")
def _rest(match: re.Match[str], context: Context) -> Span:
    whole = context.read(f"this {match[1]}" if match[1] else match[2])
    if not whole.start <= context.today <= whole.end:
        raise Unknown
    return Span(context.today, whole.end, "range")


@_rule(r"(<N>) (<UNIT>) ago|(?:in )?(<N>) (<UNIT>)(?:'s?)? (?:time|from now)|in (<N>) (<UNIT>)")
def _away(match: re.Match[str], context: Context) -> Span:
    count, unit = match[1] or match[3] or match[5], match[2] or match[4] or match[6]
    day = moved(context.today, count_of(count) * (-1 if match[1] else 1), unit)
    unit = unit.removesuffix("s")
    if unit in ("month", "quarter", "year", "decade"):
        return period(day, "year" if unit == "decade" else unit)
    return one_day(day)


def read_range(text: str, context: Context) -> Span:
    """From one time to another; what one of the two leaves out, the other says.

    Raises Unknown for other words.
    """
    text = _RANGE.sub("", text)
    parts = list(re.finditer(TO, text)) or list(re.finditer(r"\s*-\s*", text))
    for at in parts if len(parts) < _MOST_PARTS else ():
        left, right = text[: at.start()].rstrip(" ,"), text[at.end() :]
        for one, other in _completed(left, right):
            with suppress(Unknown, ValueError):
                first, last = context.read(one), context.read(other)
                if first.start > last.start and context.future and not re.search(YEAR, other):
                    last = replace(context, published=first.start).read(other)
                elif first.start > last.start and not re.search(YEAR, one):
                    first = replace(context, published=last.start, future=False).read(one)
                if first.start < last.start:
                    return Span(first.start, last.end, "range")
    raise Unknown


def _completed(left: str, right: str) -> Iterator[tuple[str, str]]:
    months = [re.search(rf"\b{MONTH}(?![a-z])", side) for side in (left, right)]
    years = [re.search(rf"\b{YEAR}\b", side) for side in (left, right)]
    ends = [f" {found[0]}" if found else "" for found in (months[1], years[1])]
    if re.fullmatch(D, right) and months[0]:  # December 28-30
        yield left, f"{months[0][0]} {right}{f' {years[0][0]}' if years[0] else ''}"
    if re.fullmatch(rf"({D}),? {YEAR}", right) and months[0]:  # December 28-30, 2025
        yield f"{left}{ends[1]}", f"{months[0][0]} {right}"
    if years[0] and re.fullmatch(r"\d\d", right):  # 2025-26
        yield left, f"{years[0][0][:2]}{right}"
    if re.fullmatch(rf"(?:{DAY},? )?{D}", left) and months[1]:  # 3-5 June 2025
        yield f"{left}{ends[0]}{ends[1]}", right
    if not years[0] and years[1]:
        yield f"{left}{ends[1]}", right
    yield left, right
