"""Which of a page's blocks are the article, and which belong to the site around it."""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from itertools import compress, pairwise
from typing import Any

import trafilatura
from lxml import html

from defext.document.readers.blocks import Block, blocks
from defext.document.readers.boilerplate import drop_boilerplate, is_boilerplate
from defext.document.readers.metadata import LONGEST

_TABLE_PARTS = ("caption", "tbody", "td", "tfoot", "th", "thead", "tr")
_RUNNING = 300  # characters of sentences, more than a cell with data has
_LEAST_HEADLINE = 12  # letters, where it is only a part of a title
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def article(page: Any, titles: Sequence[str]) -> tuple[str | None, list[Block]]:
    """The headline and the blocks of a page's article; `titles` are what its head calls it.

    trafilatura says what belongs to the article. It is shown the smallest element around the
    headline that holds most of the page's sentences, and the blocks it means are taken as they
    stand in the page: in its own text, words of a sentence may be missing.
    """
    _unfold_layout(page)
    headline = _headline(list(blocks(page)), titles)
    drop_boilerplate(page, headline.element if headline else None)
    scope = _scope(page, headline)
    names = {_letters(name) for name in (*titles, headline.text if headline else "")}
    found = [
        block
        for block in blocks(scope)
        if block.linked < 0.8 and not is_boilerplate(block) and _letters(block.text) not in names
    ]
    kept = _meant(found, scope)
    while kept and kept[-1].element.tag in _HEADINGS:
        kept.pop()  # what it stood over is gone
    return " ".join(headline.text.split()) if headline else None, kept


def _unfold_layout(page: Any) -> None:
    """Make plain containers of tables that hold no data: they hold each other, or running text."""
    for table in list(page.iter("table")):
        parts = [part for part in table.iterdescendants(_TABLE_PARTS) if _table_of(part) is table]
        if (
            table.get("role") in ("none", "presentation")
            or table.find(".//table") is not None
            or any(sum(block.prose for block in blocks(part)) > _RUNNING for part in parts)
        ):
            for part in (table, *parts):
                part.tag = "div"


def _table_of(part: Any) -> Any:
    return next(part.iterancestors("table"))


def _headline(found: Sequence[Block], titles: Sequence[str]) -> Block | None:
    """The block that reads like a title of the page, or like most of one; else its only h1."""
    for title in filter(None, map(_letters, titles)):
        named = [block for block in found if _letters(block.text) == title]
        parts = [block for block in found if len(_letters(block.text)) > _LEAST_HEADLINE]
        if fitting := named or [block for block in parts if _letters(block.text) in title]:
            return max(fitting, key=_weight)
    tops = [block for block in found if block.element.tag == "h1" and len(block.text.split()) > 2]
    return tops[0] if len(tops) == 1 and len(tops[0].text) <= LONGEST else None


def _weight(block: Block) -> tuple[bool, bool, int]:
    return block.element.tag == "h1", block.linked < 0.5, len(block.text)


def _scope(page: Any, headline: Block | None) -> Any:
    """The smallest element with most of the page's sentences, around its headline if it has one."""
    found = list(blocks(page))
    prose = Counter[Any]()
    for block in found:
        prose[block.element] += block.prose
    for element in reversed(list(page.iter())):
        prose[element.getparent()] += prose[element]
    start = headline or max(found, key=lambda block: block.prose, default=None)
    around = start.element.iterancestors() if start else ()
    return next((element for element in around if prose[element] * 2 > prose[page]), page)


def _meant(found: list[Block], scope: Any) -> list[Block]:
    """Those of the blocks that trafilatura takes, and others of the same make beside them."""
    shown = html.document_fromstring("<html><body><article></article></body></html>")
    shown.body[0].append(deepcopy(scope))
    extracted: Any = trafilatura.bare_extraction(shown, include_comments=False, fast=True)
    if extracted is None:
        return found
    lines = ["".join(part.itertext()) for part in extracted.body.iter()]
    words = {pair for line in lines for pair in _pairs(line)}
    texts = {_letters(line) for line in lines}
    taken = [
        _letters(block.text) in texts or _share(_pairs(block.text), words) > 0.5 for block in found
    ]
    makes = {_make(block) for block in compress(found, taken) if block.prose}
    return [
        block
        for block, is_taken in zip(found, taken, strict=True)
        if is_taken or _make(block) in makes
    ]


def _make(block: Block) -> tuple[Any, str, str | None]:
    return block.element.getparent(), block.element.tag, block.element.get("class")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _pairs(text: str) -> list[tuple[str, str]]:
    return list(pairwise(text.split()))


def _share(pairs: list[tuple[str, str]], words: set[tuple[str, str]]) -> float:
    return sum(pair in words for pair in pairs) / max(len(pairs), 1)
