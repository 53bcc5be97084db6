"""A server that misbehaves on purpose does what its plan says, and no document is lost at it."""

import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import instructor
import openai
import pytest
from pydantic import BaseModel

import defext.errors
from defext import Extracted, Extractor, Failed
from defext.ask import RetryPolicy, retry_policy
from defext.prompt import labels_of

ROOT = Path(__file__).parent.parent
CASSETTE = ROOT / "cassettes/test_seed/test_the_seed_article.json"


def labels() -> type[BaseModel]:
    """What the recorded question is answered by."""
    return labels_of([int(number) for number in json.loads(content())])


def content() -> str:
    """The recorded answer itself."""
    told: str = recorded()[1]["choices"][0]["message"]["content"]
    return told


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The server, which is no part of the package."""
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import misbehaving

    return misbehaving


@pytest.fixture
def composed(bench: ModuleType) -> ModuleType:
    """The documents that it can answer."""
    from benchmarks.faults import composed

    return composed


@pytest.fixture
def plan(bench: ModuleType) -> Any:
    """One by which most calls misbehave."""
    return bench.Plan(seed=5, share=0.9)


@pytest.fixture
def server(bench: ModuleType, plan: Any) -> Iterator[Any]:
    with bench.misbehaving([CASSETTE], plan) as server:
        yield server


@cache
def recorded() -> tuple[list[dict[str, str]], dict[str, Any]]:
    """A question that a cassette answers, and the answer."""
    [check, *_] = json.loads(CASSETTE.read_text(encoding="utf-8"))
    [turn, *_] = check["turns"]
    return [*check["request"]["body"]["messages"], turn["message"]], turn["response"]["body"]


def question(mark: int) -> list[dict[str, str]]:
    """The question, of the document with this mark."""
    [*before, last], _ = recorded()
    return [*before, last | {"content": last["content"].replace(".\n", f" [{mark}].\n", 1)}]


def that_meets(bench: ModuleType, plan: Any, *faults: str | None) -> list[dict[str, str]]:
    """A question that meets these faults in this order."""
    for mark in count(1):
        request = bench.known_as(question(mark))
        if [plan.fault(request, n) for n in range(1, len(faults) + 1)] == list(faults):
            return question(mark)
    raise AssertionError


def raw(server: Any, messages: list[dict[str, str]], seconds: float = 5.0) -> bytes:
    """Every byte that the server sends before it closes the connection."""
    body = json.dumps({"messages": messages}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nconnection: close\r\ncontent-length: {len(body)}"
    told = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n" + body)
        while piece := connection.recv(65536):
            told += piece
    return told


def parsed(told: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body."""
    head, _, body = told.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert len(body) == int(headers["content-length"])
    return int(first.split()[1]), headers, body


def test_the_plan_is_a_pure_function_of_the_request_and_its_coming(bench: ModuleType) -> None:
    calls = [(str(request), coming) for request in range(500) for coming in range(1, 6)]

    def fates(seed: int) -> dict[tuple[str, int], tuple[str | None, float]]:
        plan = bench.Plan(seed=seed)
        return {call: (plan.fault(*call), plan.place(*call)) for call in calls}

    fates_backwards = [bench.Plan(seed=1).fault(*call) for call in reversed(calls)]
    assert [fault for fault, _ in fates(1).values()] == fates_backwards[::-1]
    assert fates(1) == fates(1)
    assert fates(1) != fates(2)
    assert all(0 <= place < 1 for _, place in fates(1).values())


def test_about_the_share_of_calls_misbehaves_in_every_way(bench: ModuleType) -> None:
    plan = bench.Plan(seed=3, share=0.2)
    faults = Counter(plan.fault(str(request), 1) for request in range(5000))
    assert 1 - faults.pop(None) / 5000 == pytest.approx(0.2, abs=0.02)
    assert faults.keys() == {*bench.PASSING, *bench.FINAL}
    assert max(faults.values()) < 2 * min(faults.values())
    assert {bench.Plan(share=0).fault(str(request), 1) for request in range(100)} == {None}


def test_a_final_fault_stays_and_any_other_passes_by_the_third_call(bench: ModuleType) -> None:
    plan = bench.Plan(seed=3, share=0.9)
    finals = 0
    for request in map(str, range(1000)):
        fates = [plan.fault(request, coming) for coming in range(1, 10)]
        if final := plan.final(request):
            finals += 1
            assert final in bench.FINAL
            assert set(fates) == {final}
        else:
            assert not {*bench.FINAL} & {*fates}
            assert fates[2::3] == [None] * 3
    assert 50 < finals < 250


@pytest.mark.parametrize(
    ("fault", "status", "header"),
    [
        ("429", 429, None),
        ("429 retry-after", 429, ("retry-after", "0.05")),
        ("429 retry-after-ms", 429, ("retry-after-ms", "50")),
        ("500", 500, None),
        ("502", 502, None),
        ("503", 503, None),
    ],
)
def test_an_error_has_its_status_and_says_how_long_to_wait_or_not(
    bench: ModuleType, plan: Any, server: Any, fault: str, status: int, header: Any
) -> None:
    told, headers, _ = parsed(raw(server, that_meets(bench, plan, fault)))
    assert told == status
    waits = [item for item in headers.items() if item[0].startswith("retry-after")]
    assert waits == ([header] if header else [])


def test_a_503_is_a_page_now_and_then(bench: ModuleType) -> None:
    completion = {"choices": [{"message": {"content": "{}"}}]}
    kinds = {
        parsed(bench.response(completion, "503", place))[1]["content-type"]
        for place in (0.0, 0.4, 0.6, 0.9)
    }
    assert kinds == {"text/html", "application/json"}


def test_a_good_answer_is_the_recorded_one(bench: ModuleType, plan: Any, server: Any) -> None:
    status, headers, body = parsed(raw(server, that_meets(bench, plan, None)))
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(body) == recorded()[1]


def test_a_connection_is_cut_within_the_answer(bench: ModuleType, plan: Any, server: Any) -> None:
    whole = raw(server, that_meets(bench, plan, None))
    marks = (n for n in count(1) if plan.fault(bench.known_as(question(n)), 1) == "cut")
    cuts = [raw(server, question(next(marks))) for _ in range(12)]
    assert all(whole.startswith(cut) and len(cut) < len(whole) for cut in cuts)
    assert len({len(cut) for cut in cuts}) > 9


@pytest.mark.parametrize(("place", "left"), [(0.0, 0), (0.5, 0.5), (0.9999999, 1)])
def test_a_cut_may_be_at_any_byte(
    bench: ModuleType, plan: Any, monkeypatch: pytest.MonkeyPatch, place: float, left: float
) -> None:
    sent: list[bytes] = []
    handler = bench._Handler.__new__(bench._Handler)
    handler.wfile = type("File", (), {"write": staticmethod(sent.append)})
    completion = {"choices": [{"message": {"content": "{}"}}]}
    whole = bench.response(completion, None, 0)
    handler._answer(completion, "cut", place)
    assert len(sent[0]) == pytest.approx(left * len(whole), abs=1)
    assert len(sent[0]) < len(whole)
    assert handler.close_connection


def test_a_stall_lasts_until_the_client_goes(bench: ModuleType, plan: Any, server: Any) -> None:
    asked = that_meets(bench, plan, "stall", None)
    with pytest.raises(TimeoutError):
        raw(server, asked, seconds=0.3)
    assert parsed(raw(server, asked))[0] == 200
    assert server.calls() == {bench.known_as(asked): ["stall", "answer"]}


def test_a_drip_is_the_whole_answer_slowly(bench: ModuleType, plan: Any, server: Any) -> None:
    whole = raw(server, that_meets(bench, plan, None))
    began = time.monotonic()
    assert raw(server, that_meets(bench, plan, "drip")) == whole
    assert 0.25 < time.monotonic() - began < 5


def test_an_answer_is_told_as_gone_where_the_client_did_not_wait(
    bench: ModuleType, plan: Any, server: Any
) -> None:
    asked = that_meets(bench, plan, "drip")
    with pytest.raises(TimeoutError):
        raw(server, asked, seconds=0.0005)
    until = time.monotonic() + 5
    while server.calls() == {bench.known_as(asked): ["drip"]} and time.monotonic() < until:
        time.sleep(0.05)
    assert server.calls() == {bench.known_as(asked): ["gone"]}


@pytest.mark.parametrize(
    "fault",
    ["half JSON", "other schema", "no choices", "not JSON", "refusal", "content filter"],
)
def test_what_is_wrong_with_an_answer(
    bench: ModuleType, plan: Any, server: Any, fault: str
) -> None:
    status, headers, body = parsed(raw(server, that_meets(bench, plan, fault)))
    assert status == 200
    if fault == "not JSON":
        assert headers["content-type"] == "text/html"
        assert body.startswith(b"<!doctype html>")
        return
    assert headers["content-type"] == "application/json"
    completion = json.loads(body)
    if fault == "no choices":
        assert completion["choices"] == []
        return
    [choice] = completion["choices"]
    told, refusal = choice["message"]["content"], choice["message"]["refusal"]
    assert choice["finish_reason"] == ("content_filter" if fault == "content filter" else "stop")
    assert (refusal is not None) == (told is None) == (fault == "refusal")
    if fault in ("half JSON", "content filter"):
        with pytest.raises(json.JSONDecodeError):
            json.loads(told)
    if fault == "other schema":
        with pytest.raises(ValueError, match="Labels"):
            labels().model_validate(json.loads(told))


@pytest.mark.parametrize("fault", ["half JSON", "other schema", "not JSON"])
def test_a_re_ask_is_the_same_request_again(
    bench: ModuleType, plan: Any, server: Any, fault: str
) -> None:
    asked = that_meets(bench, plan, fault, fault, None)
    with openai.OpenAI(base_url=server.url, api_key="key", max_retries=0) as plain:
        client = instructor.from_openai(plain, mode=instructor.Mode.JSON_SCHEMA)
        messages: Any = asked
        told = client.create(model="m", messages=messages, response_model=labels(), max_retries=2)
    assert told.model_dump() == json.loads(content())
    assert server.calls() == {bench.known_as(asked): [fault, fault, "answer"]}


def test_documents_are_told_apart_by_their_marks(bench: ModuleType) -> None:
    one, two, (none, _) = question(1), question(2), recorded()
    assert len({bench.digest(asked) for asked in (one, two, none)}) == 1
    assert len({bench.known_as(asked) for asked in (one, two, none)}) == 3
    other = [{"role": "user", "content": "Anything else [1]"}]
    assert bench.known_as(other) != bench.known_as(one)
    assert bench.known_as(other, "document") == bench.known_as(one, "document") == "1"


def test_what_no_recording_holds_is_no_answer(server: Any) -> None:
    assert parsed(raw(server, [{"role": "user", "content": "Who goes?"}]))[0] == 404
    assert server.calls() == {}


def test_the_server_ends_with_the_block(bench: ModuleType, plan: Any) -> None:
    with bench.misbehaving([CASSETTE], plan) as server:
        assert server.calls() == {}
    assert is_gone(server.port)


def test_the_server_ends_when_its_parent_is_killed() -> None:
    program = """
import os, signal
from benchmarks.misbehaving import Plan, misbehaving
with misbehaving([], Plan()) as server:
    print(server.port, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode < 0
    assert is_gone(int(done.stdout))


def is_gone(port: int) -> bool:
    """Whether nobody listens any more, waited for for some seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry_policy, "FIRST_WAIT", 0.01)


@pytest.mark.usefixtures("short_waits")
async def test_every_document_that_could_succeed_does(
    bench: ModuleType, composed: ModuleType
) -> None:
    plan = bench.Plan(seed=5, share=0.2)
    documents = composed.composed(240)
    with bench.misbehaving(composed.RECORDINGS, plan) as server:
        outcomes = await read(server, [each.document for each in documents])
        calls = server.calls()

    assert [outcome.id for outcome in outcomes] == [each.document.id for each in documents]
    for each, outcome in zip(documents, outcomes, strict=True):
        if any(map(plan.final, each.questions)):
            assert isinstance(outcome, Failed), outcome.id
            assert issubclass(getattr(defext.errors, outcome.failure.error), defext.errors.AskError)
            assert outcome.failure.error == "AnswerRefused"
            assert outcome.failure.message
        else:
            assert isinstance(outcome, Extracted), outcome
            run = outcome.extraction.run
            assert outcome.extraction == each.extraction.model_copy(update={"run": run})
    assert 5 < sum(isinstance(outcome, Failed) for outcome in outcomes) < 60
    assert {told for each in calls.values() for told in each} >= {*bench.PASSING, *bench.FINAL}
    assert [request for request, told in calls.items() if answered(bench, told) > 1] == []


@pytest.mark.usefixtures("short_waits")
async def test_nothing_is_asked_again_after_its_answer_was_kept(
    bench: ModuleType, composed: ModuleType, tmp_path: Path
) -> None:
    plan = bench.Plan(seed=5, share=0.2)
    documents = composed.composed(60)
    asked = [each.document for each in documents]
    with bench.misbehaving(composed.RECORDINGS, plan) as server:
        first = await read(server, asked, cache=tmp_path / "answers.sqlite")
        before = server.calls()
        again = await read(server, asked, cache=tmp_path / "answers.sqlite")
        after = server.calls()

    assert [type(outcome) for outcome in again] == [type(outcome) for outcome in first]
    assert sum(isinstance(outcome, Failed) for outcome in again) > 2
    for each, one, two in zip(documents, first, again, strict=True):
        if isinstance(one, Extracted):
            assert [after[question] for question in each.questions] == [
                before[question] for question in each.questions
            ]
            run = one.extraction.run.model_copy(update={"seconds": two.extraction.run.seconds})
            assert two.extraction == one.extraction.model_copy(update={"run": run})


async def read(server: Any, documents: list[Any], **options: Any) -> list[Any]:
    """The outcomes of documents at the server."""
    async with openai.AsyncOpenAI(base_url=server.url, api_key="key") as client:
        waits = RetryPolicy(timeout=2.0)
        extractor = Extractor("local", client=client, retry_policy=waits, **options)
        return [outcome async for outcome in extractor.aextract_many(documents, concurrency=32)]


def answered(bench: ModuleType, told: list[str]) -> int:
    """How many of a request's calls brought the whole answer."""
    return sum(call in bench.FULL for call in told)
