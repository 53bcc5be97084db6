"""A quote is found where it stands, however it is typed, and never as a part of a word."""

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from defext.ground import find_quote
from defext.ground.quote import fold

WORDS = [
    "Minister",
    "Müller",
    "José",
    "“We",
    "won’t”",
    "co-operate",
    "efficient",
    "Straße",
    "№",
    "5½",
    "U.S.",
    "Łódź",
    "naïve",
    "first—second",
    "国防部长",
    "Ελλάδα",
    "दिल्ली",
    "(sic)",
    "…",
    "F-414",
]
SPACES = [" ", "  ", "\n", "\u00a0", " \u202f\t", "\r\n\n"]
# What one may type for another: each kind of mark, and the letters that are joined in print.
SAME = [
    list('"“”„«»'),
    list("'’‘‚"),
    list("-‐‑–—"),
    ["ffi", "ﬃ"],
    ["ff", "ﬀ"],
    ["fi", "ﬁ"],
    ["№", "No"],
    ["½", "1⁄2"],
    ["…", "..."],
    ["ß", "ss"],
    ["ü", "u", "u\u0308", "Ü"],
    ["é", "e", "e\u0301", "É"],
    ["ï", "i"],
    ["ź", "z"],
]


def texts() -> st.SearchStrategy[list[str]]:
    words = st.sampled_from(WORDS) | st.text(
        st.characters(categories=["Ll", "Lu", "Nd", "Po"]), min_size=1, max_size=6
    )
    return st.lists(words, min_size=3, max_size=12)


def mangled(draw: st.DrawFn, word: str) -> str:
    """`word` as somebody else might have typed it."""
    for forms in SAME:
        for form in forms[:1]:
            if form in word and draw(st.booleans()):
                word = word.replace(form, draw(st.sampled_from(forms)))
    if draw(st.booleans()):
        word = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), word)
    if draw(st.booleans()):
        at = draw(st.integers(0, len(word)))
        word = word[:at] + draw(st.sampled_from("\u00ad\u200b\u2060\ufeff")) + word[at:]
    if word.isascii() and draw(st.booleans()):
        word = draw(st.sampled_from([str.upper, str.lower, str.title]))(word)
    return word


@st.composite
def quotes(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and some of its words one after the other, typed otherwise."""
    words = draw(texts())
    text = "".join(word + draw(st.sampled_from(SPACES)) for word in words)
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first + 1, len(words)))
    quote = "".join(
        mangled(draw, word) + draw(st.sampled_from(SPACES)) for word in words[first:last]
    )
    return text, quote


def test_a_match_may_overlap_one_that_cuts_a_word() -> None:
    found = find_quote("I0 I0 I0 I", "I0 I0 I")
    assert found is not None
    assert (found.start, found.end) == (3, 10)


@settings(max_examples=200, deadline=None)
@given(quotes())
def test_words_of_the_text_are_found_however_they_are_typed(given: tuple[str, str]) -> None:
    text, quote = given
    assume(fold(quote))
    found = find_quote(text, quote)
    assert found is not None
    assert text[found.start : found.end] == found.quote
    assert fold(found.quote) == fold(quote)
    assert found.quote == found.quote.strip()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.text(max_size=8))
def test_what_is_found_is_what_was_asked_for(text: str, quote: str) -> None:
    found = find_quote(text, quote)
    if found is not None:
        assert text[found.start : found.end] == found.quote
        assert fold(found.quote) == fold(quote) != ""


@settings(max_examples=100, deadline=None)
@given(texts(), st.data())
def test_a_part_of_a_word_is_never_found(words: list[str], data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(["Ministry", "Müllerin", "co\u00adoperation", "Jose\u0301s"]))
    text = " ".join([*words, whole])
    part = data.draw(st.sampled_from([fold(whole)[:-1], fold(whole)[1:], fold(whole)[1:-1]]))
    assume(part not in {piece for word in words for piece in fold(word).split("-")})
    found = find_quote(text, part)
    assert found is None or found.end <= len(text) - len(whole)


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("The Minister Müller spoke.", "Minister Muller", "Minister Müller"),
        ("The Minister Mu\u0308ller spoke.", "minister müller", "Minister Mu\u0308ller"),
        ("Prime Minister Jose\u0301 left.", "Jose", "Jose\u0301"),
        ("中国国防部长昨天说", "国防部长", "国防部长"),
        ("กระทรวงกลาโหมแถลง", "กลาโหม", "กลาโหม"),
        ("He said “we won’t go”.", '"we won\'t go"', "“we won’t go”"),
        ("the F\u2011414 engine", "F-414", "F\u2011414"),
        ("a co\u00adopera\u00adtion pact", "cooperation", "co\u00adopera\u00adtion"),
        ("an eﬃcient fleet", "EFFICIENT", "eﬃcient"),
        ("radar\u00a0\n data", " radar data ", "radar\u00a0\n data"),
        ("Kongsberg™ said", "Kongsberg", "Kongsberg"),
        ("Norway's navy", "Norway", "Norway"),
        ("(Norway)", "Norway", "Norway"),
    ],
)
def test_a_quote_is_given_as_the_text_has_it(text: str, quote: str, found: str) -> None:
    evidence = find_quote(text, quote)
    assert evidence is not None
    assert evidence.quote == found
    assert text[evidence.start : evidence.end] == found


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Norway agreed.", "Chile"),
        ("Norwegian ships", "Norwegian ship"),
        ("the Ministry", "Minister"),
        ("He went.", "he went. Then"),
        ("the ﬁnal day", "inal"),
        ("He left… then", "He left."),
        ("on 25 May", "5 May"),
        ("25 ships", "2"),
        ("co\u00adoperation", "operation"),
        ("co\u00adoperation", "co"),
        ("Mu\u0308ller", "Mu"),
        ("Mu\u0308ller", "ller"),
        ("आज दिल्ली में", "द"),
        ("one two", "one, two"),
        ("Norway", ""),
        ("Norway", " \n"),
        ("Norway", "\u00ad"),
        ("", "Norway"),
    ],
)
def test_what_does_not_stand_in_the_text_is_not_found(text: str, quote: str) -> None:
    assert find_quote(text, quote) is None


def test_the_exact_words_go_before_those_that_are_only_alike() -> None:
    text = "It asked us, and the US agreed."
    found = find_quote(text, "US")
    assert found is not None
    assert found.start == text.index("US")


def test_the_first_of_several_is_found() -> None:
    found = find_quote("Norway met Norway.", "Norway")
    assert found is not None
    assert found.start == 0


def test_a_search_stays_within_its_bounds() -> None:
    text = "Norway asked. Norway agreed. Norway left."
    start = text.index("Norway agreed")
    found = find_quote(text, "norway", start, start + 15)
    assert found is not None
    assert found.start == start
    assert find_quote(text, "Chile", start) is None
    assert find_quote(text, "asked", start) is None
    assert find_quote(text, "left", 0, start) is None
    assert find_quote(text, "Norway agreed", start, start + 6) is None


def test_bounds_make_no_whole_word_of_a_part() -> None:
    assert find_quote("the Ministry", "Minis", 4, 9) is None
    assert find_quote("cooperation", "operation", 2) is None
