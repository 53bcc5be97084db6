"""The document: what a caller hands in."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from defext.document.sentences import Sentence, split
from defext.errors import DocumentError


@dataclass(frozen=True, init=False)
class Document:
    """One text with its metadata. Offsets of every record count in `text`, as given.

    `published` is a date or an ISO 8601 string; relative dates are resolved against it. `id` is
    the caller's, else ``sha256:`` and the digest of the text.

    Raises DocumentError for a text that is empty, blank or no ``str``, and for a bad date.
    """

    text: str
    published: date | None = None
    title: str | None = None
    source: str | None = None
    id: str = ""

    def __init__(
        self,
        text: str,
        published: date | str | None = None,
        title: str | None = None,
        source: str | None = None,
        id: str | None = None,  # noqa: A002 (the name of the published field)
    ) -> None:
        _check_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        values: dict[str, Any] = {
            "text": text,
            "published": _as_date(published),
            "title": title,
            "source": source,
            "id": id or f"sha256:{digest}",
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_file(cls, path: str | Path, published: date | str | None = None) -> "Document":
        """Read a UTF-8 text file; the path becomes the source.

        Raises DocumentError for a missing file, a directory, and a file that is not text.
        """
        path = Path(path)
        try:
            text = path.read_bytes().decode("utf-8-sig")  # newlines stay, so that offsets hold
        except IsADirectoryError as error:
            raise DocumentError(f"{path} is a directory: name the files in it.") from error
        except FileNotFoundError as error:
            raise DocumentError(f"{path} does not exist: check the path.") from error
        except UnicodeDecodeError as error:
            raise DocumentError(
                f"{path} is not UTF-8 text (byte {error.start}): convert it to UTF-8 text first."
            ) from error
        except OSError as error:
            raise DocumentError(f"{path} cannot be read: {error.strerror}.") from error
        try:
            return cls(text, published=published, source=str(path))
        except DocumentError as error:
            raise DocumentError(f"{path}: {error}") from error

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, numbered from 1."""
        return split(self.text)


def as_document(given: str | Document, published: date | str | None = None) -> Document:
    """A document from what a caller gave; `published` is for a bare text alone."""
    if isinstance(given, Document):
        if published is not None:
            raise DocumentError("`published` is given twice: set it on the Document alone.")
        return given
    return Document(given, published=published)


def _check_text(text: object) -> None:
    if isinstance(text, bytes | bytearray):
        raise DocumentError("The text is bytes: decode it first, as in data.decode('utf-8').")
    if not isinstance(text, str):
        raise DocumentError(f"The text is a {type(text).__name__}: give a str or a Document.")
    if not text.strip():
        raise DocumentError("The text is empty or blank: give the words of the article.")
    if "\0" in text:
        raise DocumentError("The text holds NUL characters, so it is no text: give a text file.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"The text holds half a character at {error.start} (a lone surrogate): "
            "decode the source with its right encoding."
        ) from error


def _as_date(value: object) -> date | None:
    match value:
        case None:
            return None
        case datetime():
            return value.date()
        case date():
            return value
        case str():
            try:
                return datetime.fromisoformat(value).date()
            except ValueError as error:
                raise DocumentError(
                    f"The publication date {value!r} is none: write it as 2025-07-01."
                ) from error
    raise DocumentError(f"The publication date is a {type(value).__name__}: give a date or a str.")
