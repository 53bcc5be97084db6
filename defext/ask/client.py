"""Which model is asked, and the Instructor client that reaches it."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from defext.errors import ConfigurationError

# Instructor logs whole completions as errors; without a handler Python prints them.
logging.getLogger("instructor").addHandler(logging.NullHandler())

DEFAULT_REMOTE = "openai/gpt-5-mini"

_CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class Connection:
    """An Instructor client and how to ask it.

    `name` is the model's in a request; None where the client knows it. `tunable` tells whether the
    server takes max_tokens, temperature and logprobs: those of many providers refuse them.
    `prepare` makes the server ready for questions that begin with the given messages.
    """

    client: Any
    name: str | None
    asynchronous: bool
    tunable: bool
    prepare: Callable[[Sequence[Mapping[str, str]]], None] = lambda messages: None

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


def check_model(model: str) -> None:
    """Raise ConfigurationError unless `model` has the form of a model's name."""
    provider, _, name = model.partition("/")
    if model != "local" and not (provider.strip() and name.strip()):
        raise ConfigurationError(
            f"Unknown model {model!r}: give 'local', 'local/<file>.gguf' or '<provider>/<model>', "
            "such as 'openai/gpt-5-mini'."
        )


def connect(model: str, timeout: float, *, asynchronous: bool) -> Connection:
    """A connection to `model`, which is asked with at most `timeout` seconds for an answer.

    Starts the embedded model's server if it is the one meant. Raises ConfigurationError for an
    unknown provider, a missing package or a missing key; WeightsMissing without weights.
    """
    if is_local(model):
        return _connect_local(model, timeout, asynchronous=asynchronous)
    import instructor

    from_provider: Any = instructor.from_provider  # has no overload for a bool
    try:
        client = from_provider(model, async_client=asynchronous)
    except Exception as error:  # each provider's SDK has its own
        raise ConfigurationError(_advice(model, error)) from error
    _set_patience(client.client, timeout)
    return Connection(client, None, asynchronous, tunable=False)


def adopt(client: object, model: str, timeout: float) -> Connection:
    """A connection over the caller's own client, which is not changed.

    An ``openai`` client is asked with `timeout` and without retries of its own; an Instructor
    client keeps what it was made with. Raises ConfigurationError for any other object.
    """
    import instructor
    import openai

    if not isinstance(client, instructor.Instructor | openai.OpenAI | openai.AsyncOpenAI):
        raise ConfigurationError(
            f"Not a client: {type(client).__name__}. Give an openai or an Instructor client."
        )
    if isinstance(client, instructor.Instructor):
        asynchronous = isinstance(client, instructor.AsyncInstructor)
        return Connection(client, model, asynchronous, tunable=False)
    patient = client.with_options(max_retries=0, timeout=_openai_timeout(timeout))
    return Connection(
        instructor.from_openai(patient, mode=instructor.Mode.JSON_SCHEMA),
        model,
        isinstance(client, openai.AsyncOpenAI),
        # OpenAI's own models of today refuse it; servers that are compatible with it take it.
        tunable=not client.base_url.host.endswith((".openai.com", ".azure.com")),
    )


def _connect_local(model: str, timeout: float, *, asynchronous: bool) -> Connection:
    import openai

    from defext.local import local_file, share_prefix, shared_server, weights_path

    path = weights_path() if model == "local" else local_file(model.removeprefix("local/"))
    server = shared_server(path)
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
    connection = adopt(client, "local", timeout)

    def prepare(beginning: Sequence[Mapping[str, str]]) -> None:
        if beginning:
            share_prefix(server, path, beginning, timeout)

    return replace(connection, prepare=prepare)


def _set_patience(client: Any, timeout: float) -> None:
    import openai

    if isinstance(client, openai.OpenAI | openai.AsyncOpenAI):
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
