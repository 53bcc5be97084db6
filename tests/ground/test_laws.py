"""Whatever the script and however a quote is typed: it is found where it stands, or not at all."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from defext.ground import Missing, ground_quote
from defext.ground.fold import fold
from defext.schema import Evidence

# No word of a script is a part of another, and those that are not spaced share no character.
SCRIPTS = {
    "Latin": "Minister Müller offered efficient José Ébrolle co-operation finance Straße Łódź "
    "Žarnovia garçons “Lantern” fleet’s U.S. F-414 twenty-two 3.5",
    "Cyrillic": "Министр обороны ёлка Київ передаст катера «Тихое» море",
    "Greek": "Υπουργός Άμυνας σοφός παραδώσει Ρουβάνη «Ήρεμη» θάλασσα",
    "Arabic": "وزير الدفاع ستسلم زوارق مدرسة «هادئ» إلى ٢٠٢٦",
    "Hebrew": "שר הביטחון תמסור ספינות צה״ל שקט שנת",
    "Devanagari": "रक्षा मंत्री दिल्ली ज़मीन गश्ती नौकाएँ समझौते",
    "Chinese": "国防部长 昨天 鲁万 交付 巡逻艇 「联合」 十二 辆",
    "Japanese": "防衛大臣 ガソリン 引き渡す 巡視船 『訓練』 五隻",
    "Thai": "กลาโหม แถลง เรือนี้ ซึ่ง ปี๒๐",
    "emoji": "👩\u200d✈\ufe0f 🇳🇴 👍🏽 ✌\ufe0f 🚢",
}
UNSPACED = {"Chinese", "Japanese", "Thai"}
SPACES = [" ", "  ", "\u00a0", "\n", " \u202f\t", "\u200b \u2060"]
UNRELATED = (
    "xylophones quizzed buzzards jumping lazily vexing quartz zebras hijacking fjord".split()
)

Word = st.SearchStrategy[str]
Mangle = Callable[[st.DrawFn, str], str]


def _ligatures(_: st.DrawFn, word: str) -> str:
    for letters, ligature in (("ffi", "ﬃ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ")):
        word = word.replace(letters, ligature)
    return word


def _invisible(draw: st.DrawFn, word: str) -> str:
    at = draw(st.integers(1, len(word)))
    if not word[at:].isalnum():  # not between a letter and its mark; a soft hyphen not at the end
        return word + draw(st.sampled_from("\u200b\u2060\ufeff"))
    return word[:at] + draw(st.sampled_from("\u00ad\u200b\u2060\ufeff")) + word[at:]


def _directed(draw: st.DrawFn, word: str) -> str:
    controls = [("\u2067", "\u2069"), ("\u202b", "\u202c"), ("\u200f", "\u200e")]
    before, after = draw(st.sampled_from(controls))
    return f"{before}{word}{after}"


def _divided(draw: st.DrawFn, word: str) -> str:
    if not (word.isascii() and word.isalpha() and len(word) > 5):
        return word
    return f"{word[:4]}{draw(st.sampled_from(['-', '‐', chr(0xAD)]))}\n{word[4:]}"


def _stretched(draw: st.DrawFn, word: str) -> str:
    return word.replace("س", "س" + draw(st.sampled_from(["ـ", "ـــ", "\u064e"])))


def _decomposed(draw: st.DrawFn, word: str) -> str:
    return unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), word)


def _cased(draw: st.DrawFn, word: str) -> str:
    return draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))(word)


def _bare(_: st.DrawFn, word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(c for c in decomposed if not 200 <= unicodedata.combining(c) <= 234)


def _marked(draw: st.DrawFn, word: str) -> str:
    for marks in ("“”«»「」『』״\"'‹›’", "-‐‑–—"):
        for mark in marks:
            word = word.replace(mark, draw(st.sampled_from(marks)))
    return word


IN_TEXT: list[Mangle] = [_ligatures, _invisible, _directed, _divided, _stretched, _decomposed]
IN_QUOTE: list[Mangle] = [_cased, _bare, _marked, _decomposed, _invisible]


def _mangled(draw: st.DrawFn, word: str, mangles: list[Mangle]) -> str:
    for mangle in draw(st.lists(st.sampled_from(mangles), max_size=2, unique=True)):
        word = mangle(draw, word)
    return word


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    def is_blank(character: str) -> bool:
        is_format = unicodedata.category(character) == "Cf" and character not in "\u200c\u200d"
        return character.isspace() or is_format

    while start < end and is_blank(text[start]):
        start += 1
    while start < end and is_blank(text[end - 1]):
        end -= 1
    return start, end


def _bared(quote: str) -> str:
    return quote[slice(*_stripped(quote, 0, len(quote)))]


@st.composite
def quoted(draw: st.DrawFn) -> tuple[str, str, tuple[int, int]]:
    """A text in several scripts, some of its words typed otherwise, and where they stand."""
    scripts = draw(st.lists(st.sampled_from(sorted(SCRIPTS)), min_size=1, max_size=3, unique=True))
    words: list[tuple[str, str]] = []
    for script in scripts:
        chosen = draw(st.permutations(SCRIPTS[script].split()))[: draw(st.integers(1, 5))]
        words += [(word, "" if script in UNSPACED else " ") for word in chosen]
        words[-1] = words[-1][0], " "
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first, len(words) - 1))
    text, quote, start, end = "", "", 0, 0
    for at, (word, space) in enumerate(words):
        start = len(text) if at == first else start
        text += _mangled(draw, word, IN_TEXT)
        end = len(text) if at == last else end
        text += draw(st.sampled_from(SPACES)) if space else ""
        if first <= at <= last:
            quote += _mangled(draw, word, IN_QUOTE)
            quote += draw(st.sampled_from(SPACES)) if space else ""
    return text, quote, _stripped(text, start, end)


@settings(max_examples=250, deadline=None)
@given(quoted())
def test_a_quote_is_found_at_its_place_however_it_is_typed(
    given: tuple[str, str, tuple[int, int]],
) -> None:
    text, quote, place = given
    found = ground_quote(text, quote, place)
    assert not isinstance(found, Missing), found.reason
    assert text[found.start : found.end] == found.quote
    assert (found.start, found.end) == place
    assert fold(found.quote) == fold(quote)
    assert found.grade == ("exact" if found.quote == _bared(quote) else "folded")
    _is_found_again(text, found)


def _is_found_again(text: str, found: Evidence) -> None:
    again = ground_quote(text, found.quote, (found.start, found.end))
    assert not isinstance(again, Missing)
    assert (again.start, again.end, again.grade) == (found.start, found.end, "exact")


@settings(max_examples=150, deadline=None)
@given(quoted(), st.lists(st.sampled_from(UNRELATED), min_size=1, max_size=9))
def test_words_that_the_text_has_not_are_missing(
    given: tuple[str, str, tuple[int, int]], words: list[str]
) -> None:
    text, quote, place = given
    for absent in (" ".join(words), f"{quote} {' '.join(words)}", f"{words[0]} {quote}"):
        missing = ground_quote(text, absent, place)
        assert isinstance(missing, Missing)
        assert missing.reason


@settings(max_examples=200, deadline=None)
@given(quoted(), st.integers(2, 5), st.data())
def test_of_several_places_the_cited_one_is_found(
    given: tuple[str, str, tuple[int, int]], times: int, data: st.DataObject
) -> None:
    text, quote, (start, end) = given
    cited = data.draw(st.integers(0, times - 1)) * (len(text) + 1)
    found = ground_quote(f"{text}\n" * times, quote, (cited, cited + len(text)))
    assert not isinstance(found, Missing)
    assert (found.start, found.end) == (cited + start, cited + end)


@settings(max_examples=250, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20), st.integers(0, 60), st.integers(0, 60))
def test_no_text_and_no_quote_brings_forth_a_lie(text: str, quote: str, one: int, two: int) -> None:
    start, end = sorted(min(each, len(text)) for each in (one, two))
    for asked in (quote, text[start:end]):
        found = ground_quote(text, asked, (start, end))
        if isinstance(found, Missing):
            assert found.reason
            continue
        assert text[found.start : found.end] == found.quote
        assert found.grade == "fuzzy" or fold(found.quote) == fold(asked)
        assert (found.grade == "exact") == (found.quote == _bared(asked))
        _is_found_again(text, found)


SMALL = "also the that".split()
PLEDGES = st.tuples(
    st.sampled_from("Ruvane Nereth Käldmark Tirán".split()),
    st.sampled_from("deliver transfer provide assign".split()),
    st.sampled_from("two seven eleven 16 120".split()),
    st.sampled_from("minesweepers|patrol vessels|field hospitals|radar stations".split("|")),
    st.sampled_from("Mirrow Ilsen Dunmoor Brezañes".split()),
)


def _told(pledge: tuple[str, str, str, str, str]) -> str:
    who, verb, number, thing, where = pledge
    return f"{who} will {verb} {number} {thing} to the garrison of {where}"


@st.composite
def nearly(draw: st.DrawFn) -> tuple[str, str, int]:
    """Pledges as a text, one of them in nearly the same words, and which."""
    pledges = draw(st.lists(PLEDGES, min_size=1, max_size=6, unique=True))
    which = draw(st.integers(0, len(pledges) - 1))
    words = _told(pledges[which]).split()
    change = draw(st.sampled_from(["mistype", "put in", "leave out", "reorder"]))
    if change == "mistype":
        at = draw(st.sampled_from([2, 4, -3]))
        assume(words[at].islower() and len(words[at]) > 5)
        letter = draw(st.integers(1, len(words[at]) - 2))
        word = words[at]
        mistyped = word[:letter] + word[letter + 1] + word[letter] + word[letter + 2 :]
        words[at] = draw(st.sampled_from([mistyped, word + word[-1]]))
        assume(words[at] != word)
    elif change == "put in":
        words.insert(draw(st.integers(2, len(words) - 1)), draw(st.sampled_from(SMALL)))
    elif change == "leave out":
        words.remove(draw(st.sampled_from(["the", "of", "to"])))
    else:
        number = words.index(pledges[which][2])
        to = words.index("to")
        words = [words[0], *words[1:number], *words[to:], *words[number:to]]
        pledged = pledges[which][4]
        assume(words[-1] != pledged)
    return ". ".join(map(_told, pledges)) + ".", " ".join(words), which


@settings(max_examples=200, deadline=None)
@given(nearly())
def test_nearly_the_same_words_are_found_and_no_other_sentence(given: tuple[str, str, int]) -> None:
    text, quote, which = given
    sentences = text.removesuffix(".").split(". ")
    found = ground_quote(text, quote)
    assert not isinstance(found, Missing), found.reason
    assert found.grade == "fuzzy"
    assert found.quote == sentences[which]
    _is_found_again(text, found)


@settings(max_examples=150, deadline=None)
@given(PLEDGES, PLEDGES, st.integers(0, 4))
def test_another_name_number_or_verb_is_no_match(
    told: tuple[str, str, str, str, str], other: tuple[str, str, str, str, str], part: int
) -> None:
    assume(told[part] != other[part])
    changed = _told((*told[:part], other[part], *told[part + 1 :]))  # type: ignore[arg-type]
    assert isinstance(ground_quote(f"Today {_told(told)}.", changed), Missing)


@pytest.mark.parametrize("negation", ["will not", "will never", "won't", "refuses to", "may"])
@settings(max_examples=50, deadline=None)
@given(told=PLEDGES)
def test_a_negation_more_or_less_is_no_match(
    negation: str, told: tuple[str, str, str, str, str]
) -> None:
    affirmed = _told(told)
    denied = affirmed.replace("will", negation, 1)
    assert isinstance(ground_quote(f"Today {affirmed}.", denied), Missing)
    assert isinstance(ground_quote(f"Today {denied}.", affirmed), Missing)
