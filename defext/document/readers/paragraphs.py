"""The lines of pages to paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple
from unicodedata import east_asian_width

from defext.document.readers.pdf_lines import Line

_END = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_MARKED = re.compile(r"(?:[•‣◦▪●○■□–—*]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
_BROKEN = re.compile(r"(\w+)([-\u2010\u00ad])$")
_COMPOUND = re.compile(r"\w+-\w+")
_WORD = re.compile(r"\w+")
_COLUMN = 36  # points; lines that begin nearer to each other are of one column
_PITCH = 1.4  # from line to line, in line heights, where nothing tells


class Placed(NamedTuple):
    """A line, the index of its page, and whether it goes on to the edge of its column."""

    line: Line
    page: int
    full: bool


def joined(pages: Sequence[list[Line]], title: str) -> tuple[str, tuple[int, ...]]:
    """The text of pages, blank lines between its paragraphs, and the offset where each page starts.

    The paragraph that is the title is left out.
    """
    compounds = {
        compound.casefold()
        for page in pages
        for line in page
        for compound in _COMPOUND.findall(line.text)
    }
    text, starts = "", list[int]()
    for paragraph in _paragraphs(pages):
        if " ".join(placed.line.text for placed in paragraph) == title:
            continue
        joined, at = "", list[tuple[int, int]]()
        for line, page, _ in paragraph:
            joined = _seamed(joined, line.text, compounds)
            at.append((page, len(joined) - len(line.text)))
        text += "\n\n" if text else ""
        for page, offset in at:
            starts += [len(text) + offset] * (page + 1 - len(starts))
        text += joined
    return text, (*starts, *[len(text)] * (len(pages) - len(starts)))


def _seamed(before: str, after: str, compounds: set[str]) -> str:
    """Two lines as one. A hyphen between them stays if the document has the word with it."""
    if not before:
        return after
    broken, rest = _BROKEN.search(before), _WORD.match(after)
    if broken and rest:
        is_word = f"{broken[0]}{rest[0]}".casefold() in compounds or not after[0].islower()
        return (before if broken[2] == "-" and is_word else before[:-1]) + after
    is_wide = east_asian_width(before[-1]) in "FW" and east_asian_width(after[0]) in "FW"
    return before + after if is_wide else f"{before} {after}"


def _paragraphs(pages: Sequence[list[Line]]) -> Iterator[list[Placed]]:
    placed = list(_placed(pages))
    pitch = _pitch(placed)
    run = placed[:1]
    for before, line in pairwise(placed):
        if _begins(before, line, pitch):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _placed(pages: Sequence[list[Line]]) -> Iterator[Placed]:
    margins: dict[tuple[int, int], float] = {}
    for line in chain.from_iterable(pages):
        column, height = _column(line)
        for near in (column - 1, column, column + 1):
            margins[near, height] = max(line.right, margins.get((near, height), 0))
    for number, page in enumerate(pages):
        for line in page:
            width = margins[_column(line)] - line.left
            yield Placed(line, number, line.right - line.left > 0.75 * width)


def _column(line: Line) -> tuple[int, int]:
    """What lines of one column have in common: where they begin, and how high they are."""
    return round(line.left / _COLUMN), round(line.height)


def _pitch(placed: list[Placed]) -> float:
    """How far it is to the next line within a paragraph, in heights of a line."""
    drops = Counter(
        round(_drop(before, after), 1)
        for before, after in pairwise(placed)
        if before.full
        and not _ends(before)
        and before.page == after.page
        and _drop(before, after) > 0
    )
    return drops.most_common(1)[0][0] if drops else _PITCH


def _drop(before: Placed, after: Placed) -> float:
    return (before.line.bottom - after.line.bottom) / before.line.height


def _begins(before: Placed, after: Placed, pitch: float) -> bool:
    """Whether a line begins a paragraph, by what stands before it and where it stands."""
    ends = _ends(before)
    heights = sorted((before.line.height, after.line.height))
    if heights[0] < 0.9 * heights[1] or (
        _MARKED.match(after.line.text) and (ends or not before.full)
    ):
        return True
    goes_on = before.full or after.line.text[0].islower()
    if before.page != after.page or _drop(before, after) < 0:  # on another page or column
        return ends or not goes_on
    if _drop(before, after) > 1.2 * pitch or not goes_on:
        return True
    is_indented = after.line.left > before.line.left + 0.6 * after.line.height
    return ends and (not before.full or (is_indented and not _MARKED.match(before.line.text)))


def _ends(placed: Placed) -> bool:
    """Whether a sentence or a clause ends with the line."""
    return _END.search(placed.line.text) is not None
