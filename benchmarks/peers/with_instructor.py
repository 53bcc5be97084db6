"""Plain Instructor, as its documentation has it: one call a document, one response model."""

import json
from collections.abc import Callable, Sequence

import instructor
import openai
from pydantic import BaseModel

from benchmarks.peers.task import MAX_TOKENS, Reading, about, definitions, example, item
from defext.document import Document
from defext.evaluate import Item
from defext.evaluate.score import KINDS
from defext.local import ServerAddress
from defext.schema import Kind
from defext.schema.records import Force, Mode, Strength

RE_ASKS = 2


class _Record(BaseModel):
    quote: str
    by: list[str]
    to: list[str]
    act: str


class _Talk(_Record):
    label: Mode


class _Request(_Record):
    label: Force


class _Commitment(_Record):
    label: Strength


class _Records(BaseModel):
    """Every talk, request and commitment of one text."""

    talks: list[_Talk]
    requests: list[_Request]
    commitments: list[_Commitment]


def reader(server: ServerAddress, model: str) -> Callable[[Document], Reading]:
    """A function that reads one document."""
    client = instructor.from_openai(
        openai.OpenAI(base_url=server.base_url, api_key=server.api_key),
        mode=instructor.Mode.JSON_SCHEMA,
    )
    beginning = _beginning()

    def read(document: Document) -> Reading:
        text = f"{about(document)}\n\n{document.text}".strip()
        records = client.create(
            model=model,
            response_model=_Records,
            messages=[*beginning, {"role": "user", "content": text}],
            max_retries=RE_ASKS,
            temperature=0,
            max_tokens=MAX_TOKENS,
        )
        return Reading(
            [
                *_items("talk", records.talks, document.text),
                *_items("request", records.requests, document.text),
                *_items("commitment", records.commitments, document.text),
            ]
        )

    return read


def _beginning() -> list[openai.types.chat.ChatCompletionMessageParam]:
    """The definitions and the example, as turns of a conversation."""
    worked = example()
    answer = {
        f"{kind}s": [r.model_dump(exclude={"type"}) for r in worked.records if r.type == kind]
        for kind in KINDS
    }
    return [
        {"role": "system", "content": definitions()},
        {"role": "user", "content": worked.text},
        {"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)},
    ]


def _items(kind: Kind, records: Sequence[_Talk | _Request | _Commitment], text: str) -> list[Item]:
    return [
        item(
            kind,
            record.quote,
            _place(record.quote, text),
            by=record.by,
            to=record.to,
            what=record.act,
            label=record.label,
        )
        for record in records
    ]


def _place(quote: str, text: str) -> tuple[int, int] | None:
    start = text.find(quote)
    return (start, start + len(quote)) if quote and start >= 0 else None
