"""Fit the odds of the plan "narrow" on documents with gold, and show how well they fit others.

Every record that the plan finds at a low threshold, right or wrong, is a case: its features are
the log-odds of each finder's answer about its sentence, its outcome whether it is in gold. A
logistic regression a kind, with a small ridge, gives the odds for plans.toml. Folds by document
tell what the fit is worth on documents that it has not seen: calibration, and F1 by threshold.

    python -m benchmarks.calibrate DOCS.jsonl GOLD.jsonl [DOCS.jsonl GOLD.jsonl …]
"""

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import get_args

import numpy as np

from benchmarks.machine import machine
from defext import Document, Extractor
from defext.ask import Asker, Patience, answers_file
from defext.evaluate import GoldItem, Item, items, read_documents, read_gold, score
from defext.evaluate.calibration import reliability
from defext.evaluate.score import KINDS, match
from defext.plan import Finder, Likely, Odds, Plan, find, log_odds, plans
from defext.schema import Kind

LEAST = 0.15
RIDGE = 1.0
FOLDS = 10
FINDERS: tuple[Finder, ...] = get_args(Finder)


Gold = Mapping[str, Sequence[GoldItem]]


@dataclass(frozen=True)
class Case:
    """A record, the finders' log-odds about its sentence, and whether it is right.

    `right` is None where gold calls it optional.
    """

    document: str
    item: Item
    features: tuple[float, ...]
    right: bool | None


def main() -> None:
    """Fit, print the odds, what they are worth on unseen documents, and all of it as JSON."""
    paths = [Path(argument) for argument in sys.argv[1:]]
    if not paths or len(paths) % 2:
        sys.exit(__doc__)
    documents: list[Document] = []
    gold: dict[str, list[GoldItem]] = {}
    for texts, told in zip(paths[::2], paths[1::2], strict=True):
        expected = read_gold(told)
        documents += [d for d in read_documents(texts) if d.id in expected]
        gold |= expected
    cases = _cases(documents, gold)
    odds = {kind: _fit([case for case in cases if case.item.type == kind]) for kind in KINDS}
    for kind, line in odds.items():
        print(f"{kind} = {{ {', '.join(f'{name} = {v:.2f}' for name, v in line.items())} }}")
    unseen = _unseen(cases, [document.id for document in documents])
    bins = reliability([(p, case.right) for case, p in unseen if case.right is not None])
    for each in bins:
        print(
            f"confidence {each.low:.1f} to {each.high:.1f}: {each.records} records, "
            f"said {each.confidence:.2f}, right {each.right:.2f}"
        )
    curve = _curve(unseen, {document.id: gold[document.id] for document in documents})
    for point in curve:
        print("  ".join(f"{name} {value:.3f}" for name, value in point.items()))
    calibration = [asdict(each) for each in bins]
    result = {"machine": machine(), "odds": odds, "calibration": calibration, "curve": curve}
    print(json.dumps({"name": "calibrate"} | result))


def _cases(documents: Iterable[Document], gold: Gold) -> list[Case]:
    asker = Asker("local", None, Patience(), answers_file())
    extractor = Extractor("local", threshold=LEAST, cache=True)
    cases = []
    for document in documents:
        print(document.id, file=sys.stderr)
        found = items(extractor.extract(document))
        matched = match(document.id, gold[document.id], found)
        right: dict[int, bool | None] = {id(item): False for item in found}
        right |= {id(p.found): None if p.gold.optional else True for p in matched.pairs}
        told = [_answers(document, finder, asker) for finder in FINDERS]
        cases += [
            Case(
                document.id,
                item,
                tuple(log_odds(answer[item.start, item.type]) for answer in told),
                right[id(item)],
            )
            for item in found
        ]
    return cases


def _answers(
    document: Document, finder: Finder, asker: Asker
) -> dict[tuple[int | None, Kind], float]:
    """What one finder alone says of each sentence and kind."""
    odds = dict.fromkeys(KINDS, Odds.model_validate({"constant": 0.0, finder: 1.0}))
    plan: Plan = plans()["narrow"].model_copy(
        update={"find": (finder,), "threshold": 0.0, "odds": odds}
    )
    steps = find(document.sentences, plan)
    try:
        questions = next(steps)
        while True:
            questions = steps.send(asker.ask(questions))
    except StopIteration as done:
        found: list[Likely] = done.value
        return {(each.sentence.start, each.kind): each.confidence or 0.5 for each in found}


def _fit(cases: Sequence[Case]) -> dict[str, float]:
    """Logistic regression by Newton's method."""
    known = [case for case in cases if case.right is not None]
    x = np.array([(1.0, *case.features) for case in known])
    y = np.array([float(bool(case.right)) for case in known])
    weights = np.zeros(x.shape[1])
    ridge = RIDGE * np.diag([0.0] + [1.0] * len(FINDERS))
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + ridge @ weights
        weights -= np.linalg.solve((x.T * (p * (1 - p))) @ x + ridge, slope)
    return dict(zip(("constant", *FINDERS), map(float, weights), strict=True))


def _unseen(cases: Sequence[Case], ids: Sequence[str]) -> list[tuple[Case, float]]:
    """Each case with the confidence that a fit on the other folds' documents gives it."""
    fold = {id_: number % FOLDS for number, id_ in enumerate(ids)}
    unseen = []
    for kind in KINDS:
        of_kind = [case for case in cases if case.item.type == kind]
        for number in range(FOLDS):
            line = _fit([case for case in of_kind if fold[case.document] != number])
            unseen += [(c, _confidence(c, line)) for c in of_kind if fold[c.document] == number]
    return unseen


def _confidence(case: Case, line: Mapping[str, float]) -> float:
    slopes = (line[finder] for finder in FINDERS)
    odds = line["constant"] + sum(a * b for a, b in zip(slopes, case.features, strict=True))
    return 1 / (1 + math.exp(-odds))


def _curve(unseen: Sequence[tuple[Case, float]], gold: Gold) -> list[dict[str, float]]:
    """F1 of the records with at least each confidence."""
    curve = []
    for step in range(3, 18):
        least = step / 20
        kept: dict[str, list[Item]] = {id_: [] for id_ in gold}
        for case, p in unseen:
            if p >= least:
                kept[case.document].append(case.item)
        counts = score(gold, kept).counts
        point = {"threshold": least}
        for kind in (*KINDS, "all"):
            point[f"{kind} detection"] = counts[kind].detection_f1
            point[f"{kind} strict"] = counts[kind].strict_f1
        curve.append(point)
    return curve


if __name__ == "__main__":
    main()
