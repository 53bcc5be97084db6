"""How alike a quote and its passage must be: what each threshold finds, and what it lets through.

Quotes that are there in nearly the same words, against quotes that are not there: those of the
benchmark, and such as are every other word of a sentence. Told for the grounding as it is, which
refuses whatever differs in a fact, and for likeness alone.
"""

import json
from random import Random
from unittest.mock import patch

from benchmarks.grounding.articles import Clause, english
from benchmarks.grounding.cases import SEED, Case, cases, outcome, unmeant
from benchmarks.machine import machine
from defext.ground import Missing, fuzzy, ground_quote

EACH = 60
THRESHOLDS = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_NEARLY = (
    "mistyped",
    "a word left out",
    "three words left out",
    "a word put in",
    "another order",
)


def main() -> None:
    """Measure, print the table, and the figures as one JSON object in the last line."""
    generated = list(cases(SEED + 1, EACH))
    there = [case for case in generated if case.mangling in _NEARLY]
    absent = [case for case in generated if case.place is None]
    rng = Random(SEED)
    absent += [unmeant(_every_other_word, english, rng, "every other word") for _ in range(EACH)]
    shares: dict[str, list[float]] = {}
    with patch.object(fuzzy, "ENOUGH", 0.0):
        shares |= _shares("as it is", there, absent)
        with patch.object(fuzzy, "difference", lambda said, found: None):
            shares |= _shares("likeness alone", there, absent)
    print(
        f"{len(there)} quotes that are there in nearly the same words, {len(absent)} that are not"
    )
    print(f"{'asked for':30}" + "".join(f"{threshold:8}" for threshold in THRESHOLDS))
    for what, row in shares.items():
        print(f"{what:30}" + "".join(f"{share:8.3f}" for share in row))
    figures = {"name": "grounding.threshold", "machine": machine(), "thresholds": THRESHOLDS}
    print(json.dumps(figures | {"shares": shares}))


def _shares(name: str, there: list[Case], absent: list[Case]) -> dict[str, list[float]]:
    return {
        f"{name}: {what}": [
            round(sum(each >= threshold for each in likeness) / len(likeness), 4)
            for threshold in THRESHOLDS
        ]
        for what, likeness in (
            ("found", [_likeness(case, "right") for case in there]),
            ("let through", [_likeness(case, "wrong") for case in absent]),
        )
    }


def _likeness(case: Case, wanted: str) -> float:
    """Of the passage that is found; -1 where there is none or its place is not what is counted."""
    found = ground_quote(case.text, case.quote, case.cited)
    if isinstance(found, Missing) or outcome(case, (found.start, found.end)) != wanted:
        return -1.0
    return found.similarity or 0.0


def _every_other_word(rng: Random, clause: Clause) -> str:
    words = clause.told(clause.quoted).split()
    return " ".join(words[at] for at in sorted(rng.sample(range(len(words)), len(words) // 2)))


if __name__ == "__main__":
    main()
