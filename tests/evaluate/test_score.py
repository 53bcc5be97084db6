from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defext.evaluate import (
    GoldItem,
    Item,
    calibration_error,
    curve,
    outcomes,
    reliability,
    score,
)

CALL: dict[str, Any] = {"type": "talk", "by": ["Elena Aldana|Aldana", "Jonas Brekke|Norway"]}
ASKED: dict[str, Any] = {
    "type": "request",
    "by": ["Elena Aldana|Aldana"],
    "to": ["Norway"],
    "what": "return the two ships",
}


def gold(fields: dict[str, Any], **more: Any) -> GoldItem:
    return GoldItem.model_validate({"spans": [(0, 40)], **fields, **more})


def item(fields: dict[str, Any], **more: Any) -> Item:
    by = [name.split("|")[0] for name in fields["by"]]
    return Item.model_validate({"start": 0, "end": 40, **fields, "by": by, **more})


def one(expected: list[GoldItem], found: list[Item]) -> Any:
    return score({"a": expected}, {"a": found}).counts["all"]


def test_what_is_right_counts_fully() -> None:
    counts = one([gold(CALL, mode="phone"), gold(ASKED)], [item(CALL, mode="phone"), item(ASKED)])
    assert (counts.precision, counts.recall, counts.detection_f1, counts.strict_f1) == (1, 1, 1, 1)
    assert counts.label_accuracy == 1


def test_values_count_where_gold_gives_them() -> None:
    values = {"equipment": ["F404", "MQ-9B"], "money": ["USD 3500000000"]}
    told = {"equipment": ["F404", "S-400"], "money": [], "quantities": ["20"]}
    found = score({"a": [gold(ASKED, **values)]}, {"a": [item(ASKED, **told)]}).values
    assert found.keys() == values.keys()
    equipment, money = found["equipment"], found["money"]
    assert (equipment.gold, equipment.found, equipment.matched) == (2, 2, 1)
    assert (money.gold, money.found, money.recall, money.precision) == (1, 0, 0, None)
    assert score({"a": [gold(ASKED)]}, {"a": [item(ASKED, **told)]}).values == {}


def test_a_document_that_the_system_does_not_have_is_missed() -> None:
    counts = score({"a": [gold(CALL)], "b": []}, {}).counts["talk"]
    assert (counts.gold, counts.found, counts.recall, counts.precision) == (1, 0, 0, None)


@pytest.mark.parametrize(
    ("change", "detected", "strict"),
    [
        ({}, 1, 1),
        ({"by": ["Norway"]}, 1, 0),  # another actor
        ({"by": ["Aldana", "Norway", "Chile"]}, 1, 0),  # two beyond
        ({"by": ["Aldana", "Chile"]}, 1, 1),  # one beyond
        ({"to": []}, 1, 0),
        ({"what": "sell forty tanks"}, 1, 1),  # the evidence tells
        ({"start": 100, "end": 140}, 1, 1),  # the act tells
        ({"what": "sell forty tanks", "start": 100, "end": 140}, 0, 0),
        ({"type": "commitment"}, 0, 0),
    ],
)
def test_evidence_or_act_detects_and_actors_make_it_strict(
    change: dict[str, Any], detected: int, strict: int
) -> None:
    counts = one([gold(ASKED)], [item(ASKED, **change)])
    assert (counts.matched, counts.strict) == (detected, strict)


@pytest.mark.parametrize(
    ("by", "detected"), [(["Aldana", "Norway"], 1), (["Aldana"], 0), (["Aldana", "Chile"], 0)]
)
def test_a_talk_is_detected_by_its_sides(by: list[str], detected: int) -> None:
    assert one([gold(CALL)], [item(CALL, by=by)]).matched == detected


@pytest.mark.parametrize(
    ("expected", "found"),
    [("US|United States", "U.S."), ("UK", "United Kingdom"), ("José Díaz", "Jose Diaz")],
)
def test_an_actor_is_known_by_another_spelling(expected: str, found: str) -> None:
    assert one([gold(ASKED, by=[expected])], [item(ASKED, by=[found])]).strict == 1


def test_one_record_matches_one_item_alone() -> None:
    counts = one([gold(ASKED)], [item(ASKED), item(ASKED)])
    assert (counts.matched, counts.found, counts.precision) == (1, 2, 0.5)


def test_optional_items_cost_nothing_found_or_missed() -> None:
    optional = gold(ASKED, optional=True)
    for found in ([], [item(ASKED)]):
        counts = one([optional], found)
        assert (counts.gold, counts.found, counts.detection_f1) == (0, 0, 1)


def test_misses_inventions_and_wrong_actors_are_listed() -> None:
    wrong = item(ASKED, by=["Chile"])
    [document] = score(
        {"a": [gold(CALL), gold(ASKED)]}, {"a": [wrong, item(CALL, by=["X"])]}
    ).documents
    assert [g.type for g in document.missed] == ["talk"]
    assert [i.by for i in document.invented] == [["X"]]
    assert [pair.strict for pair in document.pairs] == [False]


@given(
    st.permutations(
        [
            item(CALL),
            item(ASKED),
            item(ASKED, by=["Chile"], what="sell tanks"),
            item(CALL, by=["X"]),
        ]
    )
)
def test_the_order_of_records_does_not_count(found: list[Item]) -> None:
    counts = one([gold(CALL), gold(ASKED)], found)
    assert (counts.matched, counts.strict, counts.found) == (2, 2, 4)


def test_confidence_is_held_against_what_was_right() -> None:
    found = [item(ASKED, confidence=0.9), item(CALL, confidence=0.9, by=["X"]), item(CALL)]
    told = outcomes(score({"a": [gold(ASKED)]}, {"a": found}).documents)
    assert sorted(told) == [(0.9, False), (0.9, True)]
    [bin_] = reliability(told)
    assert (bin_.records, bin_.right) == (2, 0.5)
    assert calibration_error([bin_]) == pytest.approx(0.4)
    assert calibration_error([]) is None


def test_the_curve_trades_recall_for_precision() -> None:
    points = curve([(0.9, True), (0.3, False)], gold=2)
    assert (points[0].precision, points[0].recall) == (0.5, 0.5)
    assert (points[-2].threshold, points[-2].precision, points[-2].recall) == (0.85, 1, 0.5)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_every_record_is_in_one_bin(told: list[tuple[float, bool]]) -> None:
    bins = reliability(told)
    assert sum(b.records for b in bins) == len(told)
    assert all(b.low - 1e-9 <= b.confidence <= b.high + 1e-9 for b in bins)
