"""Ask questions: the only stage that reaches a model."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, as_completed
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    contextmanager,
    nullcontext,
)
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel
from tenacity import AsyncRetrying, Retrying

from defext.ask.cache import AnswerCache
from defext.ask.client import (
    Connection,
    address,
    adopt,
    check_model,
    choose_model,
    fingerprint,
    server_named,
)
from defext.ask.connections import Connections
from defext.ask.faults import Unusable, refuses_logprobs, root, translate
from defext.ask.probability import fields_in, shares
from defext.ask.question import Answer, Question, Usage
from defext.ask.rate_limit import RateLimiter
from defext.ask.repair import read
from defext.ask.retry_policy import RetryPolicy, retries
from defext.ask.threads import side_by_side, within
from defext.ask.usage import UsageCounter
from defext.errors import AskError, ConfigurationError

T = TypeVar("T", bound=BaseModel)

# How many questions of one document are under way at once: the embedded model's slots.
PARALLEL = 4
# Re-asks after an answer that does not fit the schema.
RE_ASKS = 2
# What asks for the probabilities of a choice.
LOGPROBS = {"logprobs": True, "top_logprobs": 8}


class Asker:
    """A model that can be asked, from any number of threads and event loops.

    Connections are made on first use. With `cache`, a file of answers, a question that was answered
    before is not asked again. `usage` is what the model was asked for until now, the answers that
    failed included; `server` is the address that is asked where it is not the provider's own.
    Raises ConfigurationError for what cannot be a model or a cache.
    """

    def __init__(
        self,
        model: str | None,
        client: object,
        retry_policy: RetryPolicy,
        cache: Path | None = None,
    ) -> None:
        if client is not None and not model:
            raise ConfigurationError("A client alone names no model: give model= as well.")
        self.model = choose_model(model)
        self.retry_policy = retry_policy
        self.usage = Usage()
        self._lock = threading.Lock()
        self._gives_logprobs = True  # until the server refuses
        self._limiter = RateLimiter(retry_policy.seconds)
        given: Connection | None = None
        if client is None:
            check_model(self.model)
            self.server = server_named(self.model)
        else:
            given = adopt(client, self.model, retry_policy.timeout, self._limiter.heed)
            self.server = address(given)
        answering = f"{self.model} at {self.server}" if self.server else fingerprint(self.model)
        self._connections = Connections(self.model, retry_policy.timeout, self._limiter.heed, given)
        self._cache = AnswerCache(cache, answering) if cache else None

    def check_synchronous(self) -> None:
        """Raise ConfigurationError if the caller's client is one for the caller's event loop."""
        self._connections.check_synchronous()

    def ask(self, questions: Sequence[Question[T]]) -> list[Answer[T]]:
        """Answers in the order of the questions.

        Raises AskError for the first question that fails, without waiting for the others.
        """
        known = self._known(questions)
        if unknown := _rest(questions, known):
            connection = self._connections.get()
            if len(unknown) == 1:  # a thread costs 0.7 ms
                return _joined(known, [self._ask(connection, unknown[0], threading.Event())])
            with side_by_side(partial(self._ask, connection), unknown, PARALLEL) as futures:
                for future in as_completed(futures):
                    future.result()
                return _joined(known, [future.result() for future in futures])
        return _joined(known, [])

    async def aask(self, questions: Sequence[Question[T]]) -> list[Answer[T]]:
        """As `ask`, without blocking the event loop."""
        known = self._known(questions)
        if unknown := _rest(questions, known):
            connection = await self._connections.aget()
            if connection.asynchronous:
                return _joined(known, await self._together(connection, unknown))
            with side_by_side(partial(self._ask, connection), unknown, PARALLEL) as futures:
                return _joined(known, await asyncio.gather(*map(asyncio.wrap_future, futures)))
        return _joined(known, [])

    async def _together(
        self, connection: Connection, questions: Sequence[Question[T]]
    ) -> list[Answer[T]]:
        places = asyncio.Semaphore(PARALLEL)

        async def one(question: Question[T]) -> Answer[T]:
            await places.acquire()
            answer = await self._aask(connection, question)
            places.release()  # after a failure nothing more is begun
            return answer

        tasks = [asyncio.create_task(one(question)) for question in questions]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _ask(
        self, connection: Connection, question: Question[T], over: threading.Event
    ) -> Answer[T]:
        """One answer, unless the work is `over` before the next try."""
        counter, queued = _counter(question, connection), 0.0
        request = self._request(question, connection, counter)

        def sleep(seconds: float) -> None:
            if over.wait(seconds):
                raise CancelledError

        def once() -> T:
            nonlocal queued
            began = time.monotonic()
            with self._limiter.place(sleep), _slot(connection, question) as slot:
                queued += time.monotonic() - began
                while True:
                    with self._without_refused(request):
                        value: T = connection.client.create(**request, **_in(slot))
                        return value

        try:
            value = Retrying(**retries(self.retry_policy, lambda: queued), sleep=sleep)(once)
        except Exception as error:
            raise self._fault(error, counter) from root(error)
        finally:
            self._spend(counter.usage)
        return self._kept(question, _answer(question, value, counter))

    async def _aask(self, connection: Connection, question: Question[T]) -> Answer[T]:
        """One answer; where answers are kept, who asks the same meanwhile is given it too."""
        if not self._cache:
            return await self._anew(connection, question)
        async with self._cache.alone(question) as kept:
            return kept or await self._anew(connection, question)

    async def _anew(self, connection: Connection, question: Question[T]) -> Answer[T]:
        counter, queued = _counter(question, connection), 0.0
        request = self._request(question, connection, counter)

        async def once() -> T:
            nonlocal queued
            began = time.monotonic()
            async with self._limiter.aplace(), _aslot(connection, question) as slot:
                queued += time.monotonic() - began
                while True:
                    with self._without_refused(request):
                        value: T = await connection.client.create(**request, **_in(slot))
                        return value

        try:
            value: T = await AsyncRetrying(**retries(self.retry_policy, lambda: queued))(once)
        except Exception as error:
            raise self._fault(error, counter) from root(error)
        finally:
            self._spend(counter.usage)
        return self._kept(question, _answer(question, value, counter))

    def _request(
        self, question: Question[Any], connection: Connection, counter: UsageCounter
    ) -> dict[str, Any]:
        request: dict[str, Any] = {
            "messages": list(question.messages),
            "response_model": _prepared(question.answer),  # type: ignore[arg-type] # is hashable
            "max_retries": RE_ASKS,
            "hooks": counter.hooks(),
        }
        if connection.name is not None:
            request["model"] = connection.name
        if connection.tunable and question.max_tokens is not None:
            request |= {"max_tokens": question.max_tokens, "temperature": 0}
        if question.choice is not None and self._gives_logprobs and connection.takes_logprobs:
            request |= LOGPROBS
        return request

    @contextmanager
    def _without_refused(self, request: dict[str, Any]) -> Iterator[None]:
        """A block for one call, which ends in silence if the server refuses log-probabilities.

        They are then no longer in the request, nor in any later one.
        """
        try:
            yield
        except Exception as error:
            if not (request.keys() & LOGPROBS.keys() and refuses_logprobs(error)):
                raise
            self._gives_logprobs = False
            for name in LOGPROBS:
                del request[name]

    def _known(self, questions: Sequence[Question[T]]) -> list[Answer[T] | None]:
        return [self._cache.get(q) if self._cache else None for q in questions]

    def _kept(self, question: Question[T], answer: Answer[T]) -> Answer[T]:
        if self._cache:
            self._cache.put(question, answer)
        return answer

    def _fault(self, error: Exception, counter: UsageCounter) -> AskError:
        cause = root(error)
        if isinstance(cause, Unusable):
            counter.see(cause.completion)
        return translate(error, self.model, counter.last)

    def _spend(self, usage: Usage) -> None:
        with self._lock:
            self.usage += usage


def _rest(questions: Sequence[Question[T]], known: Sequence[Answer[T] | None]) -> list[Question[T]]:
    return [q for q, answer in zip(questions, known, strict=True) if answer is None]


def _joined(known: Sequence[Answer[T] | None], new: Sequence[Answer[T]]) -> list[Answer[T]]:
    rest = iter(new)
    return [next(rest) if answer is None else answer for answer in known]


def _slot(connection: Connection, question: Question[Any]) -> AbstractContextManager[int | None]:
    """The server's slot for a question with a long beginning, where it lends any.

    Of a question without examples the server itself knows which slot has read most, if any has.
    """
    *beginning, _ = question.messages
    if connection.lend is None or len(beginning) == 1:
        return nullcontext()
    return connection.lend(beginning)


def _aslot(
    connection: Connection, question: Question[Any]
) -> AbstractAsyncContextManager[int | None]:
    return within(_slot(connection, question)) if connection.lend else nullcontext()


def _in(slot: int | None) -> dict[str, Any]:
    return {} if slot is None else {"extra_body": {"id_slot": slot}}


def _counter(question: Question[Any], connection: Connection) -> UsageCounter:
    return UsageCounter(partial(read, answer=question.answer, tool=connection.calls_tools))


@lru_cache(maxsize=256)
def _prepared(answer: Any) -> Any:
    """The answer's type and schema as Instructor needs them, which it would make for every call."""
    from instructor import openai_schema

    prepared: Any = openai_schema(answer)
    schema = json.dumps(prepared.model_json_schema())
    prepared.model_json_schema = staticmethod(lambda: json.loads(schema))
    return prepared


def _answer(question: Question[T], value: T, counter: UsageCounter) -> Answer[T]:
    probabilities, choice = None, question.choice
    if choice and (tokens := counter.tokens()):
        told = fields_in("".join(token.token for token in tokens), choice.field)
        if told == fields_in(value.model_dump_json(), choice.field):  # else whose would they be?
            probabilities = shares(choice.field, choice.words, tokens)
    return Answer(value, probabilities, counter.usage)
