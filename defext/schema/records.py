"""The records: talks, requests and commitments, and what they are made of.

Definitions follow speech-act theory (Searle's directives and commissives) and the compliance
coding of summit commitments: a commitment is a discrete, specific, publicly expressed statement of
intent to act toward a target. Enumerations are closed; what a text does not say stays empty.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from defext.schema.values import Equipment, Money, Quantity, When

Mode = Literal["phone", "video", "in_person", "written", "unknown"]
Force = Literal["invite", "ask", "urge", "demand"]
Strength = Literal["firm", "intended", "aspirational"]
Temporal = Literal["current", "planned", "past_background"]
Source = Literal[
    "own_statement",
    "counterpart_statement",
    "named_official",
    "unnamed_source",
    "joint_statement",
    "reporter",
]
Grade = Literal["exact", "folded", "fuzzy"]
PartyKind = Literal["person", "state", "organisation", "company", "group"]

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class _Value(BaseModel):
    """Immutable, with no field beyond the published ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Party(_Value):
    """A person, state, organisation or company as it acts in a record."""

    name: str = Field(
        min_length=1, description="The name without office, as fully as the text has it."
    )
    kind: PartyKind = Field(description="What the party is; `group` where several act unnamed.")
    office: str | None = Field(
        default=None, description="The person's office, where the text says it."
    )
    country: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{3}$",
        description="ISO 3166-1 alpha-3 code of the state it acts for, where the text says it.",
    )
    organisation: str | None = Field(
        default=None, description="The organisation or company it acts for, where the text says it."
    )
    mention: str = Field(
        min_length=1, description="The words of the text that name the party here."
    )


class Evidence(_Value):
    """A verbatim quote: ``text[start:end] == quote`` for the document's text.

    The quote is always the text's own; `grade` and `similarity` say how the words that led to it
    stand in it.
    """

    quote: str = Field(min_length=1, description="The words of the text, verbatim.")
    start: int = Field(ge=0, description="Offset of the first character, counted from 0.")
    end: int = Field(gt=0, description="Offset after the last character.")
    page: int | None = Field(
        default=None, ge=1, description="Page on which it starts, where the document has pages."
    )
    grade: Grade = Field(
        default="exact",
        description="How the model's words stand in the text: `exact`; `folded`: but for case, "
        "accents, marks, white space; `fuzzy`: in nearly the same words.",
    )
    similarity: Probability = Field(
        default=1.0,
        description="Likeness of the model's words and the text's: below 1 where `fuzzy`.",
    )

    @model_validator(mode="after")
    def _length(self) -> Self:
        if self.end - self.start != len(self.quote):
            raise ValueError(
                f"a quote of {len(self.quote)} characters cannot span {self.start} to {self.end}"
            )
        return self


class Attribution(_Value):
    """Who says so: certainty belongs to a holder, not to the text (as in FactBank)."""

    source: Source = Field(description="The kind of source.")
    holder: str | None = Field(default=None, description="The source as the text names it.")


class _Record(_Value):
    id: str = Field(min_length=1, description="Unique in its extraction.")
    temporal: Temporal = Field(
        description="`planned` for what is arranged; `past_background` for what the text places "
        "before the occasion that it reports."
    )
    evidence: list[Evidence] = Field(
        min_length=1, description="The shortest runs of the text that show the record."
    )
    attribution: Attribution | None = Field(
        default=None, description="Who says so; null where the model was not asked."
    )
    confidence: Probability | None = Field(
        default=None,
        description="How sure the model is that the text holds such a record, from 0 to 1, by the "
        "probabilities of its tokens; null where the server does not tell them.",
    )


class Talk(_Record):
    """An exchange between named sides that took place, is taking place or is arranged."""

    parties: list[Party] = Field(
        min_length=1, description="Who took part: people; a bare state only where none is named."
    )
    mode: Mode = Field(description="How they talked; `unknown` unless the text says.")
    when: When | None = Field(default=None, description="When it took or takes place.")
    place: str | None = Field(default=None, description="Where, in the text's words.")
    topics: list[str] = Field(
        default_factory=list, description="What was discussed, as short noun phrases."
    )


class _Act(_Record):
    """What a request and a commitment have in common: values that its action names."""

    equipment: list[Equipment] = Field(
        default_factory=list, description="The types of equipment that the action names."
    )
    quantities: list[Quantity] = Field(
        default_factory=list, description="The counts of things that the action names."
    )
    money: list[Money] = Field(
        default_factory=list, description="The sums of money that the action names."
    )


class Request(_Act):
    """Somebody wants somebody else to act (Searle's directives)."""

    requester: list[Party] = Field(min_length=1, description="Who asks.")
    addressee: list[Party] = Field(default_factory=list, description="Who would have to act.")
    action: str = Field(min_length=1, description="The wanted act, a phrase that stands alone.")
    force: Force = Field(description="How strongly it is asked.")
    deadline: When | None = Field(default=None, description="By when.")
    talk: str | None = Field(default=None, description="Id of the talk in which it was made.")


class Commitment(_Act):
    """A side binds itself, in public, to a discrete act in the future (Searle's commissives)."""

    committers: list[Party] = Field(min_length=1, description="Who must act.")
    beneficiary: list[Party] = Field(default_factory=list, description="Who it is owed to.")
    action: str = Field(min_length=1, description="The promised act, a phrase that stands alone.")
    strength: Strength = Field(
        description="`firm`: will, agreed to, a specific act; `intended`: plans, aims; "
        "`aspirational`: an act too general to be checked later, whatever the verb."
    )
    joint: bool = Field(description="Whether several sides bind themselves together.")
    continuing: bool | None = Field(
        default=None,
        description="Whether it continues, maintains, sustains or keeps; null where the model was "
        "not asked.",
    )
    polarity: Literal["positive", "negative"] = Field(
        description="`negative`: will not, refused to."
    )
    condition: str | None = Field(default=None, description="The condition, in the text's words.")
    instrument: str | None = Field(default=None, description="The signed text, where there is one.")
    deadline: When | None = Field(default=None, description="By when.")
    talk: str | None = Field(default=None, description="Id of the talk in which it was made.")


Record = Talk | Request | Commitment
