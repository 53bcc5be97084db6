"""The texts that a model is shown and the answers that it may give."""

from defext.prompt.answers import (
    KINDS,
    LABELS,
    FullCommitment,
    FullRecords,
    FullRequest,
    FullTalk,
    RecordAnswer,
    Records,
    labels_of,
)
from defext.prompt.prompt import Example, Prompt, load

__all__ = [
    "KINDS",
    "LABELS",
    "Example",
    "FullCommitment",
    "FullRecords",
    "FullRequest",
    "FullTalk",
    "Prompt",
    "RecordAnswer",
    "Records",
    "labels_of",
    "load",
]
