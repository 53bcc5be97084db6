"""From grounded drafts to records: who, when, how strongly. Never calls a model."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from defext.document import Document
from defext.normalize import labels
from defext.normalize.actors import actors
from defext.normalize.countries import state_name
from defext.normalize.dates import find_when
from defext.normalize.foreign import borne_out, spelled
from defext.normalize.reference import resolve
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

# Confidence where the model gives no probabilities: even odds.
UNKNOWN = 0.5
_PLACE = re.compile(
    r"\b(?:at|in|to) (?P<place>(?:the )?[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]+|of|House))*)"
)
_TOPIC_JOINT = re.compile(r"[,;]\s+(?:(?:and|as well as)\s+)?(?:especially\s+|including\s+)?")
_NO_TOPIC = re.compile(
    r"(?:(?:a|the)\s+)?(?:\w+\s+)?(?:call|conversation|meeting|talks|discussions?|met|meet|meets|spoke|speak|visit)\b",
    re.IGNORECASE,
)
_SAID = re.compile(r"\s+(?:said|says|told|announced|reported)\b")
_NAMELESS = ("state", "group", "person")
_NO_PLACE = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Secretary|Minister|President)\b"
)


def normalize(
    document: Document, drafts: Iterable[Grounded]
) -> tuple[list[Record], list[Rejected]]:
    """Records in the order of the drafts; a draft whose actors cannot be told is rejected."""
    known = register(document)
    records: list[Record] = []
    rejected: list[Rejected] = []
    for number, grounded in enumerate(drafts, start=1):
        draft, sentence = grounded.draft, document.sentences[grounded.draft.sentences[0] - 1]
        by, to = (spelled(side, sentence, document) for side in actors(draft, sentence, known))
        reason = _unusable(draft, by)
        if reason:
            rejected.append(Rejected(type=draft.kind, reason=reason, draft=draft))
            continue
        records.append(_MAKE[draft.kind](grounded, number, by, to, known))
    return records, rejected


def _unusable(draft: Draft, by: list[Party]) -> str | None:
    if not by:
        return f"nobody can be told from {', '.join(draft.by)}"
    if draft.kind == "talk" and len(by) < 2:
        return f"a talk has two sides; the text names only {by[0].name}"
    return None


def _talk(
    grounded: Grounded, number: int, by: list[Party], to: list[Party], known: Register
) -> Talk:
    text = labels.occasion(_words(grounded, known))
    when = _when(grounded, text, known)
    mode = labels.mode_of(text)
    return Talk(
        **_common(grounded, "t", number, when, known),
        parties=_people_first(by),
        mode=mode,
        when=when,
        place=_place(text, by) if mode == "in_person" else None,
        topics=_topics(grounded.draft.what, by),
    )


def _request(
    grounded: Grounded, number: int, by: list[Party], to: list[Party], known: Register
) -> Request:
    text = _words(grounded, known)
    return Request(
        **_common(grounded, "r", number, None, known),
        requester=by,
        addressee=to,
        action=grounded.draft.what,
        force=labels.force_of(text),
        deadline=_when(grounded, grounded.draft.what, known, future=True),
    )


def _commitment(
    grounded: Grounded, number: int, by: list[Party], to: list[Party], known: Register
) -> Commitment:
    text, action = _words(grounded, known), grounded.draft.what
    return Commitment(
        **_common(grounded, "c", number, None, known),
        committers=by,
        beneficiary=to,
        action=action,
        strength=labels.strength_of(text, action),
        joint=len(by) > 1,
        continuing=labels.is_continuing(action),
        polarity=labels.polarity_of(text, action),
        condition=labels.condition_of(text),
        instrument=labels.instrument_of(text),
        deadline=_when(grounded, action, known, future=True),
    )


_MAKE: dict[str, Callable[..., Record]] = {
    "talk": _talk,
    "request": _request,
    "commitment": _commitment,
}


def _common(
    grounded: Grounded, prefix: str, number: int, when: When | None, known: Register
) -> dict[str, Any]:
    text, draft = _words(grounded, known), grounded.draft
    told = labels.occasion(text) if draft.kind == "talk" else text
    published = known.document.published
    temporal = labels.temporal_of(told, when, published)
    if draft.kind != "talk" and temporal == "planned":
        temporal = "current"  # an act is made now, also when it is due later
    return {
        "id": f"{prefix}{number}",
        "temporal": temporal,
        "evidence": list(grounded.evidence),
        "attribution": _attribution(text, draft, known),
        "confidence": UNKNOWN if draft.probability is None else draft.probability,
    }


def _attribution(text: str, draft: Draft, known: Register) -> Attribution:
    """Who says so, by name also where the sentence says "he"."""
    document = known.document
    given = labels.attribution_of(text, document.title)
    if given.source != "named_official" or given.holder is None:
        return given
    sentence = document.sentences[draft.sentences[0] - 1]
    found = spelled(resolve(given.holder, sentence, known), sentence, document)
    return given.model_copy(update={"holder": found[0].name if found else None})


def _words(grounded: Grounded, known: Register) -> str:
    """What the cited sentences say: in English where the document was translated."""
    sentences = known.document.sentences
    return " ".join(sentences[number - 1].text for number in sorted(set(grounded.draft.sentences)))


def _when(
    grounded: Grounded, text: str, known: Register, *, future: bool | None = None
) -> When | None:
    """The time that `text` names; it lies ahead where `future`, or the text, says so."""
    document = known.document
    if future is None:
        future = bool(re.search(r"\bwill\b|\bto meet\b", text))
    sentence = document.sentences[grounded.draft.sentences[0] - 1]
    return borne_out(find_when(text, document.published, future=future), sentence, document)


def _people_first(parties: list[Party]) -> list[Party]:
    """A state, or an office without a name, is a party only where nobody named acts for it."""
    named = [party for party in parties if party.kind == "person" and party.name != party.office]
    represented = {party.country for party in named}
    offices = " ".join(party.office or "" for party in named)
    kept = [
        p
        for p in parties
        if not _is_in_office(p.name, offices)
        and (p in named or p.kind not in _NAMELESS or p.country not in represented)
    ]
    return kept if len(kept) >= 2 else parties


def _is_in_office(name: str, offices: str) -> bool:
    """Whether somebody's office ends with the name, or is the office "of" it."""
    return name in offices and bool(
        re.search(rf"\b{re.escape(name)}$|\bof {re.escape(name)}\b", offices)
    )


def _topics(words: str, parties: list[Party]) -> list[str]:
    """What was discussed; that they met, and whom, is no topic."""
    names = {party.name.split()[-1] for party in parties if party.kind == "person"}
    return [
        topic
        for topic in _TOPIC_JOINT.split(words)
        if topic and not _NO_TOPIC.match(topic) and not names & set(re.findall(r"\w+", topic))
    ]


def _place(text: str, parties: list[Party]) -> str | None:
    names = {word for party in parties for word in party.name.split()} | {
        state_name(party.country) for party in parties if party.country
    }
    for match in _PLACE.finditer(text):
        place = match["place"].rstrip(".,")
        if _SAID.match(text, match.end()):  # "the ministry in Lisbon said"
            continue
        if not _NO_PLACE.search(place) and not names & set(place.split()):
            return place
    return None
