"""Documents with their records, a line of JSON each, as the files in documents/ have them.

What may not be passed on becomes a manifest: python -m training.documents FILE > MANIFEST
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defext.document import Document
from defext.prompt import RecordAnswer, Records


@dataclass(frozen=True)
class Taught:
    """A document and what a model should answer about it."""

    document: Document
    records: tuple[RecordAnswer, ...]


def read(path: Path, texts: Path | None = None) -> Iterator[Taught]:
    """The documents of a file.

    A line of a manifest has no text but its SHA-256 digest; its text is read from the file in
    `texts` that is named for its id. Raises ValueError for a record that does not suit its text.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        text = fields.get("text")
        if text is None:
            if texts is None or not (file := texts / f"{fields['id']}.txt").exists():
                continue
            text = file.read_text(encoding="utf-8")
            if digest(text) != fields["sha256"]:
                raise ValueError(
                    f"{file} is not the text of document {fields['id']}: "
                    f"its SHA-256 digest is {digest(text)}, not {fields['sha256']}."
                )
        yield taught(fields, text)


def taught(fields: Mapping[str, Any], text: str) -> Taught:
    """A line's document and its records, checked."""
    document = Document(
        text,
        id=fields["id"],
        title=fields["title"] or None,
        source=fields["source"] or None,
        published=fields["published"],
    )
    records = Records.model_validate({"records": fields["records"]}).records
    numbers = {sentence.number for sentence in document.sentences}
    for record in records:
        if not numbers.issuperset(record.sentences):
            raise ValueError(
                f"Document {fields['id']} has {len(numbers)} sentences; a record names "
                f"{record.sentences}."
            )
    return Taught(document, tuple(records))


def digest(text: str) -> str:
    """The SHA-256 digest of a text in UTF-8, by which a manifest knows it."""
    return hashlib.sha256(text.encode()).hexdigest()


def without_texts(lines: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Lines of a manifest: digests in the place of texts."""
    for line in lines:
        yield {
            key: line[key] for key in ("id", "title", "source", "published", "licence", "url")
        } | {"sha256": digest(line["text"]), "records": line["records"]}


if __name__ == "__main__":
    with Path(sys.argv[1]).open(encoding="utf-8") as file:
        for kept in without_texts(map(json.loads, file)):
            print(json.dumps(kept, ensure_ascii=False))
