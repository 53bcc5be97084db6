"""Words and the values that they name, as tests/values/cases has them: `?` and `-` are none."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from defext.values import company, equipment, money, organisation, quantity, state, when

FOLDER = Path(__file__).parents[1] / "values/cases"

Case = list[str]


def cases(kind: str) -> Iterator[tuple[Case, str | None]]:
    """The columns of each case of a kind, and the value that is right."""
    for line in (FOLDER / f"{kind}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            *given, expected = line.split("\t")
            yield given, None if expected in ("?", "-") else expected


def _when(case: Case) -> str | None:
    words, published, future, country = case
    day = None if published == "-" else date.fromisoformat(published)
    ahead = {"yes": True, "no": False}.get(future)
    found = when(words, day, ahead, country=country or None)
    if found is None or found.start is None:
        return None
    return str(found.start) if found.start == found.end else f"{found.start}..{found.end}"


def _money(case: Case) -> str | None:
    words, country = case
    found = money(words, country or None)
    if found is None:
        return None
    until = f"..{_plain(found.most)}" if found.most else ""
    period = f" {found.period}" if found.period else ""
    return f"{found.currency or '?'} {_plain(found.amount)}{until}{period}"


def _quantity(case: Case) -> str | None:
    found = quantity(case[0])
    if found is None:
        return None
    until = f"..{_plain(found.most)}" if found.most else ""
    of = f" {found.of}" if found.of else ""
    return f"{'~' * found.approximate}{_plain(found.value)}{until}{of}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


READ: dict[str, Callable[[Case], str | None]] = {
    "when": _when,
    "state": lambda case: state(case[0], case[1]),
    "organisation": lambda case: organisation(case[0]),
    "company": lambda case: company(case[0]),
    "equipment": lambda case: equipment(case[0]),
    "quantity": _quantity,
    "money": _money,
}
