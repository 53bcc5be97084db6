"""The benchmark's generated cases are what they say."""

from pathlib import Path
from types import ModuleType

import pytest

from defext.ground.fold import fold


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The generator, which is no part of the package."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks.grounding import cases

    return cases


def test_there_are_enough_cases_and_always_the_same(cases: ModuleType) -> None:
    generated = list(cases.cases())
    assert len(generated) >= 300
    assert sum(case.place is None for case in generated) >= 60
    assert generated == list(cases.cases())
    assert list(cases.cases(seed=1, each=1)) != list(cases.cases(seed=2, each=1))


def test_a_quote_that_is_meant_stands_in_the_cited_sentence(cases: ModuleType) -> None:
    for case in cases.cases(each=5):
        start, end = case.cited
        assert 0 <= start < end <= len(case.text)
        if case.place:
            assert start <= case.place[0] < case.place[1] <= end
        elif not case.mangling.endswith("at all"):
            words = set(fold(case.text[start:end]).split())
            assert len(words & set(fold(case.quote).split())) >= 3


def test_a_quote_that_is_not_meant_is_nowhere_in_the_text(cases: ModuleType) -> None:
    for case in cases.cases(each=5):
        is_verbatim = case.quote in case.text
        if case.place is None:
            assert fold(case.quote) not in fold(case.text)
        elif case.mangling in ("verbatim", "several places", "no spaces", "right to left"):
            assert is_verbatim
            assert case.text[slice(*case.place)] == case.quote
        elif case.mangling != "a word left out":  # which may be the last
            assert not is_verbatim


def test_the_long_text_has_its_length_and_no_quote_verbatim(cases: ModuleType) -> None:
    text, quotes = cases.long_text(120_000)
    assert len(text) == 120_000
    assert len(quotes) == 5
    assert not any(quote in text for quote in quotes)


def test_a_placement_is_right_if_it_shares_nine_tenths(cases: ModuleType) -> None:
    case = cases.Case("any", "x" * 100, (0, 100), "x" * 20, (10, 30))
    assert cases.outcome(case, (10, 30)) == "right"
    assert cases.outcome(case, (11, 31)) == "right"
    assert cases.outcome(case, (12, 30)) == "right"
    assert cases.outcome(case, (13, 30)) == "wrong"
    assert cases.outcome(case, (50, 70)) == "wrong"
    assert cases.outcome(case, None) == "none"
    absent = cases.Case("any", "x" * 100, (0, 100), "y", None)
    assert cases.outcome(absent, None) == "right"
    assert cases.outcome(absent, (0, 1)) == "wrong"
