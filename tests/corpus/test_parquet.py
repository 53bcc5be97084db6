"""Outcomes as rows."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from made import extracted, extraction, failed
from pyarrow import parquet

from defext.corpus.parquet import SCHEMA, write
from defext.document import Document
from defext.errors import DocumentError, RunStopped
from defext.schema import Extraction
from defext.schema.outcome import Extracted, Outcome


def test_an_outcome_is_a_row(tmp_path: Path) -> None:
    document = Document("Singh called.", "2025-07-01", "A call", "Wire", "n1")
    made = extraction(document)
    outcomes: list[Outcome] = [Extracted(id="n1", origin="a.txt", extraction=made), failed("b.txt")]
    write(outcomes, tmp_path / "out.parquet")
    table = parquet.read_table(tmp_path / "out.parquet")
    assert table.schema == SCHEMA
    first, second = table.to_pylist()
    assert Extraction.model_validate_json(first.pop("extraction")) == made
    assert first == {
        "id": "n1",
        "origin": "a.txt",
        "error": None,
        "message": None,
        "title": "A call",
        "source": "Wire",
        "published": date(2025, 7, 1),
        "language": None,
        "talks": 1,
        "requests": 0,
        "commitments": 0,
        "model": "openai/some",
        "prompt_version": "1.0",
        "calls": 1,
        "input_tokens": 900,
        "cached_tokens": 100,
        "output_tokens": 50,
        "repaired_answers": 0,
        "cost_usd": None,
        "seconds": 0.5,
    }
    told = {name: value for name, value in second.items() if value is not None}
    assert told == {"id": "b.txt", "origin": "b.txt", "error": "AnswerInvalid", "message": "Why."}


def test_many_outcomes_are_written_in_groups(tmp_path: Path) -> None:
    write((extracted(f"{number}") for number in range(2500)), tmp_path / "out.parquet")
    file = parquet.ParquetFile(tmp_path / "out.parquet")
    assert (file.metadata.num_rows, file.metadata.num_row_groups) == (2500, 3)
    assert file.read(["origin"])["origin"].to_pylist() == [f"{number}" for number in range(2500)]


def test_no_outcomes_are_an_empty_table(tmp_path: Path) -> None:
    write([], tmp_path / "out.parquet")
    assert parquet.read_table(tmp_path / "out.parquet").num_rows == 0


def test_the_file_is_replaced_when_the_new_one_is_whole(tmp_path: Path) -> None:
    def broken() -> Iterator[Outcome]:
        yield extracted("a.txt")
        raise DocumentError("line 2 is no outcome.")

    write([extracted("old")], tmp_path / "out.parquet")
    before = (tmp_path / "out.parquet").read_bytes()
    with pytest.raises(DocumentError):
        write(broken(), tmp_path / "out.parquet")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"out.parquet": before}


def test_a_file_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(RunStopped, match=r"none/out\.parquet cannot be written"):
        write([], tmp_path / "none" / "out.parquet")


def test_without_its_package_the_error_says_what_to_install() -> None:
    script = "import sys; sys.modules['pyarrow'] = None\nimport defext.corpus.parquet"
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "ConfigurationError: Parquet is read and written by pyarrow" in ran.stderr
    assert 'pip install "defext[parquet]"' in ran.stderr
