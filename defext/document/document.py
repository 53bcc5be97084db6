"""The document: what a caller hands in."""

import hashlib
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from defext.document.language import ENGLISH, language_of
from defext.document.sentences import Name, Sentence, split
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
    def language(self) -> str | None:
        """ISO 639-1 code of the language that the text is in; None where it is too short."""
        return language_of(self.text)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, numbered from 1."""
        return split(self.text, self.language or ENGLISH)

    def read_as(self, sentences: tuple[Sentence, ...]) -> "Document":
        """The same document with other words for its sentences, as a translation has them."""
        other = copy(self)
        for name in ("is_translated", "names"):
            vars(other).pop(name, None)
        vars(other)["sentences"] = sentences
        return other

    @cached_property
    def is_translated(self) -> bool:
        """Whether its sentences hold other words than its text."""
        return any(sentence.text != self.words(sentence) for sentence in self.sentences)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names of its sentences, where they were translated."""
        return tuple(name for sentence in self.sentences for name in sentence.names)

    def page_at(self, offset: int) -> int | None:
        """The page, from 1, of a character; None where the document has no pages."""
        return None

    def words(self, sentence: Sentence) -> str:
        """The document's own words of a sentence."""
        return self.text[sentence.start : sentence.end]


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
