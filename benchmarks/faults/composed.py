"""Documents composed of recorded sentences, to be read by the plan "narrow" without a model."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, get_args

from benchmarks.misbehaving import digest, known_as, recorded
from defext import Document, Extraction
from defext.ask import Answer, Question, Usage
from defext.ask.probability import shares
from defext.extractor import way
from defext.plan import plans

_CASSETTES = Path(__file__).parents[2] / "cassettes"
RECORDINGS = (
    _CASSETTES / "test_invented/test_a_part_of_the_articles_is_read_as_well_as_measured.json",
    _CASSETTES / "test_seed/test_the_seed_article.json",
)


@dataclass(frozen=True)
class Composed:
    """A document, and what is asked and told of it where nothing misbehaves.

    `questions` are as the plan of the server knows them.
    """

    document: Document
    questions: frozenset[str]
    extraction: Extraction


def composed(number: int, seed: int = 0) -> list[Composed]:
    """So many documents of one or two sentences, no two of which are the same.

    A question is about a sentence alone, so the recordings answer it wherever the sentence stands;
    a document that asks anything else is left out. Raises LookupError where most would be.
    """
    draw, sentences, answers = Random(seed), _sentences(), recorded(RECORDINGS)
    drawn = (draw.sample(sentences, draw.choice((1, 1, 2))) for _ in range(2 * number))
    read = (_read(_document(chosen, mark), answers) for mark, chosen in enumerate(drawn))
    told = list(islice((document for document in read if document), number))
    if len(told) < number:
        raise LookupError("The cassettes lack what is asked of their sentences. Run: make record")
    return told


def _sentences() -> list[str]:
    """Those that a question of the recordings is about."""
    turns = (
        turn["message"]["content"]
        for file in RECORDINGS
        for conversation in json.loads(file.read_text(encoding="utf-8"))
        for turn in conversation["turns"]
    )
    return sorted({found[1] for turn in turns if (found := re.match(r"Sentence: (.*)", turn))})


def _document(sentences: Sequence[str], mark: int) -> Document:
    marked = (re.sub(r"(\W*)$", rf" [{mark}]\1", sentence, count=1) for sentence in sentences)
    return Document("\n\n".join(marked), "2025-07-01", id=f"composed-{mark}")


def _read(document: Document, answers: Mapping[str, Any]) -> Composed | None:
    """The way of a document with the recorded answers, without a server; None if one is lacking."""
    asked: set[str] = set()
    stages = way(document, plans()["narrow"], "local")
    try:
        questions = next(stages)
        while True:
            asked |= {known_as(question.messages) for question in questions}
            questions = stages.send([_answer(question, answers) for question in questions])
    except StopIteration as done:
        return Composed(document, frozenset(asked), done.value)
    except KeyError:
        return None


def _answer(question: Question[Any], answers: Mapping[str, Any]) -> Answer[Any]:
    told = json.dumps(answers[digest(question.messages)])
    completion = json.loads(told, object_hook=lambda fields: SimpleNamespace(**fields))
    [choice] = completion.choices
    value = question.answer.model_validate_json(choice.message.content)
    if (field := question.choice) is None:
        return Answer(value, None, Usage(calls=1))
    words = get_args(question.answer.model_fields[field].annotation)
    return Answer(value, shares(field, words, choice.logprobs.content), Usage(calls=1))
