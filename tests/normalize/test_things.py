"""What can act and what cannot, by the head of the words."""

import pytest

from defext.normalize.things import is_thing


@pytest.mark.parametrize(
    "mention",
    [
        "Action Plan",
        "the Joint Declaration",
        "the NATO press release",
        "Exercise costs",
        "Maritime Museum",
        "the treaty on fisheries",
        "Staff assessment",
        "the visit of the minister",
    ],
)
def test_a_document_an_event_or_a_place_is_a_thing(mention: str) -> None:
    assert is_thing(mention)


@pytest.mark.parametrize(
    "mention",
    [
        "Norway",
        "the Chamber of Deputies",
        "the minister of trade",
        "Envoys of Chile and Norway",
        "the government’s negotiators",
        "Amber Coast Pact",
        "Commission on Fisheries Agreements",
        "",
    ],
)
def test_a_side_is_none(mention: str) -> None:
    assert not is_thing(mention)
