"""Words read as values: defext beside the library that is usual for each kind.

The cases are those of tests/values/cases. dateparser gives a day, so that it is right where the
words name one; pycountry is asked by `lookup`; of price-parser amount and currency must be right.
What a case leaves open ("soon", "Congo") is right where nothing is given.

    pip install ".[benchmark]"
    python -m benchmarks.values
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import dateparser
import price_parser
import pycountry

from benchmarks.machine import machine
from defext.values import equipment, money, quantity, state, when

CASES = Path(__file__).parents[1] / "tests/values/cases"
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "¥": "JPY", "A$": "AUD", "US$": "USD"}

Case = list[str]
Read = Callable[[Case], str | None]


def main() -> None:
    """Read all cases, print a line for each system, and the figures as JSON in the last line."""
    systems: list[tuple[str, str, Read, Read]] = [
        ("when", "dateparser", _dateparser, _when),
        ("state", "pycountry", _pycountry, lambda case: state(case[0], case[1])),
        ("money", "price-parser", _price_parser, _money),
        ("quantity", "", lambda case: None, _quantity),
        ("equipment", "", lambda case: None, lambda case: equipment(case[0])),
    ]
    figures: dict[str, Any] = {"name": "values", "machine": machine()}
    print(f"{'':26}{'cases':>6}{'right':>7}{'wrong':>7}{'empty':>7}{'ms':>8}")
    for kind, peer, theirs, ours in systems:
        cases = list(_cases(kind))
        for name, read in ((peer, theirs), ("defext", ours)):
            if not name:
                continue
            began = time.process_time()
            counts = Counter(_verdict(read(case), expected) for case, expected in cases)
            took = 1000 * (time.process_time() - began)
            shares = {word: counts[word] / len(cases) for word in ("right", "wrong", "empty")}
            figures[f"{kind} {name}"] = shares | {"cases": len(cases), "ms": round(took, 1)}
            print(
                f"{kind:12}{name:14}{len(cases):6}"
                + "".join(f"{share:7.3f}" for share in shares.values())
                + f"{took:8.0f}"
            )
    print(json.dumps(figures))


def _cases(kind: str) -> Iterable[tuple[Case, str | None]]:
    for line in (CASES / f"{kind}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            case = line.split("\t")
            yield case, _expected(kind, case)


def _expected(kind: str, case: Case) -> str | None:
    if kind == "money":
        currency = None if case[4] == "?" else case[4]
        return None if case[2] == "-" else f"{float(case[2]):g} {currency}"
    if kind == "quantity":
        return None if case[1] == "-" else case[1]
    return None if case[-1] in ("?", "-") else case[-1]


def _verdict(given: str | None, expected: str | None) -> str:
    if given == expected:
        return "right"
    return "empty" if given is None else "wrong"


def _published(case: Case) -> date | None:
    return None if case[1] == "-" else date.fromisoformat(case[1])


def _when(case: Case) -> str | None:
    ahead = {"yes": True, "no": False}.get(case[2])
    found = when(case[0], _published(case), ahead, country=case[3] or None)
    if found is None or found.start is None:
        return None
    return str(found.start) if found.start == found.end else f"{found.start}..{found.end}"


def _dateparser(case: Case) -> str | None:
    published = _published(case)
    prefer = {"yes": "future", "no": "past"}.get(case[2], "current_period")
    settings: Any = {"PREFER_DATES_FROM": prefer}
    if published:
        settings["RELATIVE_BASE"] = datetime.combine(published, datetime.min.time())
    found = dateparser.parse(case[0], languages=["en"], settings=settings)
    return str(found.date()) if found else None


def _pycountry(case: Case) -> str | None:
    try:
        found: str = pycountry.countries.lookup(case[0]).alpha_3
    except LookupError:
        return None
    return found


def _money(case: Case) -> str | None:
    found = money(case[0], case[1] or None)
    return f"{float(found.amount):g} {found.currency}" if found else None


def _price_parser(case: Case) -> str | None:
    found = price_parser.Price.fromstring(case[0])
    if found.amount is None:
        return None
    sign = found.currency or ""
    return f"{float(found.amount):g} {_SIGNS.get(sign, sign or None)}"


def _quantity(case: Case) -> str | None:
    found = quantity(case[0])
    return None if found is None else f"{found.value.normalize():f}"


if __name__ == "__main__":
    main()
