"""Recorded documents, many times over, to be read by the plan "taught" without a model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from benchmarks.cost.recorded import CASSETTES, ROOT, documents
from benchmarks.misbehaving import digest, known_as, recorded
from defext import Document, Extraction
from defext.ask import Answer, Question, Usage
from defext.ask.probability import shares
from defext.extractor import pipeline
from defext.plan import plans

_NAMES = ("invented", "seed")
RECORDINGS = tuple(ROOT / "cassettes" / f"{CASSETTES[name]}.json" for name in _NAMES)


@dataclass(frozen=True)
class Composed:
    """A document, and what is asked and told of it where nothing misbehaves.

    `questions` are as the plan of the server knows them.
    """

    document: Document
    questions: frozenset[str]
    extraction: Extraction


def composed(number: int) -> list[Composed]:
    """So many documents, each a recorded one with a mark of its own in its title.

    Raises LookupError where a recording lacks what is asked.
    """
    answers = recorded(RECORDINGS)
    given = [document for name in _NAMES for document in documents(name) if document.title]
    marked = (_marked(given[mark % len(given)], mark) for mark in range(number))
    return [_read(document, answers) for document in marked]


def _marked(document: Document, mark: int) -> Document:
    title = f"{document.title or ''} [{mark}]"
    return Document(
        document.text, document.published, title, document.source, id=f"composed-{mark}"
    )


def _read(document: Document, answers: Mapping[str, Any]) -> Composed:
    """A document with the recorded answers, without a server."""
    asked: set[str] = set()
    stages = pipeline(document, plans()["taught"], "local")
    try:
        questions = next(stages)
        while True:
            asked |= {known_as(question.messages) for question in questions}
            questions = stages.send([_answer(question, answers) for question in questions])
    except StopIteration as done:
        return Composed(document, frozenset(asked), done.value)
    except KeyError as error:
        raise LookupError("The cassettes lack what is asked. Run: make record") from error


def _answer(question: Question[Any], answers: Mapping[str, Any]) -> Answer[Any]:
    told = json.dumps(answers[digest(question.messages)])
    completion = json.loads(told, object_hook=lambda fields: SimpleNamespace(**fields))
    [choice] = completion.choices
    value = question.answer.model_validate_json(choice.message.content)
    if (asked := question.choice) is None:
        return Answer(value, None, Usage(calls=1))
    odds = shares(asked.field, asked.words, choice.logprobs.content)
    return Answer(value, odds, Usage(calls=1))
