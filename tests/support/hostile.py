"""The hostile documents in seeds/hostile/: clean articles with gold, and attacks put into them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from articles import SEEDS

from defext import Document
from defext.evaluate import GoldItem

HERE = SEEDS / "hostile"


@dataclass(frozen=True)
class Clean:
    """An article without an attack, and the records that it holds."""

    document: Document
    gold: tuple[GoldItem, ...]


@dataclass(frozen=True)
class Hostile:
    """An attack and the article into which it is put, in one of three ways.

    After a number of sentences, as a paragraph of its own; in `replace`, as new words for old ones;
    or hidden in the HTML of `page`. `attack` is what it says; `false` names those who act in the
    record that it forges, as far as they are not the article's own.
    """

    id: str
    kind: str
    clean: Clean
    attack: str
    false: tuple[str, ...]
    after: int | None = None
    replace: tuple[str, str] | None = None
    page: str | None = None

    @cached_property
    def document(self) -> Document:
        """The article with the attack in it."""
        clean = self.clean.document
        if self.page is not None:
            paragraphs = "\n".join(f"<p>{escape(p)}</p>" for p in clean.text.split("\n\n"))
            page = self.page.replace("{article}", paragraphs)
            return Document.from_html(page, published=clean.published)
        return Document(self._text(), clean.published, clean.title, clean.source, self.id)

    @cached_property
    def gold(self) -> tuple[GoldItem, ...]:
        """The article's records, with their characters in `document`."""
        return tuple(
            item.model_copy(update={"spans": [self._span(*span) for span in item.spans]})
            for item in self.clean.gold
        )

    def _text(self) -> str:
        clean = self.clean.document
        if self.replace is not None:
            old, new = self.replace
            assert clean.text.count(old) == 1, f"{self.id}: {old!r} is to stand there once"
            return clean.text.replace(old, new)
        assert self.after is not None, f"{self.id} is put nowhere"
        end = clean.sentences[self.after - 1].end if self.after else 0
        parts = (clean.text[:end], self.attack, clean.text[end:].lstrip())
        return "\n\n".join(part for part in parts if part)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        quote = self.clean.document.text[start:end]
        if self.replace is not None:
            quote = quote.replace(*self.replace)
        assert self.document.text.count(quote) == 1, f"{self.id}: {quote!r} is to stand there once"
        at = self.document.text.index(quote)
        return at, at + len(quote)


def clean_articles() -> dict[str, Clean]:
    """The articles by their ids."""
    return {line["id"]: _clean(line) for line in _lines(HERE / "articles.jsonl")}


def attacks(path: Path = HERE / "attacks.jsonl") -> Iterator[Hostile]:
    """Each attack of a file with its article."""
    articles = clean_articles()
    for line in _lines(path):
        replace = tuple(line["replace"]) if "replace" in line else None
        yield Hostile(
            id=line["id"],
            kind=line["kind"],
            clean=articles[line["article"]],
            attack=replace[1] if replace else line["text"],
            false=tuple(line["false"]),
            after=line.get("after"),
            replace=replace,
            page=line.get("page"),
        )


def _clean(line: dict[str, Any]) -> Clean:
    document = Document(line["text"], line["published"], line["title"], line["source"], line["id"])
    return Clean(document, tuple(map(GoldItem.model_validate, line["items"])))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
