"""HTML pages: the article, and what the page states about itself."""

import re
from typing import Any

import webencodings
from lxml import etree
from lxml import html as parser

from defext.document.encoding import decode, marked
from defext.document.readers.article import article
from defext.document.readers.hidden import drop_hidden
from defext.document.readers.metadata import LONGEST, metadata
from defext.document.reading import Reading
from defext.errors import DocumentError

_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*["']?\s*([\w:.-]+)""",
    re.IGNORECASE,
)


def read(data: bytes) -> Reading:
    """The article of a page, its paragraphs parted by blank lines; its headline is the title.

    Raises DocumentError for a page that has no article or is nested too deep to be read whole.
    """
    page = _parsed(_decoded(data))
    about = metadata(page)
    page_title = _title(page)
    drop_hidden(page)
    headline, found = article(page, [title for title in (about.title, page_title) if title])
    if not found:
        raise DocumentError(
            "The page shows no article. Where scripts build it, open it in a browser, print it to "
            "PDF and give that file."
        )
    return Reading(
        text="\n\n".join(block.text for block in found),
        title=about.title or (headline if headline != about.source else None) or page_title or None,
        source=about.source,
        published=about.published,
    )


def _title(page: Any) -> str:
    title = " ".join((page.findtext(".//title") or "").split())
    return title if len(title) <= LONGEST else ""


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    encoding = declared and webencodings.lookup(declared[1].decode())
    if encoding is None or encoding.name.startswith("utf-16") or marked(data):
        return decode(data)  # no UTF-16 could be read so far as to say that it is
    try:
        return str(encoding.codec_info.decode(data)[0])
    except UnicodeDecodeError:
        return decode(data)


def _parsed(text: str) -> Any:
    reader = parser.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        page = parser.document_fromstring(text.encode(errors="replace"), parser=reader)
    except etree.ParserError as error:
        raise DocumentError("The page is empty: save it again.") from error
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in reader.error_log):
        raise DocumentError(
            "The page nests elements too deep to be read whole: open it in a browser, print it to "
            "PDF and give that file."
        )
    return page
