"""What a document is expected to take, before any question is put.

The plan's own steps are followed, with answers after which there is as much left to ask as there
can be. What each question then takes was measured: see expected.toml.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from defext.ask import Answer, Question, Usage, is_local
from defext.ask.price import likely_cached
from defext.document import Document
from defext.errors import LanguageUnread
from defext.plan.plan import Plan
from defext.plan.questions import check_language, records
from defext.prompt import FullRecords, Records
from defext.schema.records import Probability


class _Expected(BaseModel):
    """The numbers of expected.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes_a_token: float
    tokens_a_message: float
    tokens_of_the_opening: float
    records_a_sentence: float
    taught_record: float
    full_record: float
    label: float
    around: float
    telling: Probability
    again: Probability

    def tokens(self, text: str) -> float:
        """Those of a text."""
        return len(text.encode()) / self.bytes_a_token

    def read(self, messages: Sequence[Mapping[str, str]]) -> float:
        """The tokens of messages."""
        return sum(self.tokens(each["content"]) + self.tokens_a_message for each in messages)


def estimate(document: Document, plan: Plan, model: str) -> Usage:
    """Calls and tokens that `document` is expected to take where `model` is asked by `plan`.

    It is meant for the sum over many documents; one may take half of it or twice as much. Tokens
    are as the embedded model and OpenAI's count them. What a model thinks before it answers is not
    foreseen and comes on top. A document that `plan` does not read, for its language, takes
    nothing.
    """
    try:
        check_language(document, plan)
    except LanguageUnread:
        return Usage()
    asked = _questions(document, plan)
    again = [False, *(question.answer is Records for question in asked)]
    rows = [_row(*each, model) for each in zip(asked, again, strict=False)]
    return Usage(*(round(sum(column)) for column in zip(*rows, strict=True)))


def _row(question: Question[Any], again: bool, model: str) -> tuple[float, ...]:
    """What a question takes, if it is asked at all: the fields of a Usage.

    `again` is whether it comes after a question for records, of what was left out.
    """
    expected = _expected()
    *beginning, last = question.messages
    shared, often = expected.read(beginning), 1.0
    if not is_local(model):  # whom a grammar holds to the schema; others read it
        shared += expected.tokens(question.schema)
    read = shared + expected.read([last]) + expected.tokens_of_the_opening
    cached: float = likely_cached(model, round(shared))
    sentences = last["content"].count("\n") + 1
    if question.answer is FullRecords:
        written = sentences * expected.records_a_sentence * expected.full_record
    elif question.answer is Records:
        often = expected.again if again else expected.telling
        number = 0.0 if again else sentences * expected.records_a_sentence
        written = number * expected.taught_record
        cached = read if is_local(model) else cached  # but for the last words, as the first asked
    else:
        written = sentences * expected.label
    return often, often * read, often * cached, often * (written + expected.around)


def _questions(document: Document, plan: Plan) -> list[Question[Any]]:
    """All that may be asked about a document."""
    asked: list[Question[Any]] = []
    steps = records(document, plan)
    try:
        questions = next(steps)
        while True:
            asked += questions
            questions = steps.send([Answer(_answer(each), None, Usage()) for each in questions])
    except StopIteration:
        return asked


def _answer(question: Question[Any]) -> BaseModel:
    """One after which there is as much left to ask as there can be."""
    kind: type[BaseModel] = question.answer
    if kind in (Records, FullRecords):
        return kind.model_construct(records=[])
    return kind.model_validate(dict.fromkeys(kind.model_fields, "talk"))


@cache
def _expected() -> _Expected:
    text = files(__package__).joinpath("expected.toml").read_text(encoding="utf-8")
    return _Expected.model_validate(tomllib.loads(text))
