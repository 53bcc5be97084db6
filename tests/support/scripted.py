"""A model that says what it is told to: no server, no weights."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from defext.ask import Answer, Question, Usage
from defext.plan import Odds, Plan
from defext.prompt import Check, Fill, Sort, Told, Translation, Voice, Whole, load

# A plan whose confidence is the probability of "yes".
PLAIN = Plan(
    name="plain",
    find=("check",),
    tell="fill",
    threshold=0.6,
    odds=dict.fromkeys(("talk", "request", "commitment"), Odds(constant=0, check=1)),
    prompts={name: load(name) for name in ("check", "fill", "translate", "voice")},
)
USAGE = Usage(calls=1, input_tokens=100, cached_tokens=90, output_tokens=5)


@dataclass
class Script:
    """What is answered to each kind of question about a sentence with certain words in it.

    Whatever is not told is no act, and is a report. `machine` has the probabilities that sentences
    speak to a machine, `english` the translations, both by words of the sentences.
    """

    acts: Mapping[tuple[str, str], tuple[float | None, Fill]]
    machine: Mapping[str, float] = field(default_factory=dict)
    english: Mapping[str, Translation] = field(default_factory=dict)
    asked: list[Question[Any]] = field(default_factory=list)

    def answers(self, questions: Sequence[Question[Any]]) -> list[Answer[Any]]:
        self.asked.extend(questions)
        return [self._answer(question) for question in questions]

    def _answer(self, question: Question[Any]) -> Answer[Any]:
        told = question.messages[-1]["content"]
        if question.answer is Voice:
            return voice(max((p for words, p in self.machine.items() if words in told), default=0))
        if question.answer is Translation:
            return next(
                Answer(english, None, USAGE)
                for words, english in self.english.items()
                if words in told
            )
        if question.answer is Whole:
            return Answer(Whole(records=list(self._told(told))), None, USAGE)
        if question.answer is Sort:
            kinds = {kind: p or 0.9 for (kind, words), (p, _) in self.acts.items() if words in told}
            return sort(**{kind: p / len(kinds) for kind, p in kinds.items()})
        for (kind, words), (probability, fill) in self.acts.items():
            if kind.upper() in told and words in told:
                return Answer(fill, None, USAGE) if question.answer is Fill else check(probability)
        return check(0.1)

    def _told(self, document: str) -> Iterator[Told]:
        """The acts whose words stand in a numbered sentence."""
        for line in document.splitlines():
            number, _, sentence = line.partition(" ")
            for (kind, words), (_, fill) in self.acts.items():
                if number.isdigit() and words in sentence:
                    yield Told.model_validate(
                        {"kind": kind, "sentences": [int(number)], **fill.model_dump()}
                    )


def check(yes: float | None) -> Answer[Check]:
    """An answer with this probability of "yes", or a "yes" without any."""
    if yes is None:
        return Answer(Check(answer="yes"), None, USAGE)
    return Answer(Check(answer="yes" if yes >= 0.5 else "no"), {"yes": yes, "no": 1 - yes}, USAGE)


def voice(machine: float) -> Answer[Voice]:
    """An answer with this probability that a sentence speaks to a machine."""
    told = Voice(voice="machine" if machine >= 0.5 else "report")
    return Answer(told, {"machine": machine, "report": 1 - machine}, USAGE)


def sort(**probabilities: float) -> Answer[Sort]:
    """An answer with these probabilities of the kinds; what remains is "none"."""
    told = dict.fromkeys(("talk", "request", "commitment"), 0.0) | probabilities
    told["none"] = 1 - sum(told.values())
    return Answer(Sort.model_validate({"kind": max(told, key=told.__getitem__)}), told, USAGE)


def fill(by: list[str], act: str, to: Sequence[str] = ()) -> Fill:
    return Fill(by=by, to=list(to), act=act)
