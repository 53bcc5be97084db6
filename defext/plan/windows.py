"""Long documents in parts: runs of numbered sentences that a model can keep in mind."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from defext.document import Document, Sentence, sanitize
from defext.normalize import introduced

# How far back a window is told of, in sentences, and of how many people.
_REACH, _PEOPLE = 200, 20
# Bytes of UTF-8 a token, at the least: today's tokenizers have 4 to 5 in English, 4 in Chinese,
# 3 to 5 in Russian and Arabic.
_BYTES = 3
# How many sentences before a window are shown with it, which the adapter's contract has.
_BEFORE = 2


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


def numbered(window: Sequence[Sentence]) -> str:
    """The sentences of a window, each on a line of its own behind its number."""
    return "\n".join(f"{sentence.number} {sentence.text}" for sentence in window)


def with_metadata(document: Document, window: Sequence[Sentence]) -> str:
    """A window with the document's metadata and what precedes it, as the adapter was taught it."""
    first = window[0].number - 1
    before = " ".join(s.text for s in document.sentences[max(0, first - _BEFORE) : first])
    return (
        f"{_line(document.title)}\n{_line(document.source)}, published {document.published}\n"
        + (f"(before) {before}\n" if before else "")
        + numbered(window)
    )


def with_people(document: Document, window: Sequence[Sentence]) -> str:
    """A window with the document's metadata and the people who were named before it."""
    before = document.sentences[: window[0].number - 1][-_REACH:]
    named = introduced(document, before)[-_PEOPLE:] if before else []
    published = f"Published {document.published}" if document.published else ""
    lines = [_line(document.title), _line(document.source), published]
    if named:
        lines.append(f"Named before: {sanitize('; '.join(named))}")
    return "\n".join([*filter(None, lines), numbered(window)])


def _line(text: str | None) -> str:
    return sanitize(text) if text else ""
