"""From grounded drafts to records: who acts, toward whom, and when."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import outcome, read

from defext import Commitment, Document, Request, Talk
from defext.ground import ground
from defext.normalize import normalize
from defext.schema import Draft

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


def asked(text: str, by: list[str], what: str, to: list[str] | None = None) -> Request:
    record = read(Document(text), "request", by, what, to=to or [])
    assert isinstance(record, Request)
    return record


def promised(text: str, by: list[str], what: str, to: list[str] | None = None) -> Commitment:
    record = read(Document(text), "commitment", by, what, to=to or [])
    assert isinstance(record, Commitment)
    return record


def test_a_talk_has_people_time_place_and_topics() -> None:
    talk = talked(MET, BOTH, "trade; ships", probability=0.8)
    assert [(p.name, p.office, p.country) for p in talk.parties] == [
        ("Elena Aldana", "Defence Minister", "CHL"),
        ("Jonas Brekke", "Foreign Minister", "NOR"),
    ]
    assert talk.when is not None
    assert (talk.when.text, str(talk.when.start)) == ("on Monday", "2025-06-30")
    assert talk.place == "Lima"
    assert talk.topics == ["trade", "ships"]
    assert talk.confidence == 0.8
    assert [e.quote for e in talk.evidence] == [MET]


def test_a_place_is_where_they_met_and_not_where_it_is_told() -> None:
    text = f"{MET.removesuffix(' in Lima on Monday.')}, the ministry in Lisbon said."
    assert talked(text, BOTH).place is None
    text = "Elena Aldana spoke by phone with Jonas Brekke, who is in Oslo."
    assert talked(text, ["Elena Aldana", "Jonas Brekke"]).place is None


def test_a_model_that_gives_no_probability_leaves_even_odds() -> None:
    assert talked(MET, BOTH).confidence == 0.5


def test_a_state_is_no_party_where_somebody_acts_for_it() -> None:
    assert names(talked(MET, [*BOTH, "Norwegian"]).parties) == ["Elena Aldana", "Jonas Brekke"]


def test_states_talk_where_nobody_is_named() -> None:
    text = "Chile and Norway held talks in Oslo."
    assert names(talked(text, ["Chile", "Norway"]).parties) == ["Chile", "Norway"]


def test_the_other_side_of_a_talk_is_found_in_its_sentence() -> None:
    assert names(talked(MET, BOTH[:1]).parties) == ["Elena Aldana", "Jonas Brekke"]


@pytest.mark.parametrize(
    "text", ["She met reporters.", "Foreign Minister Jonas Brekke met reporters."]
)
def test_a_talk_with_one_side_is_rejected(text: str) -> None:
    by = [text.removesuffix(" met reporters.")]
    records, [rejected] = outcome(Document(text), "talk", by, "")
    assert records == []
    assert rejected.type == "talk"
    assert rejected.reason


def test_an_act_of_something_that_cannot_act_is_rejected() -> None:
    document = Document("The radar data will improve the picture.")
    records, [rejected] = outcome(document, "commitment", ["The radar data"], "improve the picture")
    assert records == []
    assert rejected.reason == "nobody can be told from The radar data"
    assert rejected.draft.by == ["The radar data"]


def test_a_pronoun_acts_for_the_person() -> None:
    promise = promised(f"{MET} She will send two ships.", ["She"], "send two ships")
    [party] = promise.committers
    assert (party.name, party.country, party.mention) == ("Elena Aldana", "CHL", "She")
    assert not promise.joint


@pytest.mark.parametrize("by", ["Both leaders", "They", "The two sides"])
def test_those_who_bind_themselves_together_do_so_in_one_record(by: str) -> None:
    promise = promised(f"{MET} {by} agreed to share radar data.", [by], "share radar data")
    assert names(promise.committers) == ["Elena Aldana", "Jonas Brekke"]
    assert promise.joint


def test_two_states_in_one_mention_are_two() -> None:
    promise = promised("Chile and Norway will share data.", ["Chile and Norway"], "share data")
    assert names(promise.committers) == ["Chile", "Norway"]
    assert promise.joint


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("Norway asked Chile to return the ships.", ["Chile"]),
        ("Norway asked Chile to return the ships.", []),
        ("Norway called on Chile to return the ships.", []),
        ("Norway stressed the need for Chile to return the ships.", []),
        ("In May, Chile must return the ships, Norway said.", []),
    ],
)
def test_the_addressee_would_have_to_act(text: str, to: list[str]) -> None:
    request = asked(text, ["Norway"], "return the ships", to)
    assert names(request.requester) == ["Norway"]
    assert names(request.addressee) == ["Chile"]


def test_nobody_asks_or_serves_himself() -> None:
    text = "Norway asked Norway and Chile to return the ships."
    assert names(asked(text, ["Norway"], "return the ships", ["Norway", "Chile"]).addressee) == [
        "Chile"
    ]
    text = "Norway will send ships to Norway."
    assert promised(text, ["Norway"], "send ships", ["Norway"]).beneficiary == []


def test_without_a_name_the_one_met_is_asked() -> None:
    text = f"{MET} Aldana pressed for an early return of the ships."
    request = asked(text, ["Aldana"], "early return of the ships")
    assert names(request.addressee) == ["Jonas Brekke"]


@pytest.mark.parametrize(
    ("text", "what", "served"),
    [
        ("Norway will send ships to Kenya.", "send ships to Kenya", ["Kenya"]),
        ("Norway will send aid to Kenya and Ghana.", "send aid", ["Kenya", "Ghana"]),
        ("Norway will back Kenya’s security.", "back Kenya’s security", ["Kenya"]),
        ("Norway will close its port in Kenya.", "close its port", []),
    ],
)
def test_a_state_that_an_act_serves_is_its_beneficiary(
    text: str, what: str, served: list[str]
) -> None:
    assert names(promised(text, ["Norway"], what).beneficiary) == served


def test_we_act_where_the_speaker_is_known() -> None:
    document = Document("We will lift the ban.", title="Joint Statement of Chile and Norway")
    record = read(document, "commitment", ["We"], "lift the ban")
    assert isinstance(record, Commitment)
    assert names(record.committers) == ["Chile", "Norway"]
    records, [rejected] = outcome(
        Document("We will lift the ban."), "commitment", ["We"], "lift the ban"
    )
    assert records == []
    assert rejected.reason


def test_who_speaks_for_himself_and_another_binds_both() -> None:
    text = "Prime Minister Lena Strand and I have agreed to share radar data."
    document = Document(text, source="Norwegian Ministry of Defence")
    record = read(document, "commitment", ["Prime Minister Lena Strand"], "share radar data")
    assert isinstance(record, Commitment)
    assert names(record.committers) == ["Lena Strand", "Norway"]


def test_an_item_of_a_list_is_promised_by_those_who_issue_it() -> None:
    text = "The sides agreed on the following.\n\n-- Will publish the radar data by June."
    document = Document(text, title="Joint Statement of Chile and Norway")
    record = read(document, "commitment", ["Will publish"], "publish the radar data by June")
    assert isinstance(record, Commitment)
    assert names(record.committers) == ["Chile", "Norway"]


def test_a_commitment_is_that_of_its_owner() -> None:
    text = "The envoy reaffirmed Chile’s commitment to the security of Kenya."
    assert names(promised(text, ["The envoy"], "the security of Kenya").committers) == ["Chile"]


def test_the_act_of_a_state_is_not_the_one_who_acts() -> None:
    promise = promised("Norwegian restraint will continue.", ["Norwegian restraint"], "continue")
    assert names(promise.committers) == ["Norway"]


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


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            Draft,
            kind=st.sampled_from(["talk", "request", "commitment"]),
            sentences=st.lists(st.integers(1, 3), min_size=1, max_size=2),
            by=st.lists(
                st.sampled_from([*BOTH, "Aldana", "Norway", "Both sides", "data", "ships"]),
                max_size=3,
            ),
            to=st.lists(st.sampled_from(["Norway", "Brekke", "sides"]), max_size=2),
            what=st.sampled_from(["share radar data", "return the ships", "Monday"]),
        ),
        max_size=6,
    )
)
def test_every_grounded_draft_becomes_a_record_or_a_rejection(drafts: list[Draft]) -> None:
    grounded, _ = ground(DOCUMENT, drafts)
    records, rejected = normalize(DOCUMENT, grounded)
    assert len(records) + len(rejected) == len(grounded)
    assert len({record.id for record in records}) == len(records)
    kinds = {Talk: "talk", Request: "request", Commitment: "commitment"}
    kept = [g for g in grounded if g.draft not in [r.draft for r in rejected]]
    assert [kinds[type(record)] for record in records] == [g.draft.kind for g in kept]
    assert [record.evidence for record in records] == [g.evidence for g in kept]


RESOLUTION = "The Lake Assembly met. "


@pytest.mark.parametrize(
    "clause",
    [
        "Calls on the member states to share their charts;",
        "2. Further requests that the member states share their charts;",
        "Underlines the need for the member states to share their charts;",
    ],
)
def test_a_clause_of_a_resolution_is_asked_by_who_adopts_it(clause: str) -> None:
    document = Document(f"{RESOLUTION}{clause}", source="Assembly of the Lake Union")
    states = ["member states"]
    record = read(document, "request", states, "share their charts", to=states)
    assert isinstance(record, Request)
    assert names(record.requester) == ["Assembly of the Lake Union"]
    assert names(record.addressee) == ["member states"]


def test_whoever_must_act_is_asked_by_the_speaker() -> None:
    text = f"{MET} “The Lake Council must lift the blockade,” Aldana said."
    record = asked(text, ["Lake Council"], "lift the blockade")
    assert names(record.requester) == ["Elena Aldana"]
    assert names(record.addressee) == ["Lake Council"]


def test_a_need_that_there_is_is_the_speaker_s() -> None:
    text = f"{MET} “There is a need for Norway to act soon,” Aldana said."
    record = asked(text, ["There"], "act soon", ["Norway"])
    assert names(record.requester) == ["Elena Aldana"]


def test_the_council_is_the_one_that_was_named() -> None:
    text = "The Lake Council met in May. Norway asked the Council to lift the blockade."
    assert names(asked(text, ["Norway"], "lift the blockade", ["the Council"]).addressee) == [
        "Lake Council"
    ]
    text = text.replace("The Lake Council", "The Council of the Lakes")
    assert names(asked(text, ["Norway"], "lift the blockade", ["the Council"]).addressee) == [
        "Council of the Lakes"
    ]


def test_the_envoys_of_two_sides_are_the_two_sides() -> None:
    talk = talked("Envoys of Velmora and Tarn met in May.", ["Envoys of Velmora and Tarn"])
    assert names(talk.parties) == ["Velmora", "Tarn"]


def test_a_state_that_no_list_knows_can_act() -> None:
    text = "On Monday Velmora asked the Commonwealth of Tarn to act."
    record = asked(text, ["Velmora"], "act", ["Commonwealth of Tarn"])
    assert names(record.requester) == ["Velmora"]
    assert names(record.addressee) == ["Commonwealth of Tarn"]


def test_we_are_the_ministry_that_issues_the_text() -> None:
    document = Document("We will build a bridge.", source="Ministry of Transport of Velmora")
    record = read(document, "commitment", ["We"], "build a bridge")
    assert isinstance(record, Commitment)
    assert names(record.committers) == ["Ministry of Transport of Velmora"]


def test_we_are_those_who_say_who_they_are() -> None:
    text = (
        "We, Elena Aldana, President of Velmora, and Jonas Brekke, Prime Minister of Tarn, met in "
        "Lenn. We will build a bridge."
    )
    assert names(promised(text, ["We"], "build a bridge").committers) == [
        "Elena Aldana",
        "Jonas Brekke",
    ]


def test_we_are_the_speaker_and_who_is_named_beside_him() -> None:
    text = "Prime Minister Elena Aldana and I met in Lenn. We agreed to build a bridge."
    document = Document(text, source="Office of President Jonas Brekke")
    record = read(document, "commitment", ["We"], "build a bridge")
    assert isinstance(record, Commitment)
    assert names(record.committers) == ["Elena Aldana", "Jonas Brekke"]


def test_the_forces_of_both_countries_are_both_countries() -> None:
    text = "Chile and Kenya met in May. The coast guards of both countries will train together."
    record = promised(text, ["The coast guards of both countries"], "train together")
    assert names(record.committers) == ["Chile", "Kenya"]


@pytest.mark.parametrize(
    "text",
    [
        "On Monday Chile requested that Kenya suspend the tax.",
        "On Monday Chile demanded of Kenya an end of the tax.",
        "On Monday Chile demanded from Kenya an end of the tax.",
    ],
)
def test_who_is_asked_stands_after_the_verb(text: str) -> None:
    assert names(asked(text, ["Chile"], "the tax").addressee) == ["Kenya"]


def test_who_binds_itself_is_whole_after_whom_it_is_told() -> None:
    text = f"{MET} Aldana informed Minister Brekke that the United States will send ships."
    assert names(promised(text, ["Aldana"], "send ships").committers) == ["United States"]


def test_a_state_is_no_party_beside_its_president_also_where_no_list_knows_it() -> None:
    text = "Elena Aldana, President of Velmora, met Jonas Brekke, Prime Minister of Tarn."
    by = ["Elena Aldana, President of Velmora", "Jonas Brekke", "Velmora", "Tarn"]
    assert names(talked(text, by).parties)[:2] == ["Elena Aldana", "Jonas Brekke"]
    assert "Velmora" not in names(talked(text, by).parties)


def test_crowds_do_not_talk() -> None:
    text = "Elena Aldana met soldiers of the guard and Brekke’s delegation in May."
    by = ["Elena Aldana", "soldiers of the guard", "Brekke’s delegation"]
    assert names(talked(text, by).parties) == ["Elena Aldana", "Brekke’s delegation"]


@pytest.mark.parametrize("by", ["Some 300 people", "more than 40 members", "There", "12 officials"])
def test_a_number_of_people_binds_nobody(by: str) -> None:
    document = Document(f"{by} will march.")
    records, [rejected] = outcome(document, "commitment", [by], "march")
    assert records == []
    assert "nobody can be told" in rejected.reason


def test_who_asks_is_who_is_told_of_and_not_who_tells() -> None:
    text = f"{MET} The Wire Service reported that Brekke had urged Chile to send ships."
    assert names(asked(text, ["The Wire Service"], "send ships").requester) == ["Jonas Brekke"]


def test_whom_a_body_s_action_is_asked_of_is_the_body() -> None:
    text = f"{MET} Aldana called for NATO action in the strait."
    assert names(asked(text, ["Aldana"], "action in the strait", ["NATO action"]).addressee) == [
        "NATO"
    ]


def test_a_clause_is_nobody() -> None:
    text = "On Monday Velmora will bear the costs should ships sink. It must be clear."
    document = Document(text)
    by = ["Velmora will bear the costs"]
    records, [rejected] = outcome(document, "request", by, "ships sink", sentences=[1])
    assert records == []
    assert "nobody can be told" in rejected.reason


def test_a_thing_that_must_be_is_asked_of_nobody() -> None:
    text = f"{MET} The discussion must begin now."
    records, _ = outcome(Document(text), "request", ["The discussion"], "begin now")
    assert records == []


FRAGMENTS = [
    "urged that", "should", "must", "requested that we", "demanded of", "of both countries", "and",
    ", and I", "We,", "we agreed", "President", "Minister Elena Aldana", "of Velmora", "Norway",
    "the Council", "the", "said that", "reported", "has urged", "to send ships", "Calls on",
    "there is", "envoys of Chile and Kenya", "“We will act,”", "he", "they", "- a list;", "met",
    "commitment", "repeated Aldana’s commitment to", "with", "’s", "…", "for", "in Lima", "2.",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=14),
    st.sampled_from(["talk", "request", "commitment"]),
    st.data(),
)
def test_any_words_make_a_record_or_a_rejection(
    words: list[str], kind: Any, data: st.DataObject
) -> None:
    text = " ".join(words) + "."
    document = Document(text, title="Joint statement", source="Office of the President of Velmora")
    number = data.draw(st.integers(1, len(document.sentences)))
    names_ = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3))
    given_draft = Draft(
        kind=kind,
        sentences=[number],
        by=names_,
        to=names_[1:],
        what=data.draw(st.sampled_from(words)),
    )
    kept, unfounded = ground(document, [given_draft])
    records, unclear = normalize(document, kept)
    assert len(records) + len(unclear) + len(unfounded) == 1
    assert all(text[e.start : e.end] == e.quote for record in records for e in record.evidence)
