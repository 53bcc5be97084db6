"""One draft on its way to a record, without a model."""

from typing import Any

from defext import Document
from defext.ground import ground
from defext.normalize import normalize
from defext.schema import Draft, Kind, Record, Rejected


def read(document: Document, kind: Kind, by: list[str], what: str, **fields: Any) -> Record:
    """The record of a draft about the document's last sentence, unless the draft says another."""
    records, rejected = outcome(document, kind, by, what, **fields)
    assert rejected == []
    [record] = records
    return record


def outcome(
    document: Document, kind: Kind, by: list[str], what: str, **fields: Any
) -> tuple[list[Record], list[Rejected]]:
    """What becomes of such a draft."""
    usual = {"sentences": [len(document.sentences)], "kind": kind, "by": by, "what": what}
    grounded, unfounded = ground(document, [Draft.model_validate(usual | fields)])
    records, unclear = normalize(document, grounded)
    return records, [*unfounded, *unclear]
