"""The answers that a model is asked for, as Pydantic models. Definitions are the guide's.

One family of records serves every plan. Its schemas bound lengths, to which a server may hold a
small model that would repeat itself without end; a longer answer is valid all the same.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from defext.schema import Kind
from defext.schema.records import Force, Mode, Source, Strength, Temporal

KINDS: tuple[Kind, ...] = ("talk", "request", "commitment")
# What the label question may answer for a sentence: "none", or its kinds in the order of KINDS.
LABELS = (
    "none",
    "talk",
    "request",
    "commitment",
    "talk+request",
    "talk+commitment",
    "request+commitment",
    "talk+request+commitment",
)


def _longest(length: int) -> Any:
    return Field(json_schema_extra={"maxLength": length})


def _most(number: int) -> dict[str, Any]:
    return {"maxItems": number}


Name = Annotated[str, _longest(80)]
Act = Annotated[str, _longest(400)]
Words = Annotated[str, _longest(60)]
Sentences = Annotated[
    list[int],
    Field(
        min_length=1,
        json_schema_extra=_most(4),
        description="Numbers of the sentences that tell it, the most telling first.",
    ),
]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TalkAnswer(_Answer):
    """An exchange between named sides that took place, takes place or is arranged."""

    sentences: Sentences
    kind: Literal["talk"]
    by: list[Name] = Field(
        min_length=1, json_schema_extra=_most(16), description="All who took part."
    )
    to: list[Name] = Field(json_schema_extra=_most(8), description="Empty for a talk.")
    act: Act = Field(description="What was discussed, as noun phrases parted by semicolons.")
    label: Mode = Field(description="How they talked; unknown unless the text says.")
    when: Words = Field(description="The words that say when; empty if none do.")
    temporal: Temporal = Field(
        description="planned if arranged; past_background if placed before what is reported."
    )


class RequestAnswer(_Answer):
    """Somebody wants somebody else to act."""

    sentences: Sentences
    kind: Literal["request"]
    by: list[Name] = Field(min_length=1, json_schema_extra=_most(16), description="Who asks.")
    to: list[Name] = Field(json_schema_extra=_most(8), description="Who would have to act.")
    act: Act = Field(min_length=1, description="The wanted act, a phrase that stands alone.")
    label: Force = Field(description="How strongly: demand for must and demanded.")
    when: Words = Field(description="The words that say by when; empty if none do.")
    temporal: Temporal = Field(
        description="past_background if placed before the occasion that is reported."
    )


class CommitmentAnswer(_Answer):
    """A side binds itself, in public, to an act in the future."""

    sentences: Sentences
    kind: Literal["commitment"]
    by: list[Name] = Field(
        min_length=1, json_schema_extra=_most(16), description="Who must act, all of them."
    )
    to: list[Name] = Field(
        json_schema_extra=_most(8), description="Who receives, where the text says so."
    )
    act: Act = Field(min_length=1, description="The promised act, a phrase that stands alone.")
    label: Strength = Field(
        description="firm: will, agreed to; intended: plans, aims, is to; aspirational: an act too "
        "general to be checked later, whatever the verb."
    )
    when: Words = Field(description="The words that say by when; empty if none do.")
    temporal: Temporal = Field(
        description="past_background if placed before the occasion that is reported."
    )


class Records(_Answer):
    """The records of the sentences that are asked about."""

    records: list[TalkAnswer | RequestAnswer | CommitmentAnswer] = Field(max_length=40)


class _Attributed(_Answer):
    source: Source | None = Field(None, description="Who says so.")
    holder: Name | None = Field(None, description="The source as the text names it.")


class FullTalk(_Attributed, TalkAnswer):
    """A talk with its place and its source."""

    place: Name | None = Field(None, description="Where, in the text's words.")


class FullRequest(_Attributed, RequestAnswer):
    """A request with its source."""


class FullCommitment(_Attributed, CommitmentAnswer):
    """A commitment with its condition, its instrument and its source."""

    polarity: Literal["positive", "negative"] | None = Field(
        None, description="negative: will not, refused."
    )
    continuing: bool | None = Field(
        None, description="Whether it continues, maintains, sustains or keeps."
    )
    condition: Act | None = Field(None, description="In the text's words.")
    instrument: Act | None = Field(None, description="The text that was signed.")


class FullRecords(_Answer):
    """All records of a document, or of a part of it."""

    records: list[FullTalk | FullRequest | FullCommitment] = Field(max_length=100)


RecordAnswer = TalkAnswer | RequestAnswer | CommitmentAnswer


def labels_of(numbers: Sequence[int]) -> type[BaseModel]:
    """The answer to the label question about the sentences with these numbers: a label for each."""
    return _labels(tuple(numbers))


@lru_cache(maxsize=256)
def _labels(numbers: tuple[int, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {str(number): (Literal[LABELS], ...) for number in numbers}
    return create_model("Labels", __config__=ConfigDict(extra="forbid"), **fields)
