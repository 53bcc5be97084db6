"""Ask questions: the only stage that reaches a model."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, as_completed
from functools import partial
from typing import Any, TypeVar, get_args

from pydantic import BaseModel
from tenacity import AsyncRetrying, Retrying

from defext.ask.client import Connection, adopt, check_model, choose_model
from defext.ask.connections import Connections
from defext.ask.faults import root, translate
from defext.ask.meter import Meter
from defext.ask.patience import Patience, retries
from defext.ask.probability import shares
from defext.ask.question import Answer, Question
from defext.ask.threads import aside, side_by_side
from defext.errors import ConfigurationError

T = TypeVar("T", bound=BaseModel)

# How many questions of one document are under way at once: the embedded model's slots.
PARALLEL = 4
# Re-asks after an answer that does not fit the schema.
RE_ASKS = 2


class Asker:
    """A model that can be asked, from any number of threads and event loops.

    Connections are made on first use. Raises ConfigurationError for what cannot be a model.
    """

    def __init__(self, model: str | None, client: object, patience: Patience) -> None:
        self.patience = patience
        if client is None:
            given = None
            self.model = choose_model(model)
            check_model(self.model)
        elif model:
            given = adopt(client, model, patience.timeout)
            self.model = model
        else:
            raise ConfigurationError("A client alone names no model: give model= as well.")
        self._connections = Connections(self.model, patience.timeout, given)

    def ask(self, questions: Sequence[Question[T]]) -> list[Answer[T]]:
        """Answers in the order of the questions.

        Raises AskError for the first question that fails, without waiting for the others.
        """
        if not questions:
            return []
        connection = self._connections.get()
        connection.prepare(questions[0].messages[:-1])
        with side_by_side(partial(self._ask, connection), questions, PARALLEL) as futures:
            for future in as_completed(futures):
                future.result()
            return [future.result() for future in futures]

    async def aask(self, questions: Sequence[Question[T]]) -> list[Answer[T]]:
        """As `ask`, without blocking the event loop."""
        if not questions:
            return []
        connection = await self._connections.aget()
        await aside(partial(connection.prepare, questions[0].messages[:-1]))
        if not connection.asynchronous:
            with side_by_side(partial(self._ask, connection), questions, PARALLEL) as futures:
                return await asyncio.gather(*map(asyncio.wrap_future, futures))
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

        def sleep(seconds: float) -> None:
            if over.wait(seconds):
                raise CancelledError

        meter = Meter()
        create = Retrying(**retries(self.patience), sleep=sleep)
        try:
            value: T = create(connection.client.create, **_request(question, connection, meter))
        except Exception as error:
            raise translate(error, self.model, meter.last) from root(error)
        return _answer(question, value, meter)

    async def _aask(self, connection: Connection, question: Question[T]) -> Answer[T]:
        meter = Meter()
        create = AsyncRetrying(**retries(self.patience))
        try:
            value: T = await create(
                connection.client.create, **_request(question, connection, meter)
            )
        except Exception as error:
            raise translate(error, self.model, meter.last) from root(error)
        return _answer(question, value, meter)


def _request(question: Question[Any], connection: Connection, meter: Meter) -> dict[str, Any]:
    request: dict[str, Any] = {
        "messages": list(question.messages),
        "response_model": question.answer,
        "max_retries": RE_ASKS,
        "hooks": meter.hooks(),
    }
    if connection.name is not None:
        request["model"] = connection.name
    if connection.tunable and question.max_tokens is not None:
        request |= {"max_tokens": question.max_tokens, "temperature": 0}
    if connection.tunable and question.choice is not None:
        request |= {"logprobs": True, "top_logprobs": 8}
    return request


def _answer(question: Question[T], value: T, meter: Meter) -> Answer[T]:
    probabilities = None
    if (field := question.choice) is not None:
        choices = get_args(question.answer.model_fields[field].annotation)
        probabilities = shares(field, choices, meter.tokens())
    return Answer(value, probabilities, meter.usage)
