"""A mention taken apart: office, name, state, organisation."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.schema import Party
from defext.values import company, organisation
from defext.values.people import holds_office, is_person_name, read_mention

NATO, UN = "North Atlantic Treaty Organization", "United Nations"

# mention: name, office, state
PEOPLE = {
    "Elena Aldana": ("Elena Aldana", None, None),
    "Aldana's": ("Aldana", None, None),
    "“Aldana.": ("Aldana", None, None),
    "Mr. Jonas Brekke": ("Jonas Brekke", None, None),
    "Dr Annika Strand": ("Annika Strand", None, None),
    "H.E. Jonas Brekke": ("Jonas Brekke", None, None),
    "His Excellency Jonas Brekke": ("Jonas Brekke", None, None),
    "Secretary Doyle": ("Doyle", "Secretary", None),
    "General Saab": ("Saab", "General", None),
    "Lt. Gen. Marta von der Heide": ("Marta von der Heide", "Lt. Gen.", None),
    "Defence Minister Müller": ("Müller", "Defence Minister", None),
    "Senator Tom O'Hara": ("Tom O'Hara", "Senator", None),
    "Crown Prince Faris bin Salim": ("Faris bin Salim", "Crown Prince", None),
    "Sheikh Omar bin Rashid al-Hadi": ("Omar bin Rashid al-Hadi", "Sheikh", None),
    "US Secretary of Defence Alma Reyes": ("Alma Reyes", "Secretary of Defence", "USA"),
    "Deputy Secretary of State Wendy Lowe": ("Wendy Lowe", "Deputy Secretary of State", None),
    "External Affairs Minister S Jaisha": ("S Jaisha", "External Affairs Minister", None),
    "Prime Minister Kofi Mensa of Ghana": ("Kofi Mensa", "Prime Minister", "GHA"),
    "President of the Republic of Ghana Kofi Mensa": ("Kofi Mensa", "President", "GHA"),
    "Alma Reyes, the Chilean foreign minister": ("Alma Reyes", "foreign minister", "CHL"),
    "The Chilean foreign minister, Alma Reyes": ("Alma Reyes", "foreign minister", "CHL"),
    "Alma Reyes, Minister of Defence of Chile,": ("Alma Reyes", "Minister of Defence", "CHL"),
    "her Norwegian counterpart Jonas Brekke": ("Jonas Brekke", "counterpart", "NOR"),
    "White House spokesperson Kara Lee": ("Kara Lee", "spokesperson", "USA"),
    "Minister of Trade and Industry Berg": ("Berg", "Minister of Trade and Industry", None),
    "Minister Jonas Brekke Jr.": ("Jonas Brekke Jr", "Minister", None),
    "Defence Minister Jordan Hale": ("Jordan Hale", "Defence Minister", None),
    "Irish Defence Minister Chad Doyle": ("Chad Doyle", "Defence Minister", "IRL"),
}
OFFICES = {
    "the Chilean defence minister": ("defence minister", "CHL"),
    "Ghana's president": ("president", "GHA"),
    "Russian President": ("President", "RUS"),
    "the prime minister": ("prime minister", None),
    "the Director of Kongsberg Works": ("Director of Kongsberg Works", None),
    "the Minister of Defence of Chile": ("Minister of Defence", "CHL"),
}
STATES = {
    "Norway": ("Norway", "NOR"),
    "the United States": ("United States", "USA"),
    "Washington": ("United States", "USA"),
    "the Pentagon": ("United States", "USA"),
    "U.K.": ("United Kingdom", "GBR"),
    "Norway's": ("Norway", "NOR"),
}
BODIES = {
    "NATO": ("organisation", None),
    "the European Union": ("organisation", None),
    "EU": ("organisation", None),
    "the Indian Army": ("organisation", "IND"),
    "Chile's Ministry of Defence": ("organisation", "CHL"),
    "Nordic Shipyards Ltd": ("company", None),
    "Northern Aerospace": ("company", None),
    "Airbus": ("company", None),
    "officials": ("group", None),
    "the two sides": ("group", None),
    "Norwegian engineers": ("group", "NOR"),
}


@pytest.mark.parametrize(("mention", "read"), PEOPLE.items())
def test_a_person_is_told_from_office_and_state(
    mention: str, read: tuple[str, str | None, str | None]
) -> None:
    name, office, country = read
    assert read_mention(mention) == Party(
        name=name, kind="person", office=office, country=country, mention=mention
    )


@pytest.mark.parametrize(("mention", "read"), OFFICES.items())
def test_an_office_alone_is_a_person_without_a_name(
    mention: str, read: tuple[str, str | None]
) -> None:
    party = read_mention(mention)
    assert party.kind == "person"
    assert (party.office, party.country) == read
    assert not is_person_name(party.name)


@pytest.mark.parametrize(("mention", "read"), STATES.items())
def test_a_state_is_called_by_its_short_name(mention: str, read: tuple[str, str]) -> None:
    name, country = read
    assert read_mention(mention) == Party(name=name, kind="state", country=country, mention=mention)


@pytest.mark.parametrize(("mention", "read"), BODIES.items())
def test_bodies_are_told_apart(mention: str, read: tuple[str, str | None]) -> None:
    party = read_mention(mention)
    assert (party.kind, party.country) == read
    assert party.office is None
    is_named = party.kind in ("organisation", "company")
    usual = organisation(party.name) or company(party.name) or party.name
    assert party.organisation == (usual if is_named else None)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["the", "of", "and", "'s", ",", "’s", "The", "Jr.", "Minister", "Norway", "Chad", "Li"]
        ),
        min_size=1,
        max_size=6,
    ).map(" ".join)
    | st.text(min_size=1, max_size=12).filter(str.strip)
)
def test_any_words_can_be_read_and_keep_their_mention(mention: str) -> None:
    party = read_mention(mention)
    assert party.mention == mention
    assert party.name


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("Elena Aldana", True),
        ("Faris bin Salim", True),
        ("José Müller", True),
        ("Aldana", True),
        ("aldana", False),
        ("Norway", False),
        ("Norwegian Brekke", False),
        ("Minister Brekke", False),
        ("Secretary-General Gute", False),
        ("European Union", False),
        ("bin van", False),
        ("A B C D E F G", False),
        ("", False),
    ],
)
def test_a_person_s_name_is_capitalised_and_names_nothing_else(words: str, is_one: bool) -> None:
    assert is_person_name(words) is is_one


WORDS = ["Elena", "Aldana", "Minister", "Président", "Attaché", "Secretary-General", "of", "the"]
MARKS = ["", ",", ".", "'s", "’s", "’", '"', "”", ":"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(MARKS)), min_size=1, max_size=5))
def test_an_office_is_found_only_in_what_holds_one(words: list[tuple[str, str]]) -> None:
    mention = " ".join(word + mark for word, mark in words)
    assert holds_office(mention) or read_mention(mention).office is None


@pytest.mark.parametrize(
    ("text", "is_held"),
    [
        ("She met the Defence Minister.", True),
        ("the (acting) ATTACHÉ’s car", True),
        ("Vice-President Mensa", True),
        ("The ministry and its officials met Aldana.", False),
        ("", False),
    ],
)
def test_a_text_holds_an_office_or_none(text: str, is_held: bool) -> None:
    assert holds_office(text) is is_held


@pytest.mark.parametrize(
    ("mention", "kind", "usual"),
    [
        ("the UNSC", "organisation", "UN Security Council"),
        ("the U.N. Security Council", "organisation", "UN Security Council"),
        ("Hindustan Aeronautics", "company", "Hindustan Aeronautics Limited"),
        ("the Lake Council", "organisation", "Lake Council"),
    ],
)
def test_a_body_has_its_usual_name_to_join_on(mention: str, kind: str, usual: str) -> None:
    party = read_mention(mention)
    assert (party.kind, party.organisation) == (kind, usual)


@pytest.mark.parametrize(
    ("mention", "read"),
    [
        ("NATO Secretary General Ilse Torn", ("Ilse Torn", "Secretary General", None, NATO)),
        ("Ilse Torn, NATO's former chief", ("Ilse Torn", "former chief", None, NATO)),
        ("UN Secretary-General Ban Lee", ("Ban Lee", "Secretary-General", None, UN)),
        (
            "Secretary-General of the United Nations Ban Lee",
            ("Ban Lee", "Secretary-General", None, UN),
        ),
        ("Rt Hon Ilse Torn MP", ("Ilse Torn", None, None, None)),
        (
            "Admiral Ilse Torn, commander of U.S. Central Command",
            ("Ilse Torn", "commander of Central Command", "USA", None),
        ),
    ],
)
def test_an_office_is_of_a_body_or_a_state(
    mention: str, read: tuple[str, str | None, str | None, str | None]
) -> None:
    party = read_mention(mention)
    assert (party.name, party.office, party.country, party.organisation) == read
