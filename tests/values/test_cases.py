"""Words and the values that they name, all the cases of all kinds; and what holds for any words."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from value_cases import READ, Case, cases

import defext.values

CASES = [(kind, case, expected) for kind in READ for case, expected in cases(kind)]
TABLE = Path(defext.values.__file__).parent / "organisations.toml"


@pytest.mark.parametrize(
    ("kind", "case", "expected"), CASES, ids=[f"{kind} {case}" for kind, case, _ in CASES]
)
def test_words_name_a_value(kind: str, case: Case, expected: str | None) -> None:
    assert READ[kind](case) == expected


def test_there_are_enough_cases_and_organisations() -> None:
    assert len(CASES) >= 600
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    assert len(tables["organisations"]) >= 150
    names = [
        name.casefold()
        for table in tables.values()
        for usual, others in table.items()
        for name in (usual, *others)
    ]
    assert len(names) == len(set(names))


@settings(deadline=None)
@given(st.sampled_from(CASES), st.none() | st.text(max_size=60))
def test_case_and_spacing_change_nothing_whatever_the_words(
    known: tuple[str, Case, str | None], other: str | None
) -> None:
    kind, (words, *rest), _ = known
    if other is not None:
        words = other
    value = READ[kind]([words, *rest])
    if words.isascii():
        for same in (words.upper(), words.lower(), f"\n{words.replace(' ', '  ')} "):
            again = READ[kind]([same, *rest])
            assert (again and again.casefold()) == (value and value.casefold())


@settings(deadline=None)
@given(st.sampled_from([case for case in CASES if case[0] in ("organisation", "equipment")]))
def test_a_value_is_its_own(known: tuple[str, Case, str | None]) -> None:
    kind, _, value = known
    if value:
        assert READ[kind]([value]) == value
