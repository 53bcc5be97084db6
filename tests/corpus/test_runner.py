"""A run: what is told of each document, when it ends early, and how it is gone on with.

The extractor is a stand-in: it does what the words of a document say.
"""

import asyncio
import json
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from disk import full_disk
from made import extraction
from pyarrow import parquet

from defext import errors
from defext.ask import Usage
from defext.corpus import budget, runner
from defext.corpus.budget import Limits
from defext.corpus.inputs import Input
from defext.corpus.journal import outcomes_in
from defext.corpus.runner import Tally, forecast, run
from defext.document import Document
from defext.errors import ConfigurationError
from defext.extractor import Extractor
from defext.schema import Extraction
from defext.schema.outcome import Extracted, Outcome

TAKEN = Usage(1, 900, 100, 50)


class Scripted(Extractor):
    """Quotes the first word of a document, or does what it says: raises, waits, gives a signal."""

    def __init__(self, model: str = "openai/gpt-5-mini") -> None:
        super().__init__(model)
        self.asked: list[str] = []
        self.cancelled: list[str] = []
        self.down = False
        self.outage = 0, 0  # the first and the last of the calls that find the server down
        self._spent = Usage()

    @property
    def usage(self) -> Usage:
        return self._spent

    def cost_usd(self, usage: Usage) -> float | None:
        return usage.input_tokens / 1e6 if "gpt" in self.model else None

    async def aextract(self, document: str | Document, published: object = None) -> Extraction:
        assert isinstance(document, Document)
        self.asked.append(document.id)
        what, *rest = document.text.split()
        first, last = self.outage
        if self.down or first <= len(self.asked) <= last:
            raise errors.ServerUnavailable("No answer.")
        if what == "raise":
            raise getattr(errors, rest[0], ZeroDivisionError)("Why.")
        if what == "signal":
            signal.raise_signal(getattr(signal, rest[0]))
        if what in ("signal", "wait"):
            await self._wait(document.id)
        await asyncio.sleep(0)
        self._spent += TAKEN
        return extraction(document, self.model, self.plan.version)

    async def _wait(self, name: str) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.cancelled.append(name)
            raise


@pytest.fixture
def extractor() -> Scripted:
    return Scripted()


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


Docs = Callable[..., Path]


@pytest.fixture
def docs(tmp_path: Path) -> Docs:
    """Writes a file of documents with these texts, whose ids are their numbers, from 1."""

    def write(*texts: str) -> Path:
        lines = (json.dumps({"id": f"{n}", "text": text}) for n, text in enumerate(texts, start=1))
        (tmp_path / "docs.jsonl").write_text("".join(f"{line}\n" for line in lines))
        return tmp_path / "docs.jsonl"

    return write


def ignore(tally: Tally, outcome: Outcome) -> None:
    pass


def told(path: Path) -> dict[str | None, str]:
    """By origin, "extracted" or the name of the error; no origin may be there twice."""
    outcomes = list(outcomes_in(path))
    found = {
        outcome.origin: "extracted" if isinstance(outcome, Extracted) else outcome.failure.error
        for outcome in outcomes
    }
    assert len(found) == len(outcomes)
    return found


def test_every_document_has_an_outcome(extractor: Scripted, docs: Docs, output: Path) -> None:
    seen: list[tuple[int, str | None]] = []
    source = docs("Singh called.", "raise AnswerInvalid", " ", "raise bug", "Modi, too.")

    def watch(tally: Tally, outcome: Outcome) -> None:
        assert outcome in outcomes_in(output)
        seen.append((tally.done, outcome.origin))

    tally = run(extractor, source, output, watch)
    assert told(output) == {
        "docs.jsonl:1": "extracted",
        "docs.jsonl:2": "AnswerInvalid",
        "docs.jsonl:3": "DocumentError",
        "docs.jsonl:4": "ZeroDivisionError",
        "docs.jsonl:5": "extracted",
    }
    assert [done for done, _ in seen] == [1, 2, 3, 4, 5]
    assert {origin for _, origin in seen} == told(output).keys()
    assert {outcome.id for outcome in outcomes_in(output)} == {"1", "2", "3", "4", "5"}
    assert (tally.extracted, tally.total, tally.left, tally.stopped) == (2, 5, 0, None)
    assert tally.failed == {"AnswerInvalid": 1, "DocumentError": 1, "ZeroDivisionError": 1}
    assert tally.usage == Usage(2, 1800, 200, 100)


def test_a_folder_is_read_as_well(extractor: Scripted, tmp_path: Path, output: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.html").write_text("<p>Norway agreed to return the ships.</p>")
    (tmp_path / "docs" / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    run(extractor, tmp_path / "docs", output, ignore)
    assert told(output) == {"page.html": "extracted", "broken.pdf": "DocumentError"}


def test_a_resumed_run_asks_only_for_the_others(docs: Docs, output: Path) -> None:
    source = docs(*["Singh called."] * 5, "raise AnswerRefused", "Modi, too.")
    first, second, third = Scripted(), Scripted(), Scripted()
    run(first, source, output, ignore, concurrency=1, limits=Limits(documents=3))
    assert first.asked == ["1", "2", "3"]

    tally = run(second, source, output, ignore, resume=True)
    assert sorted(second.asked) == ["4", "5", "6", "7"]
    assert len(told(output)) == 7
    assert (tally.before.extracted, tally.extracted, tally.failed.total()) == (3, 3, 1)

    before = output.read_bytes()
    tally = run(third, source, output, ignore, resume=True)
    assert third.asked == []
    assert output.read_bytes() == before
    assert (tally.before.failed, tally.left) == ({"AnswerRefused": 1}, 0)


def test_a_limit_begins_so_many(extractor: Scripted, docs: Docs, output: Path) -> None:
    source = docs("Singh called.", " ", *["Modi, too."] * 5)
    tally = run(extractor, source, output, ignore, limits=Limits(documents=3))
    assert told(output).keys() == {f"docs.jsonl:{number}" for number in (1, 2, 3)}
    assert (tally.stopped, tally.left) == (None, 4)


def test_at_most_so_many_are_under_way_and_none_is_held_up(
    docs: Docs, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document whose reading takes its time does not keep the others waiting."""
    reading, most, finished = 0, 0, threading.Event()

    def read(line: object) -> Document:
        nonlocal reading, most
        reading += 1
        most = max(most, reading)
        if "slow" in str(line):
            assert finished.wait(10)
        reading -= 1
        return Document("Singh called.", id=str(line))

    def watch(tally: Tally, outcome: Outcome) -> None:
        if tally.done == 8:
            finished.set()

    monkeypatch.setattr("defext.corpus.inputs.from_fields", read)
    run(Scripted(), docs("slow", *"abcdefgh"), output, watch, concurrency=3)
    assert len(told(output)) == 9
    assert 1 < most <= 3


@pytest.fixture
def estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is expected of a document is what it takes."""
    monkeypatch.setattr(budget, "estimate", lambda document, plan, model: TAKEN)
    monkeypatch.setattr(runner, "estimate", lambda document, plan, model: TAKEN)


@pytest.mark.usefixtures("estimated")
@pytest.mark.parametrize(
    ("limit", "says"),
    [
        (Limits(tokens=3 * 950), "beyond 2,850 tokens."),
        (Limits(usd=3 * 900 / 1e6), "beyond $0.0027."),
    ],
)
@pytest.mark.parametrize("concurrency", [1, 8])
def test_no_document_is_begun_beyond_the_budget(
    extractor: Scripted, docs: Docs, output: Path, limit: Limits, says: str, concurrency: int
) -> None:
    source = docs(*["Singh called."] * 9)
    tally = run(extractor, source, output, ignore, concurrency=concurrency, limits=limit)
    assert len(extractor.asked) == len(told(output)) == 3
    assert tally.stopped == f"The run was stopped, since another document may take it {says}"
    assert tally.left == 6

    again = Scripted()
    run(again, source, output, ignore, resume=True)
    assert not {*extractor.asked} & {*again.asked}
    assert len(told(output)) == 9


@pytest.mark.usefixtures("estimated")
def test_a_budget_that_is_enough_stops_nothing(
    extractor: Scripted, docs: Docs, output: Path
) -> None:
    limit = Limits(tokens=9 * 950, usd=1)
    tally = run(extractor, docs(*["Singh called."] * 9), output, ignore, limits=limit)
    assert (tally.extracted, tally.stopped) == (9, None)


@pytest.mark.usefixtures("estimated")
def test_dollars_cannot_bound_what_has_no_price(docs: Docs, output: Path) -> None:
    extractor = Scripted("local")
    with pytest.raises(ConfigurationError, match="No price of 'local' is known"):
        run(extractor, docs("Singh called."), output, ignore, limits=Limits(usd=1))
    assert extractor.asked == []
    assert not output.exists()


def test_time_that_is_over_breaks_off_what_is_under_way(
    extractor: Scripted, docs: Docs, output: Path
) -> None:
    source = docs("Singh called.", *["wait here"] * 5)
    tally = run(extractor, source, output, ignore, concurrency=3, limits=Limits(seconds=0.5))
    assert told(output) == {"docs.jsonl:1": "extracted"}
    assert sorted(extractor.cancelled) == ["2", "3", "4"]
    assert (tally.stopped, tally.left) == ("The run was stopped after 0.5 seconds.", 5)
    assert tally.seconds < 10


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_the_run_cleanly(
    extractor: Scripted, docs: Docs, output: Path, name: str
) -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    source = docs("Singh called.", "wait here", f"signal {name}", "Modi, too.")
    tally = run(extractor, source, output, ignore, concurrency=2)
    assert told(output) == {"docs.jsonl:1": "extracted"}
    assert sorted(extractor.cancelled) == ["2", "3"]
    assert tally.signal == getattr(signal, name)
    assert tally.stopped == f"The run was interrupted ({name})."
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_a_run_needs_no_main_thread(extractor: Scripted, docs: Docs, output: Path) -> None:
    source = docs("Singh called.")
    thread = threading.Thread(target=run, args=(extractor, source, output, ignore))
    thread.start()
    thread.join()
    assert told(output) == {"docs.jsonl:1": "extracted"}


def test_a_server_that_goes_down_loses_no_document(docs: Docs, output: Path) -> None:
    """The failures at which the run ended are not told; those documents are asked again."""
    source = docs(*["Singh called."] * 10, " ", *["Modi, too."] * 40)
    extractor = Scripted()

    def watch(tally: Tally, outcome: Outcome) -> None:
        extractor.down = tally.done >= 5

    tally = run(extractor, source, output, watch, concurrency=2)
    assert tally.stopped
    assert "12 documents in a row failed: No answer." in tally.stopped
    assert set(told(output).values()) == {"extracted", "DocumentError"}
    assert len(told(output)) == 1 + tally.extracted < 10

    run(Scripted(), source, output, ignore, resume=True)
    assert len(told(output)) == 51
    assert [*told(output).values()].count("extracted") == 50


def test_what_fails_before_any_success_is_asked_again(docs: Docs, output: Path) -> None:
    source = docs(*["raise RequestRejected"] * 30)
    tally = run(Scripted(), source, output, ignore, concurrency=1)
    assert tally.stopped
    assert told(output) == {}


def test_a_refused_key_ends_the_run(docs: Docs, output: Path) -> None:
    source = docs("Singh called.", "raise AuthenticationFailed", "Modi, too.")
    tally = run(Scripted(), source, output, ignore, concurrency=1)
    assert tally.stopped == "The run was stopped: Why."
    assert told(output) == {"docs.jsonl:1": "extracted"}


def test_failures_that_a_success_follows_are_told(docs: Docs, output: Path) -> None:
    source = docs("raise AnswerInvalid", "Singh called.", "raise RateLimited", "Modi, too.")
    tally = run(Scripted(), source, output, ignore, concurrency=1)
    assert [*told(output).values()] == ["AnswerInvalid", "extracted", "extracted", "RateLimited"]
    assert (tally.left, tally.failed.total(), tally.stopped) == (0, 2, None)


def test_what_the_server_fails_for_is_asked_once_more_at_the_end(docs: Docs, output: Path) -> None:
    source, extractor = docs("Singh called.", "Modi, too.", "Singh again."), Scripted()
    extractor.outage = 2, 2
    tally = run(extractor, source, output, ignore, concurrency=1)
    assert extractor.asked == ["1", "2", "3", "2"]
    assert [*told(output).values()] == ["extracted"] * 3
    assert (tally.left, tally.stopped) == (0, None)


def test_what_a_server_fails_for_to_the_end_is_left_for_another_run(
    docs: Docs, output: Path
) -> None:
    source, extractor = docs("Singh called.", "Modi, too.", "raise AnswerInvalid"), Scripted()
    extractor.outage = 2, 9
    tally = run(extractor, source, output, ignore, concurrency=1)
    assert extractor.asked == ["1", "2", "3", "2", "3"]
    assert told(output) == {"docs.jsonl:1": "extracted"}
    assert tally.stopped == "The server failed to the end (documents: 2): No answer."

    run(Scripted(), source, output, ignore, concurrency=1, resume=True)
    assert [*told(output).values()] == ["extracted", "extracted", "AnswerInvalid"]


def test_refusals_end_no_run(docs: Docs, output: Path) -> None:
    """They are each document's own, also where none has succeeded, and were paid for."""
    source = docs(*["raise AnswerRefused"] * 30, "Singh called.")
    run(Scripted(), source, output, ignore, concurrency=1)
    assert [*told(output).values()] == ["AnswerRefused"] * 30 + ["extracted"]


def test_a_success_before_the_run_was_resumed_counts(docs: Docs, output: Path) -> None:
    source = docs("Singh called.", *["raise AnswerInvalid"] * 30)
    run(Scripted(), source, output, ignore, concurrency=1, limits=Limits(documents=1))
    tally = run(Scripted(), source, output, ignore, concurrency=1, resume=True)
    assert [*told(output).values()] == ["extracted"] + ["AnswerInvalid"] * 30
    assert tally.stopped is None


@pytest.mark.parametrize("name", ["ConfigurationError", "WeightsMissing"])
def test_what_every_document_would_meet_is_raised(docs: Docs, output: Path, name: str) -> None:
    source = docs("Singh called.", f"raise {name}", "Modi, too.")
    with pytest.raises(getattr(errors, name)):
        run(Scripted(), source, output, ignore, concurrency=1)
    assert told(output) == {"docs.jsonl:1": "extracted"}


def test_a_full_disk_ends_the_run_and_nothing_is_lost(docs: Docs, tmp_path: Path) -> None:
    source, output = docs(*["Singh called."] * 20), tmp_path / "out.jsonl"
    with full_disk():
        tally = run(Scripted(), source, output, ignore)
    assert tally.stopped
    assert "out.jsonl cannot be written" in tally.stopped
    assert 0 < tally.extracted == len(told(output)) < 20

    run(Scripted(), source, output, ignore, resume=True)
    assert len(told(output)) == 20


def test_a_table_is_written_when_the_run_ends(docs: Docs, tmp_path: Path) -> None:
    source, output = docs("Singh called.", "raise AnswerInvalid", "Modi."), tmp_path / "o.parquet"
    run(Scripted(), source, output, ignore, concurrency=1, limits=Limits(documents=2))
    assert parquet.read_table(output).column("error").to_pylist() == [None, "AnswerInvalid"]
    assert len(told(tmp_path / "o.parquet.jsonl")) == 2

    with pytest.raises(ConfigurationError, match="is there already"):
        run(Scripted(), source, output, ignore)
    run(Scripted(), source, output, ignore, resume=True)
    rows = parquet.read_table(output).column("origin").to_pylist()
    assert rows == [*told(tmp_path / "o.parquet.jsonl")]
    assert len(rows) == 3


def test_a_run_that_ends_early_writes_its_table_too(docs: Docs, tmp_path: Path) -> None:
    source, output = docs("Singh called.", "raise AuthenticationFailed"), tmp_path / "o.parquet"
    run(Scripted(), source, output, ignore, concurrency=1)
    assert parquet.read_table(output).column("id").to_pylist() == ["1"]


def test_a_table_that_cannot_be_written_leaves_the_journal(docs: Docs, tmp_path: Path) -> None:
    source, output = docs("Singh called."), tmp_path / "o.parquet"
    output.mkdir()
    (tmp_path / "o.parquet.jsonl").touch()
    tally = run(Scripted(), source, output, ignore)
    assert tally.stopped
    assert "o.parquet cannot be written" in tally.stopped
    assert told(tmp_path / "o.parquet.jsonl") == {"docs.jsonl:1": "extracted"}


def test_a_table_whose_journal_is_gone_is_not_replaced(docs: Docs, tmp_path: Path) -> None:
    output = tmp_path / "o.parquet"
    output.write_bytes(b"precious")
    for resume in (True, False):
        with pytest.raises(ConfigurationError, match=r"o\.parquet\.jsonl, which it would be"):
            run(Scripted(), docs("Singh called."), output, ignore, resume=resume)
    assert output.read_bytes() == b"precious"


def test_a_broken_input_ends_the_run_after_what_could_be_read(
    docs: Docs, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def inputs(path: Path) -> Iterator[Input]:
        yield Input("docs.jsonl:1", "1", lambda: Document("Singh called."))
        raise errors.DocumentError("The file breaks off.")

    monkeypatch.setattr(runner, "inputs", inputs)
    tally = run(Scripted(), docs("Singh called.", "Modi, too."), output, ignore)
    assert (tally.stopped, tally.extracted) == ("The file breaks off.", 1)
    assert tally.left in (1, None)  # None unless the documents have been counted by then


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("docs.jsonl", "is part of"),
        ("folder/out.jsonl", "is part of"),
        ("folder/../folder/deeper/out.parquet", "is part of"),
        ("out.csv", "ends with neither"),
    ],
)
def test_outputs_that_make_no_sense_are_refused(
    docs: Docs, tmp_path: Path, output: str, says: str
) -> None:
    source = docs("Singh called.") if output == "docs.jsonl" else tmp_path / "folder"
    (tmp_path / "folder").mkdir()
    for resume in (True, False):
        with pytest.raises(ConfigurationError, match=says):
            run(Scripted(), source, tmp_path / output, ignore, resume=resume)


def test_the_journal_beside_a_table_is_no_input_of_it(docs: Docs, tmp_path: Path) -> None:
    source = docs("Singh called.").rename(tmp_path / "docs.parquet.jsonl")
    before = source.read_bytes()
    for resume in (True, False):
        with pytest.raises(ConfigurationError, match="is the journal of"):
            run(Scripted(), source, tmp_path / "docs.parquet", ignore, resume=resume)
    assert source.read_bytes() == before


def test_another_document_in_the_place_of_one_that_is_done_is_not_passed_over(
    docs: Docs, output: Path
) -> None:
    source = docs("Singh called.", "Modi, too.")
    run(Scripted(), source, output, ignore, limits=Limits(documents=1))
    source.write_text('{"id": "new", "text": "Aldana called."}\n' + source.read_text())
    with pytest.raises(ConfigurationError, match=r"docs\.jsonl:1 is 'new', and was '1'"):
        run(Scripted(), source, output, ignore, resume=True)
    assert told(output) == {"docs.jsonl:1": "extracted"}


@pytest.mark.usefixtures("estimated")
def test_a_forecast_asks_and_writes_nothing(docs: Docs, output: Path, tmp_path: Path) -> None:
    source, extractor = docs("Singh called.", " ", *["Modi, too."] * 7), Scripted()
    expected = forecast(extractor, source, output)
    assert (expected.documents, expected.unreadable) == (9, 1)
    assert expected.usage == Usage(8, 7200, 800, 400)
    assert extractor.asked == []
    assert [file.name for file in tmp_path.iterdir()] == ["docs.jsonl"]

    run(extractor, source, output, ignore, concurrency=1, limits=Limits(documents=3))
    assert forecast(extractor, source, output, resume=True).documents == 6
    assert forecast(extractor, source, output, resume=True, documents=4).usage.calls == 4
    with pytest.raises(ConfigurationError, match="is there already"):
        forecast(extractor, source, output)
