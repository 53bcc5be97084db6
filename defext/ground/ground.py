"""From what a model said to what the text shows."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple, get_args

from defext.document import Document, Sentence
from defext.ground.quote import find_quote, fold, ground_quote
from defext.schema import Draft, Evidence, Grade, Grounded, Rejected

# Share of an act's content words that must stand in the cited sentences: models reword
# ("swift repair" to "repair swiftly"), so words are compared by their stems.
ENOUGH = 0.6
_STEM = 5
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")  # thousands
_SMALL = "one two three four five six seven eight nine ten eleven twelve".split()
_GRADES: tuple[Grade, ...] = get_args(Grade)
_FUNCTION_WORDS = frozenset(
    """
    a about after all also an and any are as at be been by can could did do does for from had has
    have he her his how i if in into is it its may more most must no nor not of on or our shall she
    should so some such than that the their them then there these they this those to under until up
    upon was we were what when where which while who will with within without would you your
    """.split()
)


def ground(document: Document, drafts: Iterable[Draft]) -> tuple[list[Grounded], list[Rejected]]:
    """Split drafts into those that the text bears out and those that it does not."""
    kept: list[Grounded] = []
    rejected: list[Rejected] = []
    for draft in drafts:
        outcome = _ground(document, draft)
        if isinstance(outcome, Rejected):
            rejected.append(outcome)
        else:
            kept.append(outcome)
    return kept, rejected


def _ground(document: Document, draft: Draft) -> Grounded | Rejected:
    def reject(reason: str) -> Rejected:
        return Rejected(type=draft.kind, reason=reason, draft=draft)

    numbers = sorted(set(draft.sentences))
    if not numbers or numbers[0] < 1 or numbers[-1] > len(document.sentences):
        return reject(f"cites sentences {draft.sentences}, of {len(document.sentences)}")
    cited = tuple(document.sentences[number - 1] for number in numbers)
    if draft.machine:
        return reject("its sentence speaks to the machine that reads the document")
    by = _in_text(draft.by, document, cited)
    if not by:
        return reject(f"names nobody of the text: {', '.join(draft.by) or 'no actor'}")
    shown = " ".join(map(document.words, cited))
    figures = _figures(draft.what)
    if figures and (added := figures - _figures(shown) - _spelled(shown)):
        told = ", ".join(sorted(added))
        return reject(f"says {told}, which the cited sentences do not")
    found = _found(draft, document, cited)
    if found.similarity is not None and found.similarity < ENOUGH:
        return reject(f"only {found.similarity:.0%} of the act's words are in the cited sentences")
    evidence = [
        Evidence(
            quote=document.words(sentence),
            start=sentence.start,
            end=sentence.end,
            page=document.page_at(sentence.start),
            grade=found.grade,
            similarity=found.similarity,
        )
        for sentence in cited
    ]
    to = _in_text(draft.to, document, cited)
    return Grounded(draft=draft.model_copy(update={"by": by, "to": to}), evidence=evidence)


class _Found(NamedTuple):
    grade: Grade
    similarity: float | None


def _found(draft: Draft, document: Document, cited: Sequence[Sentence]) -> _Found:
    """How the words of an act, or the names of a talk, stand in the cited sentences."""
    together = " ".join(sentence.text for sentence in cited)
    told = draft.by if draft.kind == "talk" else [draft.what]
    places = [ground_quote(together, words) for words in told]
    likeness = [_Found(p.grade, p.similarity) for p in places if isinstance(p, Evidence)]
    worst = max(likeness, key=lambda found: _GRADES.index(found.grade), default=_Found("exact", 1))
    if draft.kind != "talk" and not likeness:  # an act in other words, which is no quote
        worst = _Found("fuzzy", _support(draft.what, together))
    if document.is_translated:
        enough = worst.similarity is None or worst.similarity >= ENOUGH
        return _Found("translated", None if enough else worst.similarity)
    return worst


def _in_text(names: Sequence[str], document: Document, cited: Sequence[Sentence]) -> list[str]:
    """The names as the cited sentences spell them, else as the rest of the text does."""
    present: list[str] = []
    for name in dict.fromkeys(names):
        here = (find_quote(sentence.text, name) for sentence in cited)
        found = next(filter(None, here), None) or find_quote(document.text, name)
        if found and found.quote.strip():
            present.append(found.quote)
        elif full := next(filter(None, (_in_full(name, s) for s in cited)), None):
            present.append(full)
    return present


def _in_full(name: str, sentence: Sentence) -> str | None:
    """The text's "Defence Minister Elena Aldana" for a model's "Defence Minister Aldana"."""
    words = name.split()
    if len(words) < 2 or not words[-1][0].isupper() or any(w not in sentence.text for w in words):
        return None
    between = r"(?:\s+[A-Z][\w.'’-]*){0,2}?\s+"
    found = re.search(between.join(rf"\b{re.escape(word)}" for word in words), sentence.text)
    return found.group() if found else None


def _figures(text: str) -> set[str]:
    """The numbers that a text writes in digits, of any script."""
    found = re.findall(r"\d+(?:[.,]\d+)*", text)
    plain = ("".join(str(unicodedata.digit(c, c)) for c in number) for number in found)
    return {
        re.sub(r"\D", "", number) if _GROUPED.fullmatch(number) else number.replace(",", ".")
        for number in plain
    }


def _spelled(text: str) -> set[str]:
    """The small numbers that an English text writes in words, in digits."""
    words = set(re.findall(r"[a-z]+", text.lower()))
    return {str(value) for value, word in enumerate(_SMALL, start=1) if word in words}


def _support(act: str, text: str) -> float:
    """Share of the act's content words whose stem is in the text; 0 for an act without words."""
    wanted = _stems(act)
    return len(wanted & _stems(text)) / len(wanted) if wanted else 0.0


def _stems(text: str) -> set[str]:
    words = re.findall(r"\w+", fold(text))
    return {word[:_STEM] for word in words if word not in _FUNCTION_WORDS}
