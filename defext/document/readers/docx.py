"""DOCX files: their paragraphs and table rows, in their order."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn
from lxml.etree import LxmlError

from defext.document.reading import Reading
from defext.errors import DocumentError

_MOST = 256 * 2**20  # bytes, unpacked
_LEAST_SIZE = 4  # half points; smaller letters are not there to be read

_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rtf"
_DAMAGE = (
    EOFError, KeyError, LxmlError, NotImplementedError, RuntimeError, ValueError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_PARAGRAPH, _ROW, _TEXT, _BOX = map(qn, ("w:p", "w:tr", "w:t", "w:txbxContent"))
_SETTINGS = [
    "/".join(map(qn, path.split("/")))
    for path in ("w:rPr/w:vanish", "w:rPr/w:sz", "w:rPr/w:rStyle", "w:pPr/w:pStyle")
]
_VALUE = qn("w:val")
_SIZE = re.compile(r"(-?\d+(?:\.\d+)?)(pt)?")  # half points, or points by name
_OFF = ("0", "false", "off")
_WRITTEN = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What was deleted or moved away, and small letters above those that they spell.
_GONE = frozenset((qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rt"), _FALLBACK))


def read(data: bytes) -> Reading:
    """The paragraphs of a DOCX file, parted by blank lines; a row of a table is one, with bars.

    Tracked insertions are read. Deletions, hidden text, comments, notes and what stands at the
    head and foot of pages are left out. Raises DocumentError for what is no DOCX file or a
    damaged one.
    """
    _check(data)
    try:
        file = docx.Document(io.BytesIO(data))
        title = " ".join(file.core_properties.title.split())
        hidden = {style.style_id for style in file.styles if _is_hidden(style.element, set())}
        found = list(_texts(file.element.body, hidden))
    except _DAMAGE as error:
        raise DocumentError(
            "The DOCX file is damaged, or holds no Word document: save it as DOCX again."
        ) from error
    return Reading("\n\n".join(text for text in found if text != title), title=title or None)


def _check(data: bytes) -> None:
    """Refuse what is something else, or unpacks to more than a document holds."""
    if data.startswith(_OLD_WORD):
        raise DocumentError(
            "This is an old Word file (.doc) or one with a password: save it as DOCX without one."
        )
    if data.startswith(_RTF):
        raise DocumentError("This is an RTF file: save it as DOCX.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            size = sum(part.file_size for part in package.infolist())
            is_office = "[Content_Types].xml" in package.namelist()
    except zipfile.BadZipFile as error:
        raise DocumentError("The DOCX file is damaged: get it again.") from error
    if not is_office:
        raise DocumentError("This is a ZIP archive and no DOCX file: save the article as DOCX.")
    if size > _MOST:
        raise DocumentError(
            f"The DOCX file unpacks to {size >> 20:,} MB, and {_MOST >> 20} MB are read: save it "
            "without its pictures."
        )


def _texts(parent: Any, hidden: set[str]) -> Iterator[str]:
    for child in parent.iterchildren("*"):
        if child.tag == _PARAGRAPH:
            text = "".join(_letters(child, hidden))
            lines = (" ".join(line.split()) for line in text.split("\n"))
            if whole := "\n".join(filter(None, lines)):
                yield whole
            for box in child.iterdescendants(_BOX):
                if next(box.iterancestors(_FALLBACK), None) is None:
                    yield from _texts(box, hidden)
        elif child.tag == _ROW:
            cells = [list(_texts(cell, hidden)) for cell in child.iterchildren("*")]
            if all(len(cell) <= 1 for cell in cells):
                if row := " | ".join(cell[0] for cell in cells if cell):
                    yield row
            else:  # a table that lays out running text
                yield from (text for cell in cells for text in cell)
        elif child.tag not in _GONE:
            yield from _texts(child, hidden)


def _letters(parent: Any, hidden: set[str]) -> Iterator[str]:
    if _is_hidden(parent, hidden):
        return
    for child in parent.iterchildren("*"):
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _WRITTEN:
            yield _WRITTEN[child.tag]
        elif child.tag not in _GONE and child.tag != _BOX:
            yield from _letters(child, hidden)


def _is_hidden(element: Any, hidden: set[str]) -> bool:
    """Whether a run, a paragraph or a style is set so that its letters are not seen."""
    vanish, size, of_run, of_paragraph = (element.find(path) for path in _SETTINGS)
    if vanish is not None and vanish.get(_VALUE) not in _OFF:
        return True
    if size is not None and _is_too_small(size.get(_VALUE, "")):
        return True
    return any(
        style is not None and style.get(_VALUE) in hidden for style in (of_run, of_paragraph)
    )


def _is_too_small(size: str) -> bool:
    """Whether letters of this size cannot be read; one that says nothing is any size."""
    found = _SIZE.fullmatch(size)
    return found is not None and float(found[1]) * (2 if found[2] else 1) <= _LEAST_SIZE
