"""A page's blocks of text, as a browser would lay them out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark nobr"
    " output picture q rp rt ruby s samp small source span strike strong sub sup time track tt u"
    " var wbr".split()
)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?:\s|$)")
_BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row, in its element; `linked` of it is links."""

    text: str
    linked: float
    element: Any

    @property
    def prose(self) -> int:
        """Its length if it holds a sentence that leads nowhere else, else 0."""
        if len(self.text) < 40 or self.linked > 0.5 or not _SENTENCE_END.search(self.text):
            return 0
        return len(self.text)


def blocks(root: Any) -> Iterator[Block]:
    """The blocks under an element, in order. Two line breaks part blocks, one parts lines.

    A row of a table is one block, with a bar between its cells.
    """
    run: list[tuple[str, bool]] = []  # pieces of text, and whether each is in a link
    owners, links, preformatted = [root], 0, 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        opens = event == "start"
        step = 1 if opens else -1
        links += step * (element.tag == "a" and "href" in element.attrib)
        preformatted += step * (element.tag == "pre")
        if element.tag not in INLINE:
            yield from _parted(run, owners[-1])
            run = []
            if opens:
                owners.append(element)
            else:
                owners.pop()
        if opens and element.tag == "tr":
            yield from _row(element)
            walk.skip_subtree()
            continue
        if opens and element.tag == "br":
            run.append((_BREAK, False))
        text = element.text if opens else element.tail if element is not root else None
        if text:
            run.append((text if preformatted else _flat(text), links > 0))


def _row(row: Any) -> Iterator[Block]:
    cells = [" ".join(_flat(cell.text_content()).split()) for cell in row.iterchildren("td", "th")]
    text = " | ".join(cell for cell in cells if cell).translate(_INVISIBLE)
    if text:
        linked = sum(len(link.text_content().strip()) for link in row.iterdescendants("a"))
        yield Block(text, linked / len(text), row)


def _parted(run: list[tuple[str, bool]], owner: Any) -> Iterator[Block]:
    """The blocks of a run of text: blank lines part them."""
    lines: list[list[tuple[str, bool]]] = [[]]
    for text, linked in run:
        first, *rest = text.split(_BREAK)
        lines[-1].append((first, linked))
        lines.extend([(piece, linked)] for piece in rest)
    block: list[list[tuple[str, bool]]] = []
    for line in [*lines, []]:
        if any(piece.strip() for piece, _ in line):
            block.append(line)
        elif block:
            yield _block(block, owner)
            block = []


def _block(lines: list[list[tuple[str, bool]]], owner: Any) -> Block:
    texts = ("".join(piece for piece, _ in line) for line in lines)
    text = _BREAK.join(" ".join(line.translate(_INVISIBLE).split()) for line in texts)
    pieces = [piece for line in lines for piece in line]
    linked, whole = (
        sum(len(text.strip()) for text, is_linked in pieces if is_linked or not only)
        for only in (True, False)
    )
    return Block(text, linked / max(whole, 1), owner)


def _flat(text: str) -> str:
    return text.replace("\n", " ")
