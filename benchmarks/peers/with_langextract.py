"""LangExtract as its documentation has it for a server that is compatible with OpenAI's.

Passes, chunking and alignment are its defaults. Labels are bound by an `output_schema`, its way for
closed sets of words. Its extraction is the quote, which stands for the act as well.
"""

from collections.abc import Callable
from typing import Any

import langextract as lx
from langextract.factory import ModelConfig, create_model

from benchmarks.peers.task import LABELS, MAX_TOKENS, Reading, about, definitions, example, item
from defext.document import Document
from defext.evaluate import Item
from defext.local import ServerAddress
from defext.schema import Kind

WORKERS = 4


def reader(server: ServerAddress, model: str) -> Callable[[Document], Reading]:
    """A function that reads one document."""
    language_model = create_model(
        ModelConfig(
            model_id=model,
            provider="openai",
            provider_kwargs={
                "api_key": server.api_key,
                "base_url": server.base_url,
                "temperature": 0.0,
                "max_workers": WORKERS,
                "max_output_tokens": MAX_TOKENS,
            },
        ),
        output_schema=_schema(),
    )
    description, examples = definitions(), [_example()]

    def read(document: Document) -> Reading:
        found = lx.extract(
            document.text,
            prompt_description=description,
            examples=examples,
            model=language_model,
            max_workers=WORKERS,
            additional_context=about(document) or None,
            show_progress=False,
        ).extractions
        known = [extraction for extraction in found if extraction.extraction_class in LABELS]
        return Reading([_item(e) for e in known], [_alignment(e) for e in known])

    return read


def _schema() -> Any:
    names = {"type": "array", "items": {"type": "string"}}
    return lx.schema.extractions_schema(
        *(
            lx.schema.extraction_item_schema(
                kind,
                attributes={
                    "by": names,
                    "to": names,
                    "label": {"type": "string", "enum": list(labels)},
                },
            )
            for kind, labels in LABELS.items()
        )
    )


def _example() -> Any:
    worked = example()
    return lx.data.ExampleData(
        text=worked.text,
        extractions=[
            lx.data.Extraction(
                extraction_class=record.type,
                extraction_text=record.quote,
                attributes=record.model_dump(include={"by", "to", "label"}),
            )
            for record in worked.records
        ],
    )


def _item(extraction: Any) -> Item:
    kind: Kind = extraction.extraction_class
    told = extraction.attributes or {}
    place = extraction.char_interval
    return item(
        kind,
        extraction.extraction_text,
        (place.start_pos, place.end_pos) if place else None,
        by=told.get("by") or [],
        to=told.get("to") or [],
        what=extraction.extraction_text,
        label=told.get("label"),
    )


def _alignment(extraction: Any) -> str:
    status = extraction.alignment_status
    return status.value if status else "none"
