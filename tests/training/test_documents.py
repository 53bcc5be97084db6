"""The documents that teach the adapter are whole, and none is the seed article."""

import json
import re
from pathlib import Path

import pytest

from defext.document import Document
from defext.ground import find_quote
from defext.ground.names import Names
from training.documents import Taught, digest, read, taught, without_texts

ROOT = Path(__file__).parents[2]
FILES = sorted(path for path in ROOT.glob("training/documents/*.jsonl") if path.stem != "real")
TAUGHT = [document for path in FILES for document in read(path)]


def line(text: str, **fields: object) -> dict[str, object]:
    return {
        "id": "d1",
        "title": "T",
        "source": "S",
        "published": "2024-01-01",
        "text": text,
    } | fields


def talk(*sentences: int) -> dict[str, object]:
    return {
        "sentences": list(sentences),
        "kind": "talk",
        "by": ["Ilva Torn"],
        "to": [],
        "act": "",
        "label": "phone",
        "when": "",
        "temporal": "current",
    }


def test_there_are_at_least_two_hundred_and_each_has_its_own_id() -> None:
    ids = [document.document.id for document in TAUGHT]
    assert len(set(ids)) == len(ids) >= 200


@pytest.mark.parametrize("each", TAUGHT, ids=lambda each: str(each.document.id))
def test_names_and_days_are_grounded(each: Taught) -> None:
    names = Names(each.document)
    for record in each.records:
        cited = [each.document.sentences[number - 1] for number in record.sentences]
        assert all(names.found([name], cited) for name in (*record.by, *record.to))
        assert not record.when or find_quote(each.document.text, record.when)
        assert record.kind == "talk" or record.act


def test_no_sentence_is_the_seed_articles() -> None:
    seed = (ROOT / "seeds/000_f594f1167dbfa592.txt").read_text(encoding="utf-8")
    sentences = {sentence.text for sentence in Document(seed).sentences}
    assert not [
        sentence.text
        for each in TAUGHT
        for sentence in each.document.sentences
        if sentence.text in sentences and len(sentence.text) > 20
    ]


def test_a_record_must_cite_a_sentence_of_its_document() -> None:
    with pytest.raises(ValueError, match=r"Document d1 has 2 sentences; a record names \[3\]"):
        taught(line("", records=[talk(3)]), "Ilva Torn called. It rained.")


def test_a_manifest_is_read_with_the_texts_that_it_was_made_from(tmp_path: Path) -> None:
    text = "Ilva Torn called."
    given = line(text, records=[talk(1)], licence="CC0-1.0", url="https://example.org/1")
    [kept] = without_texts([given])
    assert "text" not in kept
    assert kept["sha256"] == digest(text)
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(json.dumps(kept) + "\n", encoding="utf-8")

    assert list(read(manifest)) == []
    assert list(read(manifest, tmp_path)) == []
    (tmp_path / "d1.txt").write_text(text, encoding="utf-8")
    [found] = read(manifest, tmp_path)
    assert found.document.text == text
    assert [record.kind for record in found.records] == ["talk"]

    (tmp_path / "d1.txt").write_text("Ilva Torn wrote.", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape("is not the text of document d1")):
        list(read(manifest, tmp_path))
