"""The documents that all systems read, and their gold."""

import json
from pathlib import Path

from defext.document import Document
from defext.evaluate import GoldItem, read_documents, read_gold

_SEEDS = Path(__file__).parents[2] / "seeds"

Corpus = tuple[list[Document], dict[str, list[GoldItem]]]


def given(documents: Path, gold: Path) -> Corpus:
    """The documents of two files that have gold, as `defext evaluate` reads them."""
    expected = read_gold(gold)
    return [document for document in read_documents(documents) if document.id in expected], expected


def seeds() -> Corpus:
    """The seed article and the invented documents."""
    documents, gold = given(_SEEDS / "invented/docs.jsonl", _SEEDS / "invented/gold.jsonl")
    for path in sorted(_SEEDS.glob("000_*.txt")):
        facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
        document = Document(
            path.read_bytes().decode(),
            published=facts["published"],
            title=facts["title"],
            source=facts["source"],
            id=expected["id"],
        )
        documents = [document, *documents]
        gold[document.id] = [GoldItem.model_validate(item) for item in expected["items"]]
    return documents, gold
