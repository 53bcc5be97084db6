"""Acts told in one breath, taken apart, and short answers completed from their sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.plan.acts import complete, split_acts


@pytest.mark.parametrize(
    ("act", "acts"),
    [
        (
            "send hospitals to Kenya, repair the bridge and train crews",
            ["send hospitals to Kenya", "repair the bridge", "train crews"],
        ),
        ("to lift the ban and to send aid", ["to lift the ban", "send aid"]),
        (
            "send ships; repair the bridge, as well as train crews",
            ["send ships", "repair the bridge", "train crews"],
        ),
        (
            "not lift the ban and jointly train crews",
            ["not lift the ban", "jointly train crews"],
        ),
        ("meet in Oslo and sign the accord", ["meet in Oslo", "sign the accord"]),
        ("send ships and aircraft", ["send ships and aircraft"]),
        ("train and equip crews", ["train and equip crews"]),
        ("increase trade and investment", ["increase trade and investment"]),
        (
            "widen the partnership by sharing data and training pilots",
            ["widen the partnership by sharing data and training pilots"],
        ),
        ("the security of Kenya and Ghana", ["the security of Kenya and Ghana"]),
        (
            "an early return, send ships and train crews",
            ["an early return, send ships and train crews"],
        ),
        ("  send ships ", ["send ships"]),
        ("", []),
        (" ", []),
    ],
)
def test_each_act_with_a_verb_of_its_own_is_one(act: str, acts: list[str]) -> None:
    assert split_acts(act) == acts


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["send", "train", "ships", "crews,", "and", "to;", "by", "sharing", "the", "not", "ban"]
        )
    ).map(" ".join)
)
def test_taking_apart_loses_no_word_but_the_joints(act: str) -> None:
    parts = split_acts(act)
    assert all(part == part.strip() for part in parts)
    at = 0
    for part in parts:
        found = act.index(part, at)
        assert set(act[at:found].replace(",", " ").replace(";", " ").split()) <= {"and", "to"}
        at = found + len(part)
    assert act[at:].strip() == ""


SENTENCE = (
    "They agreed to widen the partnership by sharing radar data, and pressed for expedited "
    "delivery of the spare engines, which are old."
)


@pytest.mark.parametrize(
    ("act", "whole"),
    [
        ("expedited delivery", "expedited delivery of the spare engines"),
        ("sharing radar data", "widen the partnership by sharing radar data"),
        ("widen the partnership", "widen the partnership"),
        ("delivering engines", "delivering engines"),
    ],
)
def test_an_act_is_completed_with_the_words_of_its_own_phrase(act: str, whole: str) -> None:
    assert complete(act, SENTENCE) == whole


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SENTENCE)), st.integers(0, len(SENTENCE)))
def test_completing_adds_only_words_of_the_sentence(start: int, end: int) -> None:
    act = SENTENCE[start:end]
    assert act in complete(act, SENTENCE)
    assert complete(act, SENTENCE) in SENTENCE
