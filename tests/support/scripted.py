"""A model that says what it is told to: no server, no weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from defext.ask import Answer, Question, Usage
from defext.prompt import Check, Fill

USAGE = Usage(calls=1, input_tokens=100, cached_tokens=90, output_tokens=5)


@dataclass
class Script:
    """What is answered to each kind of question about a sentence with certain words in it.

    Whatever is not told is no act.
    """

    acts: Mapping[tuple[str, str], tuple[float | None, Fill]]
    asked: list[Question[Any]] = field(default_factory=list)

    def answers(self, questions: Sequence[Question[Any]]) -> list[Answer[Any]]:
        self.asked.extend(questions)
        return [self._answer(question) for question in questions]

    def _answer(self, question: Question[Any]) -> Answer[Any]:
        told = question.messages[-1]["content"]
        for (kind, words), (probability, fill) in self.acts.items():
            if kind.upper() in told and words in told:
                value: BaseModel = fill if question.answer is Fill else Check(answer="yes")
                return Answer(value, probability if question.answer is Check else None, USAGE)
        return Answer(Check(answer="no"), 0.9, USAGE)


def check(answer: Literal["yes", "no"], probability: float | None) -> Answer[Check]:
    return Answer(Check(answer=answer), probability, USAGE)


def fill(by: list[str], act: str, to: Sequence[str] = ()) -> Fill:
    return Fill(by=by, to=list(to), act=act)
