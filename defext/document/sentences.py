"""Sentences with their character offsets."""

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sentencex

from defext.document.sanitize import sanitize

# "VALPARAÍSO, May 14 (Agency) — " says where and when a story was filed, not what happened.
_DATELINE = re.compile(
    r"(?:[A-Z][^\W\d_a-z]+(?:[ .'’-]+[A-Z][^\W\d_a-z]+){0,3}(?:,[^—–()]{1,40}?)?"
    r"(?:\s*\([^()]{1,40}\))?"
    r"|[A-Z][\w .'’-]{1,30}(?:,[^—–()]{1,40})?\s*\([^()]{1,40}\))\s+[—–-]{1,2}\s+(?=\S)"
)


# In bytes of UTF-8: what a model is asked about stays small, also where no sentence ends.
LONGEST = 1800
# What sentencex takes for a sentence and is only the number of one: "1.", "(a)", "IV.", "3.1."
_NUMBER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[IVXLivxl]{1,5}|[A-Za-z])[.)]")
# Where it ends a sentence that goes on: how the one part ends and how the other begins.
_ENDS = [
    (re.compile(end), re.compile(beginning))
    for end, beginning in (
        (r"[.\])]$", r"[&\[]|[a-z]{2,}\b|a\b(?!\.)"),  # et al. [2019]; Com. & Adm. Berg
        (r"[-–/][A-Z]\.$", r"[A-Z]"),  # the Japan-U.S. alliance, J.-P. Valcour
        (r"\b(?:Adm|Amb|Dep|Shri|Smt)\.$", r"[A-Z]"),
        (r"\b(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\.$", r"[A-Z][a-z]+\.? \d"),
        (r"\.-[A-Z][a-z]{1,3}\.$", r"[A-Z]"),  # Lt.-Col. Berg
        (r"(?i)\b(?:fig|tab|sec|vol|art|pp?|par|para|ch|nos?|rs|ca|approx)\.$", r"\d"),
        (
            r"\b[ap]\.m\.$",
            rf"(?:[A-Z]{{2,4}}|{'|'.join([*calendar.day_name, *calendar.month_name[1:]])})\b",
        ),
    )
]
# Marks, joiners and variants that go on the character before them.
_MARKS = re.compile(r"[\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]*")
_BLOCK = 20_000  # characters
_BREAK = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, numbered from 1: ``document.text[start:end]`` as its reader sees it."""

    number: int
    start: int
    end: int
    text: str
    paragraph: int


def split(text: str, language: str = "en") -> tuple[Sentence, ...]:
    """Sentences in order, without the white space around them and a dateline before them.

    One that is longer than `LONGEST` is cut, at white space where it has any.
    """
    sentences: list[Sentence] = []
    for paragraph, start, end in _sentences(text, language):
        for first, last in _pieces(text, start, end):
            if words := sanitize(text[first:last]):
                sentences.append(Sentence(len(sentences) + 1, first, last, words, paragraph))
    return tuple(sentences)


def _sentences(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Paragraph, start and end of each."""
    for paragraph, start, end in _joined(text, _boundaries(text, language)):
        chunk = text[start:end]
        if words := chunk.strip():
            start += len(chunk) - len(chunk.lstrip())
            dateline = _DATELINE.match(words[:200])
            yield paragraph, start + (dateline.end() if dateline else 0), start + len(words)


def _boundaries(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Paragraph, start and end of what sentencex takes for a sentence."""
    paragraph = 1
    for offset, block in _blocks(text):
        for boundary in sentencex.get_sentence_boundaries(language, block):
            paragraph += boundary["is_paragraph_break"]
            start = _after_marks(text, offset + boundary["start_index"])
            yield paragraph, start, _after_marks(text, offset + boundary["end_index"])
        paragraph += 1


def _joined(text: str, pieces: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """The pieces, each with those after it that go on with the same sentence."""
    last: tuple[int, int, int] | None = None
    for paragraph, start, end in pieces:
        if last is None:
            last = paragraph, start, end
        elif last[0] == paragraph and _goes_on(text[last[1] : last[2]], text[start:end]):
            last = paragraph, last[1], end
        else:
            yield last
            last = paragraph, start, end
    if last:
        yield last


def _goes_on(before: str, after: str) -> bool:
    if _NUMBER.fullmatch(before.strip()):
        return True
    if before[-1:] == "\n" or after[:1] == "\n":
        return False
    return any(
        end.search(before.rstrip()) and beginning.match(after.lstrip()) for end, beginning in _ENDS
    )


def _after_marks(text: str, place: int) -> int:
    marks = _MARKS.match(text, place)
    return marks.end() if marks else place


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Long texts in parts that end with a paragraph, or at white space: some take long as one."""
    start = 0
    while len(text) - start > _BLOCK:
        bounds = [match.end() for match in _BREAK.finditer(text, start, start + _BLOCK)]
        end = max(bounds, default=start + _BLOCK)
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The bounds of ``text[start:end]``, or of pieces of it that are not too long."""
    while (cut := start + _fitting(text[start : min(end, start + LONGEST)])) < end:
        space = re.search(r"\s+(?=\S*$)", text[start + 1 : cut])
        first, last = space.span() if space else (cut - start - 1, cut - start - 1)
        yield start, start + 1 + first
        start += 1 + last
    yield start, end


def _fitting(text: str) -> int:
    """How many of the characters are not too long together."""
    if 4 * len(text) <= LONGEST:  # no character has more bytes
        return len(text)
    return len(text.encode()[:LONGEST].decode(errors="ignore"))
