"""Sentences with their character offsets."""

from dataclasses import dataclass

import sentencex


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: ``text == document.text[start:end]``, numbered from 1."""

    number: int
    start: int
    end: int
    text: str
    paragraph: int


def split(text: str, language: str = "en") -> tuple[Sentence, ...]:
    """Sentences in order, without the white space around them."""
    sentences: list[Sentence] = []
    paragraph = 1
    for boundary in sentencex.get_sentence_boundaries(language, text):
        paragraph += boundary["is_paragraph_break"]
        chunk = boundary["text"]
        words = chunk.strip()
        if words:
            start = boundary["start_index"] + len(chunk) - len(chunk.lstrip())
            sentences.append(
                Sentence(len(sentences) + 1, start, start + len(words), words, paragraph)
            )
    return tuple(sentences)
