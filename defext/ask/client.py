"""Which model is asked, and the Instructor client that reaches it."""

import importlib
import logging
import os
from pathlib import Path
from typing import Any

from defext.errors import ConfigurationError

# Instructor logs whole completions as errors; without a handler Python prints them.
logging.getLogger("instructor").addHandler(logging.NullHandler())

DEFAULT_REMOTE = "openai/gpt-5-mini"


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
    provider, slash, name = model.partition("/")
    if is_local(model) and model != "local/":
        return
    if not (slash and provider and name):
        raise ConfigurationError(
            f"Unknown model {model!r}: give 'local', 'local/<file>.gguf' or '<provider>/<model>', "
            "such as 'openai/gpt-5-mini'."
        )


def connect(model: str, timeout: float, *, asynchronous: bool) -> tuple[Any, str | None]:
    """An Instructor client for `model` and the name to ask it by (None: the client knows it).

    Starts the embedded model's server if it is the one meant. Raises ConfigurationError for an
    unknown provider, a missing package or a missing key; WeightsMissing without weights.
    """
    if is_local(model):
        return _connect_local(model, timeout, asynchronous=asynchronous), "local"
    instructor = importlib.import_module("instructor")
    try:
        client = instructor.from_provider(model, async_client=asynchronous)
    except Exception as error:  # each provider's SDK has its own
        raise ConfigurationError(_advice(model, error)) from error
    for name, value in (("max_retries", 0), ("timeout", timeout)):
        if hasattr(client.client, name):
            setattr(client.client, name, value)
    return client, None


def adopt(client: Any, timeout: float) -> Any:
    """The caller's own client as an Instructor client; the caller's object is not changed.

    Takes an Instructor client or an ``openai`` client, synchronous or not.
    """
    instructor = importlib.import_module("instructor")
    openai = importlib.import_module("openai")
    if isinstance(client, instructor.Instructor | instructor.AsyncInstructor):
        return client
    if isinstance(client, openai.OpenAI | openai.AsyncOpenAI):
        patient = client.with_options(max_retries=0, timeout=timeout)
        return instructor.from_openai(patient, mode=instructor.Mode.JSON_SCHEMA)
    raise ConfigurationError(
        f"A {type(client).__name__} is no client: give an openai or an Instructor client."
    )


def _connect_local(model: str, timeout: float, *, asynchronous: bool) -> Any:
    from defext.local import local_file, shared_server, weights_path

    path: Path = weights_path() if model == "local" else local_file(model.removeprefix("local/"))
    server = shared_server(path)
    openai = importlib.import_module("openai")
    make = openai.AsyncOpenAI if asynchronous else openai.OpenAI
    return adopt(make(base_url=server.base_url, api_key=server.api_key), timeout)


def _advice(model: str, error: Exception) -> str:
    provider = model.partition("/")[0]
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if "api_key" in reason or "API key" in reason:
        return f"Model {model!r}: no key. Set {provider.upper()}_API_KEY, or use model='local'."
    if isinstance(error, ImportError) or "package is required" in reason:
        return f"Model {model!r}: {reason} Or use model='local'."
    return f"Model {model!r}: {reason}"
