"""What a model answered, before grounding: names and sentence numbers, nothing resolved."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from defext.schema.records import Evidence, Probability

Kind = Literal["talk", "request", "commitment"]


class Draft(BaseModel):
    """One record as the model told it. Names are words; sentences are numbered from 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    sentences: list[int] = Field(description="Numbers of the sentences that show it, from 1.")
    by: list[str] = Field(description="Parties of a talk, requesters, committers.")
    to: list[str] = Field(default_factory=list, description="Addressees, beneficiaries.")
    what: str = Field(default="", description="The act, or the topics of a talk.")
    probability: Probability | None = Field(
        default=None,
        description="The model's own, from its token probabilities; null without them.",
    )
    machine: bool = Field(
        default=False,
        description="Whether its sentences speak to the machine that reads the document.",
    )


class Grounded(BaseModel):
    """A draft that the text bears out: only names of the text, and the words that show it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    draft: Draft
    evidence: list[Evidence] = Field(min_length=1)


class Rejected(BaseModel):
    """A draft that the text does not bear out, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Kind
    reason: str = Field(min_length=1)
    draft: Draft
