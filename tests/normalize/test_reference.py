"""Whom a mention means in a long document: what was said of others far before is not meant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext import Document
from defext.normalize.reference import parties
from defext.normalize.register import REACH, register

GERMAN = (
    "Die kenianische Verteidigungsministerin Odile Fennick traf am Montag in Lima den Minister. "
    "Norwegen wird dem Nachbarland im Herbst zwei neue Fähren für den langen See schicken."
)
FRENCH = (
    "La ministre kényane de la Défense Odile Fennick a rencontré lundi à Lima le ministre. "
    "Le Chili va envoyer deux nouveaux bacs à ses voisins pour le long lac cet automne."
)
# Two articles of one document. Each has its own Fennick.
FIRST = (
    "Kenyan Defence Minister Odile Fennick met Chilean Foreign Minister Rurik Talvane in Lima. "
    "Fennick asked Chile to send ferries."
)
SECOND = (
    "Norwegian Defence Minister Sunniva Fennick met Irish Foreign Minister Cormac Brenholt in "
    "Oslo. Fennick asked Ireland to send divers."
)
QUIET = " The sea was calm."
FAR = REACH + 20


def meant(text: str, mention: str, number: int = 0) -> list[str]:
    """Those whom `mention` means in a sentence of a text, without a number in the last."""
    document = Document(text)
    found = parties([mention], document.sentences[number - 1], register(document))
    assert all(party.mention in text or party.mention == mention for party in found)
    return [party.name for party in found]


def apart(gap: int, ending: str = "Fennick left.") -> str:
    return f"{FIRST}{QUIET * gap} {SECOND} {ending}"


@pytest.mark.parametrize("mention", ["Fennick", "Minister Fennick", "the defence minister"])
def test_in_a_later_article_a_name_means_its_own_person(mention: str) -> None:
    assert meant(apart(FAR), mention) == ["Sunniva Fennick"]


@pytest.mark.parametrize("mention", ["Fennick", "Minister Fennick", "the defence minister"])
def test_in_the_first_article_it_means_the_first_person(mention: str) -> None:
    assert meant(apart(FAR), mention, 2) == ["Odile Fennick"]


def test_in_the_second_sentence_of_the_later_article_it_is_known_already() -> None:
    assert meant(apart(FAR), "Fennick", FAR + 4) == ["Sunniva Fennick"]


def test_a_full_name_means_its_person_however_far() -> None:
    assert meant(apart(FAR), "Odile Fennick") == ["Odile Fennick"]
    assert meant(apart(FAR), "Sunniva Fennick", 2) == ["Sunniva Fennick"]


@settings(max_examples=20, deadline=None)
@given(st.integers(REACH + 1, REACH + 80), st.integers(0, REACH + 80))
def test_the_later_person_is_meant_however_long_the_later_article_goes_on(
    gap: int, more: int
) -> None:
    assert meant(apart(gap, QUIET * more + " Fennick left."), "Fennick") == ["Sunniva Fennick"]


def test_within_one_article_the_first_of_a_surname_is_meant() -> None:
    assert meant(apart(3), "Fennick") == ["Odile Fennick"]


def test_somebody_who_is_named_once_is_meant_however_far() -> None:
    text = f"{FIRST}{QUIET * FAR} Talvane left."
    assert meant(text, "Talvane") == ["Rurik Talvane"]


@pytest.mark.parametrize("gap", [0, 30, REACH - 10])
@pytest.mark.parametrize(
    ("mention", "names"),
    [
        ("the Foreign Minister", ["Rurik Talvane"]),
        ("the Defense Minister", ["Odile Fennick"]),
        ("the Minister", ["Minister"]),  # there are two
        ("She", ["She"]),
        ("both sides", ["both sides"]),
    ],
)
def test_an_office_that_one_person_holds_means_that_person(
    gap: int, mention: str, names: list[str]
) -> None:
    text = FIRST.partition(". ")[0] + "." + QUIET * gap + f" {mention} agreed to send ferries."
    assert meant(text, mention) == names


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("the Prime Minister of India", "Arun Mehra"),
        ("the Indian Prime Minister", "Arun Mehra"),
        ("Japan's Prime Minister", "Japan's Prime Minister"),  # who is not named
        ("the former Indian Prime Minister", "former Indian Prime Minister"),
        ("the Government of India", "India"),
        ("the Indian government", "India"),
        ("the Indian Navy", "Indian Navy"),
    ],
)
def test_an_office_of_a_state_is_held_by_its_own_and_a_government_is_its_state(
    mention: str, name: str
) -> None:
    text = f"Prime Minister Arun Mehra of India met Kenji Sato in Oslo. {mention} will send ships."
    assert meant(text, mention) == [name]


def test_an_office_beside_its_holder_is_another_s() -> None:
    document = Document(f"{FIRST} The Foreign Minister met Talvane.")
    found = parties(["Talvane", "Foreign Minister"], document.sentences[-1], register(document))
    assert [party.name for party in found] == ["Rurik Talvane", "Foreign Minister"]


@pytest.mark.parametrize(
    ("first", "name"),
    [("The Lake Council", "Lake Council"), ("The Council of the Lakes", "Council of the Lakes")],
)
def test_the_council_is_the_one_that_was_named(first: str, name: str) -> None:
    assert meant(f"{first} met. Norway asked the Council to act.", "the Council") == [name]


@pytest.mark.parametrize(
    ("text", "mention", "state"),
    [(GERMAN, "Norwegen", "Norway"), (FRENCH, "Chili", "Chile")],
)
def test_a_state_has_its_english_name_in_every_language(
    text: str, mention: str, state: str
) -> None:
    assert meant(text, mention) == [state]


def test_an_office_far_before_is_not_meant() -> None:
    assert meant(f"{FIRST}{QUIET * FAR} The defence minister left.", "The defence minister") == [
        "defence minister"
    ]


def test_a_surname_far_before_is_not_named_again_by_another_person() -> None:
    document = Document(apart(FAR))
    named = register(document).people_in(len(document.sentences))
    assert [party.name for party in named] == ["Sunniva Fennick"]


@pytest.mark.parametrize("gap", [0, FAR])
def test_a_full_name_does_not_name_another_of_its_surname(gap: int) -> None:
    named = register(Document(apart(gap))).people_in(gap + 3)
    assert [party.name for party in named] == ["Sunniva Fennick", "Cormac Brenholt"]
