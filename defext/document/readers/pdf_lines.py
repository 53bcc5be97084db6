"""The lines of a PDF's pages, without those at the head or foot of every page."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Any

from pypdfium2 import raw

_LEAST_HEIGHT = 2  # points; smaller letters are not there to be read
_ENDS = (0x0A, 0x0D)
_BROKEN = (0x02, 0xFFFE)  # what PDFium writes for a hyphen at a line's end, without the line's end
_WRITTEN = {
    **dict.fromkeys(range(0x20), ""),  # letters of a font that does not say what they are
    **dict.fromkeys(map(ord, "\t\n\r"), " "),
    **dict.fromkeys(range(0xF000, 0xF100), "•"),  # bullets of the Symbol font
    **dict.fromkeys(_BROKEN, "-"),
}
_EDGE = 3  # so many lines at the top and at the bottom of a page may be its head and foot
_PAGE_NUMBER = re.compile(r"\W*(?:page|p\.)?\s*\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE)
_PRINTED = re.compile(  # what a browser prints around a page: day, title, address, number
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}:\d{2}\b.*|(?:https?|file)://\S+(?: \d+ ?/ ?\d+)?"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line's text and its box, in points from the lower left corner of the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """How high its letters could reach."""
        return self.top - self.bottom


def lines(page: Any) -> list[Line]:
    """The lines of a page in their reading order; what lies outside of it or is tiny is unseen."""
    left, bottom, right, top = page.get_bbox()
    return [
        line
        for line in _pieces(page.get_textpage())
        if left < line.right and line.left < right and bottom < line.top and line.bottom < top
        if line.height >= _LEAST_HEIGHT
    ]


def body(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without what stands at the head or foot of most of them, and page numbers."""
    counts = Counter(
        key for page in pages for key in {_key(line) for edge in _edges(page) for line in edge}
    )
    often = {key for key, count in counts.items() if count >= max(2, 0.6 * len(pages))}
    return [_stripped(page, often) for page in pages]


def _stripped(page: list[Line], often: set[str]) -> list[Line]:
    furniture = [
        line
        for edge in _edges(page)
        for line in takewhile(lambda line: _key(line) in often or _is_furniture(line), edge)
    ]
    return [line for line in page if line not in furniture]


def _is_furniture(line: Line) -> bool:
    return any(pattern.fullmatch(line.text) for pattern in (_PAGE_NUMBER, _PRINTED))


def _edges(page: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lowest and the highest lines, from the edge of the page inwards."""
    upwards = sorted(page, key=lambda line: line.bottom)
    return upwards[:_EDGE], upwards[: -_EDGE - 1 : -1]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _pieces(text_page: Any) -> Iterator[Line]:
    """What PDFium takes for lines: characters up to a break, in the boxes of the outer ones."""
    codes = [raw.FPDFText_GetUnicode(text_page, index) for index in range(text_page.count_chars())]
    ends = [index + 1 for index, code in enumerate(codes) if code in _ENDS + _BROKEN]
    for start, end in pairwise([0, *ends, len(codes)]):
        inked = [index for index in range(start, end) if not chr(codes[index]).isspace()]
        if inked:
            first, middle, last = (
                text_page.get_charbox(index, loose=True)
                for index in (inked[0], inked[len(inked) // 2], inked[-1])
            )  # a bullet or a note's number has another height
            if text := _text(codes[start:end]):
                yield Line(text, first[0], middle[1], last[2], middle[3])


def _text(codes: list[int]) -> str:
    units = "".join(_WRITTEN.get(code, chr(code)) for code in codes)
    whole = units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(whole.split())
