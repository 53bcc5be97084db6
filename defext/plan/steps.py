"""The questions of a plan, in order. A step yields questions, is sent their answers, does no I/O.

Sentences are numbered by us, so that a model copies no quotes; dates, states and offices are left
to code.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from defext.ask import Answer, Question
from defext.document import Document, Sentence, as_seen
from defext.plan.acts import complete, split_acts
from defext.plan.cues import candidates
from defext.plan.plan import Finder, Plan
from defext.plan.windows import told_before, windows
from defext.prompt import Check, Fill, Sort, Whole
from defext.schema import Draft, Kind

T = TypeVar("T")
Steps = Generator[Sequence[Question[Any]], Sequence[Answer[Any]], T]

# What a chosen word counts where the server gives no probabilities.
_CHOSEN = 0.9


@dataclass(frozen=True)
class Likely:
    """A sentence that may hold an act of a kind; `confidence` is None where it cannot be told."""

    sentence: Sentence
    kind: Kind
    confidence: float | None


def drafts(document: Document, plan: Plan) -> Steps[list[Draft]]:
    """What the model tells of `document`, asked as `plan` says, a window after the other."""
    if plan.tell == "whole":
        return (yield from _whole(document, plan))
    told: list[Draft] = []
    for window in windows(document.sentences, plan.window):
        likely = yield from find(window, plan)
        told += yield from _fill(likely, plan)
    return told


def find(sentences: Sequence[Sentence], plan: Plan) -> Steps[list[Likely]]:
    """Those with a cue that hold an act at least as likely as the plan's threshold."""
    cued = list(candidates(sentences))
    told: list[dict[Finder, float]] = [{} for _ in cued]
    sure = True
    for finder in plan.find:
        questions = [_find(finder, plan, kind, sentence) for sentence, kind in cued]
        once = {_about(question): question for question in questions}
        answers = dict(zip(once, (yield list(once.values())), strict=True))
        for (_, kind), question, odds in zip(cued, questions, told, strict=True):
            answer = answers[_about(question)]
            sure = sure and answer.probabilities is not None
            odds[finder] = probability_of(answer, "yes" if finder == "check" else kind)
    confidences = [plan.confidence(kind, odds) for (_, kind), odds in zip(cued, told, strict=True)]
    return [
        Likely(sentence, kind, confidence if sure else None)
        for (sentence, kind), confidence in zip(cued, confidences, strict=True)
        if confidence >= plan.threshold
    ]


def _find(finder: Finder, plan: Plan, kind: Kind, sentence: Sentence) -> Question[Any]:
    if finder == "sort":  # the same question for each kind
        return sorting(plan, sentence)
    messages = plan.prompts["check"].messages(kind=kind.upper(), sentence=sentence.text)
    return Question(messages, Check, max_tokens=16, choice="answer")


def sorting(plan: Plan, sentence: Sentence) -> Question[Any]:
    """The question what kind of act a sentence reports."""
    messages = plan.prompts["sort"].messages(sentence=sentence.text)
    return Question(messages, Sort, max_tokens=16, choice="kind")


def _about(question: Question[Any]) -> str:
    return question.messages[-1]["content"]


def probability_of(answer: Answer[Any], word: str) -> float:
    """How probable a word is as the answer; where the server does not tell, by the word chosen."""
    if answer.probabilities is not None:
        return answer.probabilities[word]
    [chosen] = answer.value.model_dump().values()
    return _CHOSEN if chosen == word else 1 - _CHOSEN


def _fill(likely: list[Likely], plan: Plan) -> Steps[list[Draft]]:
    """Who does what in each of the sentences."""
    prompt = plan.prompts["fill"]
    fills = yield [
        Question(
            prompt.messages(kind=each.kind.upper(), sentence=each.sentence.text),
            Fill,
            max_tokens=800,
        )
        for each in likely
    ]
    return [
        draft
        for each, answer in zip(likely, fills, strict=True)
        for draft in _drafts(each, answer.value)
    ]


def _drafts(found: Likely, fill: Fill) -> list[Draft]:
    talk = found.kind == "talk"
    acts = [fill.act] if talk else split_acts(complete(fill.act, found.sentence.text))
    return [
        Draft(
            kind=found.kind,
            sentences=[found.sentence.number],
            by=fill.by,
            to=[] if talk else fill.to,
            what=act,
            probability=found.confidence,
        )
        for act in acts
    ]


def _whole(document: Document, plan: Plan) -> Steps[list[Draft]]:
    """All records of the document, by the numbers of their sentences, a call for each window."""
    about = [as_seen(line) for line in (document.title, document.source) if line]
    questions = []
    for window in windows(document.sentences, plan.window):
        numbered = [f"{s.number} {s.text}" for s in window]
        told = "\n".join([*about, *told_before(document, window[0]), *numbered])
        messages = plan.prompts["whole"].messages(document=told)
        questions.append(Question(messages, Whole, max_tokens=4096))
    answers = yield questions
    return [
        Draft(kind=told.kind, sentences=told.sentences, by=told.by, to=told.to, what=told.act)
        for answer in answers
        for told in answer.value.records
    ]
