"""`defext view` and `--format html`: a page of outcomes, or an error that names the line."""

import json
from pathlib import Path
from typing import Any

import pytest

from defext.document import Document
from defext.errors import RateLimited
from defext.extractor import Extractor
from defext.schema import Extraction

from .conftest import Defext

CONTRACT = Path(__file__).parents[1] / "schema" / "contract.json"
QUOTE = "Singh specifically pressed for the expedited delivery of GE404 jet engines"


@pytest.fixture
def extraction() -> Any:
    return json.loads(CONTRACT.read_text(encoding="utf-8"))


@pytest.fixture
def records(tmp_path: Path, extraction: Any) -> Path:
    """A document with records, a blank line, and one that failed."""
    failed = {"id": "b.txt", "failure": {"error": "RateLimited", "message": "Wait <b>."}}
    lines = [json.dumps({"id": "a.txt", "extraction": extraction}), "", json.dumps(failed), ""]
    path = tmp_path / "out.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_page_is_printed(defext: Defext, records: Path) -> None:
    result = defext("view", "out.jsonl")
    assert (result.status, result.stderr) == (0, "")
    assert result.stdout.startswith("<!doctype html>\n")
    assert result.stdout.endswith("</html>\n")
    assert "Documents: 2, failed: 1" in result.stdout
    assert QUOTE in result.stdout
    assert "Wait &lt;b&gt;." in result.stdout


def test_out_holds_the_page_and_standard_output_nothing(
    defext: Defext, records: Path, tmp_path: Path
) -> None:
    page = defext("view", "out.jsonl").stdout
    assert defext("view", "out.jsonl", "-o", "report.html") == (0, "", "")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page
    assert {path.name for path in tmp_path.iterdir()} == {"out.jsonl", "report.html"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "EOF while parsing"),
        (b'"\xff"', "unicode"),
        (b"[" * 100_000, "recursion limit"),
        (b"[]", "Input should be a valid dictionary"),
        (b'{"id": "c.txt"}', "extraction: Field required"),
        (b'{"id": "c.txt", "failure": {"error": "E"}}', "failure.message: Field required"),
        (b'{"id": "c.txt", "failure": {"error": "", "message": ""}}', "failure.error: String"),
        (b'{"id": "c.txt", "items": []}', "extraction: Field required"),
    ],
)
def test_a_line_that_is_no_outcome_is_named_and_the_page_is_as_it_was(
    defext: Defext, records: Path, tmp_path: Path, line: bytes, said: str
) -> None:
    Path("report.html").write_text("before", encoding="utf-8")
    with records.open("ab") as file:
        file.write(line + b"\n")
    result = defext("view", "out.jsonl", "-o", "report.html")
    assert (result.status, result.stdout) == (1, "")
    assert result.stderr.startswith("defext: DocumentError: out.jsonl, line 4 is no outcome: ")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert Path("report.html").read_text(encoding="utf-8") == "before"
    assert {path.name for path in tmp_path.iterdir()} == {"out.jsonl", "report.html"}


def test_the_field_of_a_record_that_is_wrong_is_named(
    defext: Defext, tmp_path: Path, extraction: Any
) -> None:
    extraction["talks"][0]["mode"] = "telegraph"
    line = json.dumps({"id": "a.txt", "extraction": extraction})
    (tmp_path / "out.jsonl").write_text(line, encoding="utf-8")
    result = defext("view", "out.jsonl")
    assert result.status == 1
    assert "out.jsonl, line 1 " in result.stderr
    assert "extraction.talks.0.mode: Input should be 'phone'" in result.stderr


@pytest.mark.parametrize(
    ("name", "said"), [("none.jsonl", "No such file or directory"), (".", "Is a directory")]
)
def test_a_path_that_is_no_file_fails(defext: Defext, name: str, said: str) -> None:
    result = defext("view", name)
    assert (result.status, result.stdout) == (1, "")
    assert result.stderr == f"defext: DocumentError: {name} cannot be read: {said}.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "OUT.jsonl"),
        (["out.jsonl", "-o", "none/report.html"], "cannot be written"),
        (["out.jsonl", "-o", "."], "is a directory"),
        (["out.jsonl", "--nonsense"], "--nonsense"),
    ],
)
def test_wrong_use_prints_no_result(
    defext: Defext, records: Path, arguments: list[str], said: str
) -> None:
    result = defext("view", *arguments)
    assert (result.status, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.parametrize("output", [[], ["-o", "page.html"]])
def test_extract_prints_the_page_that_view_makes_of_its_lines(
    defext: Defext,
    tmp_path: Path,
    extraction: Any,
    monkeypatch: pytest.MonkeyPatch,
    output: list[str],
) -> None:
    def extract(self: Extractor, document: Document) -> Extraction:
        if document.text.startswith("fail"):
            raise RateLimited("Wait.")
        return Extraction.model_validate(extraction)

    monkeypatch.setattr(Extractor, "extract", extract)
    (tmp_path / "a.txt").write_text("Singh called.", encoding="utf-8")
    (tmp_path / "b.txt").write_text("fail", encoding="utf-8")
    asked = ("extract", "a.txt", "b.txt", "--model", "openai/some")
    assert defext(*asked, "--format", "jsonl", "-o", "out.jsonl").status == 1
    result = defext(*asked, "--format", "html", *output)
    printed = Path("page.html").read_text(encoding="utf-8") if output else result.stdout
    assert result.status == 1
    assert "defext: RateLimited: b.txt: Wait." in result.stderr
    assert QUOTE in printed
    assert printed == defext("view", "out.jsonl").stdout
