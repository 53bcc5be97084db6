"""The work of `defext evaluate`: a model's records for each document."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from defext.cli.messages import complain, tell
from defext.cli.model import ensure_weights
from defext.cli.output import replacing
from defext.document import Document
from defext.errors import AskError
from defext.evaluate import Item, items
from defext.extractor import Extractor


def chosen(documents: Sequence[Document], sample: int | None) -> list[Document]:
    """All documents, or the `sample` of them whose ids hash lowest: the same in every run."""
    if sample is None:
        return list(documents)
    lowest = sorted(documents, key=lambda d: hashlib.sha256(d.id.encode()).hexdigest())[:sample]
    return [document for document in documents if document in lowest]


def found_by(
    documents: Sequence[Document], extractor: Extractor
) -> Iterator[tuple[str, list[Item] | None]]:
    """Each document's id and its records; None for one that failed, named on standard error."""
    if extractor.model == "local":
        ensure_weights(Console(stderr=True), download=True)
    for number, document in enumerate(documents, start=1):
        tell(f"{document.id} ({number} of {len(documents)}): asking {extractor.model}")
        try:
            yield document.id, items(extractor.extract(document))
        except AskError as error:
            complain(error, document.id)
            yield document.id, None


def save(path: Path, found: dict[str, list[Item]]) -> None:
    """Write records as JSON Lines, all at once."""
    with replacing(path) as out:
        for name, records in found.items():
            dumped = [item.model_dump(exclude_none=True) for item in records]
            out.write(json.dumps({"id": name, "items": dumped}, ensure_ascii=False) + "\n")
