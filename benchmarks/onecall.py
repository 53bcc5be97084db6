"""Documents that take one call, and the right answer to it in the terms of each system."""

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from defext import Document
from defext.evaluate import GoldItem, read_documents, read_gold
from defext.evaluate.items import LABEL

_WORDS = 12
_LABEL = {"talk": "unknown", "request": "ask", "commitment": "firm"}  # where gold has none
_INVENTED = Path(__file__).parents[1] / "seeds/invented"


@dataclass(frozen=True)
class OneCall:
    """A document, what a model answers of it in the plan "whole", and to LangExtract."""

    document: Document
    records: int
    whole: str
    langextract: str

    def again(self, number: int) -> Document:
        """The document with another last line, so that no system knows it from before."""
        return Document(f"{self.document.text}\nNo. {number}", published=self.document.published)


def one_calls() -> list[OneCall]:
    """One of each invented article."""
    gold = read_gold(_INVENTED / "gold.jsonl")
    return [_one_call(each, gold[each.id]) for each in read_documents(_INVENTED / "docs.jsonl")]


def one_call(characters: int) -> OneCall:
    """The invented article of so many characters at the most that has the most records."""
    short = (each for each in one_calls() if len(each.document.text) <= characters)
    return max(short, key=lambda each: (each.records, each.document.id))


def _one_call(document: Document, items: list[GoldItem]) -> OneCall:
    answers = _whole(document, items), _langextract(document, items)
    return OneCall(document, len(items), *answers)


def _whole(document: Document, items: list[GoldItem]) -> str:
    records = [
        {
            "kind": item.type,
            "sentences": _sentences(document, item)[:4],
            "by": _names(item.by),
            "to": _names(item.to),
            "act": _copied(document, item),
            "label": item.label or _LABEL[item.type],
            "when": "",
            "temporal": "current",
        }
        for item in items
    ]
    return json.dumps({"records": records})


def _langextract(document: Document, items: list[GoldItem]) -> str:
    told = []
    for item in items:
        start, end = item.spans[0]
        label = getattr(item, LABEL[item.type])
        attributes = {"by": _names(item.by), "to": _names(item.to), "label": label}
        told.append({item.type: document.text[start:end], f"{item.type}_attributes": attributes})
    return json.dumps({"extractions": told})


def _sentences(document: Document, item: GoldItem) -> list[int]:
    return [
        sentence.number
        for sentence in document.sentences
        if any(start < sentence.end and sentence.start < end for start, end in item.spans)
    ]


def _copied(document: Document, item: GoldItem) -> str:
    """The act in words of the document, as the prompt asks: twelve from gold's longest run on."""
    start, end = item.spans[0]
    there, told = document.text[start:end].split(), (item.what or "").split()
    match = SequenceMatcher(None, there, told, autojunk=False).find_longest_match()
    return " ".join(there[match.a : match.a + _WORDS])


def _names(actors: list[str]) -> list[str]:
    """The first way in which gold names each actor."""
    return [actor.partition("|")[0] for actor in actors]
