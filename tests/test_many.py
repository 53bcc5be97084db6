"""Many documents: what becomes of each, and when the whole run ends early."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from itertools import count, islice
from pathlib import Path
from typing import Any

import canned
import instructor
import openai
import pytest
from canned import TEXT, CannedServer
from made import extraction
from scripted import PLAIN, Script, act

from defext import (
    AnswerInvalid,
    AnswerRefused,
    AskError,
    AuthenticationFailed,
    ConfigurationError,
    DefextError,
    Document,
    DocumentError,
    Extracted,
    Extraction,
    Extractor,
    Failed,
    RateLimited,
    RequestRejected,
    RetryPolicy,
    RunStopped,
    ServerUnavailable,
    WeightsMissing,
    extractor,
)
from defext.ask import Answer, Question
from defext.errors import LanguageUnread
from defext.many import Outcomes
from defext.schema.outcome import Outcome

CONCURRENCY = 2
ENOUGH = CONCURRENCY + 10  # failures in a row that end a run


class OneRun:
    """A run over documents of which each ends in a way that the test says."""

    def __init__(self) -> None:
        self.outcomes = Outcomes(self._extract, CONCURRENCY)
        self._fate: Exception | None = None

    async def _extract(self, document: Document) -> Extraction:
        if self._fate:
            raise self._fate
        return extraction(document)

    def outcome(self, fate: Exception | None = None, origin: str | None = None) -> Outcome:
        """The outcome of the next document, whose extraction succeeds or raises this."""

        async def read() -> Document:
            return Document("Aldana met Brekke.", id="w7")

        self._fate = fate
        return asyncio.run(self.outcomes.outcome(read, "unread", origin))


@pytest.fixture
def run() -> OneRun:
    return OneRun()


def test_a_document_becomes_its_extraction(run: OneRun) -> None:
    outcome = run.outcome(origin="docs.jsonl:12")
    assert isinstance(outcome, Extracted)
    assert (outcome.id, outcome.origin) == ("w7", "docs.jsonl:12")
    assert outcome.extraction == extraction(Document("Aldana met Brekke.", id="w7"))


@pytest.mark.parametrize(
    "fate", [AnswerInvalid("Why."), LanguageUnread("Why."), ServerUnavailable("Why.")]
)
def test_a_failure_is_a_value_with_the_document_s_id(run: OneRun, fate: Exception) -> None:
    outcome = run.outcome(fate, origin="docs.jsonl:12")
    assert json.loads(outcome.model_dump_json()) == {
        "id": "w7",
        "origin": "docs.jsonl:12",
        "failure": {"error": type(fate).__name__, "message": "Why."},
    }


def test_a_fault_of_defext_itself_costs_one_document_and_is_logged(
    run: OneRun, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = run.outcome(ZeroDivisionError("division by zero"))
    assert isinstance(outcome, Failed)
    assert outcome.failure.error == "ZeroDivisionError"
    [record] = caplog.records
    assert "w7" in record.message
    assert record.exc_info


def test_a_fault_of_defext_itself_in_every_document_stops_the_run(run: OneRun) -> None:
    for _ in range(ENOUGH - 1):
        run.outcome(ZeroDivisionError("division by zero"))
    with pytest.raises(RunStopped, match="division by zero"):
        run.outcome(ZeroDivisionError("division by zero"))


@pytest.mark.parametrize(
    "fault", [DocumentError("Why."), ConfigurationError("Why."), OSError("Why.")]
)
async def test_what_cannot_be_read_fails_under_the_name_it_was_asked_for(
    run: OneRun, fault: Exception
) -> None:
    async def read() -> Document:
        raise fault

    outcome = await run.outcomes.outcome(read, "a.pdf", "docs/a.pdf")
    assert isinstance(outcome, Failed)
    assert (outcome.id, outcome.origin) == ("a.pdf", "docs/a.pdf")
    assert (outcome.failure.error, outcome.failure.message) == (type(fault).__name__, "Why.")


async def test_a_name_that_is_no_text_can_be_written_all_the_same(run: OneRun) -> None:
    async def read() -> Document:
        raise DocumentError("The file a\udce9.txt is empty.")

    outcome = await run.outcomes.outcome(read, "a\udce9.txt", "docs/a\udce9.txt")
    assert isinstance(outcome, Failed)
    told = outcome.model_dump_json().encode()
    assert Failed.model_validate_json(told) == outcome
    assert (outcome.id, outcome.failure.message) == ("a?.txt", "The file a?.txt is empty.")


@pytest.mark.parametrize(
    "fate", [ConfigurationError("no key"), WeightsMissing("none"), RunStopped("over")]
)
def test_what_every_document_would_meet_is_raised(run: OneRun, fate: DefextError) -> None:
    with pytest.raises(type(fate)) as caught:
        run.outcome(fate)
    assert caught.value is fate


@pytest.mark.parametrize("succeeded", [False, True])
def test_a_refused_key_stops_the_run_at_once(run: OneRun, succeeded: bool) -> None:
    if succeeded:
        run.outcome()
    refused = AuthenticationFailed("Asking 'm': HTTP 401, the key was refused.")
    with pytest.raises(RunStopped, match=r"^The run was stopped: Asking 'm': HTTP 401") as caught:
        run.outcome(refused)
    assert caught.value.__cause__ is refused


class Forbidden(Exception):
    status_code = 403


def forbidden() -> AuthenticationFailed:
    """What a 403 of the server ends in."""
    error = AuthenticationFailed("Asking 'm': HTTP 403, the key may not use this model.")
    error.__cause__ = Forbidden()
    return error


def test_what_is_forbidden_before_any_success_stops_the_run_at_once(run: OneRun) -> None:
    with pytest.raises(RunStopped, match="HTTP 403"):
        run.outcome(forbidden())


def test_a_document_that_alone_is_forbidden_costs_only_itself(run: OneRun) -> None:
    run.outcome()
    for _ in range(2):
        for _ in range(ENOUGH - 1):
            assert isinstance(run.outcome(forbidden()), Failed)
        run.outcome()
    for _ in range(ENOUGH - 1):
        run.outcome(forbidden())
    with pytest.raises(RunStopped, match=f"since {ENOUGH} documents in a row failed"):
        run.outcome(forbidden())


def test_refusals_are_documents_own_also_before_any_success(run: OneRun) -> None:
    for _ in range(3 * ENOUGH):
        assert isinstance(run.outcome(AnswerRefused("Why.")), Failed)


@pytest.mark.parametrize("kind", [RateLimited, ServerUnavailable, RequestRejected, AnswerInvalid])
def test_where_nothing_ever_succeeds_the_run_is_stopped(run: OneRun, kind: type[AskError]) -> None:
    for _ in range(ENOUGH - 1):
        assert isinstance(run.outcome(kind("Why.")), Failed)
    last = kind("Why.")
    with pytest.raises(RunStopped, match=f"since {ENOUGH} documents in a row failed: Why.") as told:
        run.outcome(last)
    assert told.value.__cause__ is last


@pytest.mark.parametrize("kind", [RateLimited, ServerUnavailable])
def test_where_the_server_fails_later_the_run_is_stopped_too(
    run: OneRun, kind: type[AskError]
) -> None:
    run.outcome()
    for _ in range(ENOUGH - 1):
        run.outcome(kind("Why."))
    with pytest.raises(RunStopped):
        run.outcome(kind("Why."))


def test_a_success_begins_the_count_anew(run: OneRun) -> None:
    for _ in range(3):
        for _ in range(ENOUGH - 1):
            run.outcome(RateLimited("Why."))
        run.outcome()


def test_documents_that_cannot_be_read_say_nothing_of_the_server(run: OneRun) -> None:
    for _ in range(2 * ENOUGH):
        run.outcome(LanguageUnread("Why."))
    for _ in range(ENOUGH - 1):
        run.outcome(RateLimited("Why."))
        run.outcome(LanguageUnread("Why."))
    with pytest.raises(RunStopped):
        run.outcome(RateLimited("Why."))


@pytest.mark.parametrize("kind", [RequestRejected, AnswerInvalid])
def test_documents_own_failures_stop_nothing_once_one_has_succeeded(
    run: OneRun, kind: type[AskError]
) -> None:
    run.outcome()
    for _ in range(3 * ENOUGH):
        run.outcome(kind("Why."))
    for _ in range(ENOUGH - 1):
        run.outcome(RateLimited("Why."))
    run.outcome(kind("Why."))  # the server answers
    run.outcome(RateLimited("Why."))


ARTICLE = "Elena Aldana urged Norway to return the ships of squadron {}. The sea was calm."
ACTS = {"urged": (0.8, act("request", ["Elena Aldana"], "return the ships", ["Norway"]))}


class FakeAsker:
    """Takes the place of what reaches a model; `fates` are the errors of documents, by words."""

    model = "a model"
    server = None

    def __init__(self, *settings: object) -> None:
        self.script = Script(ACTS)
        self.fates: dict[str, Exception] = {}
        self.under_way = self.most = 0
        self.together = asyncio.Barrier(1)

    def check_synchronous(self) -> None: ...

    def ask(self, questions: Sequence[Question[Any]]) -> list[Answer[Any]]:
        for words, fate in self.fates.items():
            if any(words in question.messages[-1]["content"] for question in questions):
                raise fate
        return self.script.answers(questions)

    async def aask(self, questions: Sequence[Question[Any]]) -> list[Answer[Any]]:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.together.wait()
        self.under_way -= 1
        return self.ask(questions)


@pytest.fixture
def asker(monkeypatch: pytest.MonkeyPatch) -> FakeAsker:
    """What the extractors of the test ask."""
    made = FakeAsker()
    monkeypatch.setattr(extractor, "Asker", lambda *settings: made)
    monkeypatch.setattr(extractor, "plan_for", lambda model, plan, threshold: PLAIN)
    return made


Many = Callable[..., Awaitable[list[Outcome]]]


@pytest.fixture(params=["sync", "async", "async source"])
def many(request: pytest.FixtureRequest) -> Many:
    """All outcomes, by `extract_many` or `aextract_many`."""

    async def asynchronous(documents: Iterable[Any]) -> AsyncIterator[Any]:
        for document in documents:
            await asyncio.sleep(0)
            yield document

    async def collect(documents: Iterable[Any], one: Extractor, **settings: Any) -> list[Outcome]:
        if request.param == "sync":
            return list(one.extract_many(documents, **settings))
        source = asynchronous(documents) if request.param == "async source" else documents
        return [outcome async for outcome in one.aextract_many(source, **settings)]

    return collect


def articles(number: int) -> list[Document]:
    return [Document(ARTICLE.format(n), "2025-07-01", id=f"w{n}") for n in range(number)]


def without_time(outcome: Outcome | Extraction) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(outcome.model_dump_json())
    told.get("extraction", told).get("run", {}).pop("seconds", None)
    return told


@pytest.mark.parametrize("ordered", [True, False])
async def test_the_records_are_those_of_one_document_after_the_other(
    many: Many, asker: FakeAsker, ordered: bool
) -> None:
    given, one = articles(30), Extractor()
    outcomes = await many(given, one, concurrency=4, ordered=ordered)
    if not ordered:
        outcomes.sort(key=lambda outcome: int(outcome.id[1:]))
    assert [without_time(outcome) for outcome in outcomes] == [
        {"id": document.id, "origin": None, "extraction": without_time(one.extract(document))}
        for document in given
    ]
    assert all(
        outcome.extraction.requests for outcome in outcomes if isinstance(outcome, Extracted)
    )
    assert asker.most <= 4


async def test_so_many_documents_are_asked_about_at_once(many: Many, asker: FakeAsker) -> None:
    asker.together = asyncio.Barrier(3)
    assert len(await many([ARTICLE.format(0)] * 6, Extractor(), concurrency=3)) == 6
    assert asker.most == 3


async def test_no_document_gives_no_outcome(many: Many, asker: FakeAsker) -> None:
    assert await many([], Extractor()) == []


async def test_a_bad_document_in_the_middle_costs_itself_alone(
    many: Many, asker: FakeAsker
) -> None:
    class Row:
        id = 7

    asker.fates = {"squadron 4": AnswerInvalid("No answer.")}
    good, refused = Document(ARTICLE.format(3), id="w3"), Document(ARTICLE.format(4), id="w4")
    given = [ARTICLE.format(1), "", good, None, refused, Row(), b"bytes", ARTICLE.format(9)]
    outcomes = await many(given, Extractor())
    [first, *middle, last] = outcomes
    assert isinstance(first, Extracted)
    assert isinstance(last, Extracted)
    assert first.id.startswith("sha256:")
    assert [(o.id, o.failure.error) for o in middle if isinstance(o, Failed)] == [
        ("document 2", "DocumentError"),
        ("document 4", "DocumentError"),
        ("w4", "AnswerInvalid"),
        ("document 6", "DocumentError"),
        ("document 7", "DocumentError"),
    ]


@pytest.mark.parametrize("fate", [ConfigurationError("no key"), WeightsMissing("none")])
async def test_a_run_that_nobody_could_end_is_not_begun(
    many: Many, asker: FakeAsker, fate: Exception
) -> None:
    asker.fates = {"": fate}
    with pytest.raises(type(fate), match=str(fate)):
        await many(articles(20), Extractor())


async def test_a_refused_key_ends_a_long_run(many: Many, asker: FakeAsker) -> None:
    asker.fates = {"": AuthenticationFailed("Asking 'm': HTTP 401.")}
    taken = count()
    with pytest.raises(RunStopped, match="HTTP 401"):
        await many((ARTICLE.format(next(taken)) for _ in range(99)), Extractor(), concurrency=2)
    assert next(taken) <= 4 * 2


async def test_a_server_that_fails_ends_a_long_run(many: Many, asker: FakeAsker) -> None:
    asker.fates = {f"squadron {n}.": ServerUnavailable("HTTP 503.") for n in range(5, 99)}
    taken = count()
    with pytest.raises(RunStopped, match="12 documents in a row"):
        await many((ARTICLE.format(next(taken)) for _ in range(99)), Extractor(), concurrency=2)
    assert next(taken) <= 5 + 12 + 4 * 2


@pytest.mark.parametrize("concurrency", [0, -1])
async def test_a_concurrency_below_one_is_refused(
    many: Many, asker: FakeAsker, concurrency: int
) -> None:
    with pytest.raises(ConfigurationError, match=f"The concurrency is {concurrency}: give 1"):
        await many(articles(1), Extractor(), concurrency=concurrency)


async def test_a_fault_of_the_source_is_raised_after_the_outcomes_before_it(
    asker: FakeAsker,
) -> None:
    def broken() -> Iterator[Document]:
        yield from articles(3)
        raise OSError("the disk is gone")

    outcomes = Extractor().extract_many(broken())
    assert [next(outcomes).id for _ in range(3)] == ["w0", "w1", "w2"]
    with pytest.raises(OSError, match="the disk is gone"):
        next(outcomes)


async def test_one_document_is_no_list_of_them(asker: FakeAsker) -> None:
    one: Any
    for one in ("Aldana met Brekke.", Document("Aldana met Brekke.")):
        with pytest.raises(ConfigurationError, match="give it to `extract`"):
            list(Extractor().extract_many(one))


async def test_one_iterator_may_be_left_and_another_begun(asker: FakeAsker) -> None:
    endless = (Document(ARTICLE.format(n), id=f"w{n}") for n in count())
    before = asyncio.all_tasks()
    async with aclosing(Extractor().aextract_many(endless, concurrency=2)) as outcomes:
        async for outcome in outcomes:
            assert isinstance(outcome, Extracted)
            break
    assert asyncio.all_tasks() == before
    assert len(list(islice(Extractor().extract_many(articles(9)), 9))) == 9


def whole_by(server: CannedServer, client: Any) -> Extractor:
    return Extractor("canned", client=client, plan="whole", retry_policy=RetryPolicy(attempts=1))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[CannedServer]:
    with CannedServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def no_thread_is_left() -> bool:
    return not any(t.name.startswith("defext-many") for t in threading.enumerate())


def test_a_model_by_name_is_asked_by_many_at_once(server: CannedServer) -> None:
    one = Extractor("openai/canned", retry_policy=RetryPolicy(attempts=1))
    outcomes = list(one.extract_many([TEXT.format(n) for n in range(20)]))
    assert [outcome for outcome in outcomes if isinstance(outcome, Failed)] == []
    assert one.usage.calls == server.asked.total() == 20
    assert no_thread_is_left()


def test_a_model_that_never_answers_quite_as_asked_stops_no_run(
    server: CannedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(canned._RECORD, "sentences", ["1"])
    monkeypatch.setitem(canned._RECORD, "why", "The text says so.")
    one = Extractor("openai/canned", retry_policy=RetryPolicy(attempts=1))
    outcomes = list(one.extract_many([TEXT.format(n) for n in range(20)]))
    told = [outcome.extraction for outcome in outcomes if isinstance(outcome, Extracted)]
    assert len(told) == server.asked.total() == 20
    assert [len(each.requests) for each in told] == [1] * 20
    assert [each.run.repaired_answers for each in told] == [1] * 20
    assert one.usage.repaired == 20


def test_a_client_of_the_caller_s_own_is_asked_by_many_at_once(server: CannedServer) -> None:
    with openai.OpenAI() as client:
        one = whole_by(server, instructor.from_openai(client))
        for begin in (0, 10):
            texts = [TEXT.format(begin + n) for n in range(10)]
            outcomes = list(one.extract_many(texts))
            assert [outcome for outcome in outcomes if isinstance(outcome, Failed)] == []
    assert no_thread_is_left()


@pytest.mark.parametrize("kind", [openai.OpenAI, openai.AsyncOpenAI])
async def test_both_kinds_of_client_serve_the_caller_s_own_loop(
    server: CannedServer, kind: Any
) -> None:
    client = kind()
    one = whole_by(server, instructor.from_openai(client))
    texts = [TEXT.format(n) for n in range(10)]
    assert [o async for o in one.aextract_many(texts) if isinstance(o, Failed)] == []
    if (closing := client.close()) is not None:
        await closing


async def test_an_asynchronous_client_does_not_leave_its_loop(server: CannedServer) -> None:
    async with openai.AsyncOpenAI() as client:
        one = whole_by(server, instructor.from_openai(client))
        with pytest.raises(ConfigurationError, match="serves aextract and aextract_many alone"):
            one.extract_many([TEXT.format(0)])
    assert server.asked.total() == 0


async def test_texts_that_come_twice_at_once_are_asked_once_where_answers_are_kept(
    server: CannedServer, tmp_path: Path, many: Many
) -> None:
    one = Extractor(
        "openai/canned", cache=tmp_path / "answers", retry_policy=RetryPolicy(attempts=1)
    )
    wire = [Document(TEXT.format(n // 4), id=f"w{n}") for n in range(20)]
    server.seconds = 0.01
    outcomes = await many(wire, one)
    assert [outcome.id for outcome in outcomes if isinstance(outcome, Extracted)] == [
        document.id for document in wire
    ]
    assert set(server.asked.values()) == {1}
    assert one.usage.calls == len(server.asked) == 5
    runs = Counter(
        outcome.extraction.run.calls for outcome in outcomes if isinstance(outcome, Extracted)
    )
    assert runs == {1: 20}
