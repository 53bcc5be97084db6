"""What stands around an article: menus, notices, comments, ways to other articles."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

from defext.document.readers.blocks import INLINE, Block, blocks


def _any(choices: Iterable[str]) -> str:
    return f"(?:{'|'.join(choices)})"


_WORDS = tomllib.loads((files(__package__) / "boilerplate.toml").read_text(encoding="utf-8"))
_TAGS, _ROLES = frozenset(_WORDS["tags"]), frozenset(_WORDS["roles"])
_BEFORE, _NAME, _AFTER = (_any(_WORDS["names"][part]) for part in ("before", "names", "after"))
_NAMES = re.compile(rf"(?:{_BEFORE}s?[-_]+)?{_NAME}(?:[-_]+{_AFTER})*", re.IGNORECASE)
_WHOLE, _OPENING, _THINGS = (
    _any(_WORDS["headings"][part]) for part in ("whole", "before", "nouns")
)
_HEADING = re.compile(rf"(?:{_WHOLE}|{_OPENING}(?: {_THINGS})*)\W*", re.IGNORECASE)
_DAY = r"(?:\w+day,? )?(?:\d{1,2}(?:st|nd|rd|th)? \w+|\w+ \d{1,2}),? \d{4}"
_TIME = r"(?:\W{1,3}(?:at )?\d{1,2}[:.h]\d{2}.{0,20})?"
_LINE = re.compile(
    rf"{_any(_WORDS['lines']['labels'])}\s*[:|–—-]|{_any(_WORDS['lines']['beginnings'])}"
    r"|(?:last )?(?:modified|posted|published|updated)(?: on| at)?\W{0,2} (?=.{0,40}\d)"
    r"[^.!?]{0,60}$"
    rf"|{_DAY}{_TIME}$",
    re.IGNORECASE,
)


def is_boilerplate(block: Block) -> bool:
    """Whether a block's own words say that it is no part of an article."""
    return _LINE.match(block.text) is not None


def drop_boilerplate(page: Any, headline: Any | None) -> None:
    """Take out of a parsed page what its markup or its headings call something else.

    What holds the headline stays, whatever it is called, and what holds nearly all sentences of
    the page; most of them, where there is no headline to tell the article by.
    """
    most = sum(block.prose for block in blocks(page)) * (0.5 if headline is None else 0.9)
    kept = {headline, *headline.iterancestors()} if headline is not None else set()
    for element in [*_named_so(page), *_headed_so(page)]:
        if element in kept or element.getparent() is None or element.tag == "body":
            continue
        if sum(block.prose for block in blocks(element)) <= most:
            element.drop_tree()


def _named_so(page: Any) -> Iterator[Any]:
    for element in page.iter():
        if element.tag in INLINE:
            continue  # words of a sentence, whatever they are called
        names = f"{element.get('class', '')} {element.get('id', '')}".split()
        if (
            element.tag in _TAGS
            or element.get("role") in _ROLES
            or any(_NAMES.fullmatch(name) for name in names)
        ):
            yield element


def _headed_so(page: Any) -> Iterator[Any]:
    """Sections that begin with such a heading, else the heading and what follows it."""
    found = list(blocks(page))
    first: dict[Any, Block] = {}
    for block in found:
        for element in (block.element, *block.element.iterancestors()):
            if element in first:
                break
            first[element] = block
    for block in found:
        if _HEADING.fullmatch(block.text):
            section = block.element
            while first.get(section.getparent()) is block:
                section = section.getparent()
            yield section
            if section is block.element:
                yield from _following(section)


def _following(heading: Any) -> Iterator[Any]:
    """What comes after a heading, up to running text or the next heading of its kind."""
    for element in heading.itersiblings():
        found = list(blocks(element))
        leads_on = any(block.linked > 0.8 for block in found)
        if element.tag == heading.tag or (any(block.prose for block in found) and not leads_on):
            return
        yield element
