"""Find a quote in nearly the same words: the whole of it, in one passage that says the same."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from textwrap import shorten
from typing import NamedTuple

from rapidfuzz import fuzz

from defext.ground.bounds import UNSPACED, cuts, evidence
from defext.ground.fold import Folded, folded, folding
from defext.ground.places import distance
from defext.ground.wording import LETTER, SMALL, Word, difference, served, words
from defext.schema import Evidence

# How alike a quote and its passage must be, from 0 to 1; docs/grounding.md has the measurement.
ENOUGH = 0.8
# Shorter quotes say too little, longer ones cost too much; in folded characters.
_SHORTEST, _LONGEST = 12, 1000

# Where to look: around pieces of the quote's words, of which so many are looked up in the text, in
# so many places in all; the best so many surroundings are looked at closely.
_ANCHOR = re.compile(rf"[{UNSPACED}]{{2,6}}|{LETTER}{{3,6}}|\d{{2,}}")
_ANCHORS, _HITS, _REGIONS = 64, 50_000, 8
_PARAGRAPH = re.compile(r"\n\s*\n|\u2029")


@dataclass(frozen=True, slots=True)
class Missing:
    """A quote that the text does not hold, and why it was not found."""

    reason: str


class _Quote(NamedTuple):
    text: str  # folded
    words: list[Word]
    has_paragraphs: bool


class _Passage(NamedTuple):
    start: int
    end: int
    similarity: float
    difference: str | None  # what makes it say something else than the quote


def nearly(text: str, quote: str, near: tuple[int, int]) -> Evidence | Missing:
    """The passage in nearly the words of `quote`, of which no fact differs, or why there is none.

    Its likeness is that of the whole quote and the whole passage. It cuts no word, and stays in a
    paragraph where the quote does.
    """
    said = _quote(quote.strip())
    size = len(said.text)
    if not said.text.strip():
        return Missing("it is empty")
    if not _SHORTEST <= size <= _LONGEST:
        much = "few" if size < _SHORTEST else "many"
        return Missing(
            f"it is not in the text, and {size} characters are too {much} to look for other words"
        )
    source = folded(text)
    regions = dict.fromkeys(_regions(text, source, said, near))
    tried = (_passage(text, source, said, *region) for region in regions)
    passages = [passage for passage in tried if passage]
    sound = [p for p in passages if p.similarity >= ENOUGH and not p.difference]
    if not sound:
        return Missing(_reason(text, passages))

    def rank(passage: _Passage) -> tuple[bool, float, int]:
        away = distance(passage.start, passage.end, near)
        return away > 0, -passage.similarity, away

    best = min(sound, key=rank)
    return evidence(text, best.start, best.end, "fuzzy", best.similarity)


def _quote(quote: str) -> _Quote:
    plain = folding(quote)
    return _Quote(plain.text, words(quote, plain), bool(_PARAGRAPH.search(quote)))


def _reason(text: str, passages: Sequence[_Passage]) -> str:
    if not passages:
        return "it is not in the text, nor is anything like it"
    best = max(passages, key=lambda passage: passage.similarity)
    passage = shorten(text[best.start : best.end], 200, placeholder=" …")
    fault = best.difference
    if best.similarity < ENOUGH:
        fault = f"is {best.similarity:.0%} alike; {ENOUGH:.0%} is asked for"
    return f"it is not in the text; the nearest passage, “{passage}”, {fault}"


def _regions(
    text: str, source: Folded, quote: _Quote, near: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """Spans of the folded text to look in, each within a paragraph if the quote is."""
    size = len(quote.text)
    cited = source.index(near[0]), source.index(near[1])
    blocks = _blocks(source.text, quote.text, cited[0])
    spans = [((2 * block - 1) * size // 2, (2 * block + 5) * size // 2) for block in blocks]
    if 0 < cited[1] - cited[0] <= 10 * size:
        spans.append(cited)
    for start, end in spans:
        first = source.text.rfind(" ", max(0, start - size), max(0, start)) + 1 or max(0, start)
        space = source.text.find(" ", end, end + size)
        last = min(end, len(source.text)) if space < 0 else space
        if not quote.has_paragraphs:
            for paragraph in _PARAGRAPH.finditer(text, source.source(first), source.source(last)):
                yield first, source.index(paragraph.start())
                first = source.index(paragraph.end())
        yield first, last


def _blocks(text: str, quote: str, near: int) -> list[int]:
    """The stretches of the text, each as long as the quote, that with the next hold most of it.

    Rare pieces of the quote's words are looked for first, and common ones not everywhere.
    """
    size = len(quote)
    anchors = list(dict.fromkeys(_ANCHOR.findall(quote) or quote.split()))
    counts = {anchor: text.count(anchor) for anchor in anchors[:: 1 + len(anchors) // _ANCHORS]}
    votes: Counter[int] = Counter()
    hits = _HITS
    for anchor, count in sorted(counts.items(), key=lambda item: item[1]):
        blocks = {place // size for place in islice(_places(text, anchor), hits)}
        votes.update(blocks | {block - 1 for block in blocks})
        hits -= min(count, hits)
    return nlargest(_REGIONS, votes, key=lambda block: (votes[block], -abs(block * size - near)))


def _places(text: str, piece: str) -> Iterator[int]:
    """Where a piece stands, without overlap."""
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + len(piece))


def _passage(text: str, source: Folded, quote: _Quote, first: int, last: int) -> _Passage | None:
    """The run of whole words in a span of the folded text that is most like the quote."""
    around = words(text, source, first, last)
    window = _window(quote.words, around)
    if not window:
        return None
    found = around[slice(*window)]
    start, end = _with_marks(source.text, quote, found[0].start, found[-1].end)
    if any(source.parts(at) or cuts(text, source.source(at)) for at in (start, end)):
        return None
    similarity = _similarity(quote, source.text[start:end], found)
    span = source.source(start), source.source(end)
    return _Passage(*span, similarity, difference(quote.words, found))


def _window(said: list[Word], around: list[Word]) -> tuple[int, int] | None:
    """From which word to which stands most of what is said, in whatever order; the likest such run.

    As like as the share of their letters that both have. No run is twice as long as the quote, nor
    does a sentence end in it unless one ends in the quote.
    """
    wanted = Counter(word.text for word in said)
    serves = served(said, around)
    size = sum(len(word.text) for word in said)
    best, window = (0, 0.0), None
    for start in (at for at, word in enumerate(serves) if word):
        left = wanted.copy()
        length = common = letters = 0
        ends = sum(word.is_after_end for word in said[1:])
        for end in range(start, len(around)):
            length += len(around[end].text)
            ends -= around[end].is_after_end and end > start
            if length > 2 * size or ends < 0:
                break
            word = serves[end]
            if left[word] > 0:
                left[word] -= 1
                common += len(word)
                letters += len(word) * (word not in SMALL)
                if (rank := (letters, common / (size + length))) > best:
                    best, window = rank, (start, end + 1)
    return window


def _with_marks(text: str, quote: _Quote, start: int, end: int) -> tuple[int, int]:
    """The span with the marks around it that the quote has as well."""
    first, last = quote.words[0].start - 1, quote.words[-1].end
    while first >= 0 and start > 0 and text[start - 1] == quote.text[first]:
        start, first = start - 1, first - 1
    while last < len(quote.text) and end < len(text) and text[end] == quote.text[last]:
        end, last = end + 1, last + 1
    return start, end


def _similarity(quote: _Quote, passage: str, found: list[Word]) -> float:
    """Of the whole quote and the whole passage, or of their words in whatever order; below 1."""
    in_order = fuzz.ratio(quote.text, passage) / 100
    said = " ".join(sorted(word.text for word in quote.words))
    reordered = fuzz.ratio(said, " ".join(sorted(word.text for word in found))) / 100
    return min(round(max(in_order, reordered), 3), 0.999)
