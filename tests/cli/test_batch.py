"""`defext batch`: what goes where, what a failure does, and how it ends.

Where it runs in this process the extractor is a stand-in, which does what a document says.
"""

import asyncio
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from canned import TEXT, CannedServer
from made import extraction
from pyarrow import parquet
from rich.console import Console

from defext import errors
from defext.cli import batch
from defext.corpus.runner import run
from defext.document import Document
from defext.evaluate import read_predictions
from defext.extractor import Extractor
from defext.schema import Extraction

from .conftest import Defext

MODEL = ("--model", "openai/gpt-5-mini", "--no-cache")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """The documents that the stand-in was given."""
    given: list[Document] = []

    async def aextract(self: Extractor, document: Document) -> Extraction:
        given.append(document)
        what, *rest = document.text.split()
        if what == "raise":
            raise getattr(errors, rest[0])(" ".join(rest[1:]))
        if what == "signal":
            signal.raise_signal(getattr(signal, rest[0]))
            await asyncio.sleep(60)
        return extraction(document, self.model, self.plan.version)

    monkeypatch.setattr(Extractor, "aextract", aextract)
    return given


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a download was allowed, each time that weights were asked for."""
    calls: list[bool] = []

    def ensure_weights(console: Console, download: bool) -> None:
        calls.append(download)

    monkeypatch.setattr("defext.cli.model.ensure_weights", ensure_weights)
    return calls


def docs(path: Path, *texts: str) -> Path:
    """A file of documents with these texts."""
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    return path


def without_times(told: str) -> str:
    return re.sub(r"\b\d+ s\b", "… s", told)


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_outcomes_go_to_the_file_and_words_to_standard_error(
    defext: Defext, tmp_path: Path, asked: list[Document]
) -> None:
    docs(tmp_path / "docs.jsonl", "Singh called.", "Modi, too.")
    result = defext("batch", "docs.jsonl", "-o", "out.jsonl", *MODEL)
    assert (result.status, result.stdout) == (0, "")
    assert {line["origin"] for line in lines(tmp_path / "out.jsonl")} == {
        "docs.jsonl:1",
        "docs.jsonl:2",
    }
    assert without_times(result.stderr) == (
        "defext: out.jsonl: 2 extracted, 0 failed.\n"
        "defext: This run took … s. Tokens: 0 in, 0 of them cached, 0 out. Cost: $0.0000.\n"
    )
    view = defext("view", "out.jsonl")
    assert "Singh" in view.stdout
    assert len(read_predictions(tmp_path / "out.jsonl")) == 2


def test_a_failure_is_named_and_told_once(
    defext: Defext, tmp_path: Path, asked: list[Document]
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "e").touch()
    (tmp_path / "docs" / "h").write_text("raise AnswerInvalid Why.")
    docs(tmp_path / "docs.jsonl", "Singh called.", "raise AnswerInvalid [red]\x1b[2J or\nnot", " ")
    result = defext("batch", "docs.jsonl", "-o", "out.jsonl", "--concurrency", "1", *MODEL)
    assert result.status == 1
    told = result.stderr.splitlines()
    assert told[0] == "defext: AnswerInvalid: docs.jsonl:2: [red]␛[2J or not"
    assert told[1].startswith("defext: DocumentError: docs.jsonl:3: The text is empty or blank")
    assert "2 failed (AnswerInvalid 1, DocumentError 1)." in told[2]
    assert "not asked again unless its lines are taken out" in told[-1]

    result = defext("batch", "docs", "-o", "out2.jsonl", "--concurrency", "1", *MODEL)
    told = result.stderr.splitlines()
    assert told[0].startswith("defext: DocumentError: docs/e: The text is empty")
    assert told[1] == "defext: AnswerInvalid: h: Why."


def test_a_resumed_run_tells_of_both(defext: Defext, tmp_path: Path, asked: list[Document]) -> None:
    docs(tmp_path / "docs.jsonl", "Singh called.", "raise AnswerInvalid Why.", "Modi.", "Aldana.")
    first = defext("batch", "docs.jsonl", "-o", "out.jsonl", "--limit", "1", *MODEL)
    assert first.status == 0
    assert "Documents left: 3. The same command goes on with them by --resume." in first.stderr

    refused = defext("batch", "docs.jsonl", "-o", "out.jsonl", *MODEL)
    assert (refused.status, len(asked)) == (2, 1)
    assert "is there already: go on with it by --resume" in refused.stderr

    second = defext("batch", "docs.jsonl", "-o", "out.jsonl", "--resume", *MODEL)
    assert (second.status, len(asked)) == (1, 4)
    assert "3 extracted, 1 failed (AnswerInvalid 1); 1 of these are from before." in second.stderr
    third = defext("batch", "docs.jsonl", "-o", "out.jsonl", "--resume", *MODEL)
    assert (third.status, len(asked)) == (1, 4)


def test_other_settings_do_not_go_on_with_a_run(
    defext: Defext, tmp_path: Path, asked: list[Document]
) -> None:
    docs(tmp_path / "docs.jsonl", "Singh called.")
    defext("batch", "docs.jsonl", "-o", "out.jsonl", *MODEL)
    for other in (("--plan", "taught", *MODEL), ("--model", "openai/other")):
        result = defext("batch", "docs.jsonl", "-o", "out.jsonl", "--resume", "--no-cache", *other)
        assert result.status == 2
        assert "line 1: made by openai/gpt-5-mini with the prompts whole+" in result.stderr


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_ends_it_with_a_summary(
    defext: Defext, tmp_path: Path, asked: list[Document], name: str, status: int
) -> None:
    docs(tmp_path / "docs.jsonl", "Singh called.", f"signal {name}", "Modi.")
    run = ("batch", "docs.jsonl", "-o", "out.jsonl", "--concurrency", "1", *MODEL)
    result = defext(*run)
    assert result.status == status
    assert f"defext: The run was interrupted ({name}).\n" in result.stderr
    assert "Documents left: 2. The same command goes on with them by --resume." in result.stderr
    assert len(lines(tmp_path / "out.jsonl")) == 1


@pytest.mark.parametrize(
    ("bound", "says"),
    [
        (("--budget-tokens", "10"), "beyond 10 tokens."),
        (("--budget-usd", "0"), "beyond $0."),
        (("--max-seconds", "0"), "The run was stopped after 0 seconds."),
    ],
)
def test_a_run_that_bounds_end_early_has_failed(
    defext: Defext, tmp_path: Path, asked: list[Document], bound: tuple[str, ...], says: str
) -> None:
    docs(tmp_path / "docs.jsonl", "Singh called.")
    result = defext("batch", "docs.jsonl", "-o", "out.jsonl", *bound, *MODEL)
    assert (result.status, asked) == (1, [])
    assert f"{says}\n" in result.stderr


def test_a_refused_key_is_told(defext: Defext, tmp_path: Path, asked: list[Document]) -> None:
    docs(tmp_path / "docs.jsonl", "raise AuthenticationFailed Check the key.", "Singh.")
    run = ("batch", "docs.jsonl", "-o", "out.jsonl", "--concurrency", "1", *MODEL)
    result = defext(*run)
    assert result.status == 1
    assert "defext: The run was stopped: Check the key.\n" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("none", "-o", "out.jsonl"), "does not exist"),
        (("docs.jsonl",), "Missing option"),
        (("docs.jsonl", "-o", "out.csv"), "ends with neither .jsonl nor .parquet"),
        (("docs.jsonl", "-o", "docs.jsonl", "--resume"), "is part of docs.jsonl"),
        (("docs.txt", "-o", "out.jsonl"), "is no folder, .jsonl or .parquet file"),
        (("docs.jsonl", "-o", "out.jsonl", "--concurrency", "0"), "Invalid value for"),
        (("docs.jsonl", "-o", "out.jsonl", "--model", "x"), "Unknown model 'x'"),
        (("docs.jsonl", "-o", "out.jsonl", "--budget-usd", "1"), "No price of 'local' is known"),
        (
            ("docs.jsonl", "-o", "out.jsonl", "--model", "openai/x", "--budget-usd", "1"),
            "No price of 'openai/x' is known",
        ),
    ],
)
def test_wrong_use_says_what_is_right(
    defext: Defext, tmp_path: Path, asked: list[Document], arguments: tuple[str, ...], says: str
) -> None:
    docs(tmp_path / "docs.jsonl", "Singh called.")
    (tmp_path / "docs.txt").write_text("Singh called.")
    result = defext("batch", "--no-cache", *arguments)
    assert (result.status, result.stdout, asked) == (2, "", [])
    assert says in " ".join(result.stderr.split())
    assert {file.name for file in tmp_path.iterdir()} == {"docs.jsonl", "docs.txt"}
    assert (tmp_path / "docs.jsonl").read_text() == '{"text": "Singh called."}\n'


def test_what_it_would_take_goes_to_standard_output(
    defext: Defext, tmp_path: Path, asked: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    docs(tmp_path / "docs.jsonl", TEXT.format(1), " ", TEXT.format(2))
    run = ("batch", "docs.jsonl", "-o", "out.jsonl", "--dry-run", "--no-cache")
    result = defext(*run, "--model", "openai/gpt-5-mini")
    assert (result.status, result.stderr, asked) == (0, "", [])
    documents, taken = result.stdout.splitlines()
    assert documents == "Documents: 3, unreadable: 1."
    assert taken.startswith("Calls: 2. Tokens: ")
    assert "Cost: $0.0" in taken
    assert defext(*run, "--model", "openai/x").stdout.endswith("Cost: unknown.\n")
    assert not (tmp_path / "out.jsonl").exists()


def test_the_weights_are_there_before_anything_is_read(
    defext: Defext, tmp_path: Path, asked: list[Document], fetched: list[bool]
) -> None:
    docs(tmp_path / "docs.jsonl", "Singh called.")
    run = ("batch", "docs.jsonl", "--model", "local", "--no-cache")
    defext(*run, "-o", "a.jsonl", "--dry-run")
    assert fetched == []
    defext(*run, "-o", "a.jsonl")
    defext(*run, "-o", "b.jsonl", "--no-download")
    defext("batch", "docs.jsonl", "-o", "c.jsonl", *MODEL)
    assert fetched == [True, False]


def test_where_there_is_no_terminal_lines_tell_how_far_it_is(
    defext: Defext, tmp_path: Path, asked: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_LINES", 0.0)
    docs(tmp_path / "docs.jsonl", "Singh called.", "raise AnswerInvalid Why.", "Modi.", "Aldana.")
    run = ("batch", "docs.jsonl", "-o", "out.jsonl", "--concurrency", "1", "--limit", "3")
    told = without_times(defext(*run, *MODEL).stderr).splitlines()
    assert told[:4] == [
        "defext: 1 of 3 documents, 0 tokens, cost $0.0000, … s left",
        "defext: AnswerInvalid: docs.jsonl:2: Why.",
        "defext: 2 of 3 documents, 1 failed, 0 tokens, cost $0.0000, … s left",
        "defext: 3 of 3 documents, 1 failed, 0 tokens, cost $0.0000",
    ]


def test_in_a_terminal_a_bar_does_and_failures_stay_above_it(
    defext: Defext, tmp_path: Path, asked: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_BAR", 0.0)
    docs(tmp_path / "docs.jsonl", "Singh called.", "raise AnswerInvalid [red] Why.", "Modi.")
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = defext("batch", "docs.jsonl", "-o", "out.jsonl", *MODEL)
    assert (result.status, result.stdout) == (1, "")
    assert "docs.jsonl:2: [red] Why." in result.stderr
    assert "of 3 documents" in result.stderr
    assert "2 extracted, 1 failed" in result.stderr


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.4, "0 s"), (99.4, "99 s"), (100, "2 min"), (3569, "59 min"), (9000, "2 h 30 min")],
)
def test_a_duration_has_units_that_tell_enough(seconds: float, told: str) -> None:
    assert batch._duration(seconds) == told


# From here on `defext` runs as a program, and asks a server on the loopback.


@pytest.fixture
def server() -> Iterator[CannedServer]:
    with CannedServer() as server:
        yield server


def command(tmp_path: Path, server: CannedServer, *arguments: str) -> dict[str, Any]:
    """The arguments of `subprocess` for a run that asks the server and keeps answers."""
    script = "from defext.cli.main import run; run()"
    paths = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": os.environ["PATH"]}
    return {
        "args": [sys.executable, "-c", script, "batch", *arguments, *MODEL[:2]],
        "cwd": tmp_path,
        "env": {**paths, **server.environment},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
    }


def test_it_runs_without_standard_input(tmp_path: Path, server: CannedServer) -> None:
    """Also where a page is read in a process of its own."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.html").write_text(f"<p>{TEXT.format(1)}</p>")
    (tmp_path / "docs" / "text.txt").write_text(TEXT.format(2))
    told = command(tmp_path, server, "docs", "-o", "out.jsonl")
    told["args"] = ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *told["args"]]
    ran = subprocess.run(**told, check=False)
    assert (ran.returncode, ran.stdout) == (0, b""), ran.stderr
    assert {line["origin"] for line in lines(tmp_path / "out.jsonl")} == {"page.html", "text.txt"}


def test_killed_at_any_moment_it_goes_on_and_asks_nothing_twice(
    tmp_path: Path, server: CannedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 120
    docs(tmp_path / "docs.jsonl", *map(TEXT.format, range(number)))
    server.seconds = 0.02
    draw = random.Random(5)
    out, again = tmp_path / "out.jsonl", ["docs.jsonl", "-o", "out.jsonl", "--resume"]
    for killed in range(1, 6):
        stored = answers(tmp_path)
        before = server.asked.total()
        with subprocess.Popen(**command(tmp_path, server, *again)) as running:
            assert server.await_questions(before + draw.randint(1, 10))
            time.sleep(draw.random() * 0.02)
            running.kill()
        assert not {origin for origin in origins(out) if origins(out).count(origin) > 1}
        assert server.asked.total() - before <= number - stored, f"kill {killed}"

    stored, before = answers(tmp_path), server.asked.total()
    assert 0 < stored < number
    ran = subprocess.run(**command(tmp_path, server, *again), check=False)
    assert (ran.returncode, ran.stdout) == (0, b""), ran.stderr
    assert server.asked.total() - before == number - stored

    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    one_go = tmp_path / "one.jsonl"
    run(Extractor(MODEL[1]), tmp_path / "docs.jsonl", one_go, lambda tally, outcome: None)
    assert without_time(out) == without_time(one_go)
    assert len(lines(out)) == number


def answers(tmp_path: Path) -> int:
    """How many answers are kept on the disk."""
    path = tmp_path / "cache" / "defext" / "answers.sqlite"
    if not path.exists():
        return 0
    file = sqlite3.connect(path)
    try:
        found: int = file.execute("SELECT count(*) FROM kept").fetchone()[0]
    except sqlite3.OperationalError:  # killed before it made the table
        found = 0
    finally:
        file.close()
    return found


def origins(path: Path) -> list[str]:
    """Those of all whole lines."""
    whole = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [json.loads(line)["origin"] for line in whole]


def without_time(path: Path) -> dict[str, Any]:
    """The lines by their origins, whatever their order, without the seconds that they took."""
    told = {line["origin"]: line for line in lines(path)}
    assert len(told) == len(lines(path))
    for line in told.values():
        assert line["extraction"]["run"].pop("seconds") > 0
    return told


def test_a_table_in_and_a_table_out(tmp_path: Path, server: CannedServer) -> None:
    import pyarrow as pa

    texts = pa.table({"text": [TEXT.format(number) for number in range(3)], "id": [1, 2, 3]})
    parquet.write_table(texts, tmp_path / "docs.parquet")
    told = command(tmp_path, server, "docs.parquet", "-o", "out.parquet")
    ran = subprocess.run(**told, check=False)
    assert ran.returncode == 0, ran.stderr
    table = parquet.read_table(tmp_path / "out.parquet")
    assert sorted(table["id"].to_pylist()) == ["1", "2", "3"]
    assert table["requests"].to_pylist() == [1, 1, 1]
