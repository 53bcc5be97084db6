"""The seed article, on the embedded model's recorded answers."""

from datetime import date
from typing import Any

import pytest
from articles import breaches, found, read, records, says

from defext import Extractor
from defext.schema import Attribution, Evidence, Party, Request, Talk, When

ARTICLE = read("000_f594f1167dbfa592")
SINGH = Party(name="Rajnath Singh", kind="person", country="IND", mention="Singh")
HEGSETH = Party(name="Pete Hegseth", kind="person", country="USA", mention="Hegseth")
TUESDAY = When(text="on Tuesday", start=date(2025, 7, 1), end=date(2025, 7, 1), precision="day")
COMMON: dict[str, Any] = {
    "id": "1",
    "temporal": "current",
    "evidence": [Evidence(quote="Defence", start=0, end=7)],
    "attribution": Attribution(source="reporter"),
    "confidence": 0.5,
}
CALL = Talk(**COMMON, parties=[SINGH, HEGSETH], mode="phone", when=TUESDAY)
ENGINES = Request(
    **COMMON, requester=[SINGH], addressee=[HEGSETH], action="deliver GE404 engines", force="urge"
)


async def test_the_seed_article(recorded: Extractor, arecorded: Extractor) -> None:
    extraction = recorded.extract(ARTICLE.document)

    assert breaches(ARTICLE, records(extraction)) == []
    # The embedded model is not asked for a place, and leaves out that India receives the sales.
    talks = [item | {"place": ""} for item in ARTICLE.expected("talk")]
    assert [sum(says(talk, item) for talk in extraction.talks) for item in talks] == [1, 1]
    assert len(found(ARTICLE.expected("request"), extraction.requests)) == 3
    commitments = [item | {"to": []} for item in ARTICLE.expected("commitment")]
    assert len(found(commitments, extraction.commitments)) == 3
    assert len(records(extraction)) <= len(ARTICLE.items) + 2

    awaited = await arecorded.aextract(ARTICLE.document)
    same_run = awaited.run.model_copy(update={"seconds": extraction.run.seconds})
    assert awaited.model_copy(update={"run": same_run}) == extraction


def test_right_records_are_what_the_annotator_found() -> None:
    assert says(CALL, ARTICLE.expected("talk")[0])
    assert says(ENGINES, ARTICLE.expected("request")[0])


@pytest.mark.parametrize(
    "wrong",
    [
        CALL.model_copy(update={"parties": [SINGH]}),
        CALL.model_copy(
            update={"parties": [SINGH, HEGSETH, SINGH.model_copy(update={"name": "X"})]}
        ),
        CALL.model_copy(update={"mode": "in_person"}),
        CALL.model_copy(update={"when": None}),
        ENGINES.model_copy(update={"requester": [HEGSETH]}),
        ENGINES.model_copy(update={"addressee": []}),
        ENGINES.model_copy(update={"action": "deliver Apache helicopters"}),
    ],
)
def test_wrong_records_are_not(wrong: Talk | Request) -> None:
    assert not any(says(wrong, item) for item in ARTICLE.items)


def test_breaches_are_seen() -> None:
    stranger = HEGSETH.model_copy(update={"mention": "Hegsmith"})
    moved = [Evidence(quote="Defence", start=1, end=8)]
    bad = CALL.model_copy(update={"parties": [SINGH, stranger], "evidence": moved})
    assert len(breaches(ARTICLE, [bad])) == 2
