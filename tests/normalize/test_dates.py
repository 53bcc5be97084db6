"""The text's words for a time, and the days that they name."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.normalize.dates import find_when
from defext.schema import When

TUESDAY = date(2025, 7, 1)
DATES = st.dates(date(1900, 1, 1), date(2099, 12, 31))
MONTHS = [f"{date(2025, month, 1):%B}" for month in range(1, 13)]
DAYS = [f"{date(2025, 6, 30) + timedelta(days=n):%A}" for n in range(7)]

RELATIVE = {
    "today": ("2025-07-01", "2025-07-01", "day"),
    "earlier today": ("2025-07-01", "2025-07-01", "day"),
    "this morning": ("2025-07-01", "2025-07-01", "day"),
    "yesterday": ("2025-06-30", "2025-06-30", "day"),
    "tomorrow": ("2025-07-02", "2025-07-02", "day"),
    "on Tuesday": ("2025-07-01", "2025-07-01", "day"),
    "on Monday": ("2025-06-30", "2025-06-30", "day"),
    "on Wednesday": ("2025-06-25", "2025-06-25", "day"),
    "last Tuesday": ("2025-06-24", "2025-06-24", "day"),
    "last Monday": ("2025-06-30", "2025-06-30", "day"),
    "this Friday": ("2025-07-04", "2025-07-04", "day"),
    "next Friday": ("2025-07-04", "2025-07-04", "day"),
    "next Tuesday": ("2025-07-08", "2025-07-08", "day"),
    "January 6": ("2025-01-06", "2025-01-06", "day"),
    "on 6 January": ("2025-01-06", "2025-01-06", "day"),
    "on 28 December": ("2025-12-28", "2025-12-28", "day"),
    "29 February": ("2024-02-29", "2024-02-29", "day"),
    "this week": ("2025-06-30", "2025-07-06", "week"),
    "last week": ("2025-06-23", "2025-06-29", "week"),
    "last weekend": ("2025-06-28", "2025-06-29", "range"),
    "next month": ("2025-08-01", "2025-08-31", "month"),
    "last month": ("2025-06-01", "2025-06-30", "month"),
    "later this month": ("2025-07-01", "2025-07-31", "range"),
    "next quarter": ("2025-10-01", "2025-12-31", "quarter"),
    "last quarter": ("2025-04-01", "2025-06-30", "quarter"),
    "the fourth quarter": ("2025-10-01", "2025-12-31", "quarter"),
    "in May": ("2025-05-01", "2025-05-31", "month"),
    "this year": ("2025-01-01", "2025-12-31", "year"),
    "last year": ("2024-01-01", "2024-12-31", "year"),
    "later this year": ("2025-07-01", "2025-12-31", "range"),
    "earlier this year": ("2025-01-01", "2025-07-01", "range"),
    "later last year": ("2024-01-01", "2024-12-31", "year"),
    "earlier next year": ("2026-01-01", "2026-12-31", "year"),
    "earlier this weekend": ("2025-07-05", "2025-07-06", "range"),
    "by the end of the year": ("2025-12-31", "2025-12-31", "day"),
    "by the end of this year": ("2025-12-31", "2025-12-31", "day"),
    "end of next year": ("2026-12-31", "2026-12-31", "day"),
    "the start of next year": ("2026-01-01", "2026-01-01", "day"),
    "by the end of the month": ("2025-07-31", "2025-07-31", "day"),
    "by the end of the week": ("2025-07-06", "2025-07-06", "day"),
    "the end of the decade": ("2029-12-31", "2029-12-31", "day"),
    "by the end of June": ("2025-06-30", "2025-06-30", "day"),
    "next spring": ("2026-03-01", "2026-05-31", "season"),
    "this autumn": ("2025-09-01", "2025-11-30", "season"),
    "last winter": ("2024-12-01", "2025-02-28", "season"),
    "within 30 days": ("2025-07-01", "2025-07-31", "range"),
    "within two weeks": ("2025-07-01", "2025-07-15", "range"),
    "over the next five years": ("2025-07-01", "2030-07-01", "range"),
    "over the coming months": ("2025-07-01", "2025-08-01", "range"),
    "in the next 6 months": ("2025-07-01", "2026-01-01", "range"),
}
ABSOLUTE = {
    "on 2025-01-06": ("2025-01-06", "2025-01-06", "day"),
    "6 January 2025": ("2025-01-06", "2025-01-06", "day"),
    "January 6, 2025": ("2025-01-06", "2025-01-06", "day"),
    "the 6th of January 2025": ("2025-01-06", "2025-01-06", "day"),
    "Sept. 5, 2025": ("2025-09-05", "2025-09-05", "day"),
    "29 February 2024": ("2024-02-29", "2024-02-29", "day"),
    "May 2025": ("2025-05-01", "2025-05-31", "month"),
    "in February 2024": ("2024-02-01", "2024-02-29", "month"),
    "Q3 2025": ("2025-07-01", "2025-09-30", "quarter"),
    "the third quarter of 2025": ("2025-07-01", "2025-09-30", "quarter"),
    "spring 2026": ("2026-03-01", "2026-05-31", "season"),
    "the winter of 2023": ("2023-12-01", "2024-02-29", "season"),
    "by the end of 2026": ("2026-12-31", "2026-12-31", "day"),
    "by the end of May 2026": ("2026-05-31", "2026-05-31", "day"),
    "the beginning of 2026": ("2026-01-01", "2026-01-01", "day"),
    "by 2030": ("2030-01-01", "2030-12-31", "year"),
    "in late 2025": ("2025-01-01", "2025-12-31", "year"),
}
UNKNOWABLE = [
    "FY2026",
    "fiscal year 2026",
    "2025-02-30",
    "31 February 2025",
    "30 February",
    "within 99999 years",
    "within 999999999 weeks",
]
NO_TIMES = [
    "they may join the talks",
    "soldiers march on the capital",
    "of the 12 may join",
    "the 20 march on",
    "by may",
    "send 2000 drones",
    "a fleet of 1950 vessels",
    "flight 2025-7",
    "the Sundayed",
    "decide on the 5th point",
    "",
]


def days(when: When | None) -> tuple[str, str, str | None] | None:
    return None if when is None else (str(when.start), str(when.end), when.precision)


@pytest.mark.parametrize(("words", "interval"), (RELATIVE | ABSOLUTE).items())
def test_words_name_days_as_seen_from_the_day_of_publication(
    words: str, interval: tuple[str, str, str]
) -> None:
    assert days(find_when(f"They will meet {words}, he said.", TUESDAY)) == interval


@pytest.mark.parametrize(("words", "interval"), ABSOLUTE.items())
def test_a_full_date_needs_no_day_of_publication(
    words: str, interval: tuple[str, str, str]
) -> None:
    assert days(find_when(words, None)) == interval


@pytest.mark.parametrize("words", RELATIVE)
def test_relative_words_are_kept_unresolved_without_one(words: str) -> None:
    when = find_when(words, None)
    assert when is not None
    assert when.text in words
    assert (when.start, when.end, when.precision) == (None, None, None)


@pytest.mark.parametrize("words", UNKNOWABLE)
def test_a_time_that_cannot_be_told_keeps_its_words_alone(words: str) -> None:
    when = find_when(f"It is due {words}.", TUESDAY)
    assert when == When(text=words, start=None, end=None, precision=None)


@pytest.mark.parametrize("words", NO_TIMES)
def test_other_words_are_no_time(words: str) -> None:
    assert find_when(words, TUESDAY) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("They met on Tuesday in Oslo.", "on Tuesday"),
        ("It is due by the end of the year.", "by the end of the year"),
        ("They met on 6\u00a0January 2025.", "on 6\u00a0January 2025"),
        ("The call, on July 1, 2025, was long.", "on July 1, 2025"),
        ("ON TUESDAY they met.", "ON TUESDAY"),
        ("It is due by June.", "by June"),
        ("They met on 3 Mar.", "on 3 Mar."),
    ],
)
def test_the_words_are_those_of_the_text(text: str, words: str) -> None:
    when = find_when(text, TUESDAY)
    assert when is not None
    assert when.text == words


def test_the_most_exact_time_is_taken() -> None:
    assert days(find_when("Last year, on 3 May 2024, they met on a Monday.", TUESDAY)) == (
        "2024-05-03",
        "2024-05-03",
        "day",
    )


@pytest.mark.parametrize(
    ("words", "past", "future"),
    [
        ("on Monday", "2025-06-30", "2025-07-07"),
        ("on Tuesday", "2025-07-01", "2025-07-01"),
        ("by 1 March", "2025-03-01", "2026-03-01"),
        ("on 2 July", "2025-07-02", "2025-07-02"),
        ("by June", "2025-06-01", "2026-06-01"),
        ("by July", "2025-07-01", "2025-07-01"),
        ("by the end of June", "2025-06-30", "2026-06-30"),
    ],
)
def test_what_is_due_is_ahead(words: str, past: str, future: str) -> None:
    assert days(find_when(words, TUESDAY)) is not None
    then = find_when(words, TUESDAY), find_when(words, TUESDAY, future=True)
    assert [str(when.start) for when in then if when] == [past, future]


@pytest.mark.parametrize(
    ("published", "words", "start"),
    [
        ("2025-01-15", "this winter", "2024-12-01"),
        ("2025-01-15", "next winter", "2025-12-01"),
        ("2025-01-15", "last winter", "2023-12-01"),
        ("2025-12-15", "this winter", "2025-12-01"),
        ("2025-01-03", "on 30 December", "2024-12-30"),
        ("2025-12-30", "on 3 January", "2026-01-03"),
        ("2024-01-31", "next month", "2024-02-01"),
        ("2024-12-31", "next month", "2025-01-01"),
        ("2025-02-01", "last quarter", "2024-10-01"),
    ],
)
def test_years_turn(published: str, words: str, start: str) -> None:
    when = find_when(words, date.fromisoformat(published))
    assert when is not None
    assert str(when.start) == start


def test_a_month_that_is_too_short_ends_the_span_on_its_last_day() -> None:
    when = find_when("within one month", date(2024, 1, 31))
    assert days(when) == ("2024-01-31", "2024-02-29", "range")


@given(DATES)
def test_a_weekday_equal_to_the_day_of_publication_is_that_day(published: date) -> None:
    name = f"{published:%A}"
    for future in (False, True):
        when = find_when(f"on {name}", published, future=future)
        assert when is not None
        assert (when.start, when.end) == (published, published)


@given(DATES, st.sampled_from(DAYS))
def test_a_weekday_is_the_nearest_in_its_direction(published: date, name: str) -> None:
    past, future = (find_when(name, published, future=ahead) for ahead in (False, True))
    assert past is not None
    assert future is not None
    assert past.start is not None
    assert future.start is not None
    assert f"{past.start:%A}" == f"{future.start:%A}" == name
    assert 0 <= (published - past.start).days < 7
    assert 0 <= (future.start - published).days < 7


@settings(max_examples=40, deadline=None)
@given(DATES, st.none() | DATES, st.booleans())
def test_a_written_date_is_that_day(day: date, published: date | None, future: bool) -> None:
    month = f"{day:%B}"
    for words in (
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
    ):
        when = find_when(f"They met on {words} in Oslo.", published, future=future)
        assert when == When(text=f"on {words}", start=day, end=day, precision="day")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([*RELATIVE, *ABSOLUTE, *UNKNOWABLE, *NO_TIMES])
    | st.builds(
        "{} {} {}".format,
        st.sampled_from(["earlier", "later", "the end of", "by the start of", "on", ""]),
        st.sampled_from(["this", "next", "last", "coming", "the", "in"]),
        st.sampled_from(
            ["week", "weekend", "month", "quarter", "year", "decade", "winter", *DAYS, *MONTHS]
        ),
    ),
    st.none() | st.dates(),
    st.booleans(),
)
def test_an_interval_never_ends_before_it_starts(
    words: str, published: date | None, future: bool
) -> None:
    text = f"It is due {words}."
    when = find_when(text, published, future=future)
    if when is not None:
        assert when.text in text
        assert (when.start is None) == (when.end is None) == (when.precision is None)
        if when.start and when.end:
            assert when.start <= when.end
