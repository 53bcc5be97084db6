"""Files: their bytes within bounds, and the reader that each is for."""

import re
from pathlib import Path
from typing import Literal

from defext.document.child import read_in_child
from defext.document.encoding import decode, marked
from defext.document.reading import Reading
from defext.errors import DocumentError

Kind = Literal["text", "html", "pdf", "docx"]

MAX_BYTES = 64 * 2**20

_PAGE = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_PDF = re.compile(rb"(?:\xef\xbb\xbf)?[^A-Za-z\x80-\xff]*%PDF-")  # some have junk before it
_PAGE_SUFFIXES = frozenset((".htm", ".html", ".xhtml"))
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")  # ZIP, old Word, RTF


def file_bytes(path: Path) -> bytes:
    """What is in a file, up to a byte more than is read. Raises DocumentError if it is no file."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except IsADirectoryError as error:
        raise DocumentError(f"{path} is a directory: name the files in it.") from error
    except FileNotFoundError as error:
        raise DocumentError(f"{path} does not exist: check the path.") from error
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise DocumentError(f"{str(path)!r} is no path ({error}): check it.") from error


def kind_of(data: bytes, suffix: str) -> Kind:
    """What reads these bytes: told by their beginning, else by the file's suffix."""
    if _PDF.match(data[:1024]):
        return "pdf"
    if data.startswith(_OFFICE):
        return "docx"  # its reader says what the others are
    if suffix.lower() in _PAGE_SUFFIXES or _PAGE.match(_beginning(data)):
        return "html"
    return "text"


def _beginning(data: bytes) -> str:
    return data[:1024].decode(marked(data) or "latin-1", errors="replace")


def read(data: bytes, kind: Kind) -> Reading:
    """What a file of this kind holds. Raises DocumentError and ConfigurationError."""
    if len(data) > MAX_BYTES:
        raise DocumentError(
            f"This is larger than the {MAX_BYTES >> 20} MB that are read: give each article in a "
            "file of its own."
        )
    return Reading(decode(data)) if kind == "text" else read_in_child(kind, data)
