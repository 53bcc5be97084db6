"""From grounded drafts to records: what the words mean. Never calls a model, never judges."""

import re
from collections.abc import Iterable
from typing import Any

from defext.document import Document
from defext.normalize.dates import find_when
from defext.normalize.foreign import borne_out, spelled
from defext.normalize.reference import parties
from defext.normalize.register import Register, register
from defext.schema import (
    Attribution,
    Commitment,
    Draft,
    Grounded,
    Party,
    Record,
    Rejected,
    Request,
    Talk,
    When,
)

_NEGATION = re.compile(r"(?:to )?(?:not|never|no longer)\b", re.IGNORECASE)


def normalize(
    document: Document, drafts: Iterable[Grounded]
) -> tuple[list[Record], list[Rejected]]:
    """Records in the order of the drafts; a draft whose actors cannot be told is rejected."""
    known = register(document)
    records: list[Record] = []
    rejected: list[Rejected] = []
    for number, grounded in enumerate(drafts, start=1):
        draft = grounded.draft
        by, to = _parties(draft.by, draft, known), _parties(draft.to, draft, known)
        if by:
            records.append(_record(grounded, number, by, to, document))
        else:
            reason = f"nobody can be told from {', '.join(draft.by)}"
            rejected.append(Rejected(type=draft.kind, reason=reason, draft=draft))
    return records, rejected


def _parties(names: list[str], draft: Draft, known: Register) -> list[Party]:
    sentence = known.document.sentences[draft.sentences[0] - 1]
    return spelled(parties(names, sentence, known), sentence, known.document)


def _record(
    grounded: Grounded, number: int, by: list[Party], to: list[Party], document: Document
) -> Record:
    draft = grounded.draft
    common: dict[str, Any] = {
        "id": f"{draft.kind[0]}{number}",
        "temporal": draft.temporal,
        "evidence": list(grounded.evidence),
        "attribution": draft.source and Attribution(source=draft.source, holder=draft.holder),
        "confidence": draft.probability,
    }
    if draft.kind == "talk":
        return Talk(
            **common,
            parties=by,
            mode=draft.label,
            when=_when(draft, document, future=draft.temporal == "planned"),
            place=draft.place,
            topics=[topic for each in draft.act.split(";") if (topic := each.strip())],
        )
    deadline = _when(draft, document, future=True)
    if draft.kind == "request":
        return Request(
            **common,
            requester=by,
            addressee=to,
            action=draft.act,
            force=draft.label,
            deadline=deadline,
        )
    return Commitment(
        **common,
        committers=by,
        beneficiary=to,
        action=draft.act,
        strength=draft.label,
        joint=len(by) > 1,
        continuing=draft.continuing,
        polarity=draft.polarity or ("negative" if _NEGATION.match(draft.act) else "positive"),
        condition=draft.condition,
        instrument=draft.instrument,
        deadline=deadline,
    )


def _when(draft: Draft, document: Document, *, future: bool) -> When | None:
    """The days that the words for a time name; where the model told none, those in the act."""
    sentence = document.sentences[draft.sentences[0] - 1]
    found = find_when(draft.when or draft.act, document.published, future=future)
    if draft.when:
        unresolved = When(text=draft.when, start=None, end=None, precision=None)
        found = found.model_copy(update={"text": draft.when}) if found else unresolved
    elif draft.kind == "talk":
        found = None  # its act is what was talked about
    return borne_out(found, sentence, document)
