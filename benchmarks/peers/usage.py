"""Counts every completion of every system in the same place: the OpenAI client that all three use.

What defext reads once to fill the server's slots goes past that client and falls into the warm-up.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any
from unittest.mock import patch

from openai.resources.chat.completions import Completions


@dataclass(frozen=True)
class Use:
    """Answers of the model, their tokens, and how many were cut off at the token limit."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cut_off: int = 0

    def __add__(self, other: "Use") -> "Use":
        return Use(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


class UsageCounter:
    """What was used since it was last read; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._use = Use()

    def take(self) -> Use:
        """What was used, from which the count begins anew."""
        with self._lock:
            use, self._use = self._use, Use()
            return use

    def see(self, completion: Any) -> None:
        """Count one completion."""
        usage = completion.usage
        details = usage.prompt_tokens_details
        use = Use(
            calls=1,
            input_tokens=usage.prompt_tokens,
            cached_tokens=(details.cached_tokens or 0) if details else 0,
            output_tokens=usage.completion_tokens,
            cut_off=int(completion.choices[0].finish_reason == "length"),
        )
        with self._lock:
            self._use += use


@contextmanager
def counted_usage() -> Iterator[UsageCounter]:
    """A counter of all clients that are made in the block."""
    counter = UsageCounter()
    create = Completions.create

    def counted(completions: Completions, *args: Any, **kwargs: Any) -> Any:
        completion = create(completions, *args, **kwargs)
        counter.see(completion)
        return completion

    with patch.object(Completions, "create", counted):
        yield counter
