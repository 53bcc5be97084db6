"""Every way in which asking fails, shown by a server that misbehaves on purpose."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

import openai
import pytest

from defext.ask import Asker, RetryPolicy, retry_policy
from defext.ask.faults import retry_after
from defext.errors import (
    AnswerInvalid,
    AnswerRefused,
    AnswerTruncated,
    AskError,
    AuthenticationFailed,
    RateLimited,
    RequestRejected,
    ServerUnavailable,
)

if TYPE_CHECKING:
    from tests.ask.conftest import Ask, FaultyServer, Step

COMPLETION = "Pete Hegseth will visit"


class Fault(NamedTuple):
    step: "Callable[[FaultyServer], Step]"
    error: type[AskError]
    message: str
    cause: str
    requests: int


def status(number: int) -> "Callable[[FaultyServer], Step]":
    body = f'{{"error": {{"message": "about {COMPLETION}", "code": null}}}}'
    return lambda server: server.status(number, body)


UNFIT = "no answer fitted the schema after all re-asks: ask a stronger model."
FOREIGN = "what came back is no chat completion: check the server's address."
REFUSED = "the model or its filter declined to answer: ask another model."
FAILING = "the server kept failing: try again later."
UNREACHED = "no answer from the server: check that it runs and is in reach, or try again later."
REJECTED = "the server refused the request: its reason is in the __cause__."

FAULTS = {
    "400": Fault(
        status(400), RequestRejected, f"HTTP 400, {REJECTED}", "BadRequestError", requests=1
    ),
    "401": Fault(
        status(401),
        AuthenticationFailed,
        "HTTP 401, the key was refused: check the provider's API key.",
        "AuthenticationError",
        requests=1,
    ),
    "403": Fault(
        status(403),
        AuthenticationFailed,
        "HTTP 403, the key may not use this model: check its permissions.",
        "PermissionDeniedError",
        requests=1,
    ),
    "404": Fault(
        status(404),
        RequestRejected,
        "HTTP 404, the server knows no such model or address: check the model's name.",
        "NotFoundError",
        requests=1,
    ),
    "413": Fault(
        status(413),
        RequestRejected,
        "HTTP 413, the document is too long for this server: split it.",
        "APIStatusError",
        requests=1,
    ),
    "422": Fault(
        status(422),
        RequestRejected,
        f"HTTP 422, {REJECTED}",
        "UnprocessableEntityError",
        requests=1,
    ),
    "429": Fault(
        status(429),
        RateLimited,
        "HTTP 429, the rate limit held through all retries: wait, or lower the concurrency.",
        "RateLimitError",
        requests=3,
    ),
    "500": Fault(
        status(500), ServerUnavailable, f"HTTP 500, {FAILING}", "InternalServerError", requests=3
    ),
    "502 page": Fault(
        lambda server: server.status(502, "<html>Bad gateway</html>", "text/html"),
        ServerUnavailable,
        f"HTTP 502, {FAILING}",
        "InternalServerError",
        requests=3,
    ),
    "503": Fault(
        status(503), ServerUnavailable, f"HTTP 503, {FAILING}", "InternalServerError", requests=3
    ),
    "cut connection": Fault(
        lambda server: server.cut(), ServerUnavailable, UNREACHED, "APIConnectionError", requests=3
    ),
    "stall": Fault(
        lambda server: server.stall(), ServerUnavailable, UNREACHED, "APITimeoutError", requests=3
    ),
    "half a JSON": Fault(
        lambda server: server.reply('{"answer": "' + COMPLETION),
        AnswerInvalid,
        UNFIT,
        "ValidationError",
        requests=3,
    ),
    "another schema": Fault(
        lambda server: server.reply(f'{{"visit": "{COMPLETION}"}}'),
        AnswerInvalid,
        UNFIT,
        "ValidationError",
        requests=3,
    ),
    "a word of its own": Fault(
        lambda server: server.reply(f'{{"answer": "{COMPLETION}"}}'),
        AnswerInvalid,
        UNFIT,
        "ValidationError",
        requests=3,
    ),
    "empty choices": Fault(
        lambda server: server.completion([]), ServerUnavailable, FAILING, "Empty", requests=3
    ),
    "half a body": Fault(
        lambda server: server.status(200, '{"choices": [{"mess'),
        AnswerInvalid,
        FOREIGN,
        "JSONDecodeError",
        requests=3,
    ),
    "HTML": Fault(
        lambda server: server.status(200, "<html>Welcome</html>", "text/html"),
        AnswerInvalid,
        FOREIGN,
        "ResponseParsingError",
        requests=3,
    ),
    "refusal": Fault(
        lambda server: server.reply(None, refusal=COMPLETION),
        AnswerRefused,
        REFUSED,
        "Declined",
        requests=1,
    ),
    "content filter": Fault(
        lambda server: server.reply(COMPLETION, finish="content_filter"),
        AnswerRefused,
        REFUSED,
        "Declined",
        requests=1,
    ),
    "token limit": Fault(
        lambda server: server.reply('{"answer": "' + COMPLETION, finish="length"),
        AnswerTruncated,
        "the answer was cut off at the token limit: give a shorter text.",
        "IncompleteOutputException",
        requests=1,
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_fault_of_the_server_ends_in_its_documented_error(
    fault: Fault, ask: "Ask", server: "FaultyServer"
) -> None:
    server.script = [fault.step(server)]
    timeout = 0.1 if fault.cause == "APITimeoutError" else 10.0
    asker = Asker("local", None, RetryPolicy(timeout, attempts=3))
    with pytest.raises(AskError) as caught:
        await ask(asker, [server.question()])
    error = caught.value
    assert type(error) is fault.error
    assert str(error) == f"Asking 'local': {fault.message}"
    cause, requests = type(error.__cause__).__name__, len(server.requests)
    if fault.cause == "APITimeoutError":  # a loaded machine may lose the connection first
        assert cause in ("APITimeoutError", "APIConnectionError", "TimeoutError")
        assert requests <= fault.requests
    else:
        assert (cause, requests) == (fault.cause, fault.requests)
    for secret in (server.key, server.article, COMPLETION):
        assert secret not in f"{error} {error!r} {error.args}"


async def test_a_server_that_is_down_is_unavailable(ask: "Ask", server: "FaultyServer") -> None:
    asker = Asker("local", None, RetryPolicy(attempts=2))
    server.stop()
    with pytest.raises(ServerUnavailable, match="check that it runs and is in reach"):
        await ask(asker, [server.question()])


@pytest.mark.parametrize(
    "fault", ["429", "500", "502 page", "503", "cut connection", "stall", "empty choices"]
)
async def test_a_passing_fault_costs_no_more_than_a_retry(
    fault: str, ask: "Ask", server: "FaultyServer"
) -> None:
    server.script = [FAULTS[fault].step(server), server.reply('{"answer":"no"}')]
    asker = Asker("local", None, RetryPolicy(timeout=0.5 if fault == "stall" else 10.0))
    (answer,) = await ask(asker, [server.question()])
    assert answer.value.answer == "no"
    assert server.requests[0] == server.requests[1]
    assert len(server.requests) == 2
    assert answer.usage.calls == 1


@pytest.mark.parametrize("fault", ["half a JSON", "another schema", "HTML"])
async def test_an_invalid_answer_is_mended_by_asking_again(
    fault: str, ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    server.script = [FAULTS[fault].step(server), server.reply('{"answer":"no"}')]
    (answer,) = await ask(asker, [server.question()])
    assert answer.value.answer == "no"
    assert len(server.requests) == 2
    assert answer.usage.calls == 2


@pytest.mark.parametrize(("header", "value"), [("retry_after", "0.2"), ("retry_after_ms", "200")])
@pytest.mark.parametrize("number", [429, 503])
async def test_a_busy_server_says_when_to_come_again(
    header: str, value: str, number: int, ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    server.script = [
        server.status(number, **{header: value}),
        server.reply('{"answer":"yes"}'),
    ]
    await ask(asker, [server.question()])
    first, second = server.arrivals
    assert second - first >= 0.2


@pytest.mark.parametrize(
    ("name", "value", "kind", "says"),
    [
        ("OPENAI_API_KEY", "sk-1\nsk-2", AuthenticationFailed, "the key holds what no request"),
        ("OPENAI_API_KEY", "sk-ключ", AuthenticationFailed, "the key holds what no request"),
        ("OPENAI_BASE_URL", "localhost/v1", ServerUnavailable, "the server's address has no http"),
    ],
)
async def test_what_cannot_even_be_sent_is_not_the_server_s_fault(
    ask: "Ask",
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    kind: type[AskError],
    says: str,
    server: "FaultyServer",
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "no-key")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv(name, value)
    with pytest.raises(kind, match=says) as caught:
        await ask(Asker("openai/some", None, RetryPolicy(attempts=1)), [server.question()])
    assert "sk-" not in str(caught.value)


@pytest.mark.parametrize("year", ["99999", "999999999999"])
def test_a_date_beyond_all_years_is_none(year: str) -> None:
    class Busy(Exception):
        response = SimpleNamespace(headers={"retry-after": f"Tue, 01 Jul {year} 10:00:00 GMT"})

    assert retry_after(Busy()) is None


def test_a_busy_server_may_give_a_date() -> None:
    class Busy(Exception):
        until = datetime.now(UTC) + timedelta(hours=1)
        response = SimpleNamespace(headers={"retry-after": format_datetime(until)})

    assert retry_after(Busy()) == pytest.approx(3600, abs=60)


@pytest.mark.parametrize("value", ["soon", "-1", "", "Tue, 01 Jul 2025 10:00:00 GMT", "nan"])
async def test_a_server_that_names_no_time_to_wait_is_asked_again_soon(
    value: str, ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    server.script = [server.status(429, retry_after=value), server.reply('{"answer":"yes"}')]
    await ask(asker, [server.question()])
    assert len(server.requests) == 2


async def test_a_server_that_is_busy_for_longer_than_the_retry_policy_is_not_waited_for(
    ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    server.script = [server.status(429, retry_after="3600")]
    with pytest.raises(RateLimited) as caught:
        await ask(asker, [server.question()])
    assert str(caught.value).endswith(" The server asks to wait 3600 seconds.")
    assert len(server.requests) == 1


async def test_the_retry_policy_bounds_the_tries_by_time(
    ask: "Ask", server: "FaultyServer", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry_policy, "FIRST_WAIT", 0.05)
    server.script = [server.status(503)]
    started = time.monotonic()
    with pytest.raises(ServerUnavailable):
        await ask(
            Asker("local", None, RetryPolicy(attempts=1000, seconds=0.3)), [server.question()]
        )
    assert time.monotonic() - started < 10  # a thousand tries would take hours
    assert len(server.requests) < 50


async def test_a_fault_of_a_later_answer_is_retried_and_a_fault_after_it_too(
    ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    invalid = server.reply("no JSON at all")
    server.script = [invalid, server.status(500), invalid, server.reply('{"answer":"yes"}')]
    (answer,) = await ask(asker, [server.question()])
    assert len(server.requests) == 4
    assert answer.usage.calls == 3


async def test_a_refusal_instead_of_a_tool_call_is_a_refusal(
    ask: "Ask", server: "FaultyServer", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", server.key)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    server.script = [server.reply(None, refusal=COMPLETION)]
    with pytest.raises(AnswerRefused) as caught:
        await ask(Asker("openai/gpt-5-mini", None, RetryPolicy()), [server.question()])
    assert COMPLETION not in str(caught.value)


async def test_what_no_one_foresaw_is_still_an_ask_error(
    ask: "Ask", server: "FaultyServer", asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"{server.key} {server.article}")

    monkeypatch.setattr(openai.OpenAI, "post", fail, raising=False)
    monkeypatch.setattr(openai.AsyncOpenAI, "post", fail, raising=False)
    with pytest.raises(AskError) as caught:
        await ask(asker, [server.question()])
    assert type(caught.value) is AskError
    assert str(caught.value) == (
        "Asking 'local': the question could not be put: the reason is in the __cause__."
    )
    assert isinstance(caught.value.__cause__, RuntimeError)


async def test_a_fault_prints_nothing_where_no_logging_is_set_up(
    ask: "Ask",
    server: "FaultyServer",
    asker: Asker,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest's own
    server.script = [server.reply(COMPLETION), server.status(500), server.status(400)]
    with pytest.raises(RequestRejected):
        await ask(asker, [server.question()])
    assert capfd.readouterr() == ("", "")
