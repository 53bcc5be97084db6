"""Grounding ends, whatever the text: its work grows no faster than the text does."""

import time
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from defext.ground import Missing, bounds, fuzzy, ground_quote, places, wording
from defext.ground.fold import long_folded

QUOTE = "the navy will deliver ten tanks to Ukraine"
# Each of one thing, over and over, without a space or with nothing else.
ENDLESS = [
    "a",
    "国",
    " ",
    "\n",
    "ab ",
    "- ",
    "the navy will ",
    "1,5",
    "a-\n",
    "e\u0301",
    "ﬁ",
    "👩\u200d",
]


@pytest.fixture(autouse=True)
def _small_again() -> Iterator[None]:
    yield
    long_folded.cache_clear()


def test_a_line_of_fifty_million_characters_is_searched() -> None:
    text = "a" * 25_000_000 + QUOTE + "a" * 25_000_000
    began = time.process_time()
    assert isinstance(ground_quote(text, QUOTE.replace("tanks", "ships")), Missing)
    assert isinstance(ground_quote(text, "a" * 500 + "b"), Missing)
    assert isinstance(ground_quote(text, "the navy … to Ukraine"), Missing)  # a part of a word
    found = ground_quote(f"{text[:-1]} {QUOTE}.", QUOTE.upper(), (len(text), len(text) + 50))
    assert not isinstance(found, Missing)
    assert found.start == len(text)
    assert time.process_time() - began < 60  # it takes about 5 seconds


@pytest.mark.parametrize("endless", ENDLESS)
@pytest.mark.parametrize(
    "quote", [QUOTE, "a" * 30, "国" * 30, "ab ab abx ab ab", "navy … the navy will x", "ﬁﬁﬁfi"]
)
def test_places_that_cut_a_word_are_not_tried_one_by_one(endless: str, quote: str) -> None:
    text = endless * (60_000 // len(endless))
    with patch.object(places, "cuts", side_effect=bounds.cuts) as tried:
        ground_quote(text, quote, (30_000, 30_010))
    assert tried.call_count < len(text) / 3


@pytest.mark.parametrize("quote", [QUOTE, "the navy will " * 60, "will the " * 9])
def test_few_and_small_surroundings_are_looked_at_closely(quote: str) -> None:
    quote = f"{quote} sail"
    text = "the navy will " * 20_000
    with patch.object(fuzzy, "words", side_effect=wording.words) as looked:
        assert isinstance(ground_quote(text, quote, (0, 50)), Missing)
    spans = [call.args for call in looked.call_args_list if len(call.args) == 4]
    assert 0 < len(spans) <= 30
    assert all(end - start <= 10 * len(quote) for _, _, start, end in spans)


def test_of_many_places_the_cited_one_is_found_all_the_same() -> None:
    text = "国" * 300_000
    found = ground_quote(text, "国国国", (200_000, 200_010))
    assert not isinstance(found, Missing)
    assert found.start == 200_000
