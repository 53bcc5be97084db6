"""What every view says of a record, and in which order."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from defext.schema import (
    Attribution,
    Commitment,
    Money,
    Party,
    Quantity,
    Record,
    Request,
    Talk,
    When,
)


def labels(record: Record) -> str:
    """What kind of record it is, in a line: mode, force or strength, flags, confidence."""
    parts: list[str]
    match record:
        case Talk():
            parts = [record.mode, record.temporal]
        case Request():
            parts = [record.force, record.temporal]
        case Commitment():
            flags = {
                "joint": record.joint,
                "continuing": record.continuing,
                "negative": record.polarity == "negative",
            }
            parts = [record.strength, record.temporal, *(name for name in flags if flags[name])]
    if record.confidence is not None:
        parts = [*parts, f"confidence {record.confidence:.2f}"]
    return " · ".join(parts).replace("_", " ")


def fields(record: Record) -> Iterator[tuple[str, str | None]]:
    """The names of its own fields and what is in them, in the order of reading."""
    match record:
        case Talk():
            yield from _parties("party", record.parties)
            yield "when", _when(record.when)
            yield "place", record.place
            yield "topics", "; ".join(record.topics)
        case Request():
            yield from _parties("requester", record.requester)
            yield from _parties("addressee", record.addressee)
            yield "action", record.action
            yield from _values(record)
            yield "deadline", _when(record.deadline)
            yield "talk", record.talk
        case Commitment():
            yield from _parties("committer", record.committers)
            yield from _parties("beneficiary", record.beneficiary)
            yield "action", record.action
            yield from _values(record)
            yield "condition", record.condition
            yield "instrument", record.instrument
            yield "deadline", _when(record.deadline)
            yield "talk", record.talk


def _parties(name: str, parties: Sequence[Party]) -> Iterator[tuple[str, str]]:
    for party in parties:
        yield name, _party(party)


def _party(party: Party) -> str:
    details = ", ".join(filter(None, (party.office, party.organisation, party.country)))
    return f"{party.name} ({details})" if details else party.name


def _values(record: Request | Commitment) -> Iterator[tuple[str, str]]:
    yield "equipment", "; ".join(each.designation for each in record.equipment)
    yield "quantities", "; ".join(map(_quantity, record.quantities))
    yield "money", "; ".join(map(_money, record.money))


def _quantity(quantity: Quantity) -> str:
    about = "about" if quantity.approximate else None
    return " ".join(filter(None, (about, _range(quantity.value, quantity.most), quantity.of)))


def _money(money: Money) -> str:
    return " ".join(filter(None, (money.currency, _range(money.amount, money.most), money.period)))


def _range(least: Decimal, most: Decimal | None) -> str:
    figures = (f"{number.normalize():,f}" for number in (least, most) if number is not None)
    return " to ".join(figures)


def _when(when: When | None) -> str | None:
    if when is None:
        return None
    days = str(when.start) if when.start == when.end else f"{when.start} to {when.end}"
    return f"{when.text} ({days if when.start else 'unresolved'})"


def attribution(said: Attribution) -> str:
    """Who says so."""
    source = said.source.replace("_", " ")
    return f"{source}: {said.holder}" if said.holder else source
