"""What is compared: one flat item a record, of gold and of a system alike."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from defext.schema import Commitment, Extraction, Kind, Party, Request, Talk

Label = str


class _Told(BaseModel):
    """What gold and a system both tell of a record. Of a talk, `by` holds all parties.

    The values are null where they are not to be scored: equipment by its designation, quantities as
    "20" or "100..150", money as "USD 3500000000", "?" for a currency that is not known.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: Kind
    by: list[str]
    to: list[str] = Field(default_factory=list)
    what: str = ""
    mode: Label | None = None
    force: Label | None = None
    strength: Label | None = None
    equipment: list[str] | None = None
    quantities: list[str] | None = None
    money: list[str] | None = None

    @property
    def label(self) -> Label | None:
        """The field that says how: mode, force or strength."""
        return {"talk": self.mode, "request": self.force, "commitment": self.strength}[self.type]


class Item(_Told):
    """One record of a system."""

    quote: str = ""
    start: int | None = None
    end: int | None = None
    confidence: float | None = None


class GoldItem(_Told):
    """One record of gold. An actor is its acceptable names, separated by "|".

    `spans` are the characters of the text that show it. An `optional` item costs nothing when it is
    missed and nothing when it is found.
    """

    spans: list[tuple[int, int]]
    optional: bool = False


LABEL: dict[Kind, Literal["mode", "force", "strength"]] = {
    "talk": "mode",
    "request": "force",
    "commitment": "strength",
}


VALUES = ("equipment", "quantities", "money")


def items(extraction: Extraction) -> list[Item]:
    """The records of an extraction as items."""
    return [
        *(_item(talk, talk.parties, [], "; ".join(talk.topics)) for talk in extraction.talks),
        *(_item(r, r.requester, r.addressee, r.action) for r in extraction.requests),
        *(_item(c, c.committers, c.beneficiary, c.action) for c in extraction.commitments),
    ]


def _item(record: Talk | Request | Commitment, by: list[Party], to: list[Party], what: str) -> Item:
    kind: Kind = "talk" if isinstance(record, Talk) else "request"
    if isinstance(record, Commitment):
        kind = "commitment"
    first = record.evidence[0]
    values: dict[str, Any] = {LABEL[kind]: getattr(record, LABEL[kind])}
    if not isinstance(record, Talk):
        values |= {
            "equipment": [each.designation for each in record.equipment],
            "quantities": [_range(each.value, each.most) for each in record.quantities],
            "money": [
                f"{each.currency or '?'} {_range(each.amount, each.most)}" for each in record.money
            ],
        }
    return Item(
        type=kind,
        by=[party.name for party in by],
        to=[party.name for party in to],
        what=what,
        quote=first.quote,
        start=first.start,
        end=first.end,
        confidence=record.confidence,
        **values,
    )


def _range(least: Decimal, most: Decimal | None) -> str:
    return "..".join(f"{each.normalize():f}" for each in (least, most) if each is not None)
