"""Documents as lines of JSONL, and as other mappings with the same fields."""

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from defext.document.document import Document
from defext.document.files import MAX_BYTES
from defext.errors import DocumentError

# What is read of an object; a `publisher` is taken for the source.
FIELDS = ("id", "text", "published", "title", "source", "publisher")

_BOM = b"\xef\xbb\xbf"


def from_fields(fields: Mapping[str, Any]) -> Document:
    """The document with this `text`; FIELDS names what else is read, and what is not is ignored.

    An `id` may be a whole number. Raises DocumentError for what is no document.
    """
    if fields.get("text") is None:
        raise DocumentError("There is no text: give the words of the article as `text`.")
    name = fields.get("id")
    return Document(
        fields["text"],
        published=fields.get("published"),
        title=fields.get("title"),
        source=fields.get("source") or fields.get("publisher"),
        id=str(name) if type(name) is int else name,
    )


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank and its number, from 1, one in memory at a time.

    What goes beyond MAX_BYTES of a line is left out. Raises DocumentError for what is no file.
    """
    try:
        with path.open("rb") as file:
            for number in count(1):
                line = part = file.readline(MAX_BYTES + 1)
                while len(part) > MAX_BYTES and not part.endswith(b"\n"):
                    part = file.readline(MAX_BYTES + 1)
                if not line:
                    return
                if content := line.removeprefix(_BOM if number == 1 else b"").strip():
                    yield number, content
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}.") from error


def json_object(line: bytes) -> dict[str, Any]:
    """The object that a line holds. Raises DocumentError for a line that holds none."""
    if len(line) > MAX_BYTES:
        raise DocumentError(f"This line is longer than the {MAX_BYTES >> 20} MB that are read.")
    try:
        value = from_json(line)
    except ValueError as error:
        raise DocumentError(f"This line is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise DocumentError("This line is no JSON object.")
    return value
