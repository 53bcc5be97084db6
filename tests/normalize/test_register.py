"""Who a mention means, in the document that it stands in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext import Document
from defext.normalize.reference import is_party, resolve
from defext.normalize.register import register
from defext.schema import Party

MET = (
    "Chilean Defence Minister Elena Aldana met Norwegian Foreign Minister Jonas Müller in Lima on "
    "Monday. Aldana asked Norway to speed up the handover. "
)


def meant(document: Document, mention: str, number: int = 0) -> list[Party]:
    """Those whom `mention` means in the last sentence of a document."""
    return resolve(mention, document.sentences[number - 1], register(document))


def names(document: Document, mention: str, number: int = 0) -> list[str]:
    return [party.name for party in meant(document, mention, number)]


def after_the_meeting(mention: str) -> Document:
    return Document(f"{MET}{mention} agreed to share radar data.")


@pytest.mark.parametrize(
    "mention",
    ["Aldana", "Elena Aldana", "Minister Aldana", "The defence minister", "The defense minister"],
)
def test_a_short_mention_means_the_person_introduced_in_full(mention: str) -> None:
    [party] = meant(after_the_meeting(mention), mention)
    assert party == Party(
        name="Elena Aldana",
        kind="person",
        office="Defence Minister",
        country="CHL",
        mention=mention,
    )


def test_a_surname_is_known_without_its_accents() -> None:
    assert names(after_the_meeting("Muller"), "Muller") == ["Jonas Müller"]


@pytest.mark.parametrize(
    ("sentence", "known"),
    [
        ("Officials of Bergen, then Berg, agreed.", ["Elena Berg"]),
        ("Officials of Bergen agreed.", []),
        ("A Berg-class frigate sailed.", ["Elena Berg"]),
        ("Then Saar-Lind spoke.", ["Jonas Saar-Lind"]),
        ("The Saar was closed.", []),
        ("O'Hara and O'Harad agreed.", ["Tom O'Hara"]),
    ],
)
def test_a_surname_stands_as_a_word_of_its_own(sentence: str, known: list[str]) -> None:
    people = "Minister Elena Berg, Minister Jonas Saar-Lind, Minister Tom O'Hara spoke. "
    document = Document(people + sentence)
    assert [party.name for party in register(document).people_in(2)] == known


@pytest.mark.parametrize("mention", ["She", "he", "Him"])
def test_a_pronoun_means_the_one_named_first_in_the_sentence_before(mention: str) -> None:
    assert names(after_the_meeting(mention), mention) == ["Elena Aldana"]
    assert names(Document(MET + "Müller agreed. They left. He smiled."), mention) == [
        "Jonas Müller"
    ]


def test_a_pronoun_means_nobody_where_nobody_is_named() -> None:
    assert names(Document("Talks went on. She agreed."), "She") == []


@pytest.mark.parametrize(
    "mention",
    ["They", "Both leaders", "both sides", "The two ministers", "the leaders", "each"],
)
def test_those_who_met_are_meant_together(mention: str) -> None:
    parties = meant(after_the_meeting(mention), mention)
    assert [party.name for party in parties] == ["Elena Aldana", "Jonas Müller"]
    assert {party.mention for party in parties} == {mention}


@pytest.mark.parametrize(
    ("mention", "office", "country"),
    [("Reyes", "Foreign Minister", "CHL"), ("Müller", "Defence Minister", "NOR")],
)
def test_an_office_may_stand_before_or_after_the_name(
    mention: str, office: str, country: str
) -> None:
    text = (
        "The Foreign Minister of Chile, Alma Reyes, met Jonas Müller, the Defence Minister of "
        "Norway."
    )
    [party] = meant(Document(text), mention)
    assert (party.office, party.country) == (office, country)


def test_a_counterpart_holds_the_office_of_the_other() -> None:
    text = "Chilean Defence Minister Elena Aldana met her Norwegian counterpart Jonas Müller."
    [party] = meant(Document(text), "Müller")
    assert (party.office, party.country) == ("Defence Minister", "NOR")


def test_two_who_are_named_apart_are_meant_together_too() -> None:
    text = "Defence Minister Elena Aldana left. Foreign Minister Jonas Müller stayed. Both agreed."
    assert names(Document(text), "Both") == ["Elena Aldana", "Jonas Müller"]


def test_of_two_states_a_person_acts_for_the_one_that_is_left() -> None:
    text = (
        "Defence Minister Elena Aldana met Norwegian Foreign Minister Jonas Müller to talk about "
        "Chile-Norway trade."
    )
    [aldana] = meant(Document(text), "Aldana")
    assert aldana.country == "CHL"


@pytest.mark.parametrize("mention", ["the two countries", "both nations", "Both governments"])
def test_countries_are_meant_as_states(mention: str) -> None:
    parties = meant(after_the_meeting(mention), mention)
    assert [(party.kind, party.country) for party in parties] == [
        ("state", "CHL"),
        ("state", "NOR"),
    ]


def test_somebody_new_is_taken_as_named() -> None:
    [party] = meant(after_the_meeting("Irish Ambassador Doyle"), "Irish Ambassador Doyle")
    assert (party.name, party.office, party.country) == ("Doyle", "Ambassador", "IRL")


WE = "We will send two ships to Kenya."


@pytest.mark.parametrize(
    ("document", "speakers"),
    [
        (Document(WE, title="Joint Statement of Chile and Norway"), ["Chile", "Norway"]),
        (Document(WE, source="Norwegian Ministry of Defence"), ["Norway"]),
        (Document(WE, title="Remarks by Foreign Minister Jonas Müller"), ["Jonas Müller"]),
        (Document("“We will go,” Foreign Minister Jonas Müller said."), ["Jonas Müller"]),
        (Document(MET + "“We will go,” she said."), ["Elena Aldana"]),
        (Document("We will go."), []),
    ],
)
def test_we_are_those_who_speak(document: Document, speakers: list[str]) -> None:
    assert names(document, "We") == speakers


@pytest.mark.parametrize(
    "mention",
    [
        "Aldana",
        "Elena Aldana",
        "Minister Müller",
        "Norway",
        "NATO",
        "Nordic Shipyards Ltd",
        "she",
        "they",
        "We",
        "both sides",
        "the government",
        "officials",
        "Norwegian engineers",
        "all parties",
        "the prime minister",
    ],
)
def test_who_can_act_is_a_party(mention: str) -> None:
    assert is_party(mention, register(Document(MET)))


@pytest.mark.parametrize(
    "mention",
    [
        "",
        " ",
        "…",
        "'s",
        "it",
        "this",
        "radar data",
        "cooperation",
        "the handover",
        "a significant step",
        "Strengthening cooperation",
        "-- Will publish",
        "• share data",
        "Tuesday",
        "Strand",
        "the ministers of all the states of the region who met in Lima on Monday morning again",
    ],
)
def test_what_cannot_act_is_no_party(mention: str) -> None:
    assert not is_party(mention, register(Document(MET)))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*MET.split(), "they", "She", "both", "two", "leaders", "We", "’s", ",", "-"]
        ),
        max_size=5,
    ).map(" ".join)
)
def test_any_words_can_be_asked_about(mention: str) -> None:
    document = Document(MET)
    if is_party(mention, register(document)):
        for number in (1, 2):
            parties = meant(document, mention, number)
            assert all(party.name for party in parties)
            assert len({party.name for party in parties}) == len(parties)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Minister Ola Lund and US Envoy Ann Cole praised Norway-US ties.", "NOR"),
        ("Minister Ola Lund met US Envoy Ann Cole to discuss Sudan.", None),
    ],
)
def test_a_state_is_taken_from_a_pair_and_not_from_what_was_discussed(
    text: str, country: str | None
) -> None:
    known = register(Document(text))
    [lund] = [seen.party for seen in known.people if seen.party.name == "Ola Lund"]
    assert lund.country == country
