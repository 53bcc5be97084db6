"""From grounded drafts to records: what the words mean. Never calls a model, never judges."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from defext.document import Document
from defext.normalize.reference import parties
from defext.normalize.register import Register, register
from defext.schema import (
    Attribution,
    Commitment,
    Draft,
    Grounded,
    Party,
    Record,
    Request,
    Talk,
    When,
)
from defext.values import states_in, when

_NEGATION = re.compile(r"(?:to )?(?:not|never|no longer)\b", re.IGNORECASE)


def normalize(document: Document, drafts: Iterable[Grounded]) -> list[Record]:
    """A record of each draft, in their order."""
    known = register(document)
    country = next((state.country for state in states_in(document.source or "")), None)
    return [
        _record(
            grounded,
            number,
            _parties(grounded.draft.by, grounded.draft, known),
            _parties(grounded.draft.to, grounded.draft, known),
            partial(when, published=document.published, country=country),
        )
        for number, grounded in enumerate(drafts, start=1)
    ]


def _parties(names: list[str], draft: Draft, known: Register) -> list[Party]:
    sentence = known.document.sentences[draft.sentences[0] - 1]
    return parties(names, sentence, known)


def _record(
    grounded: Grounded,
    number: int,
    by: list[Party],
    to: list[Party],
    read_time: Callable[..., When | None],
) -> Record:
    draft = grounded.draft
    label: Any = draft.label  # one of its kind, as the answer's type has it
    common: dict[str, Any] = {
        "id": f"{draft.kind[0]}{number}",
        "temporal": draft.temporal,
        "evidence": list(grounded.evidence),
        "attribution": draft.source and Attribution(source=draft.source, holder=draft.holder),
        "confidence": draft.probability,
    }
    if draft.kind == "talk":
        planned = True if draft.temporal == "planned" else None
        return Talk(
            **common,
            parties=by,
            mode=label,
            when=read_time(draft.when, future=planned),
            place=draft.place,
            topics=[topic for each in draft.act.split(";") if (topic := each.strip())],
        )
    deadline = read_time(draft.when, future=True)
    if draft.kind == "request":
        return Request(
            **common,
            requester=by,
            addressee=to,
            action=draft.act,
            force=label,
            deadline=deadline,
        )
    return Commitment(
        **common,
        committers=by,
        beneficiary=to,
        action=draft.act,
        strength=label,
        joint=len(by) > 1,
        continuing=draft.continuing,
        polarity=draft.polarity or ("negative" if _NEGATION.match(draft.act) else "positive"),
        condition=draft.condition,
        instrument=draft.instrument,
        deadline=deadline,
    )
