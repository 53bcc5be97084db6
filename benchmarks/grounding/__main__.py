"""Compares LangExtract's resolver and defext's grounding; see the package's own words for how."""

import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from benchmarks.grounding.cases import NAMED, cases, long_text, outcome
from benchmarks.machine import machine
from defext.ground import ground_quote
from defext.ground.fold import long_folded

CHARACTERS = 120_000
ROUNDS = 5
_OUTCOMES = ("right", "wrong", "none")
_LEGEND = """
LX text, LX chunk  LangExtract by its defaults, in the whole text and in the chunk of the sentence
... none           the same, but what it calls a part of the quote (match_lesser) is no placement
... off            the same with accept_match_lesser=False, so that it goes on to look fuzzily

right/wrong/none by mangling"""

# Of each system, by mangling or grade: how many placements of each outcome.
Tally = Mapping[str, Mapping[str, Counter[str]]]


def main() -> None:
    """Measure, print the tables, and the figures as one JSON object in the last line."""
    try:
        from benchmarks.grounding import systems
    except ImportError as error:
        sys.exit(f'{error}. Run: pip install ".[benchmark]"')

    for text, quote in NAMED:
        print(f"“{quote}” in “{text}”")
        print(f"  defext: {ground_quote(text, quote)}")
        (aligned,) = systems.align(text, [quote])
        place, status = aligned.char_interval, aligned.alignment_status
        print(
            f"  LangExtract: {text[place.start_pos : place.end_pos] if place else None}, {status}"
        )

    text, quotes = long_text(CHARACTERS)
    seconds = _timed(
        {
            "defext": lambda: [ground_quote(text, quote) for quote in quotes],
            "LangExtract": lambda: systems.align(text, quotes),
        }
    )
    ratio = seconds["defext"] / seconds["LangExtract"]
    print(f"\n{len(quotes)} quotes in {len(text)} characters, processor time, median of {ROUNDS}")
    for system, median in seconds.items():
        print(f"{system:12}{median * 1000:9.1f} ms")
    print(f"defext / LangExtract: {ratio:.3f}\n")

    by_mangling: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    by_grade: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for case in cases():
        for system, placement in systems.placements(case).items():
            result = outcome(case, placement.span)
            by_mangling[system][case.mangling][result] += 1
            by_grade[system][placement.grade][result] += 1
    _print_manglings(by_mangling)
    _print_grades(by_grade)
    totals = {system: sum(rows.values(), Counter()) for system, rows in by_mangling.items()}
    accuracy = {system: total["right"] / total.total() for system, total in totals.items()}
    for system, share in accuracy.items():
        print(f"{system:16}{share:.3f} of {totals[system].total()} right")
    figures = {
        "name": "grounding",
        "machine": machine(),
        "versions": {name: version(name) for name in ("defext", "langextract", "rapidfuzz")},
        "characters": len(text),
        "cpu_seconds": seconds,
        "ratio": round(ratio, 4),
        "accuracy": {system: round(share, 4) for system, share in accuracy.items()},
        "manglings": by_mangling,
        "grades": by_grade,
    }
    print(json.dumps(figures, ensure_ascii=False))


def _timed(systems: Mapping[str, Callable[[], Any]]) -> dict[str, float]:
    """Median processor time of each, by turns; defext has to fold the text each time."""
    times: dict[str, list[float]] = {system: [] for system in systems}
    for _ in range(ROUNDS):
        for system, place in systems.items():
            long_folded.cache_clear()
            began = time.process_time()
            place()
            times[system].append(time.process_time() - began)
    return {system: round(statistics.median(each), 6) for system, each in times.items()}


def _print_manglings(tally: Tally) -> None:
    print(_LEGEND)
    print(f"{'':36}" + "".join(f"{system:>15}" for system in tally))
    for mangling in next(iter(tally.values())):
        cells = ["/".join(str(rows[mangling][o]) for o in _OUTCOMES) for rows in tally.values()]
        print(f"{mangling:36}" + "".join(f"{cell:>15}" for cell in cells))


def _print_grades(tally: Tally) -> None:
    print("\nright/wrong/none by the system's own grade")
    for system, rows in tally.items():
        for grade, counts in sorted(rows.items()):
            print(f"{system:16}{grade:14}" + "/".join(str(counts[o]) for o in _OUTCOMES))
    print()


if __name__ == "__main__":
    main()
