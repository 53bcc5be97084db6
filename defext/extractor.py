"""The way of a document, in order: document, plan and ask, ground, normalize, merge."""

import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Generator,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import aclosing
from datetime import date
from functools import cache as cached
from itertools import count
from pathlib import Path
from typing import Any

from defext.ask import Answer, Asker, Question, RetryPolicy, Usage, answers_file, cost_usd
from defext.document import Document, as_document
from defext.errors import ConfigurationError
from defext.ground import ground
from defext.many import Outcomes
from defext.merge import merge
from defext.normalize import normalize
from defext.plan import Plan, plan_for, records
from defext.schema import DocumentFacts, Extraction, Run
from defext.schema.outcome import Outcome
from defext.stream import each, stream, synchronous

_Pipeline = Generator[Sequence[Question[Any]], Sequence[Answer[Any]], Extraction]


def pipeline(document: Document, plan: Plan, model: str, server: str | None = None) -> _Pipeline:
    """The stages in order. Yields the questions to ask, is sent the answers, does no I/O.

    `model`, and `server` where it is not the provider's own, tell what answers cost.
    """
    started = time.perf_counter()
    questions, usage = records(document, plan), Usage()
    answers: Sequence[Answer[Any]] | None = None
    while True:
        try:
            asked = questions.send(answers) if answers is not None else next(questions)
        except StopIteration as done:
            drafts = done.value
            break
        answers = yield asked
        usage = sum((answer.usage for answer in answers), usage)
    grounded, rejected = ground(document, drafts)
    talks, requests, commitments = merge(normalize(document, grounded))
    return Extraction(
        document=DocumentFacts(
            id=document.id,
            title=document.title,
            source=document.source,
            published=document.published,
            language=document.language,
            characters=len(document.text),
        ),
        talks=talks,
        requests=requests,
        commitments=commitments,
        rejected=rejected,
        run=Run(
            model=model,
            prompt_version=plan.version,
            calls=usage.calls,
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
            repaired_answers=usage.repaired,
            cost_usd=cost_usd(model, usage, server),
            seconds=time.perf_counter() - started,
        ),
    )


class Extractor:
    """A model and how to ask it, ready to turn documents into extractions.

    Reusable and safe to share between threads and event loops; connections (and the embedded
    model's server) start with the first document.

    `model` is "local", "local/<file>.gguf" or any Instructor provider string such as
    "openai/gpt-5-mini"; without it ``DEFEXT_MODEL``, else OpenAI where ``OPENAI_API_KEY`` is set,
    else "local". `client` is an openai or Instructor client of the caller's own, asked for `model`.
    `plan` is how it is asked: "taught" (the two questions that the embedded model is taught; its
    default), "whole" (one question with the definitions; the default for any other) or a `Plan`.
    `threshold` is the least confidence of a record, from 0 to 1, where the model's server tells
    probabilities; without it the plan's own.
    `cache` is a file of answers, or True for the one in the user's cache folder: a question in it
    is not asked again.

    Raises ConfigurationError for what cannot be a model, a plan, a threshold or a cache.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        client: Any = None,
        plan: str | Plan | None = None,
        threshold: float | None = None,
        retry_policy: RetryPolicy | None = None,
        cache: Path | bool = False,
    ) -> None:
        file = answers_file() if cache is True else cache or None
        self._asker = Asker(model, client, retry_policy or RetryPolicy(), file)
        self.plan = plan_for(self._asker.model, plan, threshold)

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self._asker.model

    @property
    def usage(self) -> Usage:
        """What the model was asked for until now, also in vain; answers from the cache are none."""
        return self._asker.usage

    def extract(self, text: str | Document, published: date | str | None = None) -> Extraction:
        """The records of one document.

        Raises DocumentError for input that is no document, AskError where the model gives no
        usable answer, ConfigurationError for a missing key or package and a client that is
        asynchronous, WeightsError where the embedded model's weights are missing or damaged.
        """
        stages = self._pipeline(text, published)
        try:
            questions = next(stages)
            while True:
                questions = stages.send(self._asker.ask(questions))
        except StopIteration as done:
            return _result(done)

    async def aextract(
        self, text: str | Document, published: date | str | None = None
    ) -> Extraction:
        """As `extract`, without blocking the event loop."""
        stages = self._pipeline(text, published)
        try:
            questions = next(stages)
            while True:
                questions = stages.send(await self._asker.aask(questions))
        except StopIteration as done:
            return _result(done)

    def cost_usd(self, usage: Usage) -> float | None:
        """US dollars for so much of the model at its list price; None where that is not known.

        `usage.cached_tokens` are a part of its `input_tokens`.
        """
        return cost_usd(self.model, usage, self._asker.server)

    def extract_many(
        self,
        documents: Iterable[str | Document],
        *,
        concurrency: int = 8,
        ordered: bool = True,
    ) -> Iterator[Outcome]:
        """What becomes of each document: `Extracted`, or `Failed` with its id and the error's name.

        `documents` may be endless: they are taken one by one, all in one thread, when there is a
        place among the `concurrency` at work, and while at most four for each place are begun whose
        outcomes are not fetched. Outcomes come in the order of the documents or, not `ordered`, as
        they are done. An interrupt while one is waited for, and the end of the iterator, cancel
        what is under way. What is no document has the id "document" and its number, from 1.

        Raises ConfigurationError and WeightsError, which every document would meet, and RunStopped
        where the server refuses the key or keeps failing for one document after the other.
        """
        self._asker.check_synchronous()
        return synchronous(self.aextract_many(documents, concurrency=concurrency, ordered=ordered))

    async def aextract_many(
        self,
        documents: Iterable[str | Document] | AsyncIterable[str | Document],
        *,
        concurrency: int = 8,
        ordered: bool = True,
    ) -> AsyncGenerator[Outcome]:
        """As `extract_many`, in the caller's event loop; `documents` may be asynchronous too."""
        if concurrency < 1:
            raise ConfigurationError(f"The concurrency is {concurrency}: give 1 or more.")
        if isinstance(documents, str | Document):
            raise ConfigurationError("One document is no list of them: give it to `extract`.")
        outcomes, numbers = Outcomes(self.aextract, concurrency), count(1)
        source = documents if isinstance(documents, AsyncIterable) else each(documents)

        async def work(document: str | Document) -> Outcome:
            async def read() -> Document:
                return as_document(document)

            return await outcomes.outcome(read, f"document {next(numbers)}")

        async with aclosing(stream(work, source, concurrency, ordered=ordered)) as results:
            async for outcome in results:
                yield outcome

    def _pipeline(self, text: str | Document, published: date | str | None) -> _Pipeline:
        document = as_document(text, published)
        return pipeline(document, self.plan, self.model, self._asker.server)


def extract(
    text: str | Document,
    published: date | str | None = None,
    *,
    model: str | None = None,
    client: Any = None,
) -> Extraction:
    """The talks, requests and commitments of one text; see `Extractor` for the arguments.

    >>> extraction = extract(text, published="2025-07-01")  # doctest: +SKIP
    """
    return _extractor(model, client).extract(text, published)


async def aextract(
    text: str | Document,
    published: date | str | None = None,
    *,
    model: str | None = None,
    client: Any = None,
) -> Extraction:
    """As `extract`, without blocking the event loop."""
    return await _extractor(model, client).aextract(text, published)


def _extractor(model: str | None, client: Any) -> Extractor:
    if client is not None:
        return Extractor(model, client=client)
    return _shared(Extractor(model).model)


@cached
def _shared(model: str) -> Extractor:
    """One extractor a model, so that calls share connections."""
    return Extractor(model)


def _result(done: StopIteration) -> Extraction:
    result: Extraction = done.value
    return result
