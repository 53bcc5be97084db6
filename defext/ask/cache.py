"""Answers kept on disk, so that a question asked before is not asked again."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from defext.ask.ask import Asker
from defext.ask.question import Answer, Question, Usage
from defext.errors import ConfigurationError

T = TypeVar("T", bound=BaseModel)


class AnswerCache:
    """Valid answers by model and question, in one SQLite file that processes may share.

    Raises ConfigurationError for a file that cannot be used.
    """

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._model = model
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as file:
                file.execute("PRAGMA journal_mode=WAL")
                file.execute(
                    "CREATE TABLE IF NOT EXISTS answers"
                    " (question TEXT PRIMARY KEY, value TEXT NOT NULL, probabilities TEXT NOT NULL)"
                )
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(f"The cache {path} cannot be used: {error}.") from error

    def get(self, question: Question[T]) -> Answer[T] | None:
        """The answer given before, at no cost, or None."""
        with self._open() as file:
            row = file.execute(
                "SELECT value, probabilities FROM answers WHERE question = ?", [self._key(question)]
            ).fetchone()
        if row is None:
            return None
        try:
            return Answer(question.answer.model_validate_json(row[0]), json.loads(row[1]), Usage())
        except ValidationError:
            return None

    def put(self, question: Question[Any], answer: Answer[Any]) -> None:
        """Keep an answer."""
        told = json.dumps(answer.probabilities)
        row = [self._key(question), answer.value.model_dump_json(), told]
        with self._open() as file, file:
            file.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", row)

    def _open(self) -> closing[sqlite3.Connection]:
        """A connection of its own for each use, so that threads and processes share the file."""
        return closing(sqlite3.connect(self._path, timeout=60))

    def _key(self, question: Question[Any]) -> str:
        asked = [
            self._model,
            [*question.messages],
            question.answer.model_json_schema(),
            question.max_tokens,
            question.choice,
        ]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


class CachedAsker:
    """An asker that asks each question once, in this process or an earlier one."""

    def __init__(self, asker: Asker, path: Path) -> None:
        self._asker = asker
        self._cache = AnswerCache(path, asker.model)

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self._asker.model

    def ask(self, questions: Sequence[Question[T]]) -> list[Answer[T]]:
        """As `Asker.ask`."""
        known = [self._cache.get(question) for question in questions]
        return self._join(questions, known, self._asker.ask(_open(questions, known)))

    async def aask(self, questions: Sequence[Question[T]]) -> list[Answer[T]]:
        """As `Asker.aask`."""
        known = [self._cache.get(question) for question in questions]
        return self._join(questions, known, await self._asker.aask(_open(questions, known)))

    def _join(
        self,
        questions: Sequence[Question[T]],
        known: Sequence[Answer[T] | None],
        new: Sequence[Answer[T]],
    ) -> list[Answer[T]]:
        for question, answer in zip(_open(questions, known), new, strict=True):
            self._cache.put(question, answer)
        rest = iter(new)
        return [next(rest) if answer is None else answer for answer in known]


def _open(questions: Sequence[Question[T]], known: Sequence[Answer[T] | None]) -> list[Question[T]]:
    return [q for q, answer in zip(questions, known, strict=True) if answer is None]
