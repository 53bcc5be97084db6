"""Sentences cover the text, in order, and their offsets count in it."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from defext import Document
from defext.document import sanitize, split

FRAGMENTS = [
    "Norway agreed.",
    "Dr. Aldana met Gen. Brekke",
    "U.S. and U.K. envoys",
    "“Will we?”",
    "he asked!",
    "…",
    "日本。",
    "国防部长说",
    "😀",
    "e\u0301té",
    "\u200b",
    "\u00a0",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "3.5",
    ".",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.lists(
    st.sampled_from(FRAGMENTS), max_size=14
).map(" ".join)


LINES = (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8").splitlines()
CASES = [
    pytest.param(
        line.removeprefix("? ").split(" | "),
        marks=[pytest.mark.xfail(strict=True)] if line.startswith("? ") else [],
        id=line,
    )
    for line in LINES
    if not line.startswith("#")
]


@pytest.mark.parametrize("sentences", CASES)
def test_abbreviations_and_numbers_end_no_sentence(sentences: list[str]) -> None:
    assert [sentence.text for sentence in split(" ".join(sentences))] == sentences


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example("A.\n\n\n B.\u2028C.")
def test_sentences_are_the_text_in_order_with_white_space_alone_between(text: str) -> None:
    sentences = split(text)
    assert [s.number for s in sentences] == list(range(1, len(sentences) + 1))
    end = 0
    for s in sentences:
        assert s.text == sanitize(text[s.start : s.end]) == s.text.strip() != ""
        assert sanitize(text[end : s.start]) == ""
        end = s.end
    assert sanitize(text[end:]) == ""


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "Dr. Aldana met Gen. Brekke in the U.S. on Monday. They spoke.",
            ["Dr. Aldana met Gen. Brekke in the U.S. on Monday.", "They spoke."],
        ),
        (
            "It costs $3.5 billion. Who pays? Norway!",
            ["It costs $3.5 billion.", "Who pays?", "Norway!"],
        ),
        ("  One line \n\n Another line ", ["One line", "Another line"]),
        ("挪威同意。智利拒绝。", ["挪威同意。", "智利拒绝。"]),
    ],
)
def test_a_text_is_split_where_its_sentences_end(text: str, sentences: list[str]) -> None:
    assert [s.text for s in split(text)] == sentences


def test_paragraphs_are_counted() -> None:
    text = "Norway agreed. Chile refused.\n\nKenya waits."
    paragraphs = [s.paragraph for s in split(text)]
    assert paragraphs[0] == paragraphs[1] < paragraphs[2]


def test_a_document_reads_its_sentences_once() -> None:
    document = Document("Norway agreed. Chile refused.")
    assert document.sentences is document.sentences
    assert document.sentences == split(document.text)


@pytest.mark.parametrize(
    "dateline",
    [
        "PORT HALVARD, Nov 17 (CWA) - ",
        "MELLERAY (MTA) – ",
        "VALPARAÍSO, 14 May — ",
        "BREKKA — ",
        "Port Halvard (Wire Agency) -- ",
    ],
)
def test_a_dateline_is_no_part_of_the_sentence(dateline: str) -> None:
    text = f"{dateline}Norway agreed. Chile - a friend - waited."
    first, second = split(text)
    assert (first.text, text[first.start : first.end]) == ("Norway agreed.", "Norway agreed.")
    assert second.text == "Chile - a friend - waited."


@pytest.mark.parametrize(
    "text",
    [
        "NATO agreed - at last - to act.",
        "US-Chile talks went on.",
        "The F-16 - a fighter - left.",
        "Chile (and Norway) waited - in vain.",
        "EU—a union.",
    ],
)
def test_a_dash_alone_makes_no_dateline(text: str) -> None:
    [sentence] = split(text)
    assert sentence.text == text
