import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import instructor
import openai
import pytest
from yes_no import YES_OR_NO, Check

from defext.ask import (
    Answer,
    Asker,
    Question,
    RetryPolicy,
    Usage,
    check_model,
    choose_model,
    is_local,
)
from defext.ask.cache import AnswerCache
from defext.ask.client import adopt, connect
from defext.errors import (
    AuthenticationFailed,
    ConfigurationError,
    RateLimited,
    RequestRejected,
    ServerUnavailable,
    WeightsMissing,
)
from defext.local import ServerAddress, adapter_path

if TYPE_CHECKING:
    from tests.ask.conftest import Ask, FaultyServer

YES = '{"answer":"yes"}'


def ignore(headers: Mapping[str, str]) -> None:
    pass


@pytest.mark.parametrize(
    ("argument", "environment", "model"),
    [
        ("ollama/qwen", {"DEFEXT_MODEL": "groq/llama", "OPENAI_API_KEY": "k"}, "ollama/qwen"),
        (None, {"DEFEXT_MODEL": "groq/llama", "OPENAI_API_KEY": "k"}, "groq/llama"),
        (None, {"OPENAI_API_KEY": "k"}, "openai/gpt-5-mini"),
        (None, {"DEFEXT_MODEL": "", "OPENAI_API_KEY": ""}, "local"),
        (None, {}, "local"),
    ],
)
def test_the_model_is_named_by_argument_then_variable_then_key(
    argument: str | None,
    environment: dict[str, str],
    model: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert choose_model(argument) == model
    assert Asker(argument, None, RetryPolicy()).model == model


@pytest.mark.parametrize("model", ["local", "local/tiny.gguf", "local//models/tiny.gguf"])
def test_the_embedded_model_goes_by_local(model: str) -> None:
    check_model(model)
    assert is_local(model)


@pytest.mark.parametrize("model", ["openai/gpt-5-mini", "together/meta-llama/Llama-3", "locals/x"])
def test_other_models_go_by_their_provider(model: str) -> None:
    check_model(model)
    assert not is_local(model)


@pytest.mark.parametrize("model", ["", " ", "gpt-5-mini", "openai/", "/gpt", "/", "local/", " / "])
def test_what_cannot_be_a_model_is_refused_at_once(model: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Asker(model, None, RetryPolicy())
    assert str(caught.value) == (
        f"Unknown model {model!r}: give 'local', 'local/<file>.gguf' or '<provider>/<model>', "
        "such as 'openai/gpt-5-mini'."
    )


async def test_an_unknown_provider_is_named(ask: "Ask", server: "FaultyServer") -> None:
    with pytest.raises(ConfigurationError, match=r"^Model 'nobody/x': Unsupported"):
        await ask(Asker("nobody/x", None, RetryPolicy()), [server.question()])


@pytest.mark.parametrize(
    ("model", "named", "server"),
    [
        ("openai/some", "http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1"),
        ("openai/some", "http://127.0.0.1:9/api.openai.com/", "http://127.0.0.1:9/api.openai.com/"),
        ("openai/some", "https://eu.api.openai.com/v1", None),
        ("openai/some", "", None),
        ("groq/some", "http://127.0.0.1:9/v1", None),
    ],
)
def test_another_server_of_the_environment_has_other_answers_and_prices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: str, named: str, server: str | None
) -> None:
    question = Question([{"role": "user", "content": "Yes?"}], Check)
    AnswerCache(tmp_path / "answers", model).put(
        question, Answer(Check(answer="yes"), None, Usage())
    )
    monkeypatch.setenv("OPENAI_API_KEY", "no-key")
    monkeypatch.setenv("OPENAI_BASE_URL", named)
    asker = Asker(model, None, RetryPolicy(attempts=1), tmp_path / "answers")
    assert asker.server == server
    if server is None:
        assert asker.ask([question])[0].value.answer == "yes"
    else:
        with pytest.raises(ServerUnavailable):
            asker.ask([question])


async def test_a_missing_package_is_named(
    ask: "Ask", server: "FaultyServer", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "anthropic", None)
    with pytest.raises(ConfigurationError) as caught:
        await ask(Asker("anthropic/claude", None, RetryPolicy()), [server.question()])
    assert str(caught.value) == (
        "Model 'anthropic/claude': The anthropic package is required to use the Anthropic "
        "provider. Install it with `pip install anthropic`. Or use model='local'."
    )
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("provider", ["openai", "deepseek"])
async def test_a_missing_key_is_named(
    provider: str,
    ask: "Ask",
    server: "FaultyServer",
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest's own
    monkeypatch.delenv(f"{provider.upper()}_API_KEY", raising=False)
    with pytest.raises(ConfigurationError) as caught:
        await ask(Asker(f"{provider}/x", None, RetryPolicy()), [server.question()])
    assert str(caught.value) == (
        f"Model '{provider}/x': no key. Set {provider.upper()}_API_KEY, or use model='local'."
    )
    assert capfd.readouterr() == ("", "")


def test_a_provider_that_fails_without_a_word_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError

    monkeypatch.setattr(instructor, "from_provider", fail)
    with pytest.raises(ConfigurationError, match=r"^Model 'some/x': KeyError$"):
        connect("some/x", 1.0, ignore, asynchronous=False)


async def test_a_wrong_key_is_refused(ask: "Ask", remote: "FaultyServer") -> None:
    remote.script = [remote.status(401)]
    with pytest.raises(AuthenticationFailed, match=r"^Asking 'openai/gpt-5-mini': HTTP 401"):
        await ask(Asker(None, None, RetryPolicy()), [remote.question()])
    assert remote.keys == {remote.key}


async def test_a_provider_is_asked_with_its_own_defaults(
    ask: "Ask", remote: "FaultyServer"
) -> None:
    asker = Asker("openai/gpt-5-mini", None, RetryPolicy())
    (answer,) = await ask(asker, [remote.question(choice=YES_OR_NO)])
    assert answer.value.answer == "yes"
    assert answer.probabilities is None
    (request,) = remote.requests
    told = {"model", "messages", "tools", "tool_choice", "logprobs", "top_logprobs"}
    assert request.keys() == told
    assert request["model"] == "gpt-5-mini"


REFUSALS = {
    "openai": (
        400,
        {
            "message": "You are not allowed to request logprobs from this model",
            "param": None,
            "code": None,
        },
    ),
    "openai, a parameter": (
        400,
        {
            "message": "Unsupported parameter: 'top_logprobs' is not supported with this model.",
            "param": "top_logprobs",
            "code": "unsupported_parameter",
        },
    ),
    "a number": (400, {"message": "top_logprobs must be less than or equal to 5"}),
    "no name": (400, {"message": "Unsupported parameter in the request"}),
    "unknown field": (422, {"message": "Extra inputs are not permitted"}),
    "a fault": (500, {"message": "logprobs is not supported with tools"}),
}


@pytest.mark.parametrize(("status", "body"), REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize("model", ["local", "openai/gpt-5-mini"])
async def test_a_server_that_refuses_log_probabilities_is_asked_without_from_then_on(
    status: int, body: dict[str, object], model: str, ask: "Ask", remote: "FaultyServer"
) -> None:
    refusal, answer = remote.status(status, json.dumps({"error": body})), remote.script[0]
    remote.script = [lambda h: (refusal if "logprobs" in h.body else answer)(h)]
    asker = Asker(model, None, RetryPolicy(attempts=1))
    for _ in range(2):
        [told] = await ask(asker, [remote.question(choice=YES_OR_NO)])
        assert told.value.answer == "yes"
        assert told.probabilities is None
        assert told.usage.calls == 1
    first, *others = remote.requests
    asked = {"logprobs", "top_logprobs"}
    assert asked <= first.keys()
    assert [request.keys() for request in others] == [first.keys() - asked] * 2


async def test_after_a_busy_server_log_probabilities_are_still_asked_for(
    ask: "Ask", remote: "FaultyServer"
) -> None:
    busy = remote.status(429, '{"error": {"message": "too many requests for logprobs"}}')
    remote.script = [busy, *remote.script]
    await ask(Asker("openai/x", None, RetryPolicy()), [remote.question(choice=YES_OR_NO)])
    assert all("logprobs" in request for request in remote.requests)


@pytest.mark.parametrize(
    "error",
    [
        {"message": "the context is too long"},
        {"message": "Unsupported parameter: 'tools'", "param": "tools"},
    ],
)
async def test_a_request_that_is_refused_for_another_reason_is_not_repeated(
    error: dict[str, str], ask: "Ask", remote: "FaultyServer"
) -> None:
    remote.script = [remote.status(400, json.dumps({"error": error}))]
    with pytest.raises(RequestRejected):
        await ask(Asker("openai/x", None, RetryPolicy()), [remote.question(choice=YES_OR_NO)])
    assert len(remote.requests) == 1


async def test_a_server_that_refuses_more_than_log_probabilities_has_refused_the_request(
    ask: "Ask", remote: "FaultyServer"
) -> None:
    remote.script = [remote.status(400, '{"error": {"message": "no logprobs, no tools"}}')]
    with pytest.raises(RequestRejected):
        await ask(Asker("openai/x", None, RetryPolicy()), [remote.question(choice=YES_OR_NO)])
    assert len(remote.requests) == 2


async def test_log_probabilities_are_not_asked_for_where_no_question_wants_them(
    ask: "Ask", remote: "FaultyServer"
) -> None:
    await ask(Asker("openai/x", None, RetryPolicy()), [remote.question()])
    assert "logprobs" not in remote.requests[0]


async def test_the_probabilities_of_a_remote_server_are_read(
    ask: "Ask", remote: "FaultyServer"
) -> None:
    tokens: list[dict[str, Any]] = [{"token": '{"answer":"', "logprob": 0.0, "top_logprobs": []}]
    top = [{"token": word, "logprob": p} for word, p in (("yes", -0.1), ("no", -2.4))]
    tokens += [{"token": "yes", "logprob": -0.1, "top_logprobs": top}]
    tokens += [{"token": '"}', "logprob": 0.0, "top_logprobs": []}]
    remote.script = [remote.reply(YES, tool=True, logprobs={"content": tokens, "refusal": None})]
    asker = Asker("openai/x", None, RetryPolicy())
    [answer] = await ask(asker, [remote.question(choice=YES_OR_NO)])
    assert answer.probabilities is not None
    [likely] = answer.probabilities
    assert likely == pytest.approx({"yes": 0.909, "no": 0.091}, abs=0.001)


@pytest.mark.parametrize("mode", [instructor.Mode.TOOLS, instructor.Mode.JSON])
def test_an_instructor_client_of_openai_s_is_asked_for_log_probabilities(
    mode: instructor.Mode, server: "FaultyServer"
) -> None:
    server.script = [server.reply(YES, tool=mode is instructor.Mode.TOOLS)]
    with openai.OpenAI(base_url=server.url, api_key=server.key) as client:
        own = instructor.from_openai(client, mode=mode)
        Asker("qwen", own, RetryPolicy()).ask([server.question(choice=YES_OR_NO)])
    assert server.requests[0]["top_logprobs"] == 8


def test_a_client_of_another_kind_is_not_asked_for_log_probabilities() -> None:
    asked: list[dict[str, Any]] = []

    def create(**request: Any) -> Any:
        asked.append(request)
        return Check(answer="yes")

    own = instructor.Instructor(object(), create=create)
    question = Question([{"role": "user", "content": "Yes?"}], Check, choice=YES_OR_NO)
    [answer] = Asker("any", own, RetryPolicy()).ask([question])
    assert answer.value.answer == "yes"
    assert "logprobs" not in asked[0]


def test_the_responses_of_openai_have_no_log_probabilities() -> None:
    with openai.OpenAI(api_key="none") as client:
        own = instructor.from_openai(client, mode=instructor.Mode.RESPONSES_TOOLS)
        assert not adopt(own, "gpt-5-mini", 1.0, ignore).takes_logprobs


async def test_a_provider_is_asked_by_this_retry_policy_alone(
    ask: "Ask", remote: "FaultyServer"
) -> None:
    remote.script = [remote.status(429, retry_after_ms="1")]
    with pytest.raises(RateLimited):
        await ask(Asker("openai/x", None, RetryPolicy(attempts=2)), [remote.question()])
    assert len(remote.requests) == 2
    remote.script = [remote.stall()]
    with pytest.raises(ServerUnavailable):
        await ask(Asker("openai/x", None, RetryPolicy(0.1, attempts=1)), [remote.question()])


@pytest.mark.parametrize("asynchronous", [False, True])
def test_any_providers_client_takes_the_time_out(
    asynchronous: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Client:
        """As Anthropic's: of another package, with the same settings."""

        timeout = 600.0
        max_retries = 2

    made: list[bool] = []

    def from_provider(model: str, *, async_client: bool) -> instructor.Instructor:
        made.append(async_client)
        return instructor.Instructor(Client(), create=print)

    monkeypatch.setattr(instructor, "from_provider", from_provider)
    connection = connect("anthropic/claude", 7.0, ignore, asynchronous=asynchronous)
    assert made == [connection.asynchronous] == [asynchronous]
    assert (connection.client.timeout, connection.client.max_retries) == (7.0, 0)


async def test_each_question_to_the_embedded_model_is_lent_a_slot_with_its_beginning(
    ask: "Ask", server: "FaultyServer", monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[object, ...]] = []
    lent: list[tuple[str, object]] = []

    class Slots:
        @contextmanager
        def lent(self, beginning: object) -> Iterator[int]:
            lent.append(("lent", beginning))
            try:
                yield 3
            finally:
                lent.append(("back", beginning))

    def shared_slots(*given: object) -> Slots:
        made.append(given)
        return Slots()

    monkeypatch.setattr("defext.local.shared_slots", shared_slots)
    beginning = [
        {"role": "system", "content": "Answer."},
        {"role": "user", "content": "Is it so?"},
        {"role": "assistant", "content": YES},
    ]
    alone = server.question()
    question = replace(alone, messages=[*beginning, *alone.messages])
    server.script = [server.status(503), server.reply(YES)]
    asker = Asker("local", None, RetryPolicy(7.0))
    await ask(asker, [question])
    await ask(asker, [alone])
    address = ServerAddress(server.url, server.key)
    assert made == [(address, Path("weights.gguf"), 7.0, adapter_path())]
    # It comes back before the wait for the next try.
    tries: list[Any] = [beginning, beginning, []]
    assert lent == [(step, messages) for messages in tries for step in ("lent", "back")]
    assert [request["id_slot"] for request in server.requests] == [3, 3, 3]


async def test_a_question_without_examples_is_left_to_the_server_s_choice_of_a_slot(
    ask: "Ask", server: "FaultyServer", asker: Asker
) -> None:
    alone = server.question()
    system = {"role": "system", "content": "Answer."}
    await ask(asker, [replace(alone, messages=[system, *alone.messages])])
    assert "id_slot" not in server.requests[0]


async def test_the_messages_arrive_as_they_are(ask: "Ask", remote: "FaultyServer") -> None:
    question = remote.question("Quotes “ and \n breaks — é \U0001f600")
    messages = [
        {"role": "system", "content": "Answer."},
        {"role": "user", "content": "First?"},
        {"role": "assistant", "content": '{"answer":"no"}'},
        *question.messages,
    ]
    await ask(Asker("openai/x", None, RetryPolicy()), [replace(question, messages=messages)])
    assert remote.requests[0]["messages"] == messages


async def test_missing_weights_are_said_as_such(
    ask: "Ask", server: "FaultyServer", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEFEXT_MODELS", str(tmp_path))
    with pytest.raises(WeightsMissing):
        await ask(Asker("local/none.gguf", None, RetryPolicy()), [server.question()])


async def test_a_model_file_of_ones_own_is_asked(
    ask: "Ask", server: "FaultyServer", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEFEXT_MODELS", str(tmp_path))
    (tmp_path / "own.gguf").write_bytes(b"GGUF")
    (answer,) = await ask(Asker("local/own.gguf", None, RetryPolicy()), [server.question()])
    assert answer.value.answer == "yes"


def openai_clients(server: "FaultyServer") -> list[Any]:
    settings: Any = {"base_url": server.url, "api_key": server.key, "timeout": 33.0}
    return [openai.OpenAI(**settings), openai.AsyncOpenAI(**settings)]


async def close(*clients: Any) -> None:
    for client in clients:
        if (closing := client.close()) is not None:
            await closing


async def test_a_client_of_the_callers_own_is_asked_and_left_as_it_was(
    server: "FaultyServer",
) -> None:
    sync, asynchronous = openai_clients(server)
    before = [dict(vars(client)) for client in (sync, asynchronous)]
    for answers in (
        Asker("qwen", sync, RetryPolicy()).ask([server.question()]),
        await Asker("qwen", sync, RetryPolicy()).aask([server.question()]),
        await Asker("qwen", asynchronous, RetryPolicy()).aask([server.question()]),
    ):
        assert answers[0].value.answer == "yes"
    assert [dict(vars(client)) for client in (sync, asynchronous)] == before
    assert [request["model"] for request in server.requests] == ["qwen"] * 3
    assert {request["max_tokens"] for request in server.requests} == {16}
    await close(sync, asynchronous)


async def test_an_openai_client_is_asked_by_this_retry_policy_alone(server: "FaultyServer") -> None:
    server.script = [server.status(503)]
    for client in openai_clients(server):
        server.requests.clear()
        with pytest.raises(ServerUnavailable):
            await Asker("qwen", client, RetryPolicy(attempts=2)).aask([server.question()])
        assert len(server.requests) == 2
        await close(client)


async def test_an_instructor_client_keeps_its_mode(server: "FaultyServer") -> None:
    server.script = [server.reply(YES, tool=True)]
    for client in openai_clients(server):
        own = instructor.from_openai(client, mode=instructor.Mode.TOOLS, temperature=0.5)
        (answer,) = await Asker("qwen", own, RetryPolicy()).aask([server.question()])
        assert answer.value.answer == "yes"
        request = server.requests.pop()
        assert request.keys() == {"model", "messages", "tools", "tool_choice", "temperature"}
        await close(client)


@pytest.mark.parametrize(
    ("url", "tunable"),
    [
        ("https://api.openai.com/v1", False),
        ("https://eu.api.openai.com/v1", False),
        ("https://mine.openai.azure.com/v1", False),
        ("http://localhost:11434/v1", True),
        ("https://llm.example.org/v1", True),
    ],
)
def test_openai_itself_is_asked_with_its_own_defaults(url: str, tunable: bool) -> None:
    with openai.OpenAI(base_url=url, api_key="k") as client:
        assert adopt(client, "gpt-5-mini", 1.0, ignore).tunable is tunable


async def test_an_asynchronous_client_serves_aextract_alone(server: "FaultyServer") -> None:
    sync, asynchronous = openai_clients(server)
    with pytest.raises(ConfigurationError, match="give a synchronous one"):
        Asker("qwen", asynchronous, RetryPolicy()).ask([server.question()])
    assert server.requests == []
    await close(sync, asynchronous)


def test_a_client_needs_a_models_name() -> None:
    with (
        openai.OpenAI(api_key="k") as client,
        pytest.raises(ConfigurationError, match="give model= as well"),
    ):
        Asker(None, client, RetryPolicy())


@pytest.mark.parametrize("client", ["http://localhost:8000", object(), openai.OpenAI, 0])
def test_what_is_no_client_is_refused(client: object) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Asker("qwen", client, RetryPolicy())
    assert str(caught.value) == (
        f"Not a client: {type(client).__name__}. Give an openai or an Instructor client."
    )


def test_cancelling_a_synchronous_client_does_not_wait_for_it(server: "FaultyServer") -> None:
    server.script = [server.stall()]
    sync, asynchronous = openai_clients(server)

    async def main() -> None:
        asking = asyncio.create_task(
            Asker("qwen", sync, RetryPolicy()).aask([server.question()] * 9)
        )
        while not server.requests:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asynchronous.close()

    asyncio.run(asyncio.wait_for(main(), 3))
    server.stop()
    assert len(server.requests) <= 4
    sync.close()


def test_an_asker_loads_no_provider() -> None:
    code = (
        "import sys; from defext.ask import Asker, RetryPolicy;"
        "Asker('local', None, RetryPolicy());"
        "Asker('openai/x', None, RetryPolicy());"
        "print(*{'openai', 'instructor', 'httpx2'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("\n", "")


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_proxy_of_the_environment_sees_nothing_of_the_embedded_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asynchronous: bool
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setattr("defext.local.weights_path", lambda: tmp_path)
    monkeypatch.setattr(
        "defext.local.shared_server",
        lambda path, adapter=None: ServerAddress("http://127.0.0.1:1/v1", "key"),
    )
    connection = connect("local", 5, ignore, asynchronous=asynchronous)
    assert connection.client.client._client.trust_env is False
