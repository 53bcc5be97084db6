"""Who a mention means, in the document that it stands in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext import Document
from defext.normalize.reference import parties
from defext.normalize.register import register
from defext.schema import Party

MET = (
    "Chilean Defence Minister Elena Aldana met Norwegian Foreign Minister Jonas Müller in Lima on "
    "Monday. Aldana asked Norway to speed up the handover. "
)


def meant(document: Document, mention: str, number: int = 0) -> list[Party]:
    """Those whom `mention` means in the last sentence of a document."""
    return parties([mention], document.sentences[number - 1], register(document))


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


def test_of_two_states_a_person_acts_for_the_one_that_is_left() -> None:
    text = (
        "Defence Minister Elena Aldana met Norwegian Foreign Minister Jonas Müller to talk about "
        "Chile-Norway trade."
    )
    [aldana] = meant(Document(text), "Aldana")
    assert aldana.country == "CHL"


def test_somebody_new_is_taken_as_named() -> None:
    [party] = meant(after_the_meeting("Irish Ambassador Doyle"), "Irish Ambassador Doyle")
    assert (party.name, party.office, party.country) == ("Doyle", "Ambassador", "IRL")


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
    if mention.strip():
        for number in (1, 2):
            [party] = meant(document, mention, number)
            assert party.name


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
