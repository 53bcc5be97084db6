"""Whether a text names somebody, by this name or by another of the same state, person or body."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from defext.document import Document, Sentence
from defext.ground.fold import fold
from defext.ground.quote import find_quote
from defext.values.countries import states_in

_KOREAN = re.compile("[가-힣]+")
_SMALL = frozenset("a an and de for in of on the to".split())


class Names:
    """What a document calls those whom it names: its text, title and source."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def found(self, names: Iterable[str], cited: Sequence[Sentence]) -> list[str]:
        """Those of `names` that the text holds, each once.

        As the cited sentences spell them, else as the rest of the text does, else as they are.
        A name is held where each of its words is, and states are by any of their names: "Norwegian
        Defence Minister Brekke" by "Defence Minister Jonas Brekke of Norway".
        """
        return list(dict.fromkeys(filter(None, (self._found(name, cited) for name in names))))

    def _found(self, name: str, cited: Sequence[Sentence]) -> str | None:
        if not re.search(r"\w", name):
            return None
        here = (find_quote(sentence.text, name) for sentence in cited)
        if quote := next(filter(None, here), None) or find_quote(self._document.text, name):
            return quote.quote
        words, states = _words(name)
        return name if words <= self._words[0] and states <= self._words[1] else None

    @cached_property
    def _words(self) -> tuple[set[str], set[str]]:
        document = self._document
        text = "\n".join(filter(None, (document.text, document.title, document.source)))
        words, states = _words(text)
        # Korean puts its particles on the name.
        stems = {word[:end] for word in _KOREAN.findall(text) for end in range(2, len(word))}
        return words | stems, states


def _words(text: str) -> tuple[set[str], set[str]]:
    """The words of a text that name no state, and the codes of the states that it names."""
    states, words, end = set(), [], 0
    for state in states_in(text):
        states.add(state.country)
        words.append(text[end : state.start])
        end = state.end
    words.append(text[end:])
    found = {_singular(word) for part in words for word in re.findall(r"\w+", fold(part))}
    return found - _SMALL, states


def _singular(word: str) -> str:
    return word.removesuffix("s").replace("defense", "defence")
