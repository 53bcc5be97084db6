"""The articles in seeds/, what an annotator found in them, and whether an extraction agrees.

The expected records follow the annotation guide. An actor lists the names it may be called by,
separated by "|"; `must` lists patterns that an act's wording has to hold; an `optional` item may be
found or missed.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defext import Document, Extraction
from defext.schema import Commitment, Party, Record, Request, Talk

SEEDS = Path(__file__).parent.parent.parent / "seeds"

Item = dict[str, Any]


@dataclass(frozen=True)
class Article:
    """A text with its metadata and the records that it holds."""

    document: Document
    items: list[Item]

    def expected(self, kind: str) -> list[Item]:
        """The items of a kind that an extraction should find."""
        return [item for item in self.items if item["type"] == kind and not item.get("optional")]


def read(name: str) -> Article:
    """The article ``seeds/<name>.txt``."""
    about = json.loads((SEEDS / f"{name}.json").read_text(encoding="utf-8"))
    expected = json.loads((SEEDS / f"{name}.expected.json").read_text(encoding="utf-8"))
    text = (SEEDS / f"{name}.txt").read_text(encoding="utf-8")
    document = Document(text, about["published"], about["title"], about["source"])
    return Article(document, expected["items"])


def records(extraction: Extraction) -> list[Record]:
    """All records of an extraction."""
    return [*extraction.talks, *extraction.requests, *extraction.commitments]


def found(items: Iterable[Item], given: Sequence[Record]) -> list[str]:
    """Which items the records hold, by their acts or topics."""
    return [item["what"] for item in items if any(says(record, item) for record in given)]


def says(record: Record, item: Item) -> bool:
    """Whether a record is of the item's kind, with its actors and its act; of a talk, its mode,
    day and place."""
    match record:
        case Talk():
            return (
                item["type"] == "talk"
                and _are(record.parties, item["by"])
                and record.mode == item["mode"]
                and (str(record.when.start) if record.when else None) == item.get("when")
                and item.get("place", "") in (record.place or "")
            )
        case Request():
            return (
                item["type"] == "request"
                and _are(record.requester, item["by"])
                and _are(record.addressee, item["to"])
                and _holds(record.action, item)
            )
        case Commitment():
            return (
                item["type"] == "commitment"
                and _are(record.committers, item["by"])
                and (not item["to"] or _are(record.beneficiary, item["to"]))
                and _holds(record.action, item)
            )


def breaches(article: Article, given: Sequence[Record]) -> list[str]:
    """Where records break what holds for every text."""
    return [f"{r.id}: {wrong}" for r in given for wrong in _breaches(article, r)]


def _breaches(article: Article, record: Record) -> Iterator[str]:
    text = article.document.text
    words = " ".join(text.split())
    for piece in record.evidence:
        if text[piece.start : piece.end] != piece.quote:
            yield f"{piece.quote!r} is not at its offsets"
    for party in parties(record):
        if " ".join(party.mention.split()) not in words:
            yield f"{party.mention!r} is not in the text"


def parties(record: Record) -> list[Party]:
    """Everybody who acts, or is acted toward, in a record."""
    match record:
        case Talk():
            return record.parties
        case Request():
            return [*record.requester, *record.addressee]
        case Commitment():
            return [*record.committers, *record.beneficiary]


def _are(parties: list[Party], actors: list[str]) -> bool:
    """Whether every actor is among the parties, and nobody else."""
    names = {party.name for party in parties}
    aliases = [set(actor.split("|")) for actor in actors]
    return all(names & each for each in aliases) and names <= set().union(*aliases)


def _holds(action: str, item: Item) -> bool:
    return all(re.search(pattern, action, re.IGNORECASE) for pattern in item["must"])
