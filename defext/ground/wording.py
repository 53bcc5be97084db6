"""The words of a passage, and what makes another statement of nearly the same words."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from defext.ground.bounds import UNSPACED
from defext.ground.fold import Folded
from defext.values.numbers import ONES, TENS

LETTER = rf"(?:[^\W\d_{UNSPACED}]|[\u0900-\u0963\u0970-\u0dff])"  # with India's vowel signs
_WORD = re.compile(rf"\d+(?:[.,]\d+)*|[{UNSPACED}]|{LETTER}+(?:'{LETTER}+)*")
# What stands before the first word of a sentence, of speech, of what a colon announces.
_SENTENCE_END = re.compile(r"[.!?؟।].*\s|。")
_OPENING = re.compile(r"^$|:\s*$|(?:^|\s)'+$")
_ABBREVIATIONS = frozenset(
    "adm art capt cmdr col dr gen gov hon lt maj mr mrs ms no prof rep rev sen sgt st vol".split()
)
_ENDINGS = ("", "d", "e", "ed", "es", "ing", "s")
_SPELLINGS = (("iz", "is"), ("yz", "ys"), ("ence", "ense"))
_WORTH = 5  # in shorter words a letter more or less makes another word
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_CONTRACTIONS = {
    "cannot": "can not",
    "can't": "can not",
    "shan't": "shall not",
    "won't": "will not",
}

# Words that come and go with the order of the others.
SMALL = frozenset(
    """
    a about also an and are as at be been being did do does had has have in into is it of on so
    that the then there these this those to too was were which who with
    """.split()
)
# Those of them that tell what the word after them has to do with the others.
_LINKS = frozenset("as at in into of on to with".split())
_NUMBERS = {word: str(number) for number, word in enumerate([*ONES, TENS[0]])}
_COUNTS = frozenset(
    """
    billion billions both double dozen dozens eighty fifty first forty fourth half hundred hundreds
    million millions ninety quarter second seventy sixty third thirty thousand thousands trillion
    triple twice
    """.split()
)


class Word(NamedTuple):
    """A word of a folded text: what is compared, where it stands there, how the source has it."""

    text: str
    start: int
    end: int
    is_capital: bool
    is_name: bool  # a capital that no beginning explains
    is_after_end: bool  # the first of another sentence


def words(source: str, folded: Folded, start: int = 0, end: int | None = None) -> list[Word]:
    """The words of ``folded.text[start:end]``; in a script without spaces, its characters.

    Contractions are taken apart, possessives are plain, and numbers up to twenty are digits.
    """
    text = folded.text
    found: list[Word] = []
    before = text[max(0, start - 3) : start]
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        at, until = match.span()
        if found:
            before = text[found[-1].end : at]
        is_after_end = before != " " and bool(_SENTENCE_END.search(before))
        is_after_end = is_after_end and not _is_abbreviation(found)
        is_capital = source[folded.source(at)].isupper()
        is_name = is_capital and not is_after_end and not _OPENING.search(before)
        for word in _spoken(match.group()):
            found.append(Word(word, at, until, is_capital, is_name, is_after_end))
            is_after_end = False
    return found


def _is_abbreviation(found: list[Word]) -> bool:
    """Whether the full stop is that of "Mr. Berg" and "U.S. Navy"."""
    return bool(found) and (found[-1].text in _ABBREVIATIONS or len(found[-1].text) == 1)


def _spoken(word: str) -> list[str]:
    word = word.removesuffix("'s")
    if word[0].isdigit():
        return [_THOUSANDS.sub("", word)]
    if word in _CONTRACTIONS:
        return _CONTRACTIONS[word].split()
    if word.endswith("n't"):
        return [word[:-3], "not"]
    if word.endswith("'ll"):
        return [word[:-3], "will"]
    return [_NUMBERS.get(word, word)]


def is_mistyped(said: Word, found: Word) -> bool:
    """Whether the one may be the other, mistyped or in another form.

    Mistyped is a letter too many or too few, or two that changed places; not another letter, which
    makes another word: "depend" is not "defend". Never a name, nor a word of a script without
    capitals, where a name cannot be told; and never with another first letter, unless it is the
    second: "import" is not "export".
    """
    if said.is_name or found.is_capital:
        return False
    one, other = sorted((said.text, found.text), key=len)
    starts_alike = one[0] == other[0] or one[:2] == other[1::-1]
    if not starts_alike or not one[0].islower():
        return False
    if any(len(stem) >= 4 for stem in _stems(one) & _stems(other)):
        return True
    is_same_letters = len(one) < len(other) or sorted(one) == sorted(other)
    is_worth = len(one) >= _WORTH and is_same_letters
    return is_worth and OSA.distance(one, other, score_cutoff=1) == 1


def _stems(word: str) -> set[str]:
    for spelling, other in _SPELLINGS:
        word = word.replace(spelling, other)
    return {word.removesuffix(ending) for ending in _ENDINGS}


def served(said: Sequence[Word], found: Sequence[Word]) -> list[str]:
    """For each word found, the word said that it is or may be; empty where it is none."""
    wanted, here = ({word.text for word in words} for words in (said, found))
    absent = [word for word in said if word.text not in here]
    return [
        word.text
        if word.text in wanted
        else next((other.text for other in absent if is_mistyped(other, word)), "")
        for word in found
    ]


def difference(said: Sequence[Word], found: Sequence[Word]) -> str | None:
    """What makes `found` another statement than `said`; None where nothing does.

    Both must have the same numbers and the same names in the same order, and the same other words,
    unless they are too small to matter, in an order that leaves each its part. A small word at the
    beginning matters: "it sent" is not the end of "it never sent".
    """
    if said[0].text in SMALL and served(said, found)[0] != said[0].text:
        return f"begins with “{found[0].text}”, not with “{said[0].text}”"
    here, there = ([w.text for w in words if _is_number(w.text)] for words in (said, found))
    if here != there:
        return f"has other numbers ({_listed(there)}, not {_listed(here)})"
    names = {word.text for word in (*said, *found) if word.is_name and word.text not in SMALL}
    here, there = ([word.text for word in words if word.text in names] for words in (said, found))
    if here != there:
        return f"has other names ({_listed(there)}, not {_listed(here)})"
    return _unlike(said, found) or _disorder(said, found)


def _listed(words: list[str]) -> str:
    return " ".join(words) or "none"


def _is_number(word: str) -> bool:
    return word[0].isnumeric() or word in _COUNTS


def _unlike(said: Sequence[Word], found: Sequence[Word]) -> str | None:
    serves = zip(served(said, found), found, strict=True)
    here = Counter(word.text for word in said if word.text not in SMALL)
    there = Counter(text for it, word in serves if (text := it or word.text) not in SMALL)
    if lacking := here - there:
        return f"lacks “{next(iter(lacking))}”"
    return f"adds “{next(iter(added))}”" if (added := there - here) else None


def _disorder(said: Sequence[Word], found: Sequence[Word]) -> str | None:
    """What is said stands in the same order, but for two phrases next to each other.

    So "deliver ten tanks to Chile" may be "deliver to Chile ten tanks", and in the passive voice;
    single words do not change places: "the army asked the navy", "old tanks and ships".
    """
    sides = [word.text for word in said], served(said, found)
    here, there = map(Counter, sides)
    counted = {word for word in here if word not in SMALL}
    counted |= {word for word in _LINKS if here[word] == there[word]}
    one, other = ([word for word in words if word in counted] for words in sides)
    rest = iter(other)
    if all(word in rest for word in one) or _are_phrases_swapped(one, other):
        return None
    return "has its words in another order"


def _are_phrases_swapped(one: list[str], other: list[str]) -> bool:
    """Whether two runs of at least two words, one after the other, have changed places."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return any(one[at:] + one[:at] == other for at in range(2, len(one) - 1))
