"""What an evaluation prints: measures, calibration, and what was missed and invented."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from defext.evaluate.calibration import calibration_error, curve, outcomes, reliability
from defext.evaluate.items import GoldItem, Item
from defext.evaluate.score import Score


def as_json(score: Score) -> dict[str, Any]:
    """Every figure and every miss, as plain values."""
    found = outcomes(score.documents)
    bins = reliability(found)
    return {
        "measures": {
            kind: {
                "gold": counts.gold,
                "found": counts.found,
                "precision": counts.precision,
                "recall": counts.recall,
                "detection_f1": counts.detection_f1,
                "strict_f1": counts.strict_f1,
                "label_accuracy": counts.label_accuracy,
            }
            for kind, counts in score.counts.items()
        },
        "values": {
            name: {
                "gold": counts.gold,
                "found": counts.found,
                "precision": counts.precision,
                "recall": counts.recall,
            }
            for name, counts in score.values.items()
        },
        "calibration": {"error": calibration_error(bins), "bins": [asdict(b) for b in bins]},
        "precision_recall": [asdict(p) for p in curve(found, score.counts["all"].gold)],
        "documents": [
            {
                "id": document.id,
                "missed": [item.model_dump(exclude_none=True) for item in document.missed],
                "invented": [item.model_dump(exclude_none=True) for item in document.invented],
                "wrong_actors": [
                    {
                        "gold": pair.gold.model_dump(exclude_none=True),
                        "found": pair.found.model_dump(exclude_none=True),
                    }
                    for pair in document.pairs
                    if not pair.strict and not pair.gold.optional
                ],
            }
            for document in score.documents
        ],
    }


def as_table(score: Score, texts: dict[str, str]) -> RenderableType:
    """The measures, the calibration, and per document what went wrong, with quotes."""
    tables = (_measures(score), _calibration(score), _curve(score))
    spaced = [part for table in tables for part in (table, Text())]
    return Group(*spaced, *_documents(score, texts))


def _measures(score: Score) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for name in ("gold", "found", "precision", "recall", "detection F1", "strict F1", "labels"):
        table.add_column(name, justify="right")
    for kind, counts in score.counts.items():
        figures = (
            counts.precision,
            counts.recall,
            counts.detection_f1,
            counts.strict_f1,
            counts.label_accuracy,
        )
        table.add_row(kind, str(counts.gold), str(counts.found), *map(_figure, figures))
    for name, counts in score.values.items():
        measured = (counts.precision, counts.recall, counts.detection_f1)
        table.add_row(name, str(counts.gold), str(counts.found), *map(_figure, measured))
    return table


def _calibration(score: Score) -> Table:
    bins = reliability(outcomes(score.documents))
    error = calibration_error(bins)
    table = Table(box=None, pad_edge=False, title=f"calibration error {_figure(error)}")
    table.title_justify = "left"
    for name in ("confidence", "records", "mean", "right"):
        table.add_column(name, justify="right")
    for b in bins:
        table.add_row(
            f"{b.low:.1f}-{b.high:.1f}", str(b.records), _figure(b.confidence), _figure(b.right)
        )
    return table


def _curve(score: Score) -> Table:
    """Precision and recall at every fourth threshold of the whole curve."""
    table = Table(box=None, pad_edge=False)
    for name in ("confidence from", "precision", "recall"):
        table.add_column(name, justify="right")
    for point in curve(outcomes(score.documents), score.counts["all"].gold)[::4]:
        table.add_row(f"{point.threshold:.1f}", _figure(point.precision), _figure(point.recall))
    return table


def _documents(score: Score, texts: dict[str, str]) -> list[Text]:
    lines = []
    for document in score.documents:
        wrong = [p for p in document.pairs if not p.strict and not p.gold.optional]
        if not (document.missed or document.invented or wrong):
            continue
        lines.append(Text(document.id, style="bold"))
        for item in document.missed:
            quote = " … ".join(texts.get(document.id, "")[start:end] for start, end in item.spans)
            lines.append(Text(f"  missed    {_told(item)}  “{_one_line(quote)}”"))
        lines += [
            Text(f"  invented  {_told(item)}  “{_one_line(item.quote)}”")
            for item in document.invented
        ]
        lines += [
            Text(f"  actors    {_told(pair.found)}  instead of  {_told(pair.gold)}")
            for pair in wrong
        ]
    return lines


def _told(item: GoldItem | Item) -> str:
    by, to = (_names(side) for side in (item.by, item.to))
    return f"{item.type}: {by}{' → ' + to if to else ''}: {item.what}"


def _names(side: Sequence[str]) -> str:
    return ", ".join(actor.split("|")[0] for actor in side)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
