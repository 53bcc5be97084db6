"""Compares LangExtract, plain Instructor and defext; see the package's own words for how.

python -m benchmarks.faults
"""

import argparse
import json
import logging
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from benchmarks.machine import machine
from benchmarks.misbehaving import Plan

DOCUMENTS = 1000
PLAN = Plan(seed=20, share=0.2)
_PACKAGES = ("defext", "instructor", "langextract", "openai")
_ROWS = (
    ("documents", "documents"),
    ("could_succeed", "meet no final fault"),
    ("delivered", "delivered"),
    ("right", "  with the records of no faults"),
    ("failed", "failed, with a reason"),
    ("lost", "other records, without a word"),
    ("calls", "calls"),
    ("misbehaved", "  of these misbehaved"),
    ("answered_twice", "questions answered twice"),
    ("seconds", "seconds"),
)


def main() -> None:
    """Measure, print the table, and the figures as one JSON object in the last line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument(
        "--record",
        nargs="*",
        metavar="SYSTEM",
        help="ask the embedded model as these, or all, do; needs the extra dev as well",
    )
    try:
        from benchmarks.faults import measure, record, systems
    except ImportError as error:
        sys.exit(f'{error}. Run: pip install ".[local,evaluate,benchmark]"')
    if (named := parser.parse_args().record) is not None:
        record.record(named or [*systems.SYSTEMS])
        return
    logging.disable(logging.ERROR)  # what the peers say of each fault
    figures = {
        name: measure.of_bulletins(system, record.recording(name), DOCUMENTS, PLAN)
        for name, system in systems.SYSTEMS.items()
    }
    figures["defext taught"] = measure.of_composed(DOCUMENTS, PLAN)

    print(
        f"{PLAN.share:.0%} of the calls misbehave; {systems.CONCURRENCY} documents at once; every "
        f"client waits {systems.TIMEOUT:g} s for an answer.\n"
        "The first three meet the same faults at the same calls of the same documents. LangExtract "
        "and Instructor\nhave the OpenAI client's own retries, Instructor max_retries="
        f"{systems.MAX_RETRIES} besides."
    )
    print(table(figures))
    result = {
        "name": "faults",
        "machine": machine(),
        "versions": {package: version(package) for package in _PACKAGES},
        "plan": {"seed": PLAN.seed, "share": PLAN.share},
        "concurrency": systems.CONCURRENCY,
        "timeout": systems.TIMEOUT,
        "systems": figures,
    }
    print(json.dumps(result, ensure_ascii=False))


def table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """The figures by system."""
    lines = [_line("", figures)]
    for key, name in _ROWS:
        lines.append(_line(name, [_cell(told[key]) for told in figures.values()]))
    return "\n".join(lines)


def _line(name: str, cells: Iterable[str]) -> str:
    return f"{name:34}" + "".join(f"{cell:>15}" for cell in cells)


def _cell(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.1%}" if value < 1 else f"{value:.1f}"


if __name__ == "__main__":
    main()
