"""Articles in other languages: read where the model can, in their own words."""

from collections import Counter

import pytest
from articles import SEEDS, parties, records

from defext import Document, Extractor, LanguageUnread
from defext.evaluate import items, read_documents, read_gold, score
from defext.plan import plans
from defext.schema import Record

HERE = SEEDS / "foreign"
DOCUMENTS = {document.id: document for document in read_documents(HERE / "docs.jsonl")}
GOLD = read_gold(HERE / "gold.jsonl")
READ = {
    name: document for name, document in DOCUMENTS.items() if name in plans()["taught"].languages
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_language_is_seen(name: str) -> None:
    assert DOCUMENTS[name].language == name


@pytest.mark.parametrize("name", DOCUMENTS)
def test_gold_is_borne_out_by_its_text(name: str) -> None:
    assert Counter(item.type for item in GOLD[name]) == {"talk": 1, "request": 1, "commitment": 1}
    for item in GOLD[name]:
        assert all(DOCUMENTS[name].text[start:end].strip() for start, end in item.spans)


def test_a_language_that_the_plan_does_not_read_is_said() -> None:
    assert set(DOCUMENTS) - set(READ) == {"he"}
    with pytest.raises(LanguageUnread, match=r"'he'.*'taught'.*larger model"):
        Extractor("local").extract(DOCUMENTS["he"])


def test_other_languages_are_read(recorded: Extractor) -> None:
    found = {}
    for name, document in READ.items():
        extraction = recorded.extract(document)
        found[name] = items(extraction)
        assert extraction.document.language == name
        for record in records(extraction):
            _check_words(document, record)
    measured = score({name: GOLD[name] for name in READ}, found).counts["all"]
    assert (measured.precision or 0) >= 0.75
    assert (measured.recall or 0) >= 0.5


def _check_words(document: Document, record: Record) -> None:
    """Quotes, parties and acts in the document's words."""
    for evidence in record.evidence:
        assert document.text[evidence.start : evidence.end] == evidence.quote
    for party in parties(record):
        assert party.mention in document.text
        assert party.kind == "state" or party.name in document.text
