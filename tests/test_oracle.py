"""Perfect answers come out perfect, by both plans."""

from pathlib import Path

import pytest
from articles import SEEDS

from defext.evaluate import read_documents


def test_what_a_perfect_model_says_is_what_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[1])  # benchmarks are no part of the package
    from benchmarks.oracle import oracle

    here = SEEDS / "invented"
    figures = oracle(read_documents(here / "docs.jsonl")[::3], here / "gold.jsonl")
    assert figures.keys() == {"taught", "whole"}
    for row in figures.values():
        assert row["strict"] >= 0.98
        assert row["detect"] >= 0.98
        assert row["labels"] >= 0.97  # acts of one sentence may be matched with each other's
