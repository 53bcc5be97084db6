"""Folding leaves out what people type differently, and every folded character knows its source."""

import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from defext.ground.fold import fold, folded, folding, is_void

# Characters of which folding makes none, one or several, among those it leaves alone.
ODD = st.sampled_from(
    "aB \n\t-–—.,'’“\u00ad\u200b\u200d\u0301\u0308éßﬁ½№™…国部กำदि्َـשּ\u202e\u2066🇺🇦👩🏽１٣İıΣς한"
    "\u1112\u1161\u11ab\u0345ᾳ`´\u3099がﾞ"
)
TEXTS = st.text(ODD | st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MINISTER", "minister"),
        ("STRASSE", "Straße"),
        ("Müller", "Mu\u0308ller"),
        ("Łódź Øresund Đurić Ħamrun", "Lodz Oresund Duric Hamrun"),
        ("Æsir, œuvre, ılıca", "Aesir, oeuvre, ilica"),
        ("İstanbul", "Istanbul"),
        ("ΣΟΦΟΣ σοφός", "σοφος σοφος"),
        ("ᾳ", "α\u0345"),
        ("eﬃcient oﬀer, ﬁnal ﬂeet", "efficient offer, final fleet"),
        ("Ｆ－４１４ №５", "F-414 No5"),
        ("٣ دبّابات في البحـــر", "3 دبابات في البحر"),
        ("שָׁלוֹם ״אור״", 'שלום "אור"'),
        ("हज़ार", "हजार"),
        ("한국", unicodedata.normalize("NFD", "한국")),
        (
            "“We” ‘we’ „wir“ «nous» ‹on› 「我」 『她』 `so`",
            "'We' \"we\" 'wir' 'nous' 'on' '我' '她' 'so'",
        ),
        ("first—second – third -- fourth − fifth", "first-second - third-fourth-fifth"),
        ("co\u00adoper\u200bation\u2060", "cooperation"),
        ("\u2067שלום\u2069 \u202eabc\u202c \u200fא\u200e", "שלום abc א"),
        ("✌\ufe0f", "✌"),
        ("radar\u00a0\u202f\n\t \u200b data", "radar data"),
        ("the min-\nesweeper, the mine\u00ad\r\n  sweeper", "the minesweeper, the minesweeper"),
        ("the F-\n414 and Franco-\nRuvanian", "the F-414 and Franco-Ruvanian"),
        ("wait…", "wait..."),
    ],
)
def test_what_may_be_typed_for_another_folds_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a ≠ b", "a = b"),
        ("タンク", "ダンク"),
        ("क्या", "कया"),
        ("เสือ", "เสื่อ"),
        ("5-10", "510"),
        ("to -5", "to 5"),
        ("resign", "re sign"),
        ("one, two", "one two"),
        ("10²", "102"),
        ("10₂", "102"),
        ("10½", "101⁄2"),
        ("10①", "101"),
    ],
)
def test_what_makes_another_word_of_it_stays(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=300, deadline=None)
@given(st.text(ODD, max_size=3) | st.text(st.characters(max_codepoint=127), max_size=3))
def test_a_text_is_void_of_which_folding_leaves_nothing(text: str) -> None:
    assert is_void(text) == (fold(text) == "")


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("ﬁ\u00ad -\n ﬁ")
def test_the_way_back_is_in_order_and_leads_there_and_back(text: str) -> None:
    there = folding(text)
    offsets = [there.source(index) for index in range(len(there.text) + 1)]
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
    for index, offset in enumerate(offsets):
        assert there.parts(index) == (offset in offsets[:index])
    for offset in range(len(text) + 1):
        assert there.index(offset) == sum(each < offset for each in offsets[:-1])


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_each_folded_character_is_made_of_its_source(text: str) -> None:
    there = folding(text)
    for index, character in enumerate(there.text):
        source = text[there.source(index)]
        assert character in fold(source) or character in " -" or "\u1100" <= source <= "\u1112"


def test_a_long_text_stays_small() -> None:
    text = "The minister said – on Tuesday – that Norway’s “navy” will sail.\n\n" * 20_000
    there = folding(text)
    starts = sys.getsizeof(there.folded_starts) + sys.getsizeof(there.source_starts)
    assert starts + sys.getsizeof(there.text) < 3 * len(text)


def test_a_document_is_folded_once_however_many_sentences_are_asked_about() -> None:
    document = "The navy will sail. " * 1000
    kept = folded(document)
    for number in range(50):
        folded(f"Ship {number} will sail.")
    assert folded(document) is kept
