"""What came back for one question, re-asks and all."""

from collections.abc import Callable, Sequence
from typing import Any

from defext.ask.question import Usage
from defext.ask.repair import Reading


class UsageCounter:
    """Sees every completion of one question, also those that were invalid and asked again.

    `read` reads the answer in each, if there is one.
    """

    def __init__(self, read: Callable[[Any], Reading | None]) -> None:
        self.usage = Usage()
        self.last: Any = None
        self._read = read
        self._reading: Reading | None = None

    def hooks(self) -> Any:
        """Instructor's hooks that show this counter each completion as it comes."""
        from instructor.core.hooks import Hooks

        hooks = Hooks()
        hooks.on("completion:response", self.see)
        return hooks

    def tokens(self) -> Sequence[Any]:
        """The last answer's tokens with their logprobs, where the server sent them.

        Without those of what was said around it.
        """
        choices = getattr(self.last, "choices", None) or [None]
        tokens = getattr(getattr(choices[0], "logprobs", None), "content", None) or []
        words = self._reading.words if self._reading else ""
        start = "".join(token.token for token in tokens).rfind(words)
        return _between(tokens, start, start + len(words)) if words and start >= 0 else tokens

    def see(self, response: Any) -> None:
        """Count one completion."""
        # Before Instructor adds the usage of earlier calls to it.
        self.usage += _usage(response)
        self.last = response
        self._reading = self._read(response)
        if self._reading and self._reading.repaired:
            self.usage += Usage(repaired=1)


def _between(tokens: Sequence[Any], start: int, end: int) -> Sequence[Any]:
    """The tokens that have characters between two places of their text."""
    inside, position = [], 0
    for token in tokens:
        if position < end and position + len(token.token) > start:
            inside.append(token)
        position += len(token.token)
    return inside


def _usage(completion: Any) -> Usage:
    """The usage of one completion, as OpenAI, Anthropic and servers like them tell it."""
    usage = getattr(completion, "usage", None)
    details = _first(usage, "prompt_tokens_details", "input_tokens_details")
    read = _first(usage, "prompt_tokens", "input_tokens") or 0
    cached = _first(details, "cached_tokens") or _first(usage, "cache_read_input_tokens") or 0
    if details is None and _first(usage, "prompt_tokens") is None:
        # Anthropic's input_tokens are those after what its cache gave and took.
        read += cached + (_first(usage, "cache_creation_input_tokens") or 0)
    return Usage(
        calls=1,
        input_tokens=read,
        cached_tokens=min(cached, read),
        output_tokens=_first(usage, "completion_tokens", "output_tokens") or 0,
    )


def _first(holder: Any, *names: str) -> Any:
    """The first of these fields that says something."""
    values = (getattr(holder, name, None) for name in names)
    return next((value for value in values if value is not None), None)
