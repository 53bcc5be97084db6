"""The plan for a small model: many small questions about single sentences.

First, whether a sentence with a cue holds an act of a kind: one word, whose probability becomes the
confidence. Then, only where it does, who does what. Sentences are numbered by us, so the model
copies no quotes; dates, states and offices are left to code.
"""

from collections.abc import Generator, Sequence
from typing import Any, cast

from defext.ask import Answer, Question
from defext.document import Document, Sentence
from defext.plan.acts import complete, split_acts
from defext.plan.cues import candidates
from defext.prompt import Check, Fill, load
from defext.schema import Draft, Kind

# The least probability of "yes" at which a sentence is read further.
LIKELY = 0.6


def narrow(
    document: Document,
) -> Generator[Sequence[Question[Any]], Sequence[Answer[Any]], list[Draft]]:
    """Yields questions, is sent their answers, returns the drafts."""
    cued = list(candidates(document))
    checks = yield [_check(kind, sentence.text) for sentence, kind in cued]
    likely = [
        (sentence, kind, _yes(check))
        for (sentence, kind), check in zip(cued, checks, strict=True)
        if _is_likely(check)
    ]
    fills = yield [_fill(kind, sentence.text) for sentence, kind, _ in likely]
    return [
        draft
        for (sentence, kind, p), fill in zip(likely, fills, strict=True)
        for draft in _drafts(kind, sentence, p, cast(Fill, fill.value))
    ]


def _check(kind: Kind, sentence: str) -> Question[Check]:
    return Question(load("check").messages(kind, sentence), Check, max_tokens=16, choice="answer")


def _fill(kind: Kind, sentence: str) -> Question[Fill]:
    return Question(load("fill").messages(kind, sentence), Fill, max_tokens=400)


def _is_likely(check: Answer[Check]) -> bool:
    p = _yes(check)
    return check.value.answer == "yes" if p is None else p >= LIKELY


def _yes(check: Answer[Check]) -> float | None:
    """The probability of "yes"; None where the server gives no probabilities."""
    p = check.probability
    return p if p is None or check.value.answer == "yes" else 1.0 - p


def _drafts(kind: Kind, sentence: Sentence, probability: float | None, fill: Fill) -> list[Draft]:
    whole = [fill.act] if kind == "talk" else split_acts(complete(fill.act, sentence.text))
    return [
        Draft(
            kind=kind,
            sentences=[sentence.number],
            by=fill.by,
            to=[] if kind == "talk" else fill.to,
            what=what,
            probability=probability,
        )
        for what in whole
    ]
