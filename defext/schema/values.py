"""What words name: times, equipment, quantities and money, each with the text's own words."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

Precision = Literal["day", "week", "month", "quarter", "season", "year", "range"]

# In JSON a text without exponent, since a float would round it.
Number = Annotated[
    Decimal,
    Field(ge=0),
    PlainSerializer(lambda value: f"{value.normalize():f}", return_type=str, when_used="json"),
]


class _Value(BaseModel):
    """Immutable, with no field beyond the published ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, description="The text's own words.")


class When(_Value):
    """A time: the text's own words and the closed interval of days that they name."""

    start: date | None = Field(
        description="First day of the interval; null where it cannot be resolved."
    )
    end: date | None = Field(description="Last day of the interval, included.")
    precision: Precision | None = Field(description="How exactly the words name the interval.")

    @model_validator(mode="after")
    def _interval(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end are given together or not at all")
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"end {self.end} is before start {self.start}")
        return self


class Equipment(_Value):
    """A type of equipment."""

    designation: str = Field(
        min_length=1, description="Its usual designation: `F404` for F404, GE404 and GE-F404."
    )


class Quantity(_Value):
    """A count of things."""

    value: Number = Field(description="How many; the least where the words give a range.")
    most: Number | None = Field(default=None, description="The most, where they give a range.")
    approximate: bool = Field(description="Whether the words say so: some, about, up to.")
    of: str | None = Field(default=None, description="What is counted, in the text's words.")


class Money(_Value):
    """A sum of money."""

    amount: Number = Field(description="How much; the least where the words give a range.")
    most: Number | None = Field(default=None, description="The most, where they give a range.")
    currency: str | None = Field(
        pattern=r"^[A-Z]{3}$",
        description="ISO 4217 code; null where several currencies have the name.",
    )
    period: str | None = Field(
        default=None, description="The time that it is for, in the text's words."
    )
