"""Lets the systems read at a server that misbehaves, and turns what became of it into figures."""

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.faults.bulletins import TEXTS, bulletins
from benchmarks.faults.composed import RECORDINGS as CASSETTES
from benchmarks.faults.composed import composed
from benchmarks.faults.systems import Became, System, Told, taught
from benchmarks.misbehaving import FULL, Plan, mark_of, misbehaving
from defext import Document
from defext.evaluate import items
from defext.local import ServerAddress


@dataclass(frozen=True)
class Run:
    """What became of the documents, what the server tells of each request, and the seconds."""

    became: Became
    calls: Mapping[str, Sequence[str]]
    seconds: float


def of_bulletins(system: System, recording: Path, number: int, plan: Plan) -> dict[str, Any]:
    """The figures of a system that asks once for each of so many documents."""
    again = f"python -m benchmarks.faults --record {recording.stem}"
    if not recording.is_file():
        sys.exit(f"{recording} does not exist. Run: {again}")
    documents = bulletins(number)
    quiet = _run(system, documents[:TEXTS], [recording], Plan(share=0), "document")
    if len(quiet.calls) < TEXTS:
        sys.exit(f"{recording} lacks what is asked. Run: {again}")
    told = dict(quiet.became)
    right = {d.id: told[documents[n % TEXTS].id] for n, d in enumerate(documents)}
    final = {d.id for d in documents if plan.final(mark_of(d.title or ""))}
    return _figures(_run(system, documents, [recording], plan, "document"), right, final)


def of_composed(number: int, plan: Plan) -> dict[str, Any]:
    """The figures of defext's plan "taught", which asks twice for each document."""
    read = composed(number)
    right: dict[str, Told] = {each.document.id: items(each.extraction) for each in read}
    final = {each.document.id for each in read if any(map(plan.final, each.questions))}
    documents = [each.document for each in read]
    return _figures(_run(taught, documents, CASSETTES, plan, "question"), right, final)


def _run(
    system: System,
    documents: Sequence[Document],
    recordings: Sequence[Path],
    plan: Plan,
    by: Literal["question", "document"],
) -> Run:
    with misbehaving(recordings, plan, by) as server:
        started = time.perf_counter()
        became = system(ServerAddress(server.url, "key"), documents)
        seconds = time.perf_counter() - started
        return Run(became, server.calls(), seconds)


def _figures(run: Run, right: Mapping[str, Told], final: set[str]) -> dict[str, Any]:
    """Every figure of one system.

    `right` is what the system makes of each document where nothing misbehaves, `final` are the
    documents that meet a fault which no client can mend.
    """
    records = {name: told for name, told in run.became if not isinstance(told, str)}
    errors = Counter(told for _, told in run.became if isinstance(told, str))
    same = {name for name, told in records.items() if told == right[name]}
    could = {name for name, told in right.items() if not isinstance(told, str)} - final
    calls = Counter(told for each in run.calls.values() for told in each)
    return {
        "documents": len(right),
        "outcomes": len(run.became),
        "could_succeed": len(could),
        "delivered": len(records),
        "right": len(same),
        "failed": errors.total(),
        "lost": len(right) - len(same) - errors.total(),
        "calls": calls.total(),
        "misbehaved": 1 - calls["answer"] / calls.total(),
        "answered_twice": sum(
            sum(told in FULL for told in each) > 1 for each in run.calls.values()
        ),
        "seconds": run.seconds,
        "errors": errors,
        "by_fault": calls,
    }
