"""Bytes to text, whatever encoding they are in."""

import codecs

from defext.errors import DocumentError

_MARKS = (  # UTF-32 first: its mark begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8"),
)


def decode(data: bytes) -> str:
    """The text of these bytes: as their byte order mark says, else UTF-8, else what they look like.

    A byte without a meaning in UTF-8 or in an encoding of single bytes becomes U+FFFD. Raises
    DocumentError for what is no text, such as an image.
    """
    encoding = marked(data)
    if encoding not in (None, "utf-8"):
        return _strictly(data, encoding)
    if b"\0" not in data:  # else it may be UTF-16 without a mark
        text = data.decode(errors="replace").removeprefix("\ufeff")
        broken = text.count("\ufffd")
        foreign = len(text) - len(text.encode("ascii", errors="ignore"))
        if broken * 20 <= foreign:  # a damaged or cut text is UTF-8 none the less
            return text
    return data.decode(_looks_like(data), errors="replace")


def marked(data: bytes) -> str | None:
    """The encoding that a byte order mark names."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"This begins as {encoding.upper()} and is none (byte {error.start}): save it as UTF-8."
        ) from error


def _looks_like(data: bytes) -> str:
    import chardet  # only few texts need it

    found = chardet.detect(data)
    if found["encoding"] is None:
        raise DocumentError(
            f"This is no text ({found['mime_type']}): give a text, HTML, PDF or DOCX file."
        )
    return found["encoding"]
