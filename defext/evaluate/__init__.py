"""Measure records against gold: precision, recall, F1, calibration. Needs the extra `evaluate`."""

from defext.evaluate.calibration import calibration_error, curve, outcomes, reliability
from defext.evaluate.datasets import read_documents, read_gold, read_predictions
from defext.evaluate.items import GoldItem, Item, items
from defext.evaluate.report import as_json, as_table
from defext.evaluate.score import Counts, Matched, Pair, Score, score

__all__ = [
    "Counts",
    "GoldItem",
    "Item",
    "Matched",
    "Pair",
    "Score",
    "as_json",
    "as_table",
    "calibration_error",
    "curve",
    "items",
    "outcomes",
    "read_documents",
    "read_gold",
    "read_predictions",
    "reliability",
    "score",
]
