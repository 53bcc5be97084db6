"""Print defext/plan/expected.toml anew, from the embedded model's recorded answers.

python -m benchmarks.cost.fit
"""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from benchmarks.cost.recorded import documents, replay
from benchmarks.oracle import full_record
from defext import Document
from defext.ask import Answer, Asker, Question, RetryPolicy
from defext.plan import plans, records
from defext.prompt import Records

_PLAN = plans()["taught"]
_MESSAGE, _OPENING = 5, 3  # what ChatML puts around each message, and before the answer
_AROUND = 6  # what is around the labels and the records of an answer


def main() -> None:
    """Print the numbers."""
    articles = documents("invented")
    asked = [pair for article in articles for pair in _asked(article)]
    found = [answer for question, answer in asked if question.answer is Records]
    labels = [answer for question, answer in asked if question.answer is not Records]
    again = sum(
        one.answer is Records and other.answer is Records
        for (one, _), (other, _) in pairwise(asked)
    )
    sentences = sum(len(article.sentences) for article in articles)
    told = [record for answer in found for record in answer.value.records]
    written = sum(answer.usage.output_tokens for answer in found) - _AROUND * len(found)
    taught = sum(len(record.model_dump_json().encode()) for record in told)
    full = sum(len(json.dumps(full_record(r.model_dump())).encode()) for r in told)
    numbers = {
        "bytes_a_token": round(_bytes_a_token(asked), 2),
        "tokens_a_message": _MESSAGE,
        "tokens_of_the_opening": _OPENING,
        "records_a_sentence": round(len(told) / sentences, 2),
        "taught_record": round(written / len(told), 1),
        "full_record": round(written / len(told) * full / taught, 1),
        "label": round(
            (sum(a.usage.output_tokens for a in labels) - _AROUND * len(labels)) / sentences, 1
        ),
        "around": _AROUND,
        "telling": round((len(found) - again) / len(labels), 2),
        "again": round(again / len(labels), 2),
    }
    for name, value in numbers.items():
        print(f"{name} = {value}")


def _bytes_a_token(asked: Sequence[tuple[Question[Any], Answer[Any]]]) -> float:
    contents = [[m["content"] for m in question.messages] for question, _ in asked]
    size = sum(len(content.encode()) for told in contents for content in told)
    around = sum(_MESSAGE * len(told) + _OPENING for told in contents)
    return size / (sum(answer.usage.input_tokens for _, answer in asked) - around)


def _asked(document: Document) -> list[tuple[Question[Any], Answer[Any]]]:
    """The questions about a document, with their recorded answers."""
    asker = Asker("local", replay("invented"), RetryPolicy())
    asked: list[tuple[Question[Any], Answer[Any]]] = []
    steps = records(document, _PLAN)
    try:
        questions = next(steps)
        while True:
            answers = asker.ask(questions)
            asked += zip(questions, answers, strict=True)
            questions = steps.send(answers)
    except StopIteration:
        return asked


if __name__ == "__main__":
    main()
