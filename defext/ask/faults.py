"""One documented exception for every way in which asking can fail, and which of them may pass.

Providers' exceptions are told by their status and by the names of their classes, so that no
provider's package needs to be imported.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
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

_Verdict = tuple[type[AskError], str]

_STATUS: dict[int, _Verdict] = {
    401: (AuthenticationFailed, "the key was refused: check the provider's API key"),
    403: (AuthenticationFailed, "the key may not use this model: check its permissions"),
    404: (RequestRejected, "the server knows no such model or address: check the model's name"),
    408: (ServerUnavailable, "the server gave up waiting: try again later"),
    409: (ServerUnavailable, "the server was in conflict with itself: try again later"),
    413: (RequestRejected, "the document is too long for this server: split it"),
    429: (RateLimited, "the rate limit held through all retries: wait, or lower the concurrency"),
}
# By which a server tells that it does not know a parameter; 500 and 501 where it has none for that.
_REFUSING = (400, 422, 500, 501)
_UNSUPPORTED = re.compile(
    r"(?:unsupported|unknown|unrecogni[sz]ed|unexpected)[\s_]+(?:\w+[\s_]+)?(?:parameter|argument|field)"
    r"|extra inputs are not permitted",
    re.IGNORECASE,
)

_FAILING = ServerUnavailable, "the server kept failing: try again later"
_REJECTED = RequestRejected, "the server refused the request: its reason is in the __cause__"

_CUT_OFF = AnswerTruncated, "the answer was cut off at the token limit: give a shorter text"
_REFUSED = AnswerRefused, "the model or its filter declined to answer: ask another model"
_UNREACHED = (
    ServerUnavailable,
    "no answer from the server: check that it runs and is in reach, or try again later",
)
_UNSENDABLE = (
    AuthenticationFailed,
    "the key holds what no request can carry: check the provider's API key",
)
_NO_ADDRESS = ServerUnavailable, "the server's address has no http:// or https://: check it"
_UNFIT = AnswerInvalid, "no answer fitted the schema after all re-asks: ask a stronger model"
_FOREIGN = AnswerInvalid, "what came back is no chat completion: check the server's address"
_UNKNOWN = AskError, "the question could not be put: the reason is in the __cause__"

_BY_NAME: dict[str, _Verdict] = {
    "IncompleteOutputException": _CUT_OFF,
    "AssertionError": _REFUSED,  # how Instructor tells that the model refused a tool call
    "APIConnectionError": _UNREACHED,
    "TransportError": _UNREACHED,
    "ConnectionError": _UNREACHED,
    "TimeoutError": _UNREACHED,
    "Declined": _REFUSED,
    "Empty": _FAILING,
    "UnicodeEncodeError": _UNSENDABLE,
    "UnsupportedProtocol": _NO_ADDRESS,
}


class Unusable(Exception):
    """A completion in which there is nothing to read; it was paid for."""

    def __init__(self, completion: Any) -> None:
        super().__init__("nothing to read in the completion")
        self.completion = completion


class Declined(Unusable):
    """The model or a filter declined."""


class Empty(Unusable):
    """There is no choice."""


def usable(completion: Any) -> Any:
    """The completion, unless a re-ask could not mend it: raises Declined or Empty for one of those.

    What is no completion at all is left to Instructor.
    """
    choices = getattr(completion, "choices", completion)
    if not choices:
        raise Empty(completion)
    if is_declined(completion):
        raise Declined(completion)
    return completion


def translate(error: Exception, model: str, completion: object = None) -> AskError:
    """The documented exception for what went wrong; raise it ``from root(error)``.

    `completion` is the last thing that came back, where anything did.
    """
    cause = root(error)
    kind, advice = _transport(cause) or _content(cause, completion)
    status = _status(cause)
    what = f"HTTP {status}, " if status else ""
    wait = retry_after(cause)
    when = f" The server asks to wait {wait:g} seconds." if wait else ""
    return kind(f"Asking {model!r}: {what}{advice}.{when}")


def root(error: Exception) -> Exception:
    """The provider's own exception behind what Instructor has wrapped around it."""
    while type(error).__name__ == "InstructorRetryException" and isinstance(
        error.__cause__, Exception
    ):
        error = error.__cause__
    return error


def is_transient(error: BaseException) -> bool:
    """Whether the same question may succeed if it is asked again later."""
    verdict = _transport(root(error)) if isinstance(error, Exception) else None
    return verdict is not None and verdict[0] in (RateLimited, ServerUnavailable)


def is_busy(error: Exception) -> bool:
    """Whether the server has more to do than it wants: 429, or a fault that asks to wait."""
    verdict = _transport(root(error))
    return verdict is not None and (verdict[0] is RateLimited or retry_after(error) is not None)


def refuses_logprobs(error: Exception) -> bool:
    """Whether the server refused a request because it asks for log-probabilities."""
    cause = root(error)
    if _status(cause) not in _REFUSING:
        return False
    if named := getattr(cause, "param", None):
        return "logprobs" in str(named)
    said = f"{cause} {getattr(cause, 'body', '')}"
    return "logprobs" in said or _UNSUPPORTED.search(said) is not None


def retry_after(error: BaseException | None) -> float | None:
    """Seconds that the server asked to wait, where it said so."""
    cause = root(error) if isinstance(error, Exception) else None
    headers: Mapping[str, str] = getattr(getattr(cause, "response", None), "headers", {})
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            return max(0.0, float(headers[name]) / unit)
        except (KeyError, ValueError):
            continue
    try:
        until = parsedate_to_datetime(headers["retry-after"])
        return max(0.0, (until - datetime.now(UTC)).total_seconds())
    # TypeError: a date without a zone; OverflowError: one beyond all years
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status >= 400 else None


def _transport(error: Exception) -> _Verdict | None:
    """What the status or the class of an exception tells, if they tell anything."""
    if status := _status(error):
        return _STATUS.get(status, _FAILING if status >= 500 else _REJECTED)
    verdict = _by_name(error)
    if verdict is _UNREACHED and (cause := error.__cause__):  # was anything sent at all?
        return _UNSENDABLE if "Illegal header" in str(cause) else _by_name(cause) or verdict
    return verdict


def _by_name(error: BaseException) -> _Verdict | None:
    names = (kind.__name__ for kind in type(error).__mro__)
    return next((_BY_NAME[name] for name in names if name in _BY_NAME), None)


def _content(error: Exception, completion: Any) -> _Verdict:
    """What is wrong with the answer that came back."""
    if is_declined(completion):
        return _REFUSED
    if isinstance(completion, str) or type(error).__name__ == "JSONDecodeError":
        return _FOREIGN
    return _UNFIT if completion is not None else _UNKNOWN


def is_declined(completion: Any) -> bool:
    """Whether the model or a filter declined to answer."""
    return any(
        getattr(choice, "finish_reason", None) == "content_filter"
        or getattr(getattr(choice, "message", None), "refusal", None)
        for choice in getattr(completion, "choices", None) or []
    )
