"""What came back for one question, re-asks and all."""

from collections.abc import Sequence
from typing import Any

from defext.ask.question import Usage


class Meter:
    """Sees every completion of one question, also those that were invalid and asked again."""

    def __init__(self) -> None:
        self.usage = Usage()
        self.last: Any = None

    def hooks(self) -> Any:
        """Instructor's hooks that show this meter each completion as it comes."""
        from instructor.core.hooks import Hooks

        hooks = Hooks()
        hooks.on("completion:response", self._see)
        return hooks

    def tokens(self) -> Sequence[Any]:
        """The last completion's tokens with their logprobs, where the server sent them."""
        choices = getattr(self.last, "choices", None) or [None]
        return getattr(getattr(choices[0], "logprobs", None), "content", None) or []

    def _see(self, response: Any) -> None:
        # Before Instructor adds the usage of earlier calls to it.
        self.usage += _usage(response)
        self.last = response


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
