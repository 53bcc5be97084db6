"""Records as political events: CAMEO codes, PLOVER types, and PLOVER's JSON.

CAMEO: Schrodt, Gerner and Yilmaz, Conflict and Mediation Event Observations, codebook 1.1b3 (2012).
PLOVER: Open Event Data Alliance, codebook 0.7b1 (2021), with the names of the types in POLECAT
(Halterman et al. 2023), where DEMAND became REQUEST. docs/events.md says what is lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any, Literal

from defext.schema import Commitment, Party, Record, Request, Talk, When
from defext.schema.outcome import Extracted

Cameo = Literal["020", "030", "036", "040", "041", "100", "120"]
Plover = Literal["AGREE", "CONSULT", "REQUEST", "REJECT"]
Context = Literal["diplomatic", "future", "historical", "hypothetical"]

_QUAD: dict[Plover, int] = {"AGREE": 1, "CONSULT": 1, "REQUEST": 3, "REJECT": 3}


@dataclass(frozen=True)
class EventCode:
    """How CAMEO and PLOVER code an act: never deeper than the record says."""

    cameo: Cameo
    plover: Plover
    mode: Literal["multilateral", "phone"] | None = None
    context: tuple[Context, ...] = ()


def event_code(record: Record) -> EventCode:
    """The codes of a record."""
    context = _context(record)
    match record:
        case Talk(temporal="planned"):
            return EventCode("036", "AGREE", context=("diplomatic", *context))
        case Talk(mode="phone"):
            return EventCode("041", "CONSULT", "phone", context)
        case Talk(mode="video"):
            return EventCode("040", "CONSULT", "phone", context)
        case Talk():
            sides = {party.country or party.organisation or party.name for party in record.parties}
            several = record.mode == "in_person" and len(sides) > 2
            return EventCode("040", "CONSULT", "multilateral" if several else None, context)
        case Request():
            return EventCode("100" if record.force == "demand" else "020", "REQUEST", None, context)
        case Commitment():
            refused = record.polarity == "negative"
            return EventCode(*(("120", "REJECT") if refused else ("030", "AGREE")), None, context)


def _context(record: Record) -> tuple[Context, ...]:
    found: dict[Context, bool] = {
        "future": record.temporal == "planned",
        "historical": record.temporal == "past_background",
        "hypothetical": isinstance(record, Commitment) and record.condition is not None,
    }
    return tuple(name for name, holds in found.items() if holds)


def events(extracted: Extracted) -> Iterator[dict[str, Any]]:
    """An event of each record, under PLOVER's field names; `cameo` is a field beyond them.

    `id` is the document's id, "#" and the record's. A talk has all its parties as sources and no
    recipient, as the codebook has it where nobody is known to be the host. `date` is the first day
    of the talk, or of the talk in which an act was made, else the day of publication; null without
    one, and for background without a time.
    """
    extraction = extracted.extraction
    talks = {talk.id: talk for talk in extraction.talks}
    records: list[Record] = [*extraction.talks, *extraction.requests, *extraction.commitments]
    for record in records:
        code, (sources, recipients) = event_code(record), _sides(record)
        talk = record if isinstance(record, Talk) else talks.get(record.talk or "")
        background = record.temporal == "past_background"
        reported = None if background else extraction.document.published
        first, last = _days(talk.when if talk else None, reported)
        evidence = record.evidence[0]
        yield {
            "id": f"{extracted.id}#{record.id}",
            "date": first and first.isoformat(),
            "enddate": last and last.isoformat(),
            "source": [_actor(party) for party in sources],
            "recipient": [_actor(party) for party in recipients],
            "event": [code.plover],
            "mode": [code.mode] if code.mode else [],
            "context": list(code.context),
            "quad_code": _QUAD[code.plover],
            "cameo": code.cameo,
            "event_text": [each.quote for each in record.evidence],
            "text_info": {"start": evidence.start, "end": evidence.end},
            "link": None
            if isinstance(record, Talk) or talk is None
            else f"{extracted.id}#{talk.id}",
            "comment": "; ".join(record.topics) if isinstance(record, Talk) else record.action,
            "cite_info": {
                "title": extraction.document.title,
                "publication": extraction.document.source,
                "language": extraction.document.language,
                "coder": f"defext {version('defext')}, {extraction.run.model}",
                "codebook": "plover-0.7b1",
            },
        }


def _sides(record: Record) -> tuple[Sequence[Party], Sequence[Party]]:
    match record:
        case Talk():
            return record.parties, ()
        case Request():
            return record.requester, record.addressee
        case Commitment():
            return record.committers, record.beneficiary


def _days(when: When | None, reported: date | None) -> tuple[date | None, date | None]:
    if when is not None and when.start is not None:
        return when.start, when.end
    return reported, reported


def _actor(party: Party) -> dict[str, str | None]:
    """A party as the codebook has it: its state's code, else IGO or MNC, else none."""
    beyond_states = {"organisation": "IGO", "company": "MNC"}
    return {
        "code": party.country or beyond_states.get(party.kind),
        "actor_text": party.mention,
        "identifier_text": party.name,
        "office": party.office,
    }
