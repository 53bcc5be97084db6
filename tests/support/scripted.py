"""A model that says what it is told to: no server, no weights."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from defext.ask import Answer, Question, Usage
from defext.plan import Plan, plans
from defext.prompt import KINDS, LABELS, FullRecords, Records, labels_of

# The plan that it is asked by.
PLAIN = plans()["taught"].model_copy(update={"name": "plain", "threshold": 0.6})
USAGE = Usage(calls=1, input_tokens=100, cached_tokens=90, output_tokens=5)
_LABEL = {"talk": "unknown", "request": "ask", "commitment": "firm"}


@dataclass
class Script:
    """The records that it finds, each by words of its sentence, with its probability.

    Whatever is not told is no act.
    """

    acts: Mapping[str, tuple[float | None, Mapping[str, Any]]]
    asked: list[Question[Any]] = field(default_factory=list)

    def answers(self, questions: Sequence[Question[Any]]) -> list[Answer[Any]]:
        self.asked.extend(questions)
        return [self._answer(question) for question in questions]

    def _answer(self, question: Question[Any]) -> Answer[Any]:
        shown = question.messages[-1]["content"]
        lines = dict(re.findall(r"^(\d+) (.*)$", shown, re.MULTILINE))
        told = [
            (int(number), probability, dict(record))
            for number, line in lines.items()
            for words, (probability, record) in self.acts.items()
            if words in line
        ]
        if question.answer not in (Records, FullRecords):
            return labels(
                {int(n): {r["kind"]: p for m, p, r in told if m == int(n)} for n in lines}
            )
        asked = re.search(r"^Records of: (.*)$", shown, re.MULTILINE)
        records = [
            {"sentences": [number]} | record
            for number, _, record in told
            if asked is None or f"{number} {record['kind']}" in asked[1].split("; ")
        ]
        return Answer(question.answer.model_validate({"records": records}), None, USAGE)


def labels(kinds: Mapping[int, Mapping[str, float | None]]) -> Answer[Any]:
    """An answer with the probabilities of the kinds of each sentence, or with sure labels."""
    value = {
        str(number): "+".join(k for k in KINDS if k in of and of[k] != 0) or "none"
        for number, of in kinds.items()
    }
    sure = any(p is None for of in kinds.values() for p in of.values())
    answer = labels_of(list(kinds)).model_validate(value)
    return Answer(answer, None if sure else [_odds(of) for of in kinds.values()], USAGE)


def _odds(of: Mapping[str, float | None]) -> dict[str, float]:
    told = dict.fromkeys(LABELS, 0.0) | {kind: p or 0.0 for kind, p in of.items()}
    return told | {"none": 1 - sum(told.values())}


def act(kind: str, by: Sequence[str], what: str, to: Sequence[str] = (), **more: Any) -> Any:
    """A record as a model tells it."""
    told = {"kind": kind, "by": list(by), "to": list(to), "act": what, "label": _LABEL[kind]}
    return told | {"when": "", "temporal": "current"} | more


def plan(**changes: Any) -> Plan:
    """The plain plan with changes."""
    return PLAIN.model_copy(update=changes)
