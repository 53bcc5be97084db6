"""From what a model said to what the text shows."""

import re
from collections.abc import Iterable

from defext.document import Document, Sentence
from defext.ground.quote import find_quote, fold
from defext.schema import Draft, Evidence, Grounded, Rejected

# Share of an act's content words that must stand in the cited sentences: models reword
# ("swift repair" to "repair swiftly"), so words are compared by their stems.
ENOUGH = 0.6
_STEM = 5
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
    sentences = tuple(document.sentences[number - 1] for number in numbers)
    by = _in_text(draft.by, document, sentences)
    if not by:
        return reject(f"names nobody of the text: {', '.join(draft.by) or 'no actor'}")
    if draft.kind != "talk":
        share = _support(draft.what, " ".join(sentence.text for sentence in sentences))
        if share < ENOUGH:
            return reject(f"only {share:.0%} of the act's words are in the cited sentences")
    evidence = [Evidence(quote=s.text, start=s.start, end=s.end) for s in sentences]
    to = _in_text(draft.to, document, sentences)
    return Grounded(draft=draft.model_copy(update={"by": by, "to": to}), evidence=evidence)


def _in_text(names: list[str], document: Document, sentences: tuple[Sentence, ...]) -> list[str]:
    """The names as the cited sentences spell them, else as the rest of the text does."""
    text = document.text
    present: list[str] = []
    for name in dict.fromkeys(names):
        cited = (find_quote(text, name, s.start, s.end) for s in sentences)
        in_full = (_in_full(name, s) for s in sentences)
        found = next(filter(None, cited), None) or find_quote(text, name)
        if found and found.quote.strip():
            present.append(found.quote)
        elif full := next(filter(None, in_full), None):
            present.append(full)
    return present


def _in_full(name: str, sentence: Sentence) -> str | None:
    """The text's "Defence Minister Elena Aldana" for a model's "Defence Minister Aldana"."""
    words = name.split()
    if len(words) < 2 or not words[-1][0].isupper():
        return None
    between = r"(?:\s+[A-Z][\w.'’-]*){0,2}?\s+"
    found = re.search(between.join(rf"\b{re.escape(word)}" for word in words), sentence.text)
    return found.group() if found else None


def _support(act: str, text: str) -> float:
    """Share of the act's content words whose stem is in the text; 0 for an act without words."""
    wanted = _stems(act)
    return len(wanted & _stems(text)) / len(wanted) if wanted else 0.0


def _stems(text: str) -> set[str]:
    words = re.findall(r"\w+", fold(text))
    return {word[:_STEM] for word in words if word not in _FUNCTION_WORDS}
