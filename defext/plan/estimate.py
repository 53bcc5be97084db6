"""What a document is expected to take, before any question is put.

The plan's own steps are followed, with answers that leave as much to ask as there can be. Each
question then counts as often as its like was asked where it was measured: see usual.toml.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from defext.ask import Answer, Question, Usage, is_local
from defext.ask.price import likely_cached
from defext.document import Document
from defext.errors import LanguageUnread
from defext.plan.cues import candidates
from defext.plan.english import in_english
from defext.plan.plan import Plan
from defext.plan.screen import screen, without_asides
from defext.plan.steps import Steps, drafts
from defext.prompt import Check, Fill, Sort, Translation, Voice, Whole
from defext.schema import Draft
from defext.schema.records import Probability

T = TypeVar("T")

# Stands for a sentence in English that tells an act.
_ACT = "They agreed to act. "


class _Usual(BaseModel):
    """The numbers of usual.toml.

    `answer` has the tokens of an answer by its type, `record` those of each record that is told of
    a whole document, `records` how many such there are for a cue. `likely` has the share of the
    sentences with a cue that are at least so likely to hold an act, for 0, 0.1 and so on to 1. In
    other languages, `telling` is the share of the sentences that are translated, and `cues` how
    many a translated one has.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes_a_token: float
    tokens_a_message: float
    tokens_of_the_opening: float
    answer: Mapping[str, float]
    record: float
    records: float
    likely: Annotated[tuple[Probability, ...], Field(min_length=11, max_length=11)]
    telling: Probability
    cues: float

    def tokens(self, text: str) -> float:
        """Those of a text."""
        return len(text.encode()) / self.bytes_a_token

    def read(self, messages: Sequence[Mapping[str, str]]) -> float:
        """The tokens of messages."""
        return sum(self.tokens(each["content"]) + self.tokens_a_message for each in messages)

    def at_least(self, threshold: float) -> float:
        """The share of the sentences with a cue that reach a threshold."""
        step, part = divmod(threshold * 10, 1)
        here, beyond = self.likely[int(step)], self.likely[min(int(step) + 1, 10)]
        return here + part * (beyond - here)


def estimate(document: Document, plan: Plan, model: str) -> Usage:
    """Calls and tokens that `document` is expected to take where `model` is asked by `plan`.

    It is meant for the sum over many documents; one may take half of it or twice as much. Tokens
    are as the embedded model and OpenAI's count them. What a model thinks before it answers is not
    foreseen and comes on top. A document that `plan` does not read, for its language, takes
    nothing.
    """
    usual = _usual()
    everything = plan.model_copy(update={"threshold": 0.0})
    try:
        read, before = _followed(in_english(document, plan))
    except LanguageUnread:
        return Usage()
    read = without_asides(read)
    _, asked = _followed(drafts(read, everything))
    cued = list(candidates(read.sentences))
    acts = [Draft(kind=kind, sentences=[sentence.number], by=[]) for sentence, kind in cued]
    _, after = _followed(screen(read, acts, everything))

    translated = usual.telling if plan.find else 1.0
    told = translated * usual.cues if read.is_translated else 1.0
    kept = told * (usual.at_least(plan.threshold) if plan.tell == "fill" else usual.records)
    often: Mapping[type[BaseModel], float]
    often = {Check: told, Sort: told, Fill: kept, Whole: 1.0, Voice: kept}
    rows = [
        *(_row(each, translated if each.answer is Translation else 1.0, model) for each in before),
        *(_row(each, often[each.answer], model) for each in (*asked, *after)),
    ]
    if plan.tell == "whole":
        rows.append((0.0, 0.0, 0.0, kept * len(cued) * usual.record))
    return Usage(*(round(sum(column)) for column in zip(*rows, strict=True)))


def _row(question: Question[Any], often: float, model: str) -> tuple[float, float, float, float]:
    """What a question takes that is asked so often: the fields of a Usage."""
    usual = _usual()
    *beginning, last = question.messages
    shared = usual.read(beginning)
    if not is_local(model):  # whom a grammar holds to the schema; others read it
        shared += usual.tokens(question.schema)
    read = shared + usual.read([last]) + usual.tokens_of_the_opening
    cached = likely_cached(model, round(shared))
    written = usual.answer[question.answer.__name__.lower()]
    return often, often * read, often * cached, often * written


def _followed(steps: Steps[T]) -> tuple[T, list[Question[Any]]]:
    """What the steps come to, and all that they ask on the way."""
    asked: list[Question[Any]] = []
    try:
        questions = next(steps)
        while True:
            asked += questions
            questions = steps.send([Answer(_answer(each), None, Usage()) for each in questions])
    except StopIteration as done:
        return done.value, asked


def _answer(question: Question[Any]) -> BaseModel:
    """One after which there is as much left to ask as there can be."""
    if question.answer is Translation:
        length = min(len(question.messages[-1]["content"].encode()), 1500)
        return Translation(english=(_ACT * length)[:length], names=[])
    return _ANSWERS[question.answer]


_ANSWERS: Mapping[type[BaseModel], BaseModel] = {
    Check: Check(answer="yes"),
    Sort: Sort(kind="talk"),
    Fill: Fill(by=["they"], to=[], act="act"),
    Voice: Voice(voice="report"),
    Whole: Whole(records=[]),
}


@cache
def _usual() -> _Usual:
    text = files(__package__).joinpath("usual.toml").read_text(encoding="utf-8")
    return _Usual.model_validate(tomllib.loads(text))
