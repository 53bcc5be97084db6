"""From grounded drafts to records: what the words mean. Never calls a model, never judges."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from defext.document import Document
from defext.normalize.reference import parties
from defext.normalize.register import Register, register
from defext.schema import (
    Attribution,
    Commitment,
    Draft,
    Equipment,
    Grounded,
    Money,
    Party,
    Quantity,
    Record,
    Request,
    Talk,
    When,
)
from defext.values import equipment_in, money_in, quantities_in, states_in, when

V = TypeVar("V", Equipment, Quantity, Money)

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
            country,
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
    country: str | None,
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
    common |= {
        "deadline": read_time(draft.when, future=True),
        "equipment": _distinct(value for _, value in equipment_in(draft.act)),
        "quantities": _distinct(value for _, value in quantities_in(draft.act)),
        "money": _distinct(value for _, value in money_in(draft.act, country)),
    }
    if draft.kind == "request":
        return Request(
            **common,
            requester=by,
            addressee=to,
            action=draft.act,
            force=label,
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
    )


def _distinct(values: Iterable[V]) -> list[V]:
    """Each value once, whatever its words."""
    return list({value.model_dump_json(exclude={"text"}): value for value in values}.values())
