"""When a server that fails is asked again, and for how long."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tenacity import RetryCallState, retry_if_exception, wait_random_exponential

from defext.ask.faults import is_transient, retry_after

# Seconds: the most that the first wait takes, and the most that any takes unless the server asks.
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class RetryPolicy:
    """How long to wait for a server.

    At most `timeout` seconds for one answer (of a synchronous client: between two pieces of it, as
    for providers other than OpenAI), and where the server is busy or out of reach at most
    `attempts` tries, the last of them begun within `seconds`, in which waiting for others that ask
    the same server does not count. The waits between the tries are random and grow; a server's
    Retry-After is heeded, and where it goes beyond `seconds` there is no further try.
    """

    timeout: float = 600.0
    attempts: int = 6
    seconds: float = 180.0


def retries(policy: RetryPolicy, queued: Callable[[], float]) -> dict[str, Any]:
    """Tenacity's arguments for a retry policy; `queued` tells the seconds that do not count."""
    jitter = wait_random_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return (retry_after(error) or 0.0) + jitter(state)

    def stop(state: RetryCallState) -> bool:
        trying = (state.seconds_since_start or 0.0) - queued() + state.upcoming_sleep
        return state.attempt_number >= policy.attempts or trying >= policy.seconds

    return {
        "retry": retry_if_exception(is_transient),
        "stop": stop,
        "wait": wait,
        "reraise": True,
    }
