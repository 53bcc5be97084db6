"""Words for types of equipment, and of organisations; the cases are in cases/."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import defext.values
from defext.values import company, equipment, organisation

CASES = Path(__file__).parent / "cases"
LINES = (CASES / "equipment.tsv").read_text(encoding="utf-8").splitlines()
EQUIPMENT = [line.split("\t") for line in LINES if line and not line.startswith("#")]
FOLDER = Path(defext.values.__file__).parent
NAMES = tomllib.loads((FOLDER / "organisations.toml").read_text(encoding="utf-8"))
WORDS = st.sampled_from([case[0] for case in EQUIPMENT] + [*NAMES["organisations"]]) | st.text()


@pytest.mark.parametrize(("words", "expected"), EQUIPMENT)
def test_words_name_a_type(words: str, expected: str) -> None:
    assert equipment(words) == (None if expected == "-" else expected)


@pytest.mark.parametrize(
    ("words", "usual"),
    [
        ("NATO", "North Atlantic Treaty Organization"),
        ("the UN", "United Nations"),
        ("the U.N. Security Council", "UN Security Council"),
        ("UNSC", "UN Security Council"),
        ("the EU", "European Union"),
        ("ASEAN", "Association of Southeast Asian Nations"),
        ("the Quad", "Quadrilateral Security Dialogue"),
        ("G-7", "Group of Seven"),
        ("the Houthis", "Houthi movement"),
        ("the International Atomic Energy Agency", "International Atomic Energy Agency"),
        ("IAEA's", "International Atomic Energy Agency"),
        ("the Organisation for the Prohibition of Chemical Weapons",
         "Organisation for the Prohibition of Chemical Weapons"),
        ("Lockheed", None),
        ("the Council", None),
        ("", None),
    ],
)  # fmt: skip
def test_words_name_an_organisation(words: str, usual: str | None) -> None:
    assert organisation(words) == usual


def test_companies_are_companies() -> None:
    assert company("GE") == "General Electric"
    assert company("Lockheed") == "Lockheed Martin"
    assert company("NATO") is None


def test_there_are_many_organisations_and_no_name_is_given_twice() -> None:
    assert len(NAMES["organisations"]) >= 150
    names = [
        name.casefold()
        for table in NAMES.values()
        for usual, others in table.items()
        for name in (usual, *others)
    ]
    assert len(names) == len(set(names))


@settings(deadline=None)
@given(WORDS)
def test_a_value_is_its_own_and_case_and_spacing_change_nothing(words: str) -> None:
    for find in (equipment, organisation, company):
        found = find(words)
        if found:
            assert find(found) == found
        if words.isascii():
            for other in (words.upper(), words.lower(), f" {words.replace(' ', '  ')}"):
                assert find(other) == found
