"""Typed, grounded records of talks, requests and commitments from defence and diplomacy news.

>>> from defext import extract
>>> extraction = extract(text, published="2025-07-01")  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from defext.ask import RetryPolicy as RetryPolicy
    from defext.document import Document as Document
    from defext.errors import AnswerInvalid as AnswerInvalid
    from defext.errors import AnswerRefused as AnswerRefused
    from defext.errors import AnswerTruncated as AnswerTruncated
    from defext.errors import AskError as AskError
    from defext.errors import AuthenticationFailed as AuthenticationFailed
    from defext.errors import ConfigurationError as ConfigurationError
    from defext.errors import DefextError as DefextError
    from defext.errors import DocumentError as DocumentError
    from defext.errors import LanguageUnread as LanguageUnread
    from defext.errors import RateLimited as RateLimited
    from defext.errors import RequestRejected as RequestRejected
    from defext.errors import RunStopped as RunStopped
    from defext.errors import ServerUnavailable as ServerUnavailable
    from defext.errors import WeightsDamaged as WeightsDamaged
    from defext.errors import WeightsError as WeightsError
    from defext.errors import WeightsMissing as WeightsMissing
    from defext.errors import WeightsUnavailable as WeightsUnavailable
    from defext.extractor import Extractor as Extractor
    from defext.extractor import aextract as aextract
    from defext.extractor import extract as extract
    from defext.schema import Attribution as Attribution
    from defext.schema import Commitment as Commitment
    from defext.schema import Evidence as Evidence
    from defext.schema import Extraction as Extraction
    from defext.schema import Party as Party
    from defext.schema import Request as Request
    from defext.schema import Talk as Talk
    from defext.schema import When as When
    from defext.schema.outcome import Extracted as Extracted
    from defext.schema.outcome import Failed as Failed
    from defext.schema.outcome import Outcome as Outcome

# Where each public name lives. Nothing is imported before it is used: `import defext` stays fast.
_HOMES = {
    "defext.ask": ["RetryPolicy"],
    "defext.document": ["Document"],
    "defext.errors": [
        "AnswerInvalid",
        "AnswerRefused",
        "AnswerTruncated",
        "AskError",
        "AuthenticationFailed",
        "ConfigurationError",
        "DefextError",
        "DocumentError",
        "LanguageUnread",
        "RateLimited",
        "RequestRejected",
        "RunStopped",
        "ServerUnavailable",
        "WeightsDamaged",
        "WeightsError",
        "WeightsMissing",
        "WeightsUnavailable",
    ],
    "defext.extractor": ["Extractor", "aextract", "extract"],
    "defext.schema": [
        "Attribution",
        "Commitment",
        "Evidence",
        "Extraction",
        "Party",
        "Request",
        "Talk",
        "When",
    ],
    "defext.schema.outcome": ["Extracted", "Failed", "Outcome"],
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [*_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'defext' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
