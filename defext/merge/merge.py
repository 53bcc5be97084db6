"""One record an occasion, a wanted act, a target; all evidence kept.

Merging is idempotent and does not depend on the order of the records.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from rapidfuzz.fuzz import token_set_ratio

from defext.schema import Commitment, Evidence, Party, Record, Request, Talk

R = TypeVar("R", Talk, Request, Commitment)

# Two phrases name one act from this likeness on (rapidfuzz's token_set_ratio, 0 to 100).
SAME_ACT = 90.0
_NUMBERS = re.compile(
    r"\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?)\b"
)


def merge(records: Iterable[Record]) -> tuple[list[Talk], list[Request], list[Commitment]]:
    """Merged records in the order of the text, numbered t1, r1, c1; acts name their talk."""
    records = list(records)
    requests = _fixpoint([r for r in records if isinstance(r, Request)], same_request)
    commitments = _fixpoint(
        [r for r in records if isinstance(r, Commitment)],
        same_target,
    )
    talks = _fixpoint(
        [r for r in records if isinstance(r, Talk)],
        same_occasion,
    )
    talks = _renumber("t", talks)
    return (
        talks,
        _renumber("r", [_link(request, request.requester, talks) for request in requests]),
        _renumber("c", [_link(promise, promise.committers, talks) for promise in commitments]),
    )


def same_occasion(a: Talk, b: Talk) -> bool:
    """The same people, and nothing that speaks against one occasion."""
    names_a, names_b = _names(a.parties), _names(b.parties)
    return (
        (names_a <= names_b or names_b <= names_a)
        and (a.place is None or b.place is None or a.place == b.place)
        and (a.mode == b.mode or "unknown" in (a.mode, b.mode))
        and (a.when is None or b.when is None or a.when.start == b.when.start)
        and a.temporal == b.temporal
    )


def same_request(a: Request, b: Request) -> bool:
    """One wanted act of one requester, and nobody else who would have to act."""
    asked_a, asked_b = _names(a.addressee), _names(b.addressee)
    return (
        bool(_names(a.requester) & _names(b.requester))
        and bool(asked_a & asked_b or not asked_a or not asked_b)
        and same_act(a.action, b.action)
    )


def same_target(a: Commitment, b: Commitment) -> bool:
    """One target of one side."""
    return (
        bool(_names(a.committers) & _names(b.committers))
        and a.polarity == b.polarity
        and same_act(a.action, b.action)
    )


def same_act(a: str, b: str) -> bool:
    """Whether two phrases name one act: nearly the same words, and no other numbers."""
    numbers_a, numbers_b = _numbers(a), _numbers(b)
    if numbers_a and numbers_b and numbers_a != numbers_b:
        return False
    return token_set_ratio(_plain(a), _plain(b)) >= SAME_ACT


@lru_cache(maxsize=4096)
def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBERS.findall(text.lower()))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _actors(record: Record) -> list[Party]:
    match record:
        case Talk():
            return record.parties
        case Request():
            return record.requester
        case Commitment():
            return record.committers


def _names(parties: Iterable[Party]) -> set[str]:
    return {party.name for party in parties}


def _fixpoint(records: Sequence[R], same: Callable[[R, R], bool]) -> list[R]:
    """Join each record to the last one before it that is the same, until nothing more joins.

    One that could be either of two different records ("they also spoke", after a call and a visit)
    joins one of them and does not make the two one.
    """
    if len(records) < 2:
        return list(records)
    current = sorted(records, key=_canonical)
    while True:
        joined: list[R] = []
        with_actor: dict[str, set[int]] = defaultdict(set)  # what is the same shares an actor
        for record in current:
            places = {place for name in _names(_actors(record)) for place in with_actor[name]}
            matches = (
                place for place in sorted(places, reverse=True) if same(joined[place], record)
            )
            if (at := next(matches, None)) is None:
                at = len(joined)
                joined.append(record)
            else:
                joined[at] = _join(joined[at], record)
            for name in _names(_actors(record)):
                with_actor[name].add(at)
        if len(joined) == len(current):
            return current
        current = sorted(joined, key=_canonical)


def _canonical(record: R) -> tuple[int, int, str]:
    """The order of the text; ties broken by all that the record says, its id aside."""
    first = min(record.evidence, key=lambda e: (e.start, e.end))
    return first.start, first.end, record.model_dump_json(exclude={"id"})


def _join(first: R, second: R) -> R:
    """One record from two in canonical order: the first one's words, the evidence of both."""
    evidence = {(e.start, e.end): e for e in (*first.evidence, *second.evidence)}
    update: dict[str, object] = {
        "evidence": _without_nested([evidence[span] for span in sorted(evidence)]),
        "confidence": max(filter(None, (first.confidence, second.confidence)), default=None),
    }
    for name in type(first).model_fields:
        mine, other = getattr(first, name), getattr(second, name)
        if name in _UNIONS:
            update[name] = _union([mine, other])
        elif mine in (None, [], "unknown"):
            update[name] = other
    merged = first.model_copy(update=update)
    if isinstance(merged, Commitment):
        return merged.model_copy(update={"joint": len(merged.committers) > 1})
    return merged


_UNIONS = {"parties", "topics", "requester", "addressee", "committers", "beneficiary"}


def _union(values: list[list[Party] | list[str]]) -> list[Party | str]:
    found: dict[str, Party | str] = {}
    for value in values:
        for item in value:
            found.setdefault(item.name if isinstance(item, Party) else item.lower(), item)
    return list(found.values())


def _without_nested(evidence: list[Evidence]) -> list[Evidence]:
    return [
        e
        for e in evidence
        if not any(o is not e and o.start <= e.start and e.end <= o.end for o in evidence)
    ]


def _link(record: R, actors: list[Party], talks: list[Talk]) -> R:
    """The talk in which an act was made: the last before it in which its actor took part."""
    start = record.evidence[0].start
    held = [
        talk
        for talk in talks
        if talk.evidence[0].start <= start
        and talk.temporal == "current"
        and any(_acts_for(actor, party) for actor in actors for party in talk.parties)
    ]
    return record.model_copy(update={"talk": held[-1].id if held else None})


def _acts_for(actor: Party, party: Party) -> bool:
    """Whether the party of a talk is the actor, or speaks for the state that is."""
    return actor.name == party.name or (
        actor.kind == "state" and actor.country is not None and actor.country == party.country
    )


def _renumber(prefix: str, records: list[R]) -> list[R]:
    return [
        record.model_copy(update={"id": f"{prefix}{number}"})
        for number, record in enumerate(records, start=1)
    ]
