import asyncio
import gc
import json
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from yes_no import YES_OR_NO

from defext.ask import Asker, Question, RetryPolicy, Usage, retry_policy
from defext.ask.client import Connection
from defext.ask.loops import of_running_loop
from defext.errors import RequestRejected
from defext.local import ServerAddress

if TYPE_CHECKING:
    from tests.ask.conftest import Ask, FaultyServer

YES = '{"answer":"yes"}'


def questions(server: "FaultyServer", letters: str) -> list[Question[Any]]:
    """A question of each letter."""
    return [server.question(letter) for letter in letters]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_answers_come_in_the_order_of_the_questions(
    ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    server.script = [
        server.by_text(
            y=server.reply(YES),
            n=server.reply('{"answer":"no"}'),
            s=server.stall(0.05),  # then yes
        )
    ]
    answers = await ask(asker, questions(server, "snynsyn"))
    assert [answer.value.answer[0] for answer in answers] == list("ynynyyn")


async def test_no_question_needs_no_model(ask: "Ask", server: "FaultyServer") -> None:
    server.stop()
    assert await ask(Asker("local", None, RetryPolicy()), []) == []


async def test_the_embedded_model_is_asked_for_its_best_answer_and_its_probability(
    ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    await ask(asker, [server.question(choice=YES_OR_NO)])
    assert server.keys == {server.key}
    (request,) = server.requests
    form = request.pop("response_format")
    assert request == {
        "model": "local",
        "messages": [{"role": "user", "content": server.article}],
        "max_tokens": 16,
        "temperature": 0,
        "logprobs": True,
        "top_logprobs": 8,
        "id_slot": 0,
    }
    assert form["json_schema"]["schema"]["properties"]["answer"]["enum"] == ["yes", "no"]


async def test_a_question_without_bounds_leaves_the_defaults_to_the_server(
    ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    await ask(asker, [server.question(max_tokens=None)])
    assert server.requests[0].keys() == {"model", "messages", "response_format", "id_slot"}


async def test_the_same_question_is_the_same_request(
    ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    question = server.question(choice=YES_OR_NO)
    server.script = [server.reply("invalid"), server.reply(YES)]
    await ask(asker, [question])
    await ask(asker, [question])
    first, re_asked, again = server.requests
    assert first == again
    assert first["messages"] == re_asked["messages"][:1]


async def test_usage_counts_every_call_and_its_tokens_once(
    ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    server.script = [
        server.reply("invalid", usage=(100, 0, 7)),
        server.reply('{"answer":"maybe"}', usage=(120, 100, 5)),
        server.status(503),
        server.reply(YES, usage=(100, 90, 3)),
    ]
    (answer,) = await ask(asker, [server.question()])
    assert answer.usage == Usage(calls=3, input_tokens=320, cached_tokens=190, output_tokens=15)


async def test_a_server_that_counts_nothing_is_still_counted(
    ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    message = {"content": '{"answer":"no"}'}
    server.script = [server.status(200, json.dumps({"choices": [{"message": message}]}))]
    (answer,) = await ask(asker, [server.question(choice=YES_OR_NO)])
    assert answer.value.answer == "no"
    assert answer.usage == Usage(calls=1)
    assert answer.probabilities is None


async def test_the_probabilities_are_read_from_the_answers_tokens(
    ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    def token(text: str, **logprobs: float) -> dict[str, object]:
        top = [{"token": word, "logprob": p, "bytes": None} for word, p in logprobs.items()]
        return {"token": text, "logprob": -0.1, "bytes": None, "top_logprobs": top}

    tokens = [token('{"'), token("answer"), token('":"'), token("yes", yes=-0.1, no=-2.4)]
    server.script = [server.reply(YES, logprobs={"content": tokens, "refusal": None})]
    (answer,) = await ask(asker, [server.question(choice=YES_OR_NO)])
    assert answer.probabilities is not None
    [told] = answer.probabilities
    assert told == pytest.approx({"yes": 0.909, "no": 0.091}, abs=0.001)


async def test_a_failure_neither_waits_for_the_others_nor_begins_more(
    ask: "Ask", server: "FaultyServer"
) -> None:
    server.script = [server.by_text(s=server.stall(), x=server.status(400), y=server.reply(YES))]
    asker = Asker("local", None, RetryPolicy())
    started = time.monotonic()
    with pytest.raises(RequestRejected):
        await ask(asker, questions(server, "sssx" + "y" * 20))
    assert time.monotonic() - started < 3
    await asyncio.sleep(0.05)
    assert len(server.requests) <= 4


async def test_a_failure_ends_the_retries_of_the_others(
    ask: "Ask", server: "FaultyServer", monkeypatch: pytest.MonkeyPatch
) -> None:
    all_are_asked = threading.Barrier(4)

    def then(step: Callable[[Any], None]) -> Callable[[Any], None]:
        def wait(handler: Any) -> None:
            all_are_asked.wait(5)
            step(handler)

        return wait

    busy = server.status(503, retry_after="0.1")
    server.script = [server.by_text(b=then(busy), x=then(server.status(400)))]
    with pytest.raises(RequestRejected):
        await ask(Asker("local", None, RetryPolicy()), questions(server, "bbbx"))
    await asyncio.sleep(0.2)
    assert len(server.requests) <= 4


async def test_eight_threads_share_one_asker(server: "FaultyServer", asker: Asker) -> None:
    server.script = [server.by_text(y=server.reply(YES), n=server.reply('{"answer":"no"}'))]
    together = threading.Barrier(8)

    def letters(number: int) -> str:
        together.wait()
        texts = "yn" * (1 + number % 2)
        return "".join(a.value.answer[0] for a in asker.ask(questions(server, texts)))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(letters, range(8))) == ["yn", "ynyn"] * 4


async def test_tasks_of_one_loop_share_one_connection(
    server: "FaultyServer", asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def shared_server(path: Path, adapter: Path | None = None) -> ServerAddress:
        made.append(path)
        return ServerAddress(server.url, server.key)

    monkeypatch.setattr("defext.local.shared_server", shared_server)
    await asyncio.gather(*(asker.aask([server.question()]) for _ in range(8)))
    assert len(server.requests) == 8
    assert len(made) == 1


def test_each_event_loop_has_its_own_connection_and_closes_it(
    server: "FaultyServer", asker: Asker
) -> None:
    for _ in range(3):
        (answer,) = asyncio.run(asker.aask([server.question()]))
        assert answer.value.answer == "yes"
    assert len(server.connections) == 3
    asyncio.run(until(lambda: server.closed == 3))


async def test_the_connection_of_an_asker_that_is_gone_is_closed_when_another_comes(
    server: "FaultyServer", asker: Asker
) -> None:
    await Asker("local", None, RetryPolicy()).aask([server.question()])
    gc.collect()
    assert server.closed == 0
    await asker.aask([server.question()])
    await until(lambda: server.closed == 1)


def test_an_asker_that_is_gone_closes_its_connections(server: "FaultyServer") -> None:
    asker = Asker("local", None, RetryPolicy())
    asker.ask([server.question()])
    assert server.closed == 0
    del asker
    asyncio.run(until(lambda: server.closed == 1))


def test_a_loop_that_ends_with_its_asker_closes_the_connection(server: "FaultyServer") -> None:
    async def main() -> None:
        asker = Asker("local", None, RetryPolicy())
        await asker.aask(questions(server, "abcd"))

    asyncio.run(main())
    asyncio.run(until(lambda: server.closed == 4))


def test_a_forked_process_has_a_connection_of_its_own(
    server: "FaultyServer", asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker.ask([server.question()])
    asker.ask([server.question()])
    assert len(server.connections) == 1
    monkeypatch.setattr("os.getpid", lambda: -1)
    asker.ask([server.question()])
    assert len(server.connections) == 2


def test_a_loop_that_ends_without_a_word_is_forgotten() -> None:
    async def connect(owner: object) -> None:
        idle = Connection(SimpleNamespace(client=None), None, asynchronous=True, tunable=False)
        assert await of_running_loop(owner, lambda: idle) is idle

    owner = threading.Event()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(connect(owner))
    loop.close()
    ended = weakref.ref(loop)
    del loop
    asyncio.run(connect(owner))
    asyncio.run(until(lambda: gc.collect() >= 0 and ended() is None))


async def test_the_event_loop_is_not_blocked(server: "FaultyServer", asker: Asker) -> None:
    server.script = [server.stall(0.2)]
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await asker.aask([server.question()])
    ticking.cancel()
    assert ticks > 5


@pytest.mark.parametrize("fault", ["stall", "retry"])
async def test_cancelling_leaves_no_task(
    fault: str, server: "FaultyServer", asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry_policy, "FIRST_WAIT", 60.0)
    server.script = [server.stall() if fault == "stall" else server.status(503)]
    asker = Asker("local", None, RetryPolicy())
    before = asyncio.all_tasks()
    asking = asyncio.create_task(asker.aask(questions(server, "abcdefgh")))
    await until(lambda: len(server.requests) == 4)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert asyncio.all_tasks() == before
    if fault == "stall":
        assert await asyncio.to_thread(server.lost.wait, 5)


async def test_waiting_for_others_takes_nothing_of_the_retry_policys_seconds(
    ask: "Ask", server: "FaultyServer"
) -> None:
    server.script = [server.reply(YES), server.status(503), server.reply(YES)]
    asker = Asker("local", None, RetryPolicy(seconds=0.25, attempts=2))
    await ask(asker, [server.question()])  # connects
    limit = {"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "20s"}
    asker._limiter.heed(limit)
    with ExitStack() as other:
        other.enter_context(asker._limiter.place(lambda seconds: None))
        leave = threading.Timer(0.3, other.pop_all().close)
        leave.start()
        (answer,) = await ask(asker, [server.question()])
        leave.join()
    assert answer.value.answer == "yes"
    assert len(server.requests) == 3


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT interrupts, also where a background job inherits that it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("asked", "at_once"), [("a", 1), ("abcdefgh", 4)])
def test_an_interrupt_ends_asking_at_once(server: "FaultyServer", asked: str, at_once: int) -> None:
    server.script = [server.stall()]
    asker = Asker("local", None, RetryPolicy())

    def interrupt() -> None:
        asyncio.run(until(lambda: len(server.requests) == at_once))
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        asker.ask(questions(server, asked))
    assert time.monotonic() - started < 3
    left = [thread for thread in threading.enumerate() if thread.name.startswith("defext-")]
    assert all(thread.daemon for thread in left)  # nor does the end of the program wait
    assert len(server.requests) == at_once
