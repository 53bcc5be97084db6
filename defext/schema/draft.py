"""What a model answered, before grounding: names and sentence numbers, nothing resolved."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from defext.schema.records import Evidence, Force, Mode, Probability, Source, Strength, Temporal

Kind = Literal["talk", "request", "commitment"]


class Draft(BaseModel):
    """One record as the model gave it. Names are words; sentences are numbered from 1.

    The fields from `polarity` on are null where the model was not asked for them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    sentences: list[int] = Field(description="Numbers of the sentences that show it, from 1.")
    by: list[str] = Field(description="Parties of a talk, requesters, committers.")
    to: list[str] = Field(default_factory=list, description="Addressees, beneficiaries.")
    act: str = Field(default="", description="The act, or the topics of a talk.")
    label: Mode | Force | Strength = Field(description="The mode, force or strength.")
    when: str = Field(default="", description="The words that say when.")
    temporal: Temporal = "current"
    polarity: Literal["positive", "negative"] | None = None
    continuing: bool | None = None
    condition: str | None = None
    instrument: str | None = None
    place: str | None = None
    source: Source | None = None
    holder: str | None = None
    probability: Probability | None = Field(
        default=None,
        description="The model's own, from its token probabilities; null without them.",
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
