"""The short documents that all systems read: sentences of invented articles under a title."""

from functools import cache
from pathlib import Path

from defext import Document
from defext.evaluate import read_documents

TEXTS = 5  # for which the model's answers are recorded

_LONG = 100  # characters

_ARTICLES = Path(__file__).parents[2] / "seeds/invented/docs.jsonl"


def bulletins(number: int) -> list[Document]:
    """So many documents, in turn of one of the texts, told apart by the mark in their titles."""
    texts = _texts()
    return [
        Document(texts[n % len(texts)], "2025-07-01", f"Bulletin [{n}]", id=f"bulletin-{n}")
        for n in range(number)
    ]


@cache
def _texts() -> list[str]:
    """The first two sentences that are long enough to tell something, of each of the articles."""
    articles = read_documents(_ARTICLES)[:TEXTS]
    long = ([s.text for s in a.sentences if len(s.text) > _LONG] for a in articles)
    return ["\n\n".join(sentences[:2]) for sentences in long]
