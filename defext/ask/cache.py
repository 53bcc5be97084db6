"""Answers kept on disk, so that a question asked before is not asked again."""

import asyncio
import hashlib
import json
import logging
import os
import sqlite3
import threading
import weakref
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import platformdirs
from filelock import FileLock
from pydantic import BaseModel

from defext.ask.question import Answer, Question, Usage
from defext.errors import ConfigurationError

T = TypeVar("T", bound=BaseModel)

# Bytes of the file; beyond them a fifth of the answers goes, the oldest.
LARGEST = 2 * 2**30
_EVERY = 256  # how often the size is looked at, in answers

_logger = logging.getLogger("defext")


def answers_file() -> Path:
    """The file of answers in the user's cache folder."""
    return Path(platformdirs.user_cache_dir("defext", appauthor=False)) / "answers.sqlite"


class AnswerCache:
    """Valid answers by model and question, in one SQLite file that threads and processes share.

    An answer is there as soon as it was put, also after the process is killed. A file that fails
    later on is as good as none. Raises ConfigurationError for one that cannot be used at all.
    """

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._model = model
        self._lock = threading.Lock()
        self._open: dict[int, sqlite3.Connection] = {}  # by process: a fork must not share one
        self._asked: dict[str, Future[None]] = {}
        self._put = 0
        self._failed = False
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite does not wait where two processes change the mode of a new file.
            with FileLock(f"{path}.lock", mode=0o600), _private(path), self._file() as file:
                file.execute("PRAGMA journal_mode=WAL")
                file.execute(
                    "CREATE TABLE IF NOT EXISTS kept"
                    " (question TEXT PRIMARY KEY, value TEXT, probabilities TEXT, usage TEXT)"
                )
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(
                f"The cache {path} cannot be used: {error}. Delete it if it is damaged, name "
                "another file, or do without (`--no-cache`, `cache=False`)."
            ) from error

    def get(self, question: Question[T]) -> Answer[T] | None:
        """The answer given before, with what it took then, or None."""
        row = None
        with self._forgiving(), self._file() as file:
            row = file.execute(
                "SELECT value, probabilities, usage FROM kept WHERE question = ?",
                [self._key(question)],
            ).fetchone()
        if row is None:
            return None
        try:
            value = question.answer.model_validate_json(row[0])
            return Answer(value, json.loads(row[1]), Usage(**json.loads(row[2])))
        except (TypeError, ValueError):  # another version of defext put it
            return None

    def put(self, question: Question[Any], answer: Answer[Any]) -> None:
        """Keep an answer."""
        extra = [answer.probabilities, asdict(answer.usage)]
        row = [self._key(question), answer.value.model_dump_json(), *map(json.dumps, extra)]
        with self._forgiving(), self._file() as file:
            file.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", row)
            if self._put % _EVERY == 0:  # with the first too: many a process puts few
                _drop_oldest(file)
            self._put += 1

    @asynccontextmanager
    async def alone(self, question: Question[T]) -> AsyncIterator[Answer[T] | None]:
        """A block for asking a question, which no two are in at once; the answer if it came before.

        Threads and event loops wait for each other, processes do not.
        """
        key = self._key(question)
        over: Future[None] = Future()
        over.set_running_or_notify_cancel()  # who waits for it must not cancel it
        while (other := self._asked.setdefault(key, over)) is not over:
            await asyncio.wrap_future(other)
        try:
            yield self.get(question)
        finally:
            del self._asked[key]
            over.set_result(None)

    @contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        """This process's connection, one thread at a time, in a transaction of its own."""
        with self._lock:
            if (process := os.getpid()) not in self._open:
                opened = sqlite3.connect(self._path, timeout=60, check_same_thread=False)
                weakref.finalize(self, opened.close)
                opened.execute("PRAGMA synchronous=NORMAL")
                self._open[process] = opened
            with self._open[process] as file:
                yield file

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            level = logging.DEBUG if self._failed else logging.WARNING  # once is enough
            self._failed = True
            _logger.log(level, "The cache %s is passed over: %s.", self._path, error)

    def _key(self, question: Question[Any]) -> str:
        asked = [
            self._model,
            [*question.messages],
            question.schema,
            question.max_tokens,
            question.choice and asdict(question.choice),
        ]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@contextmanager
def _private(path: Path) -> Iterator[None]:
    """The file, and what SQLite puts beside it, for its owner alone: they hold what was read."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    for suffix in ("", "-wal", "-shm", "-journal", ".lock"):
        with suppress(FileNotFoundError, PermissionError):
            Path(f"{path}{suffix}").chmod(0o600)
    yield


def _drop_oldest(file: sqlite3.Connection) -> None:
    """Make room where the file is full; its free pages are then filled first."""
    names = ("page_count", "freelist_count", "page_size")
    pages, free, size = (file.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    if (pages - free) * size > LARGEST:
        file.execute(
            "DELETE FROM kept WHERE rowid IN"
            " (SELECT rowid FROM kept ORDER BY rowid LIMIT (SELECT count(*) / 5 FROM kept))"
        )
