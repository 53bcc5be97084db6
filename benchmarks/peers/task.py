"""What every system is given, and what it gives back."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from defext.document import Document
from defext.evaluate import Item
from defext.evaluate.items import LABEL
from defext.schema import Kind
from defext.schema.records import Force, Mode, Strength

_HERE = Path(__file__).parent

# The most tokens of one answer that the peers may write: many times what a record takes.
MAX_TOKENS = 2048
LABELS: dict[Kind, tuple[str, ...]] = {
    "talk": get_args(Mode),
    "request": get_args(Force),
    "commitment": get_args(Strength),
}


class ExampleRecord(BaseModel):
    """One record of the example; its quote stands in the example's text."""

    type: Kind
    quote: str
    by: list[str]
    to: list[str]
    act: str
    label: str


class Example(BaseModel):
    """An invented text with its records."""

    text: str
    records: list[ExampleRecord]


@dataclass(frozen=True)
class Reading:
    """What a system found in one document.

    `alignment` is how LangExtract says it placed each record; other systems do not tell.
    """

    items: list[Item]
    alignment: list[str] = field(default_factory=list)


def definitions() -> str:
    """The rules of the three types, the same for both peers."""
    return (_HERE / "definitions.txt").read_text(encoding="utf-8").strip()


def example() -> Example:
    """The one worked example, the same for both peers."""
    return Example.model_validate_json((_HERE / "example.json").read_text(encoding="utf-8"))


def about(document: Document) -> str:
    """What is known of a document besides its text, where defext uses it for what is scored."""
    facts = {"Title": document.title, "Source": document.source}
    return "\n".join(f"{name}: {value}" for name, value in facts.items() if value)


def item(
    kind: Kind,
    quote: str,
    place: tuple[int, int] | None,
    *,
    by: list[str],
    to: list[str],
    what: str,
    label: str | None,
) -> Item:
    """A peer's record as the scoring takes it; `place` is where the quote stands, if anywhere."""
    start, end = place or (None, None)
    told = {"type": kind, "by": by, "to": to, "what": what, LABEL[kind]: label}
    return Item.model_validate({**told, "quote": quote, "start": start, "end": end})
