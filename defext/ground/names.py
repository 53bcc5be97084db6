"""Whether a text names somebody, by this name or by another of the same state, person or body."""

import re
from functools import cached_property

from defext.document import Document
from defext.ground.fold import fold
from defext.ground.quote import find_quote
from defext.values.countries import states_in

_SMALL = frozenset("a an and de for in of on the to".split())


class Names:
    """What a document calls those whom it names: its text, title and source."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def __contains__(self, name: str | None) -> bool:
        """Whether the text holds the name, or each of its words, states by any of their names.

        "Norwegian Defence Minister Brekke" is in "Defence Minister Jonas Brekke of Norway".
        """
        if not name or not re.search(r"\w", name):
            return False
        if find_quote(self._document.text, name):
            return True
        words, states = _words(name)
        return words <= self._words[0] and states <= self._words[1]

    @cached_property
    def _words(self) -> tuple[set[str], set[str]]:
        document = self._document
        told = [sentence.text for sentence in document.sentences] if document.is_translated else []
        lines = (document.text, document.title, document.source, *told)
        return _words("\n".join(filter(None, lines)))


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
