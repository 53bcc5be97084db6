"""Laws of words for times; cases/when.tsv has the cases."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from value_cases import cases

from defext.schema import When
from defext.values import when

WORDS = st.sampled_from([words for (words, *_), _ in cases("when")]) | st.text(max_size=60)
DATES = st.none() | st.dates()
FUTURE = st.sampled_from([None, True, False])
COUNTRIES = st.sampled_from([None, "USA", "AUS", "IND", "no code"])


def days(found: When | None) -> str:
    assert found is not None
    if found.start is None:
        return "?"
    return str(found.start) if found.start == found.end else f"{found.start}..{found.end}"


def test_no_words_are_no_time() -> None:
    assert when("  ") is None


@settings(deadline=None)
@given(WORDS, DATES, FUTURE, COUNTRIES)
def test_it_never_raises_and_an_interval_never_ends_before_it_starts(
    words: str, published: date | None, future: bool | None, country: str | None
) -> None:
    found = when(words, published, future, country=country)
    if found and found.start and found.end:
        assert found.start <= found.end


@given(WORDS, DATES, FUTURE)
def test_the_words_are_kept_and_mean_the_same_again(
    words: str, published: date | None, future: bool | None
) -> None:
    found = when(words, published, future)
    assert (found and found.text) == (words.strip() or None)
    if found:
        assert when(found.text, published, future) == found


@pytest.mark.parametrize("joint", ["and", "to", "-", "by", "since", "of the", "end of"])
def test_long_nonsense_is_given_up_at_once(joint: str) -> None:
    found = when(f" {joint} ".join(["Monday"] * 12), date(2025, 1, 1))
    assert found is not None
    assert found.start is None


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), DATES, FUTURE)
def test_a_written_date_is_that_day(day: date, published: date | None, future: bool | None) -> None:
    month = f"{day:%B}"
    for words in (
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
    ):
        assert days(when(f"on {words}", published, future)) == str(day)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 6))
def test_a_weekday_is_the_nearest_in_its_direction(published: date, number: int) -> None:
    name = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()[number]
    past, ahead = (when(f"on {name}", published, future) for future in (False, True))
    assert past is not None
    assert ahead is not None
    assert past.start is not None
    assert ahead.start is not None
    assert past.start.weekday() == ahead.start.weekday() == number
    assert 0 <= (published - past.start).days < 7
    assert 0 <= (ahead.start - published).days < 7
