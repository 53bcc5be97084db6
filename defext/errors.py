"""Every exception that defext raises, as one hierarchy.

    DefextError
    ├── DocumentError          the input is no usable document
    │   └── LanguageUnread         its language is none that the plan reads
    ├── ConfigurationError     the model, a key or a package is missing or wrong
    ├── AskError               a model was asked and gave no usable answer
    │   ├── AuthenticationFailed   401, 403
    │   ├── RequestRejected        400, 404, 422 and other answers that a retry cannot mend
    │   ├── RateLimited            429, after all retries
    │   ├── ServerUnavailable      5xx, timeout, cut or refused connection, after all retries
    │   ├── AnswerTruncated        the answer was cut off at the token limit
    │   ├── AnswerInvalid          no answer that fits the schema, after all re-asks
    │   └── AnswerRefused          the model or a content filter declined to answer
    ├── WeightsError           the embedded model's weights
    │   ├── WeightsMissing         not on this machine
    │   ├── WeightsUnavailable     no source could deliver them
    │   └── WeightsDamaged         not the pinned file
    └── RunStopped             many documents: the run ended before its end

A message says what was wrong, where, and what to do. It never holds a completion or a key; the
provider's own exception stays reachable as ``__cause__``.
"""


class DefextError(Exception):
    """Base of every exception that defext raises on purpose."""


class DocumentError(DefextError, ValueError):
    """The input cannot be read as a document: empty, not text, unreadable, or with a bad date."""


class LanguageUnread(DocumentError):
    """The text is in a language that the plan does not read."""


class ConfigurationError(DefextError, ValueError):
    """The request cannot be made as configured: unknown model, missing package or key."""


class AskError(DefextError):
    """A model was asked and gave no usable answer."""


class AuthenticationFailed(AskError):
    """The server refused the key (HTTP 401 or 403). Never retried."""


class RequestRejected(AskError):
    """The server refused the request itself (HTTP 400, 404, 422 and the like). Never retried."""


class RateLimited(AskError):
    """The server still answered 429 after every retry."""


class ServerUnavailable(AskError):
    """The server could not be reached, or kept failing, after every retry."""


class AnswerTruncated(AskError):
    """The answer was cut off at the token limit."""


class AnswerInvalid(AskError):
    """No answer fitted the question's schema after every re-ask."""


class AnswerRefused(AskError):
    """The model or its content filter declined to answer."""


class WeightsError(DefextError):
    """Something is wrong with the weights of the embedded model."""


class WeightsMissing(WeightsError):
    """The weights are not on this machine; the message names the command that fetches them."""


class WeightsUnavailable(WeightsError):
    """No source could deliver the weights."""


class WeightsDamaged(WeightsError):
    """The file is not the pinned one: its size or digest differs."""


class RunStopped(DefextError):
    """A run over many documents ended early: every other one would fail as well, or not be kept.

    The message says why, and the ``__cause__``, where there is one, what it was.
    """
