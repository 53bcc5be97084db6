"""From what a model said to what the text shows.

Nothing is put in the place of what the model said: what the text does not hold is left out where a
record can be without it, and else rejects the record.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, get_args

from defext.document import Document, Sentence
from defext.ground.bounds import UNSPACED
from defext.ground.figures import figures, numbers_in_words
from defext.ground.machine import speaks_to_machine
from defext.ground.names import Names
from defext.ground.quote import find_quote, fold, ground_quote
from defext.schema import Draft, Evidence, Grade, Grounded, Rejected

# Share of an act's words that must stand in the text, by their stems: models reword ("swift
# repair" to "repair swiftly"), and what stands there by hardly any of its words was made up.
ENOUGH = 0.3
_STEM = 5
_WORD = re.compile(rf"[^\W{UNSPACED}]+")
_UNSPACED_RUN = re.compile(rf"[{UNSPACED}]{{2,}}")
_SHORT = 3  # shorter words say nothing of an act
_GRADES: tuple[Grade, ...] = get_args(Grade)
# Fields in the text's own words, and what they are without any.
_WORDS = {"when": "", "place": None, "condition": None, "instrument": None}


def ground(document: Document, drafts: Iterable[Draft]) -> tuple[list[Grounded], list[Rejected]]:
    """Split drafts into those that the text bears out and those that it does not."""
    kept: list[Grounded] = []
    rejected: list[Rejected] = []
    names = Names(document)
    for draft in drafts:
        outcome = _ground(document, names, draft)
        if isinstance(outcome, Rejected):
            rejected.append(outcome)
        else:
            kept.append(outcome)
    return kept, rejected


def _ground(document: Document, names: Names, draft: Draft) -> Grounded | Rejected:
    def reject(reason: str) -> Rejected:
        return Rejected(type=draft.kind, reason=reason, draft=draft)

    numbers = sorted(set(draft.sentences))
    if not numbers or numbers[0] < 1 or numbers[-1] > len(document.sentences):
        return reject(f"cites sentences {draft.sentences}, of {len(document.sentences)}")
    cited = tuple(document.sentences[number - 1] for number in numbers)
    if any(speaks_to_machine(document.words(sentence)) for sentence in cited):
        return reject("its sentence speaks to the machine that reads the document")
    by = names.found(draft.by, cited)
    if not by:
        return reject(f"names nobody of the text: {', '.join(draft.by) or 'no actor'}")
    if (added := figures(draft.act)) and (added := added - _numbers(document)):
        return reject(f"says {', '.join(sorted(added))}, which the text does not")
    found = _found(draft, document, cited)
    if found.similarity < ENOUGH:
        return reject(f"only {found.similarity:.0%} of the act's words are in the text")
    evidence = [
        Evidence(
            quote=document.words(sentence),
            start=sentence.start,
            end=sentence.end,
            page=document.page_at(sentence.start),
            grade=found.grade,
            similarity=found.similarity,
        )
        for sentence in cited
    ]
    borne_out = {
        "by": by,
        "to": names.found(draft.to, cited),
        "holder": next(iter(names.found(filter(None, [draft.holder]), cited)), None),
        **{
            field: words if words and _holds(document, cited, words) else empty
            for field, empty in _WORDS.items()
            for words in [getattr(draft, field)]
        },
    }
    return Grounded(draft=draft.model_copy(update=borne_out), evidence=evidence)


def _numbers(document: Document) -> set[str]:
    return figures(document.text) | numbers_in_words(document.text)


def _holds(document: Document, cited: Sequence[Sentence], words: str) -> bool:
    return any(find_quote(s.text, words) for s in cited) or bool(find_quote(document.text, words))


class _Found(NamedTuple):
    grade: Grade
    similarity: float


def _found(draft: Draft, document: Document, cited: Sequence[Sentence]) -> _Found:
    """How the words of an act, or the names of a talk, stand in the cited sentences."""
    together = " ".join(sentence.text for sentence in cited)
    quotes = draft.by if draft.kind == "talk" else [draft.act]
    places = [ground_quote(together, words) for words in quotes]
    likeness = [_Found(p.grade, p.similarity) for p in places if isinstance(p, Evidence)]
    worst = max(likeness, key=lambda found: _GRADES.index(found.grade), default=_Found("exact", 1))
    if draft.kind != "talk" and not likeness:  # an act in other words, which is no quote
        worst = _Found("fuzzy", _support(draft.act, document))
    return worst


def _support(act: str, document: Document) -> float:
    """Share of an act's words whose stem is in the text; 0 for an act without words."""
    wanted = _stems(act)
    return round(len(wanted & _stems(document.text)) / len(wanted), 3) if wanted else 0.0


def _stems(text: str) -> set[str]:
    """Beginnings of the longer words; in scripts without spaces, pairs of characters."""
    text = fold(text)
    stems = {word[:_STEM] for word in _WORD.findall(text) if len(word) > _SHORT}
    pairs = (run[n : n + 2] for run in _UNSPACED_RUN.findall(text) for n in range(len(run) - 1))
    return stems | set(pairs)
