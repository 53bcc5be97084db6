"""Which model is asked, and the Instructor client that reaches it."""

import asyncio
import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from typing import Any

from defext.ask.faults import usable
from defext.errors import ConfigurationError, DefextError

# Instructor logs whole completions as errors; without a handler Python prints them.
logging.getLogger("instructor").addHandler(logging.NullHandler())

DEFAULT_REMOTE = "openai/gpt-5-mini"

_CONNECT_SECONDS = 5.0


# Is shown the headers of each answer.
Heed = Callable[[Mapping[str, str]], None]


@dataclass(frozen=True)
class Connection:
    """An Instructor client and how to ask it.

    `name` is the model's in a request; None where the client knows it. `tunable` tells whether the
    server takes max_tokens and temperature: those of many providers refuse them.
    `lend`, where there is such a thing, lends one of the server's slots for a question that begins
    with the given messages.
    """

    client: Any
    name: str | None
    asynchronous: bool
    tunable: bool
    lend: Callable[[Sequence[Mapping[str, str]]], AbstractContextManager[int]] | None = None

    @property
    def takes_logprobs(self) -> bool:
        """Whether the client can ask for log-probabilities; the server may refuse them."""
        mode = str(getattr(self.client, "mode", ""))
        return _is_openai(self.client.client) and "responses" not in mode.lower()

    @property
    def calls_tools(self) -> bool:
        """Whether answers are asked for as calls of a tool, else as content."""
        from instructor import Mode

        return getattr(self.client, "mode", None) in Mode.tool_modes()

    def closer(self) -> Callable[[], Any] | None:
        """What closes the client's sockets, if anything does: a coroutine where asynchronous."""
        return getattr(self.client.client, "close", None)


def choose_model(model: str | None) -> str:
    """The model by argument, else ``DEFEXT_MODEL``, else OpenAI where a key is set, else local."""
    if model is not None:
        return model
    if named := os.environ.get("DEFEXT_MODEL"):
        return named
    return DEFAULT_REMOTE if os.environ.get("OPENAI_API_KEY") else "local"


def is_local(model: str) -> bool:
    """Whether `model` means the embedded model: ``local`` or ``local/<file>.gguf``."""
    return model == "local" or model.startswith("local/")


def server_named(model: str) -> str | None:
    """The address that ``OPENAI_BASE_URL`` names for "openai/…", if it is not OpenAI's own."""
    named = os.environ.get("OPENAI_BASE_URL", "") if model.startswith("openai/") else ""
    return None if re.match(r"https://[\w.-]+\.openai\.com(?:/|$)", named) else named or None


def check_model(model: str) -> None:
    """Raise ConfigurationError unless `model` has the form of a model's name."""
    provider, _, name = model.partition("/")
    if model != "local" and not (provider.strip() and name.strip()):
        raise ConfigurationError(
            f"Unknown model {model!r}: give 'local', 'local/<file>.gguf' or '<provider>/<model>', "
            "such as 'openai/gpt-5-mini'."
        )


def connect(model: str, timeout: float, heed: Heed, *, asynchronous: bool) -> Connection:
    """A connection to `model`, which is asked with at most `timeout` seconds for an answer.

    Starts the embedded model's server if it is the one meant. Raises ConfigurationError for an
    unknown provider, a missing package or a missing key; WeightsMissing without weights.
    """
    if is_local(model):
        return _connect_local(model, timeout, heed, asynchronous=asynchronous)
    import instructor

    from_provider: Any = instructor.from_provider  # has no overload for a bool
    try:
        client = from_provider(model, async_client=asynchronous)
    except Exception as error:  # each provider's SDK has its own
        raise ConfigurationError(_advice(model, error)) from error
    _set_timeout(client.client, timeout)
    if _is_openai(client.client):
        name = model.partition("/")[2]
        client = _heeding(client.client, client.mode, client.provider, heed)
        return Connection(client, name, asynchronous, tunable=False)
    return Connection(client, None, asynchronous, tunable=False)


def adopt(client: object, model: str, timeout: float, heed: Heed) -> Connection:
    """A connection over the caller's own client, which is not changed.

    An ``openai`` client is asked with `timeout` and without retries of its own; an Instructor
    client keeps what it was made with. Raises ConfigurationError for any other object.
    """
    import instructor
    import openai

    if isinstance(client, instructor.Instructor):
        asynchronous = isinstance(client, instructor.AsyncInstructor)
        return Connection(client, model, asynchronous, tunable=False)
    if not isinstance(client, openai.OpenAI | openai.AsyncOpenAI):
        raise ConfigurationError(
            f"Not a client: {type(client).__name__}. Give an openai or an Instructor client."
        )
    bounded = client.with_options(max_retries=0, timeout=_openai_timeout(timeout))
    return Connection(
        _heeding(bounded, instructor.Mode.JSON_SCHEMA, instructor.Provider.OPENAI, heed),
        model,
        isinstance(client, openai.AsyncOpenAI),
        # OpenAI's own models of today refuse it; servers that are compatible with it take it.
        tunable=not client.base_url.host.endswith((".openai.com", ".azure.com")),
    )


def fingerprint(model: str) -> str:
    """What a model's answers are kept under: its name, and of a local one its weights as well."""
    from defext.local import ADAPTER, EMBEDDED, local_file

    if model == "local":
        return f"local {EMBEDDED.sha256} {ADAPTER.sha256}"
    if not is_local(model):
        return model
    with suppress(DefextError, OSError):  # which connecting will meet
        state = local_file(model.removeprefix("local/")).stat()
        return f"{model} {state.st_size} {state.st_mtime_ns}"
    return model


def _connect_local(model: str, timeout: float, heed: Heed, *, asynchronous: bool) -> Connection:
    import openai

    from defext.local import (
        adapter_path,
        local_file,
        shared_server,
        shared_slots,
        weights_path,
    )

    if model == "local":
        path, adapter = weights_path(), adapter_path()
    else:
        path, adapter = local_file(model.removeprefix("local/")), None
    server = shared_server(path, adapter=adapter)
    # The environment's proxies are for addresses elsewhere, and must not see the key.
    client: openai.OpenAI | openai.AsyncOpenAI
    if asynchronous:
        client = openai.AsyncOpenAI(
            base_url=server.base_url,
            api_key=server.api_key,
            http_client=openai.DefaultAsyncHttpxClient(trust_env=False),
        )
    else:
        client = openai.OpenAI(
            base_url=server.base_url,
            api_key=server.api_key,
            http_client=openai.DefaultHttpxClient(trust_env=False),
        )
    connection = adopt(client, "local", timeout, heed)
    return replace(connection, lend=shared_slots(server, path, timeout, adapter).lent)


def address(connection: Connection) -> str:
    """Where the client of a connection asks, if it tells."""
    return str(getattr(connection.client.client, "base_url", ""))


def _heeding(client: Any, mode: Any, provider: Any, heed: Heed) -> Any:
    """An Instructor client over an ``openai`` one that shows `heed` the headers of each answer."""
    import instructor
    import openai

    answered = client.chat.completions.with_raw_response.create

    def create(**request: Any) -> Any:
        answer = answered(**_as_they_are(request))
        heed(answer.headers)
        return usable(answer.parse())

    async def acreate(**request: Any) -> Any:
        async with asyncio.timeout(client.timeout.read):  # of all of it; the client's is of a piece
            answer = await answered(**_as_they_are(request))
        heed(answer.headers)
        return usable(answer.parse())

    asynchronous = isinstance(client, openai.AsyncOpenAI)
    kind = instructor.AsyncInstructor if asynchronous else instructor.Instructor
    patch: Any = instructor.patch  # has no overload for either
    made = patch(create=acreate if asynchronous else create, mode=mode, provider=provider)
    return kind(client=client, create=made, mode=mode, provider=provider)


def _as_they_are(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request with its messages where the SDK does not compare them with all of its types.

    That would take it longer than everything else.
    """
    messages = {"messages": request["messages"]}
    return {**request, "messages": [], "extra_body": messages | (request.get("extra_body") or {})}


def _is_openai(client: object) -> bool:
    import openai

    return isinstance(client, openai.OpenAI | openai.AsyncOpenAI)


def _set_timeout(client: Any, timeout: float) -> None:
    if _is_openai(client):
        client.timeout = _openai_timeout(timeout)
    elif hasattr(client, "timeout"):
        client.timeout = timeout
    if hasattr(client, "max_retries"):
        client.max_retries = 0


def _openai_timeout(seconds: float) -> Any:
    import openai

    return openai.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))


def _advice(model: str, error: Exception) -> str:
    provider = model.partition("/")[0]
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if "api_key" in reason or "API key" in reason:
        return f"Model {model!r}: no key. Set {provider.upper()}_API_KEY, or use model='local'."
    if isinstance(error, ImportError) or "package is required" in reason:
        return f"Model {model!r}: {reason} Or use model='local'."
    return f"Model {model!r}: {reason}"
