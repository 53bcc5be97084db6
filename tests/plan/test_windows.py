"""Long documents in parts, and what each part is told of those before it."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext import Document
from defext.document import Sentence
from defext.plan.windows import windows, with_people


def sentences(*paragraphs: list[int]) -> tuple[Sentence, ...]:
    """One of so many words for each number, in paragraphs."""
    made: list[Sentence] = []
    for paragraph, lengths in enumerate(paragraphs, 1):
        for length in lengths:
            text = "sea " * length
            made.append(Sentence(len(made) + 1, 0, len(text), text, paragraph))
    return tuple(made)


def tokens(window: tuple[Sentence, ...]) -> int:
    """As many as there are at the most: three bytes make one; a number and a line end, four."""
    return sum(len(sentence.text.encode()) // 3 + 4 for sentence in window)


def numbers(given: tuple[Sentence, ...], size: int) -> list[list[int]]:
    return [[sentence.number for sentence in window] for window in windows(given, size)]


PARAGRAPHS = st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=6), max_size=12)


@settings(max_examples=150, deadline=None)
@given(PARAGRAPHS, st.integers(1, 300))
def test_every_sentence_stands_in_one_window_in_order_and_within_its_size(
    paragraphs: list[list[int]], size: int
) -> None:
    given = sentences(*paragraphs)
    parts = list(windows(given, size))
    assert [sentence for part in parts for sentence in part] == list(given)
    for part in parts:
        assert part
        assert len(part) == 1 or tokens(part) <= size


@settings(max_examples=150, deadline=None)
@given(PARAGRAPHS, st.integers(1, 300))
def test_a_paragraph_that_fits_is_not_cut(paragraphs: list[list[int]], size: int) -> None:
    given = sentences(*paragraphs)
    parts = list(windows(given, size))
    for number in range(1, len(paragraphs) + 1):
        whole = tuple(sentence for sentence in given if sentence.paragraph == number)
        if tokens(whole) <= size:
            assert sum(bool({*whole} & {*part}) for part in parts) == 1


@settings(max_examples=100, deadline=None)
@given(PARAGRAPHS, st.integers(1, 300))
def test_a_window_ends_only_where_the_next_would_not_fit(
    paragraphs: list[list[int]], size: int
) -> None:
    given = sentences(*paragraphs)
    parts = list(windows(given, size))
    for part, following in pairwise(parts):
        first = following[0]
        paragraph = tuple(s for s in given if s.paragraph == first.paragraph)
        assert tokens((*part, *paragraph)) > size


def test_a_short_document_is_one_window() -> None:
    assert numbers(sentences([3, 3], [3]), 600) == [[1, 2, 3]]
    assert numbers((), 600) == []


def test_the_cut_is_between_paragraphs() -> None:
    assert numbers(sentences([10, 10], [10, 10]), 52) == [[1, 2], [3, 4]]


def test_a_longer_paragraph_is_cut_between_its_sentences() -> None:
    assert numbers(sentences([10, 10, 10], [1]), 40) == [[1, 2], [3, 4]]


def test_a_sentence_is_never_cut() -> None:
    assert numbers(sentences([1, 500, 1]), 40) == [[1], [2], [3]]


def test_letters_of_other_scripts_count_their_bytes() -> None:
    given = tuple(Sentence(n, 0, 20, "海" * 20, n) for n in (1, 2))
    assert numbers(given, 47) == [[1], [2]]
    assert numbers(given, 48) == [[1, 2]]


QUIET = "The sea was calm. "
NAMED = "Kenyan Defence Minister Odile Fennick; Chilean Foreign Minister Rurik Talvane"
MET = "Kenyan Defence Minister Odile Fennick met Chilean Foreign Minister Rurik Talvane in Lima."
OPENING = f"{MET} Fennick left. "


def told(text: str, number: int) -> list[str]:
    """What stands before the sentences of a window that begins with sentence `number`."""
    document = Document(text)
    shown = with_people(document, document.sentences[number - 1 :])
    return shown.splitlines()[: -len(document.sentences[number - 1 :])]


def test_a_window_is_told_who_was_named() -> None:
    assert told(OPENING + QUIET, 3) == [f"Named before: {NAMED}"]


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_not_before_is_not_told(number: int) -> None:
    assert told(QUIET * 2 + OPENING, number) == []


def test_what_is_far_before_is_told_no_more() -> None:
    assert told(OPENING + QUIET * 198, 200) != []
    assert told(OPENING + QUIET * 250, 250) == []


def test_of_many_people_the_last_are_told() -> None:
    names = [
        f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[n]}lo Garn{'abcdefghijklmnopqrstuvwxyz'[n]}t"
        for n in range(25)
    ]
    text = "".join(f"Kenyan Envoy {name} left. " for name in names)
    [line] = told(text + QUIET, 26)
    assert line.removeprefix("Named before: ").split("; ") == [
        f"Kenyan Envoy {name}" for name in names[-20:]
    ]
