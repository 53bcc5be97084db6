"""What is asked of a model and what comes back, free of any provider."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Choice:
    """A closed set of words for each field of an answer whose name matches the pattern `field`."""

    field: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Question(Generic[T]):
    """One structured question.

    `messages` starts with the part that stays the same from question to question, so that the
    server can cache it. `max_tokens` bounds the answer; with it a server that can is asked for its
    single best answer, without it the provider's defaults hold. `choice` names fields of `answer`
    with a closed set of words whose probabilities are wanted, if the server can tell.
    """

    messages: Sequence[Mapping[str, str]]
    answer: type[T]
    max_tokens: int | None = None
    choice: Choice | None = None

    @property
    def schema(self) -> str:
        """The JSON Schema of its answer."""
        return _schema(self.answer)


@dataclass(frozen=True)
class Usage:
    """What an answer took: calls that the model answered, re-asks among them, and their tokens.

    `repaired` counts the answers that were not plain JSON of their schema and were read all the
    same.
    """

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    repaired: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            self.repaired + other.repaired,
        )


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A valid answer.

    `probabilities` are those of each word of the question's `choice`, for each field that it names
    in their order; None where the server does not tell them.
    """

    value: T
    probabilities: Sequence[Mapping[str, float]] | None
    usage: Usage


@lru_cache(maxsize=256)
def _schema(answer: Any) -> str:
    return json.dumps(answer.model_json_schema())
