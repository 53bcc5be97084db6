"""Long documents in parts: runs of sentences that a model can keep in mind."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from defext.document import Document, Sentence, as_seen
from defext.normalize import introduced
from defext.plan.cues import candidates

# How far back a window is told of, in sentences, and of how many people.
_REACH, _PEOPLE = 200, 20
# Bytes of UTF-8 a token, at the least: today's tokenizers have 4 to 5 in English, 4 in Chinese,
# 3 to 5 in Russian and Arabic.
_BYTES = 3


def windows(sentences: Sequence[Sentence], tokens: int) -> Iterator[tuple[Sentence, ...]]:
    """All sentences in order, in runs of at most `tokens` tokens.

    A run holds whole paragraphs; only a paragraph that is longer than a run is cut, between two of
    its sentences. A sentence is never cut: see `LONGEST` in document.
    """
    window: list[Sentence] = []
    room = tokens
    for _, group in groupby(sentences, key=lambda sentence: sentence.paragraph):
        paragraph = list(group)
        if window and sum(map(_tokens, paragraph)) > room:
            yield tuple(window)
            window, room = [], tokens
        for sentence in paragraph:
            if window and _tokens(sentence) > room:
                yield tuple(window)
                window, room = [], tokens
            window.append(sentence)
            room -= _tokens(sentence)
    if window:
        yield tuple(window)


def _tokens(sentence: Sentence) -> int:
    """An upper bound, with the sentence's number and line end."""
    return len(sentence.text.encode()) // _BYTES + 4


def told_before(document: Document, first: Sentence) -> list[str]:
    """What a window that begins with `first` needs to know: who was named, which talk is told."""
    before = document.sentences[: first.number - 1][-_REACH:]
    if not before:
        return []
    named = introduced(document, before)[-_PEOPLE:]
    talks = [sentence for sentence, kind in candidates(before) if kind == "talk"]
    return [
        *([f"Named before: {as_seen('; '.join(named))}"] if named else []),
        *([f"Told before: {talks[-1].text}"] if talks else []),
    ]
