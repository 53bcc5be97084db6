"""A text is cut between words and characters only."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.ground.bounds import cuts


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Nor", "way"),
        ("Mu", "\u0308ller"),
        ("Mu\u0308", "ller"),
        ("co\u00ad", "operate"),
        ("co-\n", "operate"),
        ("दि", "ल्ली"),
        ("ж", "ё"),
        ("1,", "500"),
        ("1", ".5"),
        ("2", "025"),
        ("can", "’t"),
        ("can’", "t"),
        ("👩", "\u200d✈"),
        ("👩\u200d", "✈"),
        ("👩", "🏽"),
        ("🇳", "🇴"),
        ("🇳🇴🇸", "🇪"),
        ("ก", "\u0e33"),
        ("ท", "ี่"),
        ("か", "\u3099"),
    ],
)
def test_what_belongs_together_is_not_parted(left: str, right: str) -> None:
    assert cuts(left + right, len(left))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("", "Norway"),
        ("Norway", ""),
        ("Norway", " said"),
        ("Norway", "’s navy"),
        ("F-", "414"),
        ("Franco-\n", "Ruvanian"),
        ("1, ", "500"),
        ("国防", "部长"),
        ("ラジオ", "局"),
        ("กลาโหม", "แถลง"),
        ("国", "Norway"),
        ("🇳🇴", "🇸🇪"),
        ("👩", "👩"),
        ("Kongsberg", "™"),
    ],
)
def test_between_words_and_characters_a_text_may_be_cut(left: str, right: str) -> None:
    assert not cuts(left + right, len(left))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=20), st.data())
def test_no_mark_is_parted_from_its_letter(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    mark = data.draw(st.characters(categories=["Mn", "Mc", "Me"]))
    marked = text[:at] + mark + text[at:]
    assert cuts(marked, at) == (at > 0)
    assert unicodedata.category(marked[at]).startswith("M")


@settings(max_examples=300, deadline=None)
@given(st.text("aB ,.'!(-1\n", max_size=8), st.data())
def test_accents_do_not_change_where_a_text_may_be_cut(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assert cuts(text.replace("a", "á").replace("B", "É"), at) == cuts(text, at)
