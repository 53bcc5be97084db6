"""The laws that every extraction keeps, whoever makes it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from defext.schema import Evidence, Extraction, Party, When

CONTRACT = Path(__file__).with_name("contract.json").read_text(encoding="utf-8")
SEED = Path(__file__).parents[2] / "seeds" / "000_f594f1167dbfa592.txt"


@pytest.fixture
def extraction() -> Any:
    """A valid extraction as JSON, to be spoilt."""
    return json.loads(CONTRACT)


def models(value: object) -> Iterator[BaseModel]:
    """The model and every model in it."""
    match value:
        case BaseModel():
            yield value
            for _, child in value:
                yield from models(child)
        case list():
            for child in value:
                yield from models(child)


def when(start: date | None, end: date | None) -> When:
    return When(text="then", start=start, end=end, precision=None)


def test_a_day_begins_and_ends_on_itself() -> None:
    day = date(2025, 7, 1)
    assert when(day, day).end == day


def test_an_interval_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValidationError, match="end 2025-06-30 is before start 2025-07-01"):
        when(date(2025, 7, 1), date(2025, 6, 30))


@pytest.mark.parametrize("days", [(date(2025, 7, 1), None), (None, date(2025, 7, 1))])
def test_an_interval_has_both_ends_or_none(days: tuple[date | None, date | None]) -> None:
    with pytest.raises(ValidationError, match="given together"):
        when(*days)
    assert when(None, None).start is None


@pytest.mark.parametrize(("start", "end"), [(0, 2), (0, 4), (3, 0), (-1, 2)])
def test_a_quote_is_as_long_as_its_span(start: int, end: int) -> None:
    assert Evidence(quote="abc", start=4, end=7).quote == "abc"
    with pytest.raises(ValidationError):
        Evidence(quote="abc", start=start, end=end)


def test_a_quote_has_words() -> None:
    with pytest.raises(ValidationError):
        Evidence(quote="", start=3, end=3)


@pytest.mark.parametrize("country", ["IN", "india", "Ind", "INDI"])
def test_a_country_is_an_alpha_3_code(country: str) -> None:
    with pytest.raises(ValidationError, match="country"):
        Party(name="India", kind="state", country=country, mention="India")


def test_ids_are_unique_over_all_kinds(extraction: Any) -> None:
    extraction["commitments"][0]["id"] = "r1"
    with pytest.raises(ValidationError, match="ids are not unique: r1"):
        Extraction.model_validate(extraction)


@pytest.mark.parametrize("kind", ["requests", "commitments"])
def test_a_talk_that_is_named_is_there(extraction: Any, kind: str) -> None:
    extraction[kind][0]["talk"] = "t9"
    with pytest.raises(ValidationError, match="names the talk t9, which is not there"):
        Extraction.model_validate(extraction)
    extraction[kind][0]["talk"] = None
    Extraction.model_validate(extraction)


@pytest.mark.parametrize("kind", ["talks", "requests", "commitments"])
def test_a_quote_ends_within_the_document(extraction: Any, kind: str) -> None:
    extraction[kind][0]["evidence"] = [{"quote": "abc", "start": 4000, "end": 4003}]
    with pytest.raises(ValidationError, match="quotes beyond the end of the document"):
        Extraction.model_validate(extraction)


@pytest.mark.parametrize(
    "path",
    [
        ("talks", "parties"),
        ("requests", "requester"),
        ("commitments", "committers"),
        ("talks", "evidence"),
        ("requests", "evidence"),
        ("commitments", "evidence"),
    ],
)
def test_a_record_has_its_actors_and_its_evidence(extraction: Any, path: tuple[str, str]) -> None:
    kind, field = path
    extraction[kind][0][field] = []
    with pytest.raises(ValidationError, match=field):
        Extraction.model_validate(extraction)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("talks", "mode"),
        ("talks", "temporal"),
        ("requests", "force"),
        ("commitments", "strength"),
        ("commitments", "polarity"),
    ],
)
def test_enumerations_are_closed(extraction: Any, kind: str, field: str) -> None:
    extraction[kind][0][field] = "other"
    with pytest.raises(ValidationError, match=field):
        Extraction.model_validate(extraction)


def test_everything_is_frozen(extraction: Any) -> None:
    found = list(models(Extraction.model_validate(extraction)))
    assert {type(model).__name__ for model in found} >= {"Extraction", "Talk", "Evidence", "Draft"}
    for model in found:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(model, next(iter(type(model).model_fields)), None)


def test_the_example_of_the_contract_quotes_the_seed_article(extraction: Any) -> None:
    text = SEED.read_bytes().decode()
    example = Extraction.model_validate(extraction)
    for record in (*example.talks, *example.requests, *example.commitments):
        for evidence in record.evidence:
            assert text[evidence.start : evidence.end] == evidence.quote
