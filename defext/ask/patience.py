"""How long to go on asking a server that fails."""

from dataclasses import dataclass
from typing import Any

from tenacity import (
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from defext.ask.faults import is_transient, retry_after

# Seconds: the most that the first wait takes, and the most that any takes unless the server asks.
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server.

    At most `timeout` seconds for one answer, and where the server is busy or out of reach at most
    `attempts` tries, the last of them begun within `seconds`. The waits between the tries are
    random and grow; a server's Retry-After is heeded, and where it goes beyond `seconds` there is
    no further try.
    """

    timeout: float = 600.0
    attempts: int = 6
    seconds: float = 180.0


def retries(patience: Patience) -> dict[str, Any]:
    """Tenacity's arguments for this much patience."""
    jitter = wait_random_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return (retry_after(error) or 0.0) + jitter(state)

    return {
        "retry": retry_if_exception(is_transient),
        "stop": stop_after_attempt(patience.attempts) | stop_before_delay(patience.seconds),
        "wait": wait,
        "reraise": True,
    }
