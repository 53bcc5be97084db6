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
    label = {"talk": "unknown", "request": "ask", "commitment": "firm"}[kind]
    told = {"sentences": [len(document.sentences)], "kind": kind, "by": by, "act": what}
    draft = Draft.model_validate(told | {"label": label} | fields)
    grounded, rejected = ground(document, [draft])
    return normalize(document, grounded), rejected
