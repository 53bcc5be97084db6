"""Which words name a state, and which."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.values.countries import country_of, is_state, state_name, states_in

STATES = {
    "USA": [
        "United States",
        "United States of America",
        "U.S.",
        "US",
        "USA",
        "American",
        "Americans",
        "Washington",
        "the Pentagon",
        "the White House",
        "the State Department",
    ],
    "GBR": [
        "United Kingdom",
        "U.K.",
        "UK",
        "Britain",
        "Great Britain",
        "British",
        "London",
        "Whitehall",
        "Northern Ireland",
    ],
    "ARE": ["United Arab Emirates", "UAE", "U.A.E.", "Emirati", "Abu Dhabi"],
    "CHN": ["China", "PRC", "People's Republic of China", "Chinese", "Beijing"],
    "KOR": ["South Korea", "Republic of Korea", "ROK", "South Korean", "Seoul"],
    "PRK": ["North Korea", "DPRK", "North Korean", "Pyongyang"],
    "RUS": ["Russia", "Russian Federation", "Russian", "Russians", "Moscow", "the Kremlin"],
    "FRA": ["France", "French", "Paris", "the Élysée", "the Elysee Palace", "Quai d’Orsay"],
    "IND": ["India", "Indian", "Indians", "New Delhi"],
    "DEU": ["Germany", "German", "Germans", "Berlin"],
    "TUR": ["Turkey", "Türkiye", "Turkish", "Ankara"],
    "CIV": ["Côte d'Ivoire", "Cote d’Ivoire", "Ivory Coast"],
    "CZE": ["Czechia", "Czech Republic", "Czech", "Prague"],
    "UKR": ["Ukraine", "Ukrainian", "Kyiv", "Kiev"],
    "NLD": ["Netherlands", "Dutch", "The Hague"],
    "NER": ["Niger", "Nigerien"],
    "NGA": ["Nigeria", "Nigerian", "Nigerians", "Abuja"],
    "IRL": ["Ireland", "Irish", "Dublin"],
    "GNB": ["Guinea-Bissau"],
    "GNQ": ["Equatorial Guinea"],
    "PNG": ["Papua New Guinea"],
    "SSD": ["South Sudan"],
    "SDN": ["Sudan", "Sudanese"],
    "COD": ["Democratic Republic of the Congo", "DR Congo", "Kinshasa"],
    "BIH": ["Bosnia and Herzegovina", "Bosnian", "Sarajevo"],
    "TWN": ["Taiwan", "Taiwanese", "Taipei"],
    "XKX": ["Kosovo", "Pristina"],
    "UZB": ["Uzbekistan", "Uzbek", "Tashkent"],
}


@pytest.mark.parametrize(
    ("words", "country"), [(word, code) for code, words in STATES.items() for word in words]
)
def test_words_name_their_state_and_no_other(words: str, country: str) -> None:
    text = f"Yesterday {words} agreed."
    [found] = states_in(text)
    assert found.country == country
    assert text[found.start : found.end] == words.removeprefix("the ")
    assert country_of(text) == country


@pytest.mark.parametrize(
    "text",
    [
        "They told us to wait.",
        "We polish the agreement over a turkey.",
        "The jordanian-made radar.",
        "Nigerious and Subindian words.",
        "He met Male officers in Georgetown.",
        "The UN and the EU agreed.",
        "",
    ],
)
def test_other_words_name_none(text: str) -> None:
    assert states_in(text) == []
    assert country_of(text) is None


def test_all_states_of_a_text_are_found_in_its_order() -> None:
    text = "India-US talks: France's minister told U.S. and Nigerian envoys, not those of Niger."
    found = [(text[f.start : f.end], f.country) for f in states_in(text)]
    assert found == [
        ("India", "IND"),
        ("US", "USA"),
        ("France", "FRA"),
        ("U.S.", "USA"),
        ("Nigerian", "NGA"),
        ("Niger", "NER"),
    ]
    assert country_of(text) == "IND"


WORDS = st.lists(
    st.sampled_from(["told", "Müller", "us", "ﬁrm", "“we", "\u00ad", "São", "of", "…", "\n"]),
    max_size=5,
).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(WORDS, st.sampled_from([w for words in STATES.values() for w in words]), WORDS)
def test_offsets_count_in_the_text_as_it_is(before: str, words: str, after: str) -> None:
    text = f"{before} {words} {after}"
    named = words.removeprefix("the ")
    assert named in {text[f.start : f.end] for f in states_in(text)}


def test_a_name_may_be_broken_over_lines() -> None:
    text = "in South\n  Korea and New\u00a0Delhi"
    found = [(text[f.start : f.end], f.country) for f in states_in(text)]
    assert found == [("South\n  Korea", "KOR"), ("New\u00a0Delhi", "IND")]


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("Norway", True),
        ("the United States", True),
        ("  The Netherlands ", True),
        ("the Pentagon", True),
        ("South\n  Korea", True),
        ("TÜRKIYE", False),
        ("Turkïye", True),
        ("Norway's navy", False),
        ("Norway and Chile", False),
        ("NATO", False),
        ("", False),
    ],
)
def test_nothing_but_its_name_is_a_state(words: str, is_one: bool) -> None:
    assert is_state(words) is is_one


@pytest.mark.parametrize(
    ("country", "name"),
    [
        ("USA", "United States"),
        ("GBR", "United Kingdom"),
        ("NOR", "Norway"),
        ("XKX", "Kosovo"),
        ("ZZZ", "ZZZ"),
    ],
)
def test_a_state_has_a_short_name(country: str, name: str) -> None:
    assert state_name(country) == name


@pytest.mark.parametrize("country", STATES)
def test_the_name_of_a_state_names_it(country: str) -> None:
    assert country_of(state_name(country)) == country
