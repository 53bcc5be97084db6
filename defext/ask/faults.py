"""One documented exception for every way in which asking can fail, and which of them may pass."""

from typing import Any

from defext.errors import (
    AnswerInvalid,
    AnswerRefused,
    AnswerTruncated,
    AskError,
    AuthenticationFailed,
    RateLimited,
    RequestRejected,
    ServerUnavailable,
)

_STATUS: dict[int, tuple[type[AskError], str]] = {
    401: (AuthenticationFailed, "the key was refused: check the provider's API key"),
    403: (AuthenticationFailed, "the key may not use this model: check its permissions"),
    404: (RequestRejected, "the server knows no such model or address: check the model's name"),
    408: (ServerUnavailable, "the server gave up waiting: try again later"),
    409: (ServerUnavailable, "the server was in conflict with itself: try again later"),
    413: (RequestRejected, "the document is too long for this server: split it"),
    429: (RateLimited, "the rate limit held through all retries: wait, or lower the concurrency"),
}

_REFUSED = (AnswerRefused, "the model or its filter declined to answer: ask another model")


def translate(error: Exception, model: str) -> AskError:
    """The documented exception for what went wrong; raise it ``from`` its `cause`."""
    cause = root(error)
    kind, advice = _REFUSED if _was_filtered(error) else _classify(cause)
    status = getattr(cause, "status_code", None)
    what = f"HTTP {status}, " if status else ""
    return kind(f"Asking {model!r}: {what}{advice}.")


def root(error: Exception) -> Exception:
    """The provider's own exception behind what Instructor and tenacity wrapped around it."""
    names = {"InstructorRetryException", "RetryError"}
    while type(error).__name__ in names and isinstance(error.__cause__, Exception):
        error = error.__cause__
    return error


def is_transient(error: BaseException) -> bool:
    """Whether the same question may succeed if it is asked again later."""
    return isinstance(error, Exception) and _classify(root(error))[0] in (
        RateLimited,
        ServerUnavailable,
    )


def retry_after(error: BaseException | None) -> float | None:
    """Seconds that the server asked to wait, where it said so."""
    headers: Any = getattr(getattr(error, "response", None), "headers", {})
    try:
        return max(0.0, float(headers.get("retry-after-ms")) / 1000)
    except (TypeError, ValueError):
        pass
    try:
        return max(0.0, float(headers.get("retry-after")))
    except (TypeError, ValueError):
        return None


def _was_filtered(error: Exception) -> bool:
    choices = getattr(getattr(error, "last_completion", None), "choices", None) or []
    return any(getattr(choice, "finish_reason", None) == "content_filter" for choice in choices)


def _classify(error: Exception) -> tuple[type[AskError], str]:
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        if status in _STATUS:
            return _STATUS[status]
        if status >= 500:
            return ServerUnavailable, "the server kept failing: try again later"
        return RequestRejected, "the server refused the request: see the cause"
    names = {kind.__name__ for kind in type(error).__mro__}
    if "IncompleteOutputException" in names:
        return AnswerTruncated, "the answer was cut off at the token limit: give a shorter text"
    if "AssertionError" in names:  # how Instructor reports a refusal
        return _REFUSED
    if names & {"APIConnectionError", "TimeoutException", "TransportError", "ConnectionError"}:
        return ServerUnavailable, "no answer from the server: check that it runs and is in reach"
    return AnswerInvalid, "no answer fitted the schema after all re-asks: ask a stronger model"
