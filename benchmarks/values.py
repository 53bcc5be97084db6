"""Words read as values: defext beside the library that is usual for each kind.

The cases are those of tests/values/cases. dateparser gives a day, so that it is right where the
words name one; pycountry is asked by `lookup`; price-parser for the currency and the first amount.
What a case leaves open ("soon", "Congo") is right where nothing is given.

    pip install ".[benchmark]"
    python -m benchmarks.values
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import dateparser
import price_parser
import pycountry

from benchmarks.machine import machine

SUPPORT = Path(__file__).parents[1] / "tests/support"  # what reads the cases
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "¥": "JPY", "A$": "AUD", "US$": "USD"}

Case = list[str]
Read = Callable[[Case], str | None]


def main() -> None:
    """Read all cases, print a line for each system, and the figures as JSON in the last line."""
    sys.path.append(str(SUPPORT))
    from value_cases import READ, cases

    figures: dict[str, Any] = {"name": "values", "machine": machine()}
    print(f"{'':27}{'cases':>6}{'right':>7}{'wrong':>7}{'empty':>7}{'ms':>8}")
    for kind, ours in READ.items():
        systems: dict[str, Read] = {"defext": ours}
        if kind in PEERS:
            name, theirs = PEERS[kind]
            systems = {name: theirs} | systems
        told = list(cases(kind))
        for name, read in systems.items():
            began = time.process_time()
            wanted = _amount if read is _price_parser else lambda expected: expected
            counts = Counter(_verdict(read(case), wanted(expected)) for case, expected in told)
            took = 1000 * (time.process_time() - began)
            shares = {word: counts[word] / len(told) for word in ("right", "wrong", "empty")}
            figures[f"{kind} {name}"] = shares | {"cases": len(told), "ms": round(took, 1)}
            print(
                f"{kind:13}{name:14}{len(told):6}"
                + "".join(f"{share:7.3f}" for share in shares.values())
                + f"{took:8.0f}"
            )
    print(json.dumps(figures))


def _verdict(given: str | None, expected: str | None) -> str:
    if given == expected:
        return "right"
    return "empty" if given is None else "wrong"


def _dateparser(case: Case) -> str | None:
    published = None if case[1] == "-" else date.fromisoformat(case[1])
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


def _amount(expected: str | None) -> str | None:
    return expected and " ".join(expected.split("..")[0].split()[:2])


def _price_parser(case: Case) -> str | None:
    found = price_parser.Price.fromstring(case[0])
    if found.amount is None:
        return None
    sign = found.currency or ""
    return f"{_SIGNS.get(sign, sign or '?')} {found.amount.normalize():f}"


PEERS: dict[str, tuple[str, Read]] = {
    "when": ("dateparser", _dateparser),
    "state": ("pycountry", _pycountry),
    "money": ("price-parser", _price_parser),
}


if __name__ == "__main__":
    main()
