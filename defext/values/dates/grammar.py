"""What words for times are made of, and how a rule for them is written down."""

import re
from collections.abc import Callable

from defext.values.dates.spans import DAYS, MONTHS, ORDINALS, SEASONS, Context, Span
from defext.values.numbers import NUMBER

DAY = rf"(?:{'|'.join(f'{day}|{day[:3]}' for day in DAYS)}|tues|thurs?|weds)\.?"
MONTH = rf"(?:{'|'.join(f'{month}|{month[:3]}' for month in MONTHS)}|sept)\.?"
D = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
YEAR = r"(?:1[89]|20|21)\d\d"
UNIT = r"(?:day|week|fortnight|month|quarter|year|decade)s?"
ORDINAL = rf"(?:{'|'.join(ORDINALS)})"
TO = r"\s+(?:to|until|till|through|thru|and)\s+"

_NAMED = {"DAY": DAY, "MONTH": MONTH, "D": D, "YEAR": YEAR, "N": NUMBER, "UNIT": UNIT,
          "ORDINAL": ORDINAL, "SEASON": f"(?:{'|'.join(SEASONS)})"}  # fmt: skip

Rule = Callable[[re.Match[str], Context], Span]
Rules = list[tuple[re.Pattern[str], Rule]]


def rule(rules: Rules, pattern: str) -> Callable[[Rule], Rule]:
    """Add a rule for the phrases that `pattern` fits from end to end; <DAY> stands for any day."""
    whole = re.sub(r"<([A-Z]+)>", lambda name: _NAMED[name[1]], pattern)

    def add(rule: Rule) -> Rule:
        rules.append((re.compile(whole), rule))
        return rule

    return add
