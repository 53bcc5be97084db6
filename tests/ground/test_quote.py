"""A quote is found where it stands, however it is typed, and never as a part of a word.

In order: exact, folded, in nearly the same words; else it is missing, and the reason is told.
"""

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from defext.ground import Missing, find_quote, ground_quote
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
        at = draw(st.integers(0, len(word) - 1))  # a soft hyphen at the end would divide a word
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
    assert found.grade == ("exact" if found.quote in quote else "folded")
    assert found.similarity == 1.0


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
        ("Norway\u200b said", "norway", "Norway"),
        ("the \u2067navy\u2069 said", "Navy", "navy"),
        ("a min-\nesweeper left", "minesweeper", "min-\nesweeper"),
        ("They met - briefly - then left", "met—briefly—then", "met - briefly - then"),
        ("m² and m³", "m³", "m³"),
        ("waves 👩🏽 and 👩", "👩", "👩"),
        ("🇳🇴🇸🇪 met", "🇸🇪", "🇸🇪"),
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
        ("It sent 1,500 ships", "500 ships"),
        ("It sent 1,500 ships", "It sent 1"),
        ("2.5 million", "2"),
        ("He won’t go home", "he won"),
        ("He won’t go home", "t go home"),
        ("👩\u200d✈\ufe0f flies", "👩"),
        ("👩🏽 flies", "👩"),
        ("🇳🇴🇸🇪 met", "🇴🇸"),
        ("ก\u0e33ลังพล", "ก"),
        ("ที่ดิน", "ที"),
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


TEXT = """The Ministry of Ruvane met the press on Monday.

“We won’t go back,” Minister Müller told reporters. The fleet sails in May. 国防部长昨天发言。

Minister Müller told the navy that the fleet sails in June. "We won't go back," it said."""


def spans(quote: str) -> list[tuple[int, int]]:
    starts = (at for at in range(len(TEXT)) if TEXT.startswith(quote, at))
    return [(at, at + len(quote)) for at in starts]


@pytest.mark.parametrize(
    ("quote", "grade", "found"),
    [
        ("the fleet sails", "exact", "the fleet sails"),
        ("The fleet sails", "exact", "The fleet sails"),
        ("THE FLEET SAILS", "folded", "The fleet sails"),
        ("国防部长", "exact", "国防部长"),
        ("Minister Muller", "folded", "Minister Müller"),
        ("“We won't go back,”", "folded", "“We won’t go back,”"),
        ("Minister Müller told the reprters", "fuzzy", "Minister Müller told reporters"),
        (
            "the Ministry of Ruvane on Monday met the press",
            "fuzzy",
            "The Ministry of Ruvane met the press on Monday",
        ),
    ],
)
def test_the_grade_says_how_the_quote_stands_in_the_text(
    quote: str, grade: str, found: str
) -> None:
    evidence = ground_quote(TEXT, quote)
    assert not isinstance(evidence, Missing)
    assert evidence.grade == grade
    assert evidence.quote == found
    assert TEXT[evidence.start : evidence.end] == evidence.quote
    assert evidence.similarity is not None
    assert (evidence.similarity < 1) == (grade == "fuzzy")


@pytest.mark.parametrize("quote", ["Minister Müller", "MINISTER MÜLLER", "Minister Müller toldd"])
def test_of_several_places_the_cited_one_is_meant(quote: str) -> None:
    for place in spans("Minister Müller told"):
        sentence = place[0] - 5, place[1] + 40
        found = ground_quote(TEXT, quote, sentence)
        assert not isinstance(found, Missing)
        assert place[0] <= found.start < place[1]


def test_a_place_near_the_cited_sentence_goes_before_a_far_one() -> None:
    text = "It sails. " * 3 + "Filler words are here. " * 200 + "It sails. " + "Then it left. " * 5
    last = text.rindex("It sails")
    found = ground_quote(text, "It sails", (len(text) - 10, len(text)))
    assert not isinstance(found, Missing)
    assert found.start == last
    after = ground_quote(text, "it SAILS", (31, 40))
    assert not isinstance(after, Missing)
    assert after.start == 20


def test_an_exact_place_goes_before_a_cited_one_that_is_only_alike() -> None:
    cited = TEXT.index("“We"), TEXT.index("The fleet")
    found = ground_quote(TEXT, '"We won\'t go back,"', cited)
    assert not isinstance(found, Missing)
    assert found.grade == "exact"
    assert found.start == TEXT.index('"We')


def test_a_folded_place_goes_before_a_cited_one_in_nearly_the_same_words() -> None:
    text = "The fleet soon sails in May from here. The FLEET sails in May from here."
    found = ground_quote(text, "the fleet sails in May from here", (0, 38))
    assert not isinstance(found, Missing)
    assert found.grade == "folded"
    assert found.start == 39


NEAREST = "it is not in the text; the nearest passage, “The fleet sails in”"


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("", "it is empty"),
        (" \u200b\n", "it is empty"),
        ("Chile", "it is not in the text, and 5 characters are too few to look for other words"),
        ("Chilean divers found pearls", "it is not in the text, nor is anything like it"),
        ("The fleet sails in July", f"{NEAREST}, has other names (none, not july)"),
        ("The fleet sails in, divers follow", f"{NEAREST}, is 72% alike; 80% is asked for"),
    ],
)
def test_what_is_missing_comes_with_its_reason(quote: str, reason: str) -> None:
    assert ground_quote(TEXT, quote) == Missing(reason)


def test_too_long_a_quote_is_looked_for_as_it_is_only() -> None:
    quote = " ".join(f"word{number}" for number in range(200))
    assert ground_quote(f"So {quote} it is.", quote.upper()) != Missing("it is empty")
    missing = ground_quote(f"So {quote} it is.", quote.replace("word7 ", "wrod7 "))
    assert isinstance(missing, Missing)
    assert missing.reason.endswith("characters are too many to look for other words")
