"""The journal loses nothing, says nothing twice, and is nobody else's meanwhile."""

import errno
import json
import os
import subprocess
import sys
from io import FileIO
from pathlib import Path

import pytest
from disk import full_disk
from hypothesis import given
from hypothesis import strategies as st
from made import extracted, failed

from defext.corpus.journal import journal, outcomes_in, past_of
from defext.errors import ConfigurationError, DocumentError, RunStopped
from defext.schema.outcome import Outcome

MADE = ("openai/some", "1.0")


def append(path: Path, *outcomes: Outcome, resume: bool = False) -> None:
    with journal(path, *MADE, resume=resume) as kept:
        for outcome in outcomes:
            kept.append(outcome)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


def test_what_is_appended_is_told(path: Path) -> None:
    told: list[Outcome] = [
        extracted("a.txt"),
        failed("b\n\u2028.txt", "DocumentError"),
        failed("c.txt"),
    ]
    append(path, *told)
    assert list(outcomes_in(path)) == told
    assert path.read_bytes().count(b"\n") == 3

    past = past_of(path, *MADE, resume=True)
    assert (past.extracted, past.failed) == (1, {"DocumentError": 1, "AnswerInvalid": 1})
    assert len(past) == 3
    assert all(outcome.origin in past for outcome in told if outcome.origin)
    assert "d.txt" not in past


def test_a_line_is_there_as_soon_as_it_is_appended(path: Path) -> None:
    with journal(path, *MADE, resume=False) as kept:
        kept.append(extracted("a.txt"))
        assert list(outcomes_in(path)) == [extracted("a.txt")]


def test_an_output_that_is_there_is_not_written_over(path: Path) -> None:
    append(path, extracted("a.txt"))
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match=r"out\.jsonl is there already: go on .* --resume"):
        append(path, extracted("b.txt"))
    assert path.read_bytes() == before


def test_an_empty_output_or_none_is_begun(path: Path) -> None:
    append(path, extracted("a.txt"), resume=True)
    path.write_bytes(b"")
    append(path, extracted("b.txt"))
    assert list(outcomes_in(path)) == [extracted("b.txt")]


@given(cut=st.integers(min_value=0))
def test_wherever_the_last_line_is_torn_it_is_cut_off(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("torn") / "out.jsonl"
    told: list[Outcome] = [extracted("a.txt"), failed("bé.txt"), extracted("c.txt")]
    append(path, *told)
    whole = path.read_bytes()
    path.write_bytes(whole[: cut % (len(whole) + 1)])
    lines = path.read_bytes().count(b"\n")

    with journal(path, *MADE, resume=True) as kept:
        assert [o.origin in kept.past for o in told if o.origin] == [n < lines for n in range(3)]
        for outcome in told[lines:]:
            kept.append(outcome)
    assert path.read_bytes() == whole


def test_whatever_the_id_in_which_a_line_is_torn_it_is_cut_off(path: Path) -> None:
    line = failed('a"\\",\n\\é').model_dump_json().encode()
    for cut in range(len(line) + 1):
        path.write_bytes(line[:cut])
        append(path, resume=True)
        assert path.read_bytes() == b""


def test_what_a_power_cut_leaves_is_cut_off(path: Path) -> None:
    append(path, extracted("a.txt"))
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"id":"b.t' + b"\0" * 100)
    append(path, resume=True)
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Dear diary", "line 1 .*it does not begin like one"),
        (b'{"id": "a", "text": "Norway."}', "line 1 .*it does not begin like one"),
        (b'{"id":"a","text":"Norway."}', "line 1 .*it does not begin like one"),
        (b'{"id":"a\\"","text', "line 1 .*it does not begin like one"),
        (b'{"id": "a", "text": "Norway."}\n', "line 1 .*origin: Field required"),
        (b"{}\n{", "line 1 "),
        (b"\n", "line 1 "),
        (b'{"id":"a","origin":"a"}\n', "line 1 .*neither or both"),
        (b'{"id":"a","origin":"a","extraction":{}}\n', "line 1 .*extraction.run: Field required"),
        (failed("a").model_dump_json().encode() + b"\n[]\n", "line 2 "),
    ],
)
def test_what_is_no_journal_is_left_as_it_is(path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=rf"out\.jsonl, {reason}"):
        append(path, extracted("b.txt"), resume=True)
    assert path.read_bytes() == content


@pytest.mark.parametrize("other", [("openai/other", "1.0"), ("openai/some", "2.0")])
def test_a_run_with_other_settings_is_not_gone_on_with(path: Path, other: tuple[str, str]) -> None:
    append(path, failed("a.txt"), extracted("b.txt"))
    before = path.read_bytes()
    told = rf"line 2: made by openai/some with the prompts 1\.0, .* {other[0]} with {other[1]}"
    with pytest.raises(ConfigurationError, match=told), journal(path, *other, resume=True):
        pass
    assert path.read_bytes() == before


def test_two_runs_on_one_output_refuse_each_other(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link.jsonl").symlink_to(path)
    with journal(path, *MADE, resume=False) as kept:
        for name in (path, tmp_path / "link.jsonl"):
            with pytest.raises(ConfigurationError, match="Another run writes to"):
                append(name, failed("a.txt"), resume=True)
        kept.append(extracted("b.txt"))
    append(path, extracted("c.txt"), resume=True)
    assert [outcome.origin for outcome in outcomes_in(path)] == ["b.txt", "c.txt"]


def test_a_killed_run_holds_no_lock(path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from defext.corpus.journal import journal\n"
        "with journal(Path(sys.argv[1]), 'openai/some', '1.0', resume=False):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", script, path], check=False).returncode == -9
    append(path, extracted("a.txt"), resume=True)


def test_outputs_that_cannot_be_written_are_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(ConfigurationError, match="is no file"):
        append(path)
    (path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be written"):
        append(path / "file" / "out.jsonl")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{}", "id: Field required"),
        (b'{"id": "a", "failure": {"error": ""}}', "failure.error: String should have at least"),
        (b"{", "EOF while parsing"),
        (b"[]", "Input should be a valid dictionary"),
    ],
)
def test_a_line_that_is_no_outcome_is_named(path: Path, line: bytes, reason: str) -> None:
    path.write_bytes(failed("a").model_dump_json().encode() + b"\n\n" + line)
    with pytest.raises(DocumentError, match=rf"out\.jsonl, line 3 is no outcome: {reason}"):
        list(outcomes_in(path))


def test_a_full_disk_ends_the_run_and_leaves_whole_lines(path: Path) -> None:
    told_so = pytest.raises(RunStopped, match=r"out\.jsonl cannot be written: .*--resume")
    with told_so as stopped, full_disk():
        append(path, *(extracted(f"{number}.txt") for number in range(100)))
    assert isinstance(stopped.value.__cause__, OSError)
    told = list(outcomes_in(path))
    assert 0 < len(told) < 100
    assert path.stat().st_size < 5000
    assert path.read_bytes().endswith(b"\n")


def test_what_could_not_be_taken_back_is_cut_off_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full after some bytes of a line and then fails altogether."""

    class Full(FileIO):
        def write(self, line: object) -> int:
            told = json.dumps("half a line").encode()
            if self.tell() > 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(b'{"id":' + told)

        def truncate(self, size: int | None = None) -> int:
            if size == 0 and self.tell():
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().truncate(size)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, mode, buffering: Full(path, "ab"))
        with pytest.raises(RunStopped, match="No space left on device"):
            append(path, extracted("a.txt"))
    assert path.read_bytes() == b'{"id":"half a line"'
    append(path, extracted("a.txt"), resume=True)
    assert list(outcomes_in(path)) == [extracted("a.txt")]
