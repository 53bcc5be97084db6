"""A quote with an ellipsis is the passage from its first to its last part, if it says the same."""

import pytest

from defext.ground import Missing, ground_quote

PLEDGE = "will deliver, over the next years, ten tanks to Ukraine"
TEXT = f"""Ruvane {PLEDGE}. It will not send guns to us today.
Ruvane said that Nereth will buy ships.

It will go on to buy a harbour."""


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("will deliver … to Ukraine", PLEDGE),
        ("Will DELIVER (…) tanks ... Ukraine", PLEDGE),
        ("Ruvane will deliver [...] ten tanks", f"Ruvane {PLEDGE.removesuffix(' to Ukraine')}"),
        ("ten tanks . . . Ukraine", "ten tanks to Ukraine"),
    ],
)
def test_the_parts_are_found_in_order(quote: str, found: str) -> None:
    evidence = ground_quote(TEXT, quote)
    assert not isinstance(evidence, Missing), evidence.reason
    assert evidence.quote == found
    assert evidence.grade == "fuzzy"
    assert evidence.similarity is not None
    assert 0 < evidence.similarity < 1


@pytest.mark.parametrize(
    "quote",
    [
        "to Ukraine … will deliver ten",  # another order
        "will deliver … to Nereth",  # a part that is not there
        "It will … send guns to us",  # "not"
        "Ruvane … will buy ships",  # whose ships?
        "Nereth will buy … to buy a harbour",  # another paragraph
        "ten … to us",  # a part of three letters
        "a ... b",
        "…",
        "Ruv … Ukraine",  # a part of a word
    ],
)
def test_what_is_left_out_may_not_say_something_else(quote: str) -> None:
    assert isinstance(ground_quote(TEXT, quote), Missing)


def test_not_too_much_is_left_out() -> None:
    between = "and so on "
    for times, is_found in ((20, True), (60, False)):
        text = f"It will deliver {between * times} to the harbour."
        found = ground_quote(text, "it will deliver … to the harbour")
        assert isinstance(found, Missing) != is_found


def test_the_cited_place_is_meant() -> None:
    text = "It will buy us ten ships. " * 3
    found = ground_quote(text, "will buy … ships", (26, 52))
    assert not isinstance(found, Missing)
    assert (found.start, found.end) == (29, 50)


def test_no_characters_are_left_out_where_words_are_not_spaced() -> None:
    assert isinstance(
        ground_quote("挪威将于五月不向乌克兰交付坦克", "挪威将于五月……向乌克兰交付坦克"), Missing
    )
