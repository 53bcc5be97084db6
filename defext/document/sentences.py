"""Sentences with their character offsets."""

import re
from dataclasses import dataclass

import sentencex

# "VALPARAÍSO, May 14 (Agency) — " says where and when a story was filed, not what happened.
_DATELINE = re.compile(
    r"(?:[A-Z][^\W\d_a-z]+(?:[ .'’-]+[A-Z][^\W\d_a-z]+){0,3}(?:,[^—–()]{1,40}?)?"
    r"(?:\s*\([^()]{1,40}\))?"
    r"|[A-Z][\w .'’-]{1,30}(?:,[^—–()]{1,40})?\s*\([^()]{1,40}\))\s+[—–-]{1,2}\s+(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: ``text == document.text[start:end]``, numbered from 1."""

    number: int
    start: int
    end: int
    text: str
    paragraph: int


def split(text: str, language: str = "en") -> tuple[Sentence, ...]:
    """Sentences in order, without the white space around them and a dateline before them."""
    sentences: list[Sentence] = []
    paragraph = 1
    for boundary in sentencex.get_sentence_boundaries(language, text):
        paragraph += boundary["is_paragraph_break"]
        chunk = boundary["text"]
        words = chunk.strip()
        if words:
            start = boundary["start_index"] + len(chunk) - len(chunk.lstrip())
            if dateline := _DATELINE.match(words):
                start, words = start + dateline.end(), words[dateline.end() :]
            sentences.append(
                Sentence(len(sentences) + 1, start, start + len(words), words, paragraph)
            )
    return tuple(sentences)
