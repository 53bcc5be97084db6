"""Run the systems over the documents, and turn what they gave into figures."""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.peers.task import Reading, example
from benchmarks.peers.usage import UsageCounter, Use
from defext.document import Document
from defext.evaluate import GoldItem, Item, score
from defext.evaluate.score import KINDS

Reader = Callable[[Document], Reading]


@dataclass
class Run:
    """What one system did, by document."""

    found: dict[str, list[Item]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    alignment: Counter[str] = field(default_factory=Counter)
    use: Use = field(default_factory=Use)


def run(
    readers: Mapping[str, Reader], documents: Sequence[Document], counter: UsageCounter
) -> dict[str, Run]:
    """Each document through every system, after a warm-up that does not count."""
    runs = {system: Run() for system in readers}
    for system, read in readers.items():
        _tell(f"warm-up: {system}")
        _read(Run(), read, Document(example().text), counter)
    turns = list(readers)
    for number, document in enumerate(documents, start=1):
        for system in turns:
            _read(runs[system], readers[system], document, counter)
            seconds = runs[system].seconds[document.id]
            _tell(f"{document.id} ({number} of {len(documents)}): {system}, {seconds:.1f} s")
        turns = [*turns[1:], turns[0]]
    return runs


def _read(run: Run, read: Reader, document: Document, counter: UsageCounter) -> None:
    """One document through one system. Whatever it raises makes the document a failed one."""
    reading = Reading([])
    started = time.perf_counter()
    try:
        reading = read(document)
    except Exception as error:
        run.failures[document.id] = type(error).__name__
        _tell(f"{document.id}: failed: {type(error).__name__}: {str(error)[:300]}")
    run.seconds[document.id] = time.perf_counter() - started
    run.use += counter.take()
    run.found[document.id] = reading.items
    run.alignment.update(reading.alignment)


def figures(
    run: Run, documents: Sequence[Document], gold: Mapping[str, Sequence[GoldItem]]
) -> dict[str, Any]:
    """Every figure of one system; a share or a measure of nothing is None.

    A document that failed counts as one in which nothing was found; its time and tokens count.
    """
    counts = score({document.id: gold[document.id] for document in documents}, run.found).counts
    records = [(item, document.text) for document in documents for item in run.found[document.id]]
    unplaced = sum(item.start is None for item, _ in records)
    differing = sum(
        item.start is not None and text[item.start : item.end] != item.quote
        for item, text in records
    )
    return {
        "detection_f1": counts["all"].detection_f1,
        "strict_f1": counts["all"].strict_f1,
        **{f"strict_f1_{kind}": counts[kind].strict_f1 for kind in KINDS},
        "precision": counts["all"].precision,
        "recall": counts["all"].recall,
        "label_accuracy": counts["all"].label_accuracy,
        "documents_failed": len(run.failures),
        "records": len(records),
        "quote_not_in_text": unplaced / len(records) if records else None,
        "quote_differs_from_place": differing / len(records) if records else None,
        "right_a_minute": 60 * counts["all"].strict / sum(run.seconds.values()),
        "seconds_median": statistics.median(run.seconds.values()),
        "seconds_total": sum(run.seconds.values()),
        **asdict(run.use),
        "alignment": dict(run.alignment),
        "failures": run.failures,
        "seconds": run.seconds,
    }


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
