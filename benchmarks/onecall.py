"""Documents that take one call, and the right answer to it in the terms of each system."""

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from defext import Document
from defext.evaluate import GoldItem, read_documents, read_gold
from defext.evaluate.items import LABEL

_WORDS = 12
_INVENTED = Path(__file__).parents[1] / "seeds/invented"


@dataclass(frozen=True)
class OneCall:
    """A document, what a model answers of it in the plan "whole", and to LangExtract."""

    document: Document
    whole: str
    langextract: str

    def again(self, number: int) -> Document:
        """The document with another last line, so that no system knows it from before."""
        return Document(f"{self.document.text}\nNo. {number}", published=self.document.published)


def one_call(characters: int) -> OneCall:
    """The invented article of so many characters at the most that has the most records."""
    gold = read_gold(_INVENTED / "gold.jsonl")
    documents = read_documents(_INVENTED / "docs.jsonl")
    document = max(
        (each for each in documents if len(each.text) <= characters),
        key=lambda each: (len(gold[each.id]), each.id),
    )
    items = gold[document.id]
    return OneCall(document, _whole(document, items), _langextract(document, items))


def _whole(document: Document, items: list[GoldItem]) -> str:
    records = [
        {
            "kind": item.type,
            "sentences": _sentences(document, item)[:4],
            "by": _names(item.by),
            "to": _names(item.to),
            "act": _copied(document, item),
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
