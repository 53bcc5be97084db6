"""`defext extract`: what goes where, what a failure does, and how it ends.

The extractor is a stand-in: it quotes a document's first word, or fails as the document tells it.
"""

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made import extraction
from rich.console import Console

from defext import errors
from defext.document import Document
from defext.extractor import Extractor
from defext.schema import Extraction

from .conftest import Defext

SAMPLES = Path(__file__).parents[1] / "samples"
MODEL = ("--model", "openai/some")
ERRORS = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type)}


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """The documents that the stand-in was given."""
    given: list[Document] = []

    def extract(self: Extractor, document: Document) -> Extraction:
        given.append(document)
        words = document.text.split()
        if words[0] == "raise":
            raise {**ERRORS, "KeyboardInterrupt": KeyboardInterrupt}.get(
                words[1], ZeroDivisionError
            )(" ".join(words[2:]))
        return extraction(document, self.model)

    monkeypatch.setattr(Extractor, "extract", extract)
    return given


@pytest.fixture(autouse=True)
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a download was allowed, each time that weights were asked for."""
    calls: list[bool] = []

    def ensure_weights(console: Console, download: bool) -> None:
        calls.append(download)
        if not download:
            raise errors.WeightsMissing("Run `defext model pull` to fetch them.")

    monkeypatch.setattr("defext.cli.work.ensure_weights", ensure_weights)
    return calls


@pytest.fixture
def articles(tmp_path: Path) -> list[str]:
    """Three files; the second one fails."""
    texts = {"a.txt": "Singh called.", "b.txt": "raise RateLimited Wait.", "c.txt": "Modi, too."}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return list(texts)


def quotes(extraction: Any) -> list[str]:
    return [piece["quote"] for talk in extraction["talks"] for piece in talk["evidence"]]


def test_one_file_as_json_is_its_extraction(defext: Defext, articles: list[str]) -> None:
    result = defext("extract", "a.txt", "--format", "json", "--published", "2025-07-01", *MODEL)
    assert result.status == 0
    printed = json.loads(result.stdout)
    assert Extraction.model_validate(printed)
    assert quotes(printed) == ["Singh"]
    assert printed["document"]["source"] == "a.txt"
    assert printed["document"]["published"] == "2025-07-01"
    assert printed["run"]["model"] == "openai/some"
    assert result.stdout.startswith("{\n  ")
    assert result.stdout.endswith("}\n")


def test_several_files_as_json_are_an_array_of_outcomes(
    defext: Defext, articles: list[str]
) -> None:
    result = defext("extract", *articles, "--format", "json", *MODEL)
    assert result.status == 1
    first, second, third = json.loads(result.stdout)
    assert quotes(first["extraction"]) == ["Singh"]
    assert second["failure"] == {"error": "RateLimited", "message": "Wait."}
    assert quotes(third["extraction"]) == ["Modi,"]


def test_jsonl_has_a_line_for_every_file(
    defext: Defext, articles: list[str], asked: list[Document]
) -> None:
    result = defext("extract", "missing.txt", *articles, "--format", "jsonl", *MODEL)
    assert result.status == 1
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["origin"] for line in lines] == ["missing.txt", *articles]
    assert [line.keys() - {"id", "origin"} for line in lines] == [
        {"failure"},
        {"extraction"},
        {"failure"},
        {"extraction"},
    ]
    assert [line["id"] for line in lines] == ["missing.txt", *(document.id for document in asked)]
    assert lines[0]["failure"]["error"] == "DocumentError"


def test_a_single_failure_as_json_is_an_object_that_says_so(
    defext: Defext, articles: list[str]
) -> None:
    result = defext("extract", "b.txt", "--format", "json", *MODEL)
    assert result.status == 1
    assert json.loads(result.stdout)["failure"]["error"] == "RateLimited"


def test_the_table_is_the_default(defext: Defext, articles: list[str]) -> None:
    result = defext("extract", *articles, *MODEL)
    assert result.status == 1
    assert "“Singh” [0:5]" in result.stdout
    assert "“Modi,” [0:5]" in result.stdout
    assert "b.txt" not in result.stdout


@pytest.mark.parametrize("force", [False, True])
def test_a_table_that_no_terminal_shows_is_plain_and_at_most_100_wide(
    defext: Defext, articles: list[str], monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    if force:
        monkeypatch.setenv("FORCE_COLOR", "1")
    Path("a.txt").write_text("x" * 250, encoding="utf-8")
    stdout = defext("extract", "a.txt", *MODEL).stdout
    assert "\x1b" not in stdout
    assert max(map(len, stdout.splitlines())) <= 100
    assert not re.search(" $", stdout, re.MULTILINE)


def test_a_table_in_a_terminal_is_styled(
    defext: Defext, articles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b[1mTalks" in defext("extract", "a.txt", *MODEL).stdout


def test_every_failure_is_named_with_its_file_and_reason(
    defext: Defext, articles: list[str]
) -> None:
    result = defext("extract", *articles, "missing.txt", *MODEL)
    failures = [line for line in result.stderr.splitlines() if "asking" not in line]
    assert failures == [
        "defext: RateLimited: b.txt: Wait.",
        "defext: DocumentError: missing.txt does not exist: check the path.",
    ]


def test_progress_is_a_line_for_each_document(defext: Defext, articles: list[str]) -> None:
    result = defext("extract", "a.txt", "c.txt", *MODEL)
    assert result.stderr.splitlines() == [
        "defext: a.txt (1 of 2): asking openai/some",
        "defext: c.txt (2 of 2): asking openai/some",
    ]


def test_progress_in_a_terminal_stays_out_of_the_result(
    defext: Defext, articles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = defext("extract", "a.txt", "--format", "json", *MODEL)
    assert json.loads(result.stdout)
    assert "\x1b" in result.stderr
    assert "a.txt (1 of 1)" in result.stderr


@pytest.mark.parametrize(
    "kind", [name for name, kind in ERRORS.items() if issubclass(kind, errors.AskError)]
)
def test_a_model_that_fails_is_a_failed_document(
    defext: Defext, articles: list[str], kind: str
) -> None:
    Path("b.txt").write_text(f"raise {kind} Do something.", encoding="utf-8")
    result = defext("extract", *articles, "--format", "jsonl", *MODEL)
    assert result.status == 1
    assert len(result.stdout.splitlines()) == 3
    assert f"defext: {kind}: b.txt: Do something." in result.stderr


def test_a_fault_of_our_own_is_shown_and_stops_no_other_document(
    defext: Defext, articles: list[str]
) -> None:
    Path("b.txt").write_text("raise ZeroDivisionError oops", encoding="utf-8")
    result = defext("extract", *articles, "--format", "jsonl", *MODEL)
    assert result.status == 1
    assert len(result.stdout.splitlines()) == 3
    assert "Traceback" in result.stderr
    assert "defext: ZeroDivisionError: b.txt: oops" in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty or blank"),
        (b" \n\t ", "empty or blank"),
        (bytes(range(256)), "no text (application/octet-stream): give a text, HTML, PDF or DOCX"),
        (b"%PDF-1.7", "The PDF is damaged"),
    ],
)
def test_a_file_that_is_no_article_fails(
    defext: Defext, asked: list[Document], tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "bad.txt").write_bytes(content)
    result = defext("extract", "bad.txt", *MODEL)
    assert (result.status, result.stdout, asked) == (1, "", [])
    assert result.stderr.startswith("defext: DocumentError: bad.txt")
    assert said in result.stderr


@pytest.mark.parametrize(("name", "said"), [("none.txt", "does not exist"), (".", "directory")])
def test_a_path_that_is_no_file_fails(
    defext: Defext, asked: list[Document], name: str, said: str
) -> None:
    result = defext("extract", name, *MODEL)
    assert (result.status, result.stdout, asked) == (1, "", [])
    assert said in result.stderr


def test_files_of_every_kind_are_read(defext: Defext, asked: list[Document]) -> None:
    names = ["readout.pdf", "news.html", "readout.docx"]
    result = defext("extract", *[SAMPLES / name for name in names], "--format", "jsonl", *MODEL)
    assert result.status == 0
    assert [document.text.split()[0] for document in asked] == ["Defence", "The", "Defence"]
    news = json.loads(result.stdout.splitlines()[1])["extraction"]["document"]
    assert (news["source"], news["published"]) == ("The Tarvik Courier", "2024-03-12")


def test_the_day_that_is_given_wins_over_the_pages_own(defext: Defext) -> None:
    page = SAMPLES / "news.html"
    result = defext("extract", page, "--published", "2024-03-13", "--format", "json", *MODEL)
    assert json.loads(result.stdout)["document"]["published"] == "2024-03-13"


def test_a_package_that_a_file_needs_fails_that_file_alone(
    defext: Defext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pypdfium2.py").write_text("raise ImportError('none here')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    names = [SAMPLES / "readout.pdf", SAMPLES / "readout.docx"]
    result = defext("extract", *names, "--format", "jsonl", *MODEL)
    assert result.status == 1
    failed, extracted = [json.loads(line) for line in result.stdout.splitlines()]
    assert failed["failure"]["error"] == "ConfigurationError"
    assert 'pip install "defext[pdf]"' in failed["failure"]["message"]
    assert quotes(extracted["extraction"]) == ["Defence"]
    said = f"ConfigurationError: {names[0]}: A PDF is read with packages that cannot be"
    assert said in result.stderr


def test_a_file_is_read_when_its_turn_comes(
    defext: Defext, articles: list[str], asked: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_before: list[int] = []

    def from_file(name: str, published: date | None) -> Document:
        read_before.append(len(asked))
        return Document(name, published)

    monkeypatch.setattr(Document, "from_file", from_file)
    assert defext("extract", *articles, *MODEL).status == 0
    assert read_before == [0, 1, 2]


@pytest.mark.parametrize("name", ["readout.pdf", "readout.docx", "statement.html"])
def test_standard_input_may_be_a_file_of_any_kind(defext: Defext, name: str) -> None:
    stdin = (SAMPLES / name).read_bytes()
    result = defext("extract", "-", "--format", "json", *MODEL, stdin=stdin)
    assert result.status == 0
    assert quotes(json.loads(result.stdout)) in (["Defence"], ["Nereth"])


def test_standard_input_is_read(defext: Defext) -> None:
    result = defext("extract", "-", "--format", "json", *MODEL, stdin="“Así” said he.".encode())
    assert result.status == 0
    assert quotes(json.loads(result.stdout)) == ["“Así”"]


@pytest.mark.parametrize(
    ("stdin", "said"),
    [(b"", "empty or blank"), (b"\xff\xfe\x00", "begins as UTF-16"), (b"%PDF-1.7", "damaged")],
)
def test_standard_input_that_is_no_article_fails(defext: Defext, stdin: bytes, said: str) -> None:
    result = defext("extract", "-", "--format", "jsonl", *MODEL, stdin=stdin)
    assert result.status == 1
    assert json.loads(result.stdout)["id"] == "-"
    assert "DocumentError: Standard input" in result.stderr
    assert said in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "FILE"),
        (["a.txt", "--published", "Tuesday"], "'Tuesday' is no date: write it as 2025-07-01"),
        (["a.txt", "--published", "2025-02-30"], "'2025-02-30' is no date"),
        (["a.txt", "--format", "xml"], "'xml'"),
        (["a.txt", "--model", "gpt"], "ConfigurationError: Unknown model 'gpt'"),
        (["a.txt", "--nonsense"], "--nonsense"),
        (["a.txt", *MODEL, "-o", "none/out.json"], "cannot be written"),
        (["a.txt", *MODEL, "-o", "."], "is a directory"),
        (["key.txt", *MODEL], "defext: ConfigurationError: Set OPENAI_API_KEY."),
    ],
)
def test_wrong_use_prints_no_result(
    defext: Defext, articles: list[str], arguments: list[str], said: str
) -> None:
    Path("key.txt").write_text("raise ConfigurationError Set OPENAI_API_KEY.", encoding="utf-8")
    result = defext("extract", *arguments)
    assert (result.status, result.stdout) == (2, "")
    assert said in result.stderr


def test_wrong_use_is_told_before_a_model_is_asked(
    defext: Defext, articles: list[str], asked: list[Document], fetched: list[bool]
) -> None:
    defext("extract", "a.txt", "--published", "Tuesday")
    defext("extract", "a.txt", "-o", "none/out.json")
    assert (asked, fetched) == ([], [])


def test_out_holds_the_result_and_standard_output_nothing(
    defext: Defext, articles: list[str], tmp_path: Path
) -> None:
    result = defext("extract", *articles, "--format", "jsonl", "-o", "out.jsonl", *MODEL)
    assert (result.status, result.stdout) == (1, "")
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    assert {path.name for path in tmp_path.iterdir()} == {*articles, "out.jsonl"}


@pytest.mark.parametrize(
    ("fault", "status"), [("KeyboardInterrupt", 130), ("ConfigurationError", 2)]
)
def test_out_is_as_it_was_if_the_work_is_broken_off(
    defext: Defext, articles: list[str], tmp_path: Path, fault: str, status: int
) -> None:
    Path("c.txt").write_text(f"raise {fault}", encoding="utf-8")
    Path("out.jsonl").write_text("before\n", encoding="utf-8")
    result = defext("extract", *articles, "--format", "jsonl", "-o", "out.jsonl", *MODEL)
    assert (result.status, result.stdout) == (status, "")
    assert "Traceback" not in result.stderr
    assert Path("out.jsonl").read_text(encoding="utf-8") == "before\n"
    assert {path.name for path in tmp_path.iterdir()} == {*articles, "out.jsonl"}


def test_out_may_be_a_link(defext: Defext, articles: list[str], tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert defext("extract", "a.txt", "-o", "link", *MODEL).status == 0
    assert (tmp_path / "link").is_symlink()
    assert "Singh" in (tmp_path / "real").read_text(encoding="utf-8")


def test_out_may_be_a_pipe(defext: Defext, articles: list[str]) -> None:
    reader, writer = os.pipe()
    assert defext("extract", "a.txt", "-o", f"/dev/fd/{writer}", *MODEL).status == 0
    assert b"Singh" in os.read(reader, 1 << 16)
    os.close(reader)
    os.close(writer)


def test_results_before_an_interrupt_are_kept_on_standard_output(
    defext: Defext, articles: list[str]
) -> None:
    Path("b.txt").write_text("raise KeyboardInterrupt", encoding="utf-8")
    result = defext("extract", *articles, "--format", "jsonl", *MODEL)
    assert result.status == 130
    assert len(result.stdout.splitlines()) == 1
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_reader_that_has_gone_is_no_traceback(form: str, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    program = "from defext.cli.main import run; run()"
    arguments = ["extract", "missing.txt", "--format", form, *MODEL]
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    os.close(writer)
    assert ran.returncode == 1
    assert ran.stderr == "defext: DocumentError: missing.txt does not exist: check the path.\n"


@pytest.mark.parametrize("flags", [[], ["--model", "local"]])
def test_the_embedded_models_weights_are_fetched_once(
    defext: Defext, articles: list[str], fetched: list[bool], flags: list[str]
) -> None:
    assert defext("extract", "a.txt", "c.txt", *flags).status == 0
    assert fetched == [True]


def test_weights_that_may_not_be_fetched_end_the_work(
    defext: Defext, articles: list[str], asked: list[Document], tmp_path: Path
) -> None:
    result = defext("extract", *articles, "--no-download", "--format", "json", "-o", "out.json")
    assert (result.status, result.stdout, asked) == (1, "", [])
    assert result.stderr == ("defext: WeightsMissing: Run `defext model pull` to fetch them.\n")
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["a.txt", *MODEL],
        ["a.txt", "--model", "local/other.gguf"],
        ["missing.txt", "--model", "local"],
    ],
)
def test_weights_that_nobody_needs_are_not_fetched(
    defext: Defext, articles: list[str], fetched: list[bool], arguments: list[str]
) -> None:
    defext("extract", *arguments)
    assert fetched == []


def test_a_file_name_does_not_steer_the_terminal(defext: Defext) -> None:
    result = defext("extract", "\x1b[31m[bold]red.txt", *MODEL)
    assert result.status == 1
    assert "␛[31m[bold]red.txt does not exist" in result.stderr


def test_a_file_name_that_is_no_text_is_named_as_well_as_can_be(defext: Defext) -> None:
    result = defext("extract", os.fsdecode(b"\xff.txt"), "--format", "jsonl", *MODEL)
    assert result.status == 1
    assert json.loads(result.stdout)["id"] == "?.txt"
