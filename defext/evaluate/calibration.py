"""Whether confidence means something: of records given 0.8, eight in ten should be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from defext.evaluate.score import Matched

BINS = 5


@dataclass(frozen=True)
class Bin:
    """Records whose confidence lies in [low, high), or up to 1 in the last bin."""

    low: float
    high: float
    records: int
    confidence: float
    right: float


@dataclass(frozen=True)
class Point:
    """Precision and recall of the records with at least this confidence."""

    threshold: float
    precision: float
    recall: float


def outcomes(documents: Iterable[Matched]) -> list[tuple[float, bool]]:
    """Each record's confidence, and whether it is in gold.

    Left out are matches of optional gold and records without a confidence.
    """
    rated = [
        (item, right)
        for document in documents
        for item, right in (
            *((pair.found, True) for pair in document.pairs if not pair.gold.optional),
            *((item, False) for item in document.invented),
        )
    ]
    return [(item.confidence, right) for item, right in rated if item.confidence is not None]


def reliability(found: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Mean confidence beside the share of right records, by bins of equal width; empty ones out."""
    bins = []
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        inside = [
            (p, right) for p, right in found if low <= p < high or (p == 1 and number == BINS - 1)
        ]
        if inside:
            bins.append(
                Bin(
                    low,
                    high,
                    len(inside),
                    sum(p for p, _ in inside) / len(inside),
                    sum(right for _, right in inside) / len(inside),
                )
            )
    return bins


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Mean distance of confidence from the share of right records; None without records."""
    records = sum(b.records for b in bins)
    if not records:
        return None
    return sum(abs(b.confidence - b.right) * b.records for b in bins) / records


def curve(found: Sequence[tuple[float, bool]], gold: int) -> list[Point]:
    """Precision and recall at each threshold from 0 to 0.95, where any record is left."""
    points = []
    for step in range(20):
        threshold = step / 20
        kept = [right for p, right in found if p >= threshold]
        if kept and gold:
            points.append(Point(threshold, sum(kept) / len(kept), sum(kept) / gold))
    return points
