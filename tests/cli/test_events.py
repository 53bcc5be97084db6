"""`defext events`: a line for each record of what was extracted."""

import json
from pathlib import Path

from .conftest import Defext

CONTRACT = Path(__file__).parents[1] / "schema" / "contract.json"


def test_every_record_is_a_line_and_failures_have_none(defext: Defext, tmp_path: Path) -> None:
    extraction = json.loads(CONTRACT.read_text(encoding="utf-8"))
    failed = {"id": "b.txt", "failure": {"error": "RateLimited", "message": "Wait."}}
    lines = [json.dumps({"id": "a.txt", "extraction": extraction}), json.dumps(failed)]
    (tmp_path / "out.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = defext("events", "out.jsonl")
    assert (result.status, result.stderr) == (0, "")
    ids = [json.loads(line)["id"] for line in result.stdout.splitlines()]
    assert ids == ["a.txt#t1", "a.txt#r1", "a.txt#c1"]
    assert defext("events", "out.jsonl", "-o", "events.jsonl") == (0, "", "")
    assert (tmp_path / "events.jsonl").read_text(encoding="utf-8") == result.stdout


def test_a_file_that_is_none_of_outcomes_is_an_error(defext: Defext, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("{", encoding="utf-8")
    result = defext("events", "out.jsonl")
    assert result.status == 1
    assert "out.jsonl" in result.stderr
    assert result.stdout == ""
