"""From grounded drafts to records: who acts, toward whom, and when."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import read

from defext import Commitment, Document, Request, Talk
from defext.ground import ground
from defext.normalize import normalize
from defext.schema import Draft, Kind

MET = (
    "Chilean Defence Minister Elena Aldana met Norwegian Foreign Minister Jonas Brekke in Lima on "
    "Monday."
)
BOTH = ["Chilean Defence Minister Elena Aldana", "Norwegian Foreign Minister Jonas Brekke"]


def names(parties: list[Any]) -> list[str]:
    return [party.name for party in parties]


def talked(text: str, by: list[str], what: str = "", **fields: Any) -> Talk:
    record = read(Document(text, published="2025-07-01"), "talk", by, what, **fields)
    assert isinstance(record, Talk)
    return record


def asked(text: str, by: list[str], what: str, **fields: Any) -> Request:
    record = read(Document(text, published="2025-07-01"), "request", by, what, **fields)
    assert isinstance(record, Request)
    return record


def promised(text: str, by: list[str], what: str, **fields: Any) -> Commitment:
    record = read(Document(text, published="2025-07-01"), "commitment", by, what, **fields)
    assert isinstance(record, Commitment)
    return record


def test_a_talk_has_people_time_place_and_topics() -> None:
    talk = talked(
        MET, BOTH, "trade; ships", when="on Monday", place="Lima", label="video", probability=0.8
    )
    assert [(p.name, p.office, p.country) for p in talk.parties] == [
        ("Elena Aldana", "Defence Minister", "CHL"),
        ("Jonas Brekke", "Foreign Minister", "NOR"),
    ]
    assert talk.when is not None
    assert (talk.when.text, str(talk.when.start)) == ("on Monday", "2025-06-30")
    assert (talk.place, talk.mode, talk.confidence) == ("Lima", "video", 0.8)
    assert talk.topics == ["trade", "ships"]
    assert [e.quote for e in talk.evidence] == [MET]


def test_what_the_model_was_not_asked_stays_empty() -> None:
    talk = talked(MET, BOTH)
    assert (talk.confidence, talk.attribution, talk.place, talk.when) == (None, None, None, None)
    promise = promised(f"{MET} Aldana will send ships.", ["Aldana"], "send ships")
    assert (promise.continuing, promise.condition, promise.instrument) == (None, None, None)
    assert promise.polarity == "positive"


@pytest.mark.parametrize("label", ["firm", "intended", "aspirational"])
@pytest.mark.parametrize("temporal", ["current", "planned", "past_background"])
def test_what_the_model_judges_is_not_changed(label: str, temporal: str) -> None:
    text = f"{MET} Last year Aldana demanded by phone that Norway refuse to send ships."
    promise = promised(text, ["Norway"], "send ships", label=label, temporal=temporal)
    assert (promise.strength, promise.temporal) == (label, temporal)
    assert names(promise.committers) == ["Norway"]
    talk = talked(text, ["Aldana", "Norway"], label="in_person", temporal=temporal)
    assert (talk.mode, talk.temporal) == ("in_person", temporal)
    request = asked(text, ["Aldana"], "send ships", to=["Norway"], label="invite")
    assert request.force == "invite"


def test_what_a_strong_model_says_is_in_the_record() -> None:
    text = f"{MET} If it is calm Aldana will send ships under the pact."
    told = {
        "polarity": "negative",
        "continuing": True,
        "condition": "If it is calm",
        "instrument": "the pact",
        "source": "named_official",
        "holder": "Aldana",
    }
    promise = promised(text, ["Aldana"], "send ships", **told)
    assert promise.attribution is not None
    assert (promise.attribution.source, promise.attribution.holder) == ("named_official", "Aldana")
    assert (promise.polarity, promise.continuing) == ("negative", True)
    assert (promise.condition, promise.instrument) == ("If it is calm", "the pact")


@pytest.mark.parametrize(
    ("act", "polarity"),
    [("not send ships", "negative"), ("never send ships", "negative"), ("send ships", "positive")],
)
def test_an_act_that_begins_with_not_is_one_that_will_not_be(act: str, polarity: str) -> None:
    text = "Norway will not send ships and never send tugs."
    assert promised(text, ["Norway"], act).polarity == polarity


@pytest.mark.parametrize(
    ("when", "act", "start"),
    [
        ("by 1 August", "send ships", "2025-08-01"),
        ("before the thaw", "send ships", None),
    ],
)
def test_a_deadline_is_the_words_for_it(when: str, act: str, start: str | None) -> None:
    text = "Norway will send ships by 1 August before the thaw."
    deadline = promised(text, ["Norway"], act, when=when).deadline
    assert deadline is not None
    assert deadline.text == when
    assert (str(deadline.end) if deadline.end else None) == start


def test_without_words_for_a_time_there_is_none() -> None:
    text = "Norway will send ships by 1 August."
    assert promised(text, ["Norway"], "send ships").deadline is None
    assert talked(MET, BOTH, "ships in May").when is None


def test_what_an_act_names_is_in_the_record_as_values() -> None:
    act = "deliver 20 GE404 engines and 20 GE404 engines for $3.5 billion"
    record = promised(f"Chile will {act}.", ["Chile"], act)
    assert [each.designation for each in record.equipment] == ["F404"]
    assert [(int(each.value), each.of) for each in record.quantities] == [(20, "GE404 engines")]
    assert [(int(each.amount), each.currency) for each in record.money] == [(3500000000, "USD")]
    bare = asked("Chile urged Norway to return the ships.", ["Chile"], "return the ships")
    assert (bare.equipment, bare.quantities, bare.money) == ([], [], [])


def test_a_dollar_is_that_of_the_source() -> None:
    text = "Chile will give $35 billion."
    document = Document(text, source="Australian Department of Defence")
    record = read(document, "commitment", ["Chile"], "give $35 billion")
    assert isinstance(record, Commitment)
    assert record.money[0].currency == "AUD"


def test_an_unnamed_committer_acts_alone_and_several_jointly() -> None:
    text = f"{MET} Both sides agreed to share radar data."
    assert not promised(text, ["Both sides"], "share radar data").joint
    promise = promised(text, ["Aldana", "Brekke"], "share radar data")
    assert names(promise.committers) == ["Elena Aldana", "Jonas Brekke"]
    assert promise.joint


def test_a_party_that_is_told_twice_is_one() -> None:
    text = f"{MET} Norway will send ships."
    assert names(promised(text, ["Norway", "Norwegian"], "send ships").committers) == ["Norway"]


@pytest.mark.parametrize(
    ("name", "mention"),
    [
        ("United States", "Washington"),
        ("Norwegian Foreign Minister Brekke", "Norwegian"),
        ("Norway", "Norwegian"),
        ("Elena Aldana", "Elena Aldana"),
    ],
)
def test_a_mention_is_in_the_words_of_the_text(name: str, mention: str) -> None:
    text = f"{MET} Washington will send ships."
    [party] = promised(text, [name], "send ships").committers
    assert party.mention == mention


def test_a_company_binds_itself_and_not_its_state() -> None:
    promise = promised(
        "Nordic Shipyards Ltd will build six ships.", ["Nordic Shipyards Ltd"], "build six ships"
    )
    [party] = promise.committers
    assert (party.kind, party.organisation, party.country) == (
        "company",
        "Nordic Shipyards Ltd",
        None,
    )


TEXT = f"{MET} Both sides agreed to share radar data. Aldana asked Norway to return the ships."
DOCUMENT = Document(TEXT, published="2025-07-01")
LABEL: dict[Kind, str] = {"talk": "phone", "request": "urge", "commitment": "firm"}


def draft(kind: Kind, **fields: Any) -> Draft:
    return Draft.model_validate({"kind": kind, "label": LABEL[kind]} | fields)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.builds(
            draft,
            kind=st.sampled_from(["talk", "request", "commitment"]),
            sentences=st.lists(st.integers(1, 3), min_size=1, max_size=2),
            by=st.lists(
                st.sampled_from([*BOTH, "Aldana", "Norway", "Both sides", "data", "ships", "the"]),
                max_size=3,
            ),
            to=st.lists(st.sampled_from(["Norway", "Brekke", "sides"]), max_size=2),
            act=st.sampled_from(["share radar data", "return the ships", "Monday"]),
            when=st.sampled_from(["", "on Monday", "in May"]),
        ),
        max_size=6,
    )
)
def test_every_grounded_draft_becomes_a_record_with_its_judgements(drafts: list[Draft]) -> None:
    grounded, _ = ground(DOCUMENT, drafts)
    records = normalize(DOCUMENT, grounded)
    assert len({record.id for record in records}) == len(records)
    kinds = {Talk: "talk", Request: "request", Commitment: "commitment"}
    assert [kinds[type(record)] for record in records] == [g.draft.kind for g in grounded]
    assert [record.evidence for record in records] == [g.evidence for g in grounded]
