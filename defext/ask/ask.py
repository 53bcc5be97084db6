"""Ask questions: the only stage that reaches a model."""

import asyncio
import math
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar, get_args
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from defext.ask import client as clients
from defext.ask.faults import is_transient, retry_after, root, translate
from defext.ask.question import Answer, Question, Usage
from defext.errors import ConfigurationError

T = TypeVar("T", bound=BaseModel)

# How many questions of one document are under way at once: the embedded model's slots.
PARALLEL = 4
# Re-asks after an answer that does not fit the schema.
RE_ASKS = 2


@dataclass(frozen=True)
class Patience:
    """How long to go on asking: `timeout` seconds for one answer, and for transport faults at most
    `attempts` tries within `seconds`."""

    timeout: float = 600.0
    attempts: int = 6
    seconds: float = 180.0


class Asker:
    """A model that can be asked, from any number of threads and event loops.

    Connections are made on first use. Raises ConfigurationError for what cannot be a model.
    """

    def __init__(self, model: str | None, client: Any, patience: Patience) -> None:
        self.patience = patience
        self._lock = threading.Lock()
        self._sync: tuple[Any, str | None] | None = None
        self._async: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Any, str | None]]
        self._async = WeakKeyDictionary()
        if client is None:
            self.model = clients.choose_model(model)
            clients.check_model(self.model)
            self._given = None
        else:
            self._given = clients.adopt(client, patience.timeout)
            name = model or getattr(self._given, "kwargs", {}).get("model")
            if not name:
                raise ConfigurationError("A client alone names no model: give model= as well.")
            self.model = name

    def ask(self, questions: Sequence[Question[T]]) -> list[Answer[T]]:
        """Answers in the order of the questions. Raises AskError for the first that fails."""
        if not questions:
            return []
        connection = self._connection()
        with ThreadPoolExecutor(min(PARALLEL, len(questions))) as pool:
            return list(pool.map(lambda question: self._ask(connection, question), questions))

    async def aask(self, questions: Sequence[Question[T]]) -> list[Answer[T]]:
        """As `ask`, without blocking the event loop."""
        if not questions:
            return []
        connection = self._aconnection()
        if connection is None:
            return await asyncio.to_thread(self.ask, questions)
        places = asyncio.Semaphore(PARALLEL)

        async def one(question: Question[T]) -> Answer[T]:
            async with places:
                return await self._aask(connection, question)

        tasks = [asyncio.ensure_future(one(question)) for question in questions]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    def _connection(self) -> tuple[Any, str | None]:
        with self._lock:
            if self._sync is None:
                if self._given is None:
                    self._sync = clients.connect(
                        self.model, self.patience.timeout, asynchronous=False
                    )
                elif _is_async(self._given):
                    raise ConfigurationError(
                        "An asynchronous client answers aextract alone: give OpenAI() for extract."
                    )
                else:
                    self._sync = self._given, self.model
            return self._sync

    def _aconnection(self) -> tuple[Any, str | None] | None:
        """A connection of the running loop; None where the caller's client is synchronous."""
        if self._given is not None:
            return (self._given, self.model) if _is_async(self._given) else None
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._async:
                self._async[loop] = clients.connect(
                    self.model, self.patience.timeout, asynchronous=True
                )
            return self._async[loop]

    def _ask(self, connection: tuple[Any, str | None], question: Question[T]) -> Answer[T]:
        client, name = connection
        try:
            for attempt in Retrying(**_policy(self.patience)):
                with attempt:
                    raw = client.create_with_completion(**_body(question, name))
            return _answer(question, *raw)
        except Exception as error:
            raise translate(error, self.model) from root(error)

    async def _aask(self, connection: tuple[Any, str | None], question: Question[T]) -> Answer[T]:
        client, name = connection
        try:
            async for attempt in AsyncRetrying(**_policy(self.patience)):
                with attempt:
                    raw = await client.create_with_completion(**_body(question, name))
            return _answer(question, *raw)
        except Exception as error:
            raise translate(error, self.model) from root(error)


def _is_async(client: Any) -> bool:
    return type(client).__name__ == "AsyncInstructor"


def _policy(patience: Patience) -> dict[str, Any]:
    jitter = wait_random_exponential(multiplier=0.5, max=30.0)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = retry_after(root(error)) if isinstance(error, Exception) else None
        return max(asked or 0.0, jitter(state))

    return {
        "retry": retry_if_exception(is_transient),
        "stop": stop_after_attempt(patience.attempts) | stop_before_delay(patience.seconds),
        "wait": wait,
        "reraise": True,
    }


def _body(question: Question[Any], name: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "messages": list(question.messages),
        "response_model": question.answer,
        "max_retries": RE_ASKS,
    }
    if name is not None:
        body["model"] = name
    if question.max_tokens is not None:
        body |= {"max_tokens": question.max_tokens, "temperature": 0}
    if question.choice is not None:
        body |= {"logprobs": True, "top_logprobs": 8}
    return body


def _answer(question: Question[T], value: T, completion: Any) -> Answer[T]:
    probability = None
    if question.choice is not None:
        probability = _probability(question, value, completion)
    return Answer(value, probability, _usage(completion))


def _probability(question: Question[T], value: T, completion: Any) -> float | None:
    """Share of the chosen value among the closed set, where its first token stands."""
    field = question.choice or ""
    choices = [str(choice) for choice in get_args(type(value).model_fields[field].annotation)]
    chosen = str(getattr(value, field))
    logprobs = getattr(completion.choices[0], "logprobs", None)
    for token in getattr(logprobs, "content", None) or []:
        start = token.token.strip()
        if start and chosen.startswith(start):
            mass = dict.fromkeys(choices, 0.0)
            for top in token.top_logprobs:
                for choice in choices:
                    if top.token.strip() and choice.startswith(top.token.strip()):
                        mass[choice] += math.exp(top.logprob)
            total = sum(mass.values())
            return mass[chosen] / total if total else None
    return None


def _usage(completion: Any) -> Usage:
    usage = getattr(completion, "usage", None)
    details = getattr(usage, "prompt_tokens_details", None)

    def count(holder: Any, *names: str) -> int:
        return next((n for name in names if (n := getattr(holder, name, None))), 0)

    cached = count(details, "cached_tokens") or count(usage, "cache_read_input_tokens")
    return Usage(
        calls=1,
        input_tokens=count(usage, "prompt_tokens", "input_tokens"),
        cached_tokens=cached,
        output_tokens=count(usage, "completion_tokens", "output_tokens"),
    )
