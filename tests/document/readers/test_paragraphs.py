"""Lines of pages become the paragraphs that they were broken from."""

import textwrap
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.document.readers.paragraphs import joined
from defext.document.readers.pdf_lines import Line, body


def at(text: str, bottom: float, left: float = 72, height: float = 12, right: float = 0) -> Line:
    return Line(text, left, bottom, right or left + 6 * len(text), bottom + height)


def down(*texts: str, pitch: float = 14) -> list[Line]:
    """Lines under each other that all reach the edge."""
    return [at(text, 700 - pitch * row, right=500) for row, text in enumerate(texts)]


WORDS = st.lists(
    st.sampled_from(
        "Nereth asked the Assembly for ships in May and got a well-kept long-term loan".split()
    ),
    min_size=20,  # two lines at the least: a single one shows no indent
    max_size=60,
)


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6), st.integers(5, 30), st.booleans())
def test_set_in_lines_and_pages_a_text_stays_the_same(
    paragraphs: list[list[str]], rows: int, indented: bool
) -> None:
    long = " ".join(["Nereth asked the Assembly for ships, and the Assembly gave it none."] * 3)
    texts = [long, *("In June " + " ".join(words) + "." for words in paragraphs)]
    lines: list[Line] = []
    bottom = 0.0
    for text in texts:
        wrapped = textwrap.wrap(text, 60, break_on_hyphens=False, initial_indent="   " * indented)
        for row, line in enumerate(wrapped):
            is_last = row == len(wrapped) - 1
            words = line.strip()
            left = 72 + 6 * (len(line) - len(words))
            lines.append(at(words, bottom, left, right=0 if is_last else 432))
            bottom -= 14
        bottom -= 0 if indented else 8
    pages = [lines[start : start + rows] for start in range(0, len(lines), rows)]
    text, starts = joined(pages, title="")
    assert text == "\n\n".join(texts)
    assert len(starts) == len(pages)
    for start, page in zip(starts, pages, strict=True):
        assert text.startswith(page[0].text, start)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("the air-", "craft of"), "the aircraft of"),
        (("the air\u00ad", "craft of"), "the aircraft of"),
        (("the air\u2010", "craft of"), "the aircraft of"),
        (("a long-term loan, a long-", "term lease"), "a long-term loan, a long-term lease"),
        (("the US-", "Indian talks"), "the US-Indian talks"),
        (("in 2024-", "25 and"), "in 2024-25 and"),
        (("he said –", "and left"), "he said – and left"),
        (("回答は水曜日に", "示される"), "回答は水曜日に示される"),
    ],
)
def test_what_is_broken_at_the_end_of_a_line_is_one_again(
    lines: Sequence[str], expected: str
) -> None:
    assert joined([down(*lines)], "")[0] == expected
    assert joined([down(lines[0]), down(lines[1])], "")[0] == expected


@pytest.mark.parametrize(
    "lines",
    [
        [at("A heading", 700, height=18), at("the text under it", 680)],
        [
            at("What was agreed", 700),
            *[at(f"Ruvane line {n}", 680 - 14 * n, right=500) for n in (0, 1)],
        ],
        [*down("• one thing;", "• another thing.")],
        [*down("They agreed:", "1. to meet again;", "(b) to write.")],
    ],
)
def test_headings_and_items_stand_alone(lines: list[Line]) -> None:
    first = joined([lines], "")[0].split("\n\n")[0]
    assert first == lines[0].text


def test_a_page_without_text_starts_where_the_next_one_does() -> None:
    text, starts = joined([down("They met."), [], down("They left."), []], "")
    assert text == "They met.\n\nThey left."
    assert starts == (0, 11, 11, 21)


def test_the_paragraph_that_is_the_title_is_left_out() -> None:
    lines = [at("Talks in", 700, height=18), at("Tarvik", 680, height=18), at("They met.", 640)]
    assert joined([lines], "Talks in Tarvik") == ("They met.", (0,))


WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]


def test_what_is_at_the_head_and_foot_of_the_pages_is_left_out() -> None:
    pages = [down(f"On the {day} they met.", "They left.", f"It was {day}.") for day in WEEK]
    printed = [
        [at("Bulletin No. 14", 760), *page, at(f"– {number} –", 30)]
        for number, page in enumerate(pages, start=1)
    ]
    assert body(printed) == pages


def test_what_is_repeated_only_within_the_pages_stays() -> None:
    pages = [[at(f"Head {name}", 760), at("They met.", 700), at(name, 30)] for name in "abcde"]
    assert body(pages) == pages


@pytest.mark.parametrize(
    "furniture",
    ["1", "Page 1 of 3", "- 1 -", "1/1", "http://press.example/readout.html 1/1",
     "11/22/26, 9:19 PM Talks in Tarvik", "22.11.2026, 21:19 Talks"],
)  # fmt: skip
def test_a_single_page_has_a_head_and_foot_too(furniture: str) -> None:
    line = at("They met on 22.11.2026, at 21:19.", 700)
    assert body([[at(furniture, 770), line, at(furniture, 20)]]) == [[line]]
