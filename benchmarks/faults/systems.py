"""The systems: each reads many documents at once and tells what became of every one of them."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import openai

from benchmarks.peers import with_instructor, with_langextract
from benchmarks.peers.measure import Reader
from defext import Document, Extractor
from defext.ask import RetryPolicy
from defext.evaluate import Item, items
from defext.local import ServerAddress
from defext.schema.outcome import Extracted

CONCURRENCY = 16
TIMEOUT = 3.0  # seconds that every client waits for a stalled server
MAX_RETRIES = 3  # Instructor's
MOST = 600  # tokens of an answer to a peer

# What became of a document: its records, or the name of the error that was told.
Told = list[Item] | str
Became = list[tuple[str, Told]]  # by the documents' ids
System = Callable[[ServerAddress, Sequence[Document]], Became]


def whole(server: ServerAddress, documents: Sequence[Document]) -> Became:
    """defext, which asks for all records of a document in one call."""
    return _extracted(server, documents, "whole")


def taught(server: ServerAddress, documents: Sequence[Document]) -> Became:
    """defext, which asks two questions for each document."""
    return _extracted(server, documents, "taught")


def langextract(server: ServerAddress, documents: Sequence[Document]) -> Became:
    """LangExtract, with a thread for each document at work, and the OpenAI client's own retries."""
    with _timely(), brief():
        read = with_langextract.reader(server, "local")
    return _read(read, documents)


def instructor(server: ServerAddress, documents: Sequence[Document]) -> Became:
    """Plain Instructor, likewise, with `max_retries` as a number."""
    with _timely():
        read = with_instructor.reader(server, "local")
    with brief(), patch.object(with_instructor, "RE_ASKS", MAX_RETRIES):
        return _read(read, documents)


SYSTEMS: dict[str, System] = {
    "defext": whole,
    "LangExtract": langextract,
    "Instructor": instructor,
}


def _extracted(server: ServerAddress, documents: Sequence[Document], plan: str) -> Became:
    client = openai.AsyncOpenAI(base_url=server.base_url, api_key=server.api_key)
    extractor = Extractor(
        "local", client=client, plan=plan, retry_policy=RetryPolicy(timeout=TIMEOUT)
    )

    async def became() -> Became:
        outcomes = extractor.aextract_many(documents, concurrency=CONCURRENCY, ordered=False)
        return [
            (o.id, items(o.extraction) if isinstance(o, Extracted) else o.failure.error)
            async for o in outcomes
        ]

    return asyncio.run(became())


def _read(read: Reader, documents: Sequence[Document]) -> Became:
    def one(document: Document) -> tuple[str, Told]:
        try:
            return document.id, read(document).items
        except Exception as error:
            return document.id, type(error).__name__

    with ThreadPoolExecutor(CONCURRENCY) as threads:
        return list(threads.map(one, documents))


@contextmanager
def brief() -> Iterator[None]:
    """The peers write no more tokens than two sentences can need, many times over."""
    with (
        patch.object(with_langextract, "MAX_TOKENS", MOST),
        patch.object(with_instructor, "MAX_TOKENS", MOST),
    ):
        yield


class _Timely(openai.OpenAI):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options, timeout=TIMEOUT)


@contextmanager
def _timely() -> Iterator[None]:
    """Gives the clients that are made in the block the common timeout: the readers have none.

    Nor do they know that the environment's proxies are for other machines.
    """
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    with patch.object(openai, "OpenAI", _Timely):
        yield
