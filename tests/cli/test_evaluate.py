import json
from pathlib import Path
from typing import Any

import pytest
from scripted import Script, act
from typer.testing import CliRunner

from defext.ask import Answer, Asker, Question
from defext.ask.connections import Connections
from defext.cli.main import app
from defext.errors import ConfigurationError, DocumentError, RateLimited

TEXT = "Defence Minister Elena Aldana urged Norway on Tuesday to return the ships."
ITEM: dict[str, Any] = {
    "type": "request",
    "by": ["Elena Aldana"],
    "to": ["Norway"],
    "what": "return the ships",
    "spans": [[0, 74]],
}
runner = CliRunner()


def lines(path: Path, *values: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    quiet = {"id": "b", "text": "The shipyard was founded in 1931."}
    return [
        lines(tmp_path / "docs.jsonl", {"id": "a", "text": TEXT, "publisher": "Chile"}, quiet),
        lines(tmp_path / "gold.jsonl", {"id": "a", "items": [ITEM]}, {"id": "b", "items": []}),
    ]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Script:
    given = Script(
        {
            "urged": (
                0.9,
                act("request", ["Elena Aldana"], "return the ships", ["Norway"], label="urge"),
            )
        }
    )

    def answer(self: Asker, connection: object, question: Question[Any], _: object) -> Answer[Any]:
        return self._kept(question, given.answers([question])[0])

    monkeypatch.setattr(Asker, "_ask", answer)
    monkeypatch.setattr(Connections, "get", lambda self: None)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    return given


def test_given_predictions_are_scored_without_a_model(files: list[str], tmp_path: Path) -> None:
    told = lines(tmp_path / "out.jsonl", {"id": "a", "items": [{**ITEM, "start": 0, "end": 74}]})
    result = runner.invoke(app, ["evaluate", *files, "--predictions", told, "--format", "json"])
    assert result.exit_code == 0
    measures = json.loads(result.stdout)["measures"]
    assert measures["request"]["strict_f1"] == measures["all"]["strict_f1"] == 1


def test_a_model_is_asked_once_and_its_records_are_kept(
    files: list[str], tmp_path: Path, script: Script
) -> None:
    out = tmp_path / "out.jsonl"
    asked = ["evaluate", *files, "--model", "openai/x", "--format", "json"]
    first = runner.invoke(app, [*asked, "--predictions", str(out)])
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["measures"]["request"]["strict_f1"] == 1
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["a", "b"]

    before = len(script.asked)
    assert before > 0
    again = runner.invoke(app, asked)
    assert json.loads(again.stdout)["measures"] == json.loads(first.stdout)["measures"]
    assert len(script.asked) == before
    runner.invoke(app, [*asked, "--no-cache"])
    assert len(script.asked) == 2 * before


def test_the_table_tells_what_was_missed_and_invented(files: list[str], tmp_path: Path) -> None:
    wrong = {**ITEM, "what": "sell tanks", "quote": "sell tanks", "start": 200, "end": 210}
    told = lines(tmp_path / "out.jsonl", {"id": "a", "items": [wrong]})
    result = runner.invoke(app, ["evaluate", *files, "--predictions", told])
    words = " ".join(result.stdout.split())
    assert "detection F1" in words
    assert f"missed request: Elena Aldana → Norway: return the ships “{TEXT}”" in words
    assert "invented request: Elena Aldana → Norway: sell tanks “sell tanks”" in words


def test_a_sample_is_the_same_each_time(files: list[str], script: Script) -> None:
    asked = ["evaluate", *files, "--model", "openai/x", "--sample", "1", "--format", "json"]
    one, two = (json.loads(runner.invoke(app, asked).stdout)["documents"] for _ in range(2))
    assert len(one) == 1
    assert one == two


def test_a_failed_document_is_named_and_counts_as_missed(
    files: list[str], script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Asker, questions: object) -> None:
        raise RateLimited("The rate limit held.")

    monkeypatch.setattr(Asker, "ask", fail)
    result = runner.invoke(app, ["evaluate", *files, "--model", "openai/x", "--format", "json"])
    assert result.exit_code == 1
    assert "RateLimited" in result.stderr
    assert json.loads(result.stdout)["measures"]["request"]["recall"] == 0


@pytest.mark.parametrize(
    ("gold", "says"),
    [
        ("{", "line 1: This line is not JSON"),
        ("[]", "line 1: This line is no JSON object"),
        ('{"id": "a"}', "line 1: no gold"),
        ('{"id": "a", "items": [{"type": "war", "by": [], "spans": []}]}', "line 1: no gold"),
        ('{"id": "z", "items": []}', "no document in common"),
    ],
)
def test_bad_gold_is_named(files: list[str], gold: str, says: str) -> None:
    Path(files[1]).write_text(gold, encoding="utf-8")
    result = runner.invoke(app, ["evaluate", *files])
    assert isinstance(result.exception, DocumentError)
    assert says in str(result.exception)


def test_bad_documents_and_predictions_are_named(files: list[str], tmp_path: Path) -> None:
    told = lines(tmp_path / "out.jsonl", {"id": "a", "items": [{}]})
    result = runner.invoke(app, ["evaluate", *files, "--predictions", told])
    assert "out.jsonl, line 1: no prediction" in str(result.exception)
    lines(Path(files[0]), {"id": "a", "text": " "})
    assert "docs.jsonl, line 1: The text is empty" in str(
        runner.invoke(app, ["evaluate", *files]).exception
    )
    assert "cannot be read" in str(runner.invoke(app, ["evaluate", "none", files[1]]).exception)


def test_a_cache_that_is_no_file_says_so(tmp_path: Path, script: Script, files: list[str]) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "answers.sqlite").write_bytes(b"no database at all, but text" * 40)
    result = runner.invoke(app, ["evaluate", *files, "--model", "openai/x"])
    assert isinstance(result.exception, ConfigurationError)
