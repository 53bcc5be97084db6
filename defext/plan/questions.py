"""The questions of a plan, in order. A step yields questions, is sent their answers, does no I/O.

Sentences are numbered by us, so that a model copies no quotes.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from defext.ask import Answer, Choice, Question
from defext.document import Document, Sentence
from defext.errors import LanguageUnread
from defext.plan.plan import Plan
from defext.plan.windows import windows, with_metadata, with_people
from defext.prompt import (
    KINDS,
    LABELS,
    FullRecords,
    RecordAnswer,
    Records,
    labels_of,
)
from defext.schema import Draft, Kind

T = TypeVar("T")
Steps = Generator[Sequence[Question[Any]], Sequence[Answer[Any]], T]

Pair = tuple[int, Kind]  # a sentence's number, and of what kind a record it may show

# From which probability a record that is left out is asked for once more.
_LIKELY = 0.5
# Tokens of the answer: of each sentence's label and of what is around them; of all records.
_LABEL_TOKENS, _ANSWER_TOKENS, _RECORDS_TOKENS = 14, 20, 2500


def records(document: Document, plan: Plan) -> Steps[list[Draft]]:
    """The records that the model finds in `document`, asked as `plan` says, window by window.

    Raises LanguageUnread for a language that `plan` does not name.
    """
    check_language(document, plan)
    parts = list(windows(document.sentences, plan.window))
    if "whole" in plan.questions:
        drafts = yield from _whole(document, parts, plan)
    else:
        drafts = yield from _labelled(document, parts, plan)
    return [
        draft
        for draft in drafts
        if draft.probability is None or draft.probability >= plan.threshold
    ]


def check_language(document: Document, plan: Plan) -> None:
    """Raise LanguageUnread for a document in a language that `plan` does not name."""
    language = document.language
    if plan.languages and language is not None and language not in plan.languages:
        name = document.title or document.source or document.id
        raise LanguageUnread(
            f"{name} is in the language {language!r}, which the plan {plan.name!r} does not read: "
            "ask a larger model by the plan 'whole', or translate it."
        )


def _labelled(
    document: Document, parts: Sequence[Sequence[Sentence]], plan: Plan
) -> Steps[list[Draft]]:
    """A label for each sentence, then the records of the sentences that have one.

    What is likely and left out is asked for once more, alone. Window by window, so that the server
    still knows the one that it is asked about again.
    """
    drafts: list[Draft] = []
    for part in parts:
        text = with_metadata(document, part)
        numbers = [sentence.number for sentence in part]
        label = Question(
            plan.prompts["label"].messages(document=text),
            labels_of(numbers),
            max_tokens=len(numbers) * _LABEL_TOKENS + _ANSWER_TOKENS,
            choice=Choice(r"\d+", LABELS),
        )
        [answer] = yield [label]
        sure = answer.probabilities is not None
        kinds = dict(zip(numbers, _kinds(answer), strict=True))
        pairs = [
            (number, kind)
            for number in numbers
            for kind in KINDS
            if kinds[number][kind] >= (plan.threshold if sure else 0.5)
        ]
        if not pairs:
            continue
        found = yield from _records_of(pairs, text, plan)
        answered = {(n, record.kind) for record in found for n in record.sentences}
        left_out = [
            (n, kind)
            for n, kind in pairs
            if kinds[n][kind] >= _LIKELY and (n, kind) not in answered
        ]
        if left_out:
            found += yield from _records_of(left_out, text, plan)
        for record in found:
            likely = [kinds[n][record.kind] for n in record.sentences if n in kinds]
            drafts.append(_draft(record, max(likely, default=0.0) if sure else None))
    return drafts


def _records_of(pairs: Sequence[Pair], text: str, plan: Plan) -> Steps[list[RecordAnswer]]:
    """The records that the model finds in these sentences, of these kinds."""
    asked = "; ".join(f"{number} {kind}" for number, kind in pairs)
    messages = plan.prompts["records"].messages(document=text, asked=asked)
    [found] = yield [Question(messages, Records, max_tokens=_RECORDS_TOKENS)]
    return list(found.value.records)


def _kinds(answer: Answer[Any]) -> Iterable[Mapping[Kind, float]]:
    """The probability that a sentence shows a record of a kind: the sum of the labels that say so.

    Where the server gives no probabilities, the label that was chosen is certain.
    """
    chosen = ({label: 1.0} for label in answer.value.model_dump().values())
    for labels in answer.probabilities or chosen:
        yield {kind: sum(p for label, p in labels.items() if kind in label) for kind in KINDS}


def _whole(
    document: Document, parts: Sequence[Sequence[Sentence]], plan: Plan
) -> Steps[list[Draft]]:
    """All records at once, a question for each window."""
    prompt = plan.prompts["whole"]
    answers = yield [
        Question(
            prompt.messages(document=with_people(document, part)),
            FullRecords,
            choice=Choice("kind", KINDS),
        )
        for part in parts
    ]
    drafts: list[Draft] = []
    for answer in answers:
        odds = iter(answer.probabilities or ())
        for record in answer.value.records:
            likely = next(odds, None)
            drafts.append(_draft(record, likely[record.kind] if likely else None))
    return drafts


def _draft(record: RecordAnswer, probability: float | None) -> Draft:
    return Draft(**record.model_dump(), probability=probability)
