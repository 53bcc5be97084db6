"""A page falls into the blocks that a browser shows."""

import pytest
from lxml import html

from defext.document.readers.blocks import blocks


def texts(body: str) -> list[str]:
    return [block.text for block in blocks(html.document_fromstring(body))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One.<p>Two.", ["One.", "Two."]),
        ("One.<div>Two.</div>Three.", ["One.", "Two.", "Three."]),
        ("<p>One <b>t<i>w</i>o</b>,\n  <span>three</span>.</p>", ["One two, three."]),
        ("One.<br><br>Two.<br>\n Three.", ["One.", "Two.\nThree."]),
        ("<p>One.<br></p><br>Two.", ["One.", "Two."]),
        ("<h2>One</h2>two<hr>three", ["One", "two", "three"]),
        ("<ul><li>One<ul><li>two</ul>three</ul>", ["One", "two", "three"]),
        ("<pre>One\ntwo.\n\n  Three.</pre>", ["One\ntwo.", "Three."]),
        ("<table><tr><th>Ship<th>Side<tr><td>Corran<td> <p>both</p></table>end",
         ["Ship | Side", "Corran | both", "end"]),
        ("<p>One&nbsp;two air&shy;craft\u200b.</p>", ["One two aircraft."]),
        ("<p> </p><div><br></div>", []),
    ],
)  # fmt: skip
def test_blocks_are_parted_where_a_browser_parts_them(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


@pytest.mark.parametrize(
    ("body", "linked"),
    [
        ("<p><a href='#'>One two</a></p>", 1.0),
        ("<p>One <a href='#'>two</a></p>", 0.5),
        ("<a href='#'><p>One</p></a>", 1.0),
        ("<p><a name='top'>One two</a></p>", 0.0),
    ],
)
def test_a_block_knows_how_much_of_it_is_a_link(body: str, linked: float) -> None:
    [block] = blocks(html.document_fromstring(body))
    assert block.linked == pytest.approx(linked)


def test_a_sentence_is_prose_and_a_label_or_a_link_is_none() -> None:
    sentence = "The minister asked for the loan of four ships."
    prose = [
        block.prose
        for block in blocks(
            html.document_fromstring(
                f"<p>{sentence}<p>Four ships.<p>{sentence[:-1]}<p><a href='#'>{sentence}</a>"
            )
        )
    ]
    assert prose == [len(sentence), 0, 0, 0]
