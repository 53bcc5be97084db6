"""A draft is kept where the text bears it out, and rejected with a reason where not."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext import Document
from defext.ground import ground
from defext.schema import Draft, Rejected

TEXT = """
Defence Minister Elena Aldana met Foreign Minister Jonas Müller in Oslo on Monday.

“We will send two patrol vessels to Kenya,” Aldana said.  Müller urged Chile to train the crews.
"""
DOCUMENT = Document(TEXT)


def draft(**fields: Any) -> Draft:
    usual: dict[str, Any] = {
        "kind": "commitment",
        "sentences": [2],
        "by": ["Aldana"],
        "to": ["Kenya"],
        "what": "send two patrol vessels to Kenya",
        "probability": 0.9,
    }
    return Draft.model_validate(usual | fields)


def rejection(given: Draft) -> Rejected:
    kept, [rejected] = ground(DOCUMENT, [given])
    assert kept == []
    assert rejected.draft == given
    assert rejected.type == given.kind
    return rejected


def test_what_the_text_says_is_kept_with_the_sentence_that_says_it() -> None:
    [kept], rejected = ground(DOCUMENT, [draft()])
    assert rejected == []
    assert kept.draft == draft()
    [evidence] = kept.evidence
    assert evidence.quote == "“We will send two patrol vessels to Kenya,” Aldana said."
    assert TEXT[evidence.start : evidence.end] == evidence.quote


def test_each_cited_sentence_is_evidence_once_and_in_order() -> None:
    [kept], _ = ground(DOCUMENT, [draft(sentences=[3, 2, 3])])
    assert [e.quote for e in kept.evidence] == [s.text for s in DOCUMENT.sentences[1:3]]


@pytest.mark.parametrize("sentences", [[], [0], [-1], [4], [2, 99], [0, 1]])
def test_a_sentence_that_is_not_there_shows_nothing(sentences: list[int]) -> None:
    reason = rejection(draft(sentences=sentences)).reason
    assert reason == f"cites sentences {sentences}, of 3"


@pytest.mark.parametrize("by", [["Brekke"], ["Sweden", "Ald"], ["", " "], []])
def test_an_act_of_nobody_in_the_text_is_rejected(by: list[str]) -> None:
    assert rejection(draft(by=by)).reason.startswith("names nobody of the text")


def test_the_names_that_are_not_in_the_text_are_in_the_reason() -> None:
    assert rejection(draft(by=["Brekke", "Sweden"])).reason.endswith("Brekke, Sweden")
    assert rejection(draft(by=[])).reason.endswith("no actor")


def test_names_that_are_not_in_the_text_are_dropped_and_repeats_with_them() -> None:
    given = draft(by=["Aldana", "Sweden", "Aldana", ""], to=["Kenya", "Ghana", "Kenya"])
    [kept], _ = ground(DOCUMENT, [given])
    assert kept.draft.by == ["Aldana"]
    assert kept.draft.to == ["Kenya"]


def test_nobody_need_be_addressed() -> None:
    [kept], _ = ground(DOCUMENT, [draft(to=["Ghana"])])
    assert kept.draft.to == []


def test_a_name_may_stand_elsewhere_in_the_text_and_be_typed_otherwise() -> None:
    [kept], _ = ground(DOCUMENT, [draft(by=["elena  aldana"], to=["Minister Jonas Muller"])])
    assert kept.draft.by == ["Elena Aldana"]  # as the text spells it
    assert kept.draft.to == ["Minister Jonas Müller"]


@pytest.mark.parametrize(
    "what",
    ["sell forty tanks to Ghana", "sign a trade pact", "", "…", "to the of and", "学校"],
)
@pytest.mark.parametrize("kind", ["request", "commitment"])
def test_an_act_that_the_sentence_does_not_tell_is_rejected(kind: str, what: str) -> None:
    reason = rejection(draft(kind=kind, what=what)).reason
    assert "of the act's words are in the cited sentences" in reason


@pytest.mark.parametrize(
    "what",
    [
        "send two patrol vessels to Kenya",
        "the sending of two patrol vessels",
        "Two PATROL vessels to be sent for Kenya",
    ],
)
def test_an_act_may_be_reworded(what: str) -> None:
    [kept], rejected = ground(DOCUMENT, [draft(what=what)])
    assert kept.draft.what == what
    assert rejected == []


def test_most_of_an_act_s_words_must_be_there() -> None:
    assert rejection(draft(what="send patrol boats to Ghana")).reason.startswith("only 50%")
    [_], rejected = ground(DOCUMENT, [draft(what="send two patrol boats to Ghana")])
    assert rejected == []


def test_the_act_must_be_in_the_cited_sentences_not_only_in_the_text() -> None:
    assert rejection(draft(sentences=[3])).reason.startswith("only ")


def test_a_talk_needs_no_topic() -> None:
    given = draft(kind="talk", sentences=[1], by=["Aldana", "Müller"], what="")
    [kept], _ = ground(DOCUMENT, [given])
    assert kept.draft.by == ["Aldana", "Müller"]


NAMES = st.sampled_from(["Aldana", "Müller", "Muller", "Sweden", "Chile", "we", "Min", ""])
DRAFTS = st.builds(
    draft,
    kind=st.sampled_from(["talk", "request", "commitment"]),
    sentences=st.lists(st.integers(-1, 5), max_size=3),
    by=st.lists(NAMES, max_size=3),
    to=st.lists(NAMES, max_size=3),
    what=st.sampled_from(["send two patrol vessels", "train the crews", "dance", ""]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(DRAFTS, max_size=6))
def test_every_draft_is_kept_or_rejected_and_nothing_kept_is_beyond_the_text(
    drafts: list[Draft],
) -> None:
    kept, rejected = ground(DOCUMENT, drafts)
    assert len(kept) + len(rejected) == len(drafts)
    assert all(r.reason and r.draft in drafts for r in rejected)
    for grounded in kept:
        assert all(TEXT[e.start : e.end] == e.quote for e in grounded.evidence)
        assert not {*grounded.draft.by, *grounded.draft.to} & {"Sweden", "Min", ""}
        assert grounded.draft.by


@pytest.mark.parametrize(
    ("name", "quote"),
    [
        ("Defence Minister Aldana", "Defence Minister Elena Aldana"),
        ("Foreign Minister Müller", "Foreign Minister Jonas Müller"),
        ("Minister Jonas Müller", "Minister Jonas Müller"),
    ],
)
def test_a_title_and_surname_are_the_name_as_the_text_has_it_in_full(name: str, quote: str) -> None:
    given = draft(kind="talk", sentences=[1], by=[name], to=[], what="ships")
    [kept], _ = ground(DOCUMENT, [given])
    assert kept.draft.by == [quote]


@pytest.mark.parametrize(
    "name", ["Minister Oslo", "Elena Müller", "Jonas Aldana", "minister aldana"]
)
def test_a_name_of_two_people_s_words_is_nobody_s(name: str) -> None:
    given = draft(kind="talk", sentences=[1], by=[name], to=[], what="ships")
    kept, _ = ground(DOCUMENT, [given])
    assert [each.draft.by for each in kept] in ([], [["Minister Elena Aldana"]])
