"""The document: what a caller hands in."""

import hashlib
import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from defext.document.files import Kind, file_bytes, kind_of, read
from defext.document.language import ENGLISH, language_of
from defext.document.reading import check_length
from defext.document.sentences import Sentence, split
from defext.errors import ConfigurationError, DocumentError


@dataclass(frozen=True, init=False)
class Document:
    """One text with its metadata. Offsets of every record count in `text`, as given.

    `published` is a date or an ISO 8601 string; relative dates are resolved against it. `id` is
    the caller's, else ``sha256:`` and the digest of the text. `pages` says where in the text each
    page starts, for what has pages.

    Raises DocumentError for a text that is empty, blank, no ``str`` or over ten million
    characters, for a bad date, for a title, source or id that is no text, and for pages that are no
    ascending offsets.
    """

    text: str
    published: date | None = None
    title: str | None = None
    source: str | None = None
    id: str = ""
    pages: tuple[int, ...] = ()

    def __init__(
        self,
        text: str,
        published: date | str | None = None,
        title: str | None = None,
        source: str | None = None,
        id: str | None = None,  # noqa: A002 (the name of the published field)
        pages: Sequence[int] = (),
    ) -> None:
        _check_text(text)
        check_length(text)
        for name, given in (("title", title), ("source", source), ("id", id)):
            if given is not None:
                _check_words(given, name)
        _check_pages(pages, text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        values: dict[str, Any] = {
            "text": text,
            "published": _as_date(published),
            "title": title,
            "source": source,
            "id": id or f"sha256:{digest}",
            "pages": tuple(pages),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_file(
        cls,
        file: str | Path | bytes,
        published: date | str | None = None,
        source: str | None = None,
    ) -> "Document":
        """Read the article in a text, HTML, PDF or DOCX file, or in the bytes of one.

        The content tells which it is, then the suffix. A text may be in any usual encoding. Title,
        publisher and day of publication are taken from the file's metadata where it states them;
        what is given here wins, and without a publisher the path is the source. Nothing is fetched.

        Raises DocumentError for a missing file, a directory, a file over 64 MB, one that cannot be
        read within a minute, and one that is damaged, protected or no text; ConfigurationError
        where the packages for its kind are not installed (``pip install "defext[files]"``).
        """
        return cls._from(file, None, published, source)

    @classmethod
    def from_html(
        cls,
        page: str | bytes | Path,
        published: date | str | None = None,
        source: str | None = None,
    ) -> "Document":
        """Read the article of a page: its markup as a ``str``, its bytes, or the path of its file.

        The text has the article's paragraphs, parted by blank lines. Menus, notices, comments,
        links to other articles and all that a browser does not show are left out. The headline is
        the title; publisher and day of publication come from JSON-LD, ``meta`` and ``time``
        elements, never from a footer. Raises as `from_file`.
        """
        if isinstance(page, str):
            _check_text(page)
            if "<" not in page:
                raise DocumentError("The page holds no markup: give the path of a file as a Path.")
            page = page.encode("utf-8-sig")  # its own word on its encoding no longer holds
        return cls._from(page, "html", published, source)

    @classmethod
    def from_pdf(
        cls,
        file: str | Path | bytes,
        published: date | str | None = None,
        source: str | None = None,
    ) -> "Document":
        """Read a PDF, by its path or its bytes. `page_at` says on which page an offset is.

        Lines are joined to paragraphs; what is repeated at the head or foot of the pages is left
        out. The day on which a PDF was made is not taken for the day of publication. Raises as
        `from_file`, and for a scan, which has no text before it has gone through OCR.
        """
        return cls._from(file, "pdf", published, source)

    @classmethod
    def from_docx(
        cls,
        file: str | Path | bytes,
        published: date | str | None = None,
        source: str | None = None,
    ) -> "Document":
        """Read a DOCX file, by its path or its bytes: paragraphs and table rows in their order.

        The day on which it was written is not taken for the day of publication. Raises as
        `from_file`.
        """
        return cls._from(file, "docx", published, source)

    @classmethod
    def _from(
        cls,
        file: str | Path | bytes,
        kind: Kind | None,
        published: date | str | None,
        source: str | None,
    ) -> "Document":
        if not isinstance(file, bytes | str | os.PathLike):
            raise DocumentError(f"The file is a {type(file).__name__}: give its path or its bytes.")
        path, data = None, file
        if not isinstance(data, bytes):
            path = Path(data)
            data = file_bytes(path)
        with _about(path):
            reading = read(data, kind or kind_of(data, path.suffix if path else ""))
            return cls(
                reading.text,
                published=reading.published if published is None else published,
                title=reading.title,
                source=source or reading.source or (_named(path) if path else None),
                pages=reading.pages,
            )

    def page_at(self, offset: int) -> int | None:
        """The page, from 1, of a character; None where the document has no pages."""
        return bisect_right(self.pages, offset) or None

    @cached_property
    def language(self) -> str | None:
        """ISO 639-1 code of the language that the text is in; None where it is too short."""
        return language_of(self.text)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, numbered from 1."""
        return split(self.text, self.language or ENGLISH)

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


@contextmanager
def _about(path: Path | None) -> Iterator[None]:
    """Name the file in what is said about it."""
    try:
        yield
    except (ConfigurationError, DocumentError) as error:
        if path is None:
            raise
        raise type(error)(f"{path}: {error}") from error


def _named(path: Path) -> str:
    """The path with a question mark for each byte that is no character."""
    return str(path).encode(errors="replace").decode()


def _check_pages(pages: object, text: str) -> None:
    if not isinstance(pages, Sequence) or not all(isinstance(page, int) for page in pages):
        raise DocumentError("The pages are no offsets: give a list of whole numbers.")
    if any(later < earlier for earlier, later in pairwise((0, *pages, len(text)))):
        raise DocumentError(
            f"The pages are no ascending offsets in a text of {len(text):,} characters: say where "
            "each one starts."
        )


def _check_text(text: object) -> None:
    if isinstance(text, bytes | bytearray):
        raise DocumentError("The text is bytes: decode it first, as in data.decode('utf-8').")
    if not isinstance(text, str):
        raise DocumentError(f"The text is a {type(text).__name__}: give a str or a Document.")
    if not text.strip():
        raise DocumentError("The text is empty or blank: give the words of the article.")
    if "\0" in text:
        raise DocumentError("The text holds NUL characters, so it is no text: give a text file.")
    _check_words(text, "text")


def _check_words(given: object, name: str) -> None:
    if not isinstance(given, str):
        raise DocumentError(f"The {name} is a {type(given).__name__}: give a str.")
    try:
        given.encode()
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"The {name} holds half a character at {error.start} (a lone surrogate): "
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
