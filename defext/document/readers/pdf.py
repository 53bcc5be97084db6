"""PDFs: their paragraphs, and where each page starts."""

import re

import pypdfium2
from pypdfium2 import raw

from defext.document.readers.paragraphs import joined
from defext.document.readers.pdf_lines import body, lines
from defext.document.reading import Reading
from defext.errors import DocumentError

_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint)\b.*|untitled.*|document ?\d*|.*\.\w{3,4})", re.IGNORECASE
)


def read(data: bytes) -> Reading:
    """The paragraphs of a PDF, parted by blank lines, without the heads and feet of its pages.

    A sentence that goes on over the page stays one. Raises DocumentError for a PDF that needs a
    password, is damaged, or has no text, as a scan.
    """
    pdf = _opened(data)
    pages = body([lines(_page(pdf, number)) for number in range(len(pdf))])
    if not any(pages):
        raise DocumentError(
            "The PDF has no text on any page, so it is a scan: give it a text layer by OCR first, "
            "for example with `ocrmypdf`."
        )
    title = " ".join(pdf.get_metadata_value("Title").split())
    text, starts = joined(pages, title)
    return Reading(text, title=None if _NO_TITLE.fullmatch(title) else title or None, pages=starts)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise DocumentError(
                "The PDF needs a password: save it without one, or print it to a new PDF."
            ) from error
        raise DocumentError(f"The PDF is damaged ({error}): get it again.") from error


def _page(pdf: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    try:
        return pdf[number]
    except pypdfium2.PdfiumError as error:
        raise DocumentError(
            f"Page {number + 1} of the PDF is damaged ({error}): get it again."
        ) from error
