"""Who is in the document: every person, by full name and office, and every state."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from defext.document import Document, Sentence
from defext.schema import Party
from defext.values.countries import fold_characters, states_in
from defext.values.people import holds_office, is_person_name, read_mention, state_party

# How far back in a long document a name or a pronoun reaches, in sentences.
REACH = 100

_TITLED = re.compile(
    # An office (with the state before it), then a name: capitals, initials, particles.
    r"(?:[A-Z][\w.'’-]*\s+(?:(?:of|for|the|and|to|counterpart|president|minister|secretary|"
    r"ambassador|envoy|chancellor|general|chief|adviser|advisor|director|spokesperson|spokesman|"
    r"spokeswoman)\s+)*){0,9}"
    r"[A-Z][\w.'’-]*(?:\s+(?:bin|bint|al-\w+|van|von|der|den|de|da|du|el)(?=\s))*"
    r"(?:\s+[A-Z][\w.'’-]*)*"
)
# "Foreign Minister of Finland, Aino Rautala" and "Aino Rautala, the Foreign Minister of Finland"
_NAME = r"[A-Z][\w'’-]+(?:\s+[A-Z][\w.'’-]*){1,3}"
_OFFICE = (
    r"(?:[A-Z][\w-]+\s+){0,5}(?:Minister|Secretary|President|Chancellor|Ambassador|Chief|Director|"
    r"Advis[eo]r|Commander|Representative|Chairman|Commissioner)(?:[ -]General)?"
    r"(?:\s+(?:of|for)\s+(?:the\s+)?[A-Z][\w ]+?)?"
)
_APPOSED = re.compile(rf"{_OFFICE}, {_NAME}(?=[,.;]|\s|$)|{_NAME}, (?:the )?{_OFFICE}(?=[,.;]|$)")
_HEAD = re.compile(r"(?=\W*[A-ZÀ-Þ\d])(?:\S+\s+){0,13}\S*[^\W_]$")
_WORD = re.compile(r"\w+")
_BOUND = re.compile(r"\b")
_AND = re.compile(r"(?<=\w)\s+and\s+(?=[A-Z])")

_Found = Sequence[tuple[int, Party]]  # where in a sentence, and who


@dataclass(frozen=True)
class Seen:
    """One party where a sentence names it."""

    party: Party
    sentence: int
    start: int


@dataclass
class Register:
    """Every person and state that a document names, in order of appearance."""

    document: Document
    people: list[Seen] = field(default_factory=list)
    states: list[Seen] = field(default_factory=list)
    # People where they are first named: by the words of their names, and by their surnames.
    _by_word: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    _by_surname: dict[str, list[Party]] = field(default_factory=lambda: defaultdict(list))
    _last: dict[str, int] = field(default_factory=dict)
    _alone: dict[int, bool] = field(default_factory=dict)

    def add(self, party: Party, sentence: Sentence, start: int) -> None:
        """Note that `sentence` names `party`."""
        seen = Seen(party, sentence.number, start)
        if party.name not in self._last:
            for word in _words(party.name):
                self._by_word[word].append(seen)
            self._by_surname[re.findall(r"\w+", surname(party.name))[0]].append(party)
        self._last[party.name] = sentence.number
        self.people.append(seen)

    def called(self, name: str, number: int = 0) -> Party | None:
        """The person whose name holds the words of `name`, as sentence `number` means it.

        Of several, the first whom the sentences within reach introduce, else the last.
        """
        wanted = _words(name)
        lists = [self._by_word.get(word, []) for word in wanted]
        fitting = [
            seen for seen in min(lists, key=len, default=[]) if wanted <= _words(seen.party.name)
        ]
        for seen in fitting:
            if seen.sentence >= number - REACH:
                return seen.party
        return fitting[-1].party if fitting else None

    def by_surname(self, sentence: Sentence) -> Iterator[tuple[int, Party]]:
        """Those known so far whose surname stands in `sentence`, and where.

        Of several with one surname, those named in full, else the one named last.
        """
        surnames = filter(self._by_surname.__contains__, _WORD.findall(sentence.text))
        for word in dict.fromkeys(surnames):
            found = [
                (start, party)
                for party in self._by_surname[word]
                if self._last[party.name] >= sentence.number - REACH
                and (start := _place(surname(party.name), sentence.text)) is not None
            ]
            in_full = [(start, party) for start, party in found if party.name in sentence.text]
            yield from in_full or sorted(found, key=lambda each: self._last[each[1].name])[-1:]

    def people_in(self, number: int) -> list[Party]:
        """The people whom a sentence names."""
        return distinct([seen.party for seen in self._people_in.get(number, [])])

    def states_of(self, number: int) -> list[Party]:
        """The states that a sentence names."""
        return distinct([seen.party for seen in self._states_in.get(number, [])])

    @cached_property
    def _people_in(self) -> dict[int, list[Seen]]:
        return _by_sentence(self.people)

    @cached_property
    def _states_in(self) -> dict[int, list[Seen]]:
        return _by_sentence(self.states)

    def section(self, number: int) -> range:
        """The sentences from the heading before sentence `number` to the next one."""
        place = bisect_right(self._heads, number)
        return range(self._heads[place - 1], [*self._heads, self._end][place])

    def reach(self, number: int) -> range:
        """The sentences that one may refer to: itself, and back to where its story begins."""
        section = self.section(number)
        first = section.start if self.stands_alone(section) else 1
        return range(number, max(first, number - REACH) - 1, -1)

    def stands_alone(self, section: range) -> bool:
        """Whether a section names people or states, and none that is named before it."""
        if section.start not in self._alone:
            before = range(max(1, section.start - REACH), section.start)
            here, there = self._named(section), self._named(before)
            self._alone[section.start] = bool(here and there) and here.isdisjoint(there)
        return self._alone[section.start]

    def _named(self, numbers: range) -> set[str]:
        parties = (p for n in numbers for p in (*self.people_in(n), *self.states_of(n)))
        return {party.name for party in parties}

    @cached_property
    def _end(self) -> int:
        return len(self.document.sentences) + 1

    @cached_property
    def _heads(self) -> list[int]:
        """Numbers of the first sentence and of the headings: short lines without a full stop."""
        sentences = self.document.sentences
        alone = Counter(sentence.paragraph for sentence in sentences)
        heads = [
            s.number for s in sentences[1:-1] if alone[s.paragraph] == 1 and _HEAD.match(s.text)
        ]
        return [1, *heads]


def _by_sentence(seen: Sequence[Seen]) -> dict[int, list[Seen]]:
    found: dict[int, list[Seen]] = defaultdict(list)
    for each in seen:
        found[each.sentence].append(each)
    return dict(found)


def register(document: Document, sentences: Sequence[Sentence] | None = None) -> Register:
    """Read the people and states off the document's sentences, or off some of them."""
    known = Register(document)
    for sentence in document.sentences if sentences is None else sentences:
        for found in states_in(sentence.text):
            state = state_party(found.country, sentence.text[found.start : found.end])
            known.states.append(Seen(state, sentence.number, found.start))
        officials = list(titled(sentence.text))
        noted = set()
        for start, party in officials:
            noted.add(_note(known, party, sentence, start, officials))
        for start, party in list(known.by_surname(sentence)):
            if party.name not in noted:
                known.add(party, sentence, start)
    known.people.sort(key=lambda seen: (seen.sentence, seen.start))
    return known


def introduced(document: Document, sentences: Sequence[Sentence]) -> list[str]:
    """The people whom `sentences` name, with their offices, in order of appearance."""
    known = register(document, sentences)
    return [party.mention for party in distinct([seen.party for seen in known.people])]


def titled(text: str) -> Iterator[tuple[int, Party]]:
    """Where a person is named with an office, and who."""
    if not holds_office(text):  # as most sentences do not
        return
    for start, words in _pieces(text):
        if holds_office(words):
            party = read_mention(words)
            if party.office and is_person_name(party.name):
                yield start, party


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Where there may be a person with an office, and the words."""
    for match in _APPOSED.finditer(text):
        yield match.start(), match.group()
    for match in _TITLED.finditer(text):
        for piece in _AND.split(match.group()):
            yield match.start() + match.group().find(piece), piece


def _note(known: Register, party: Party, sentence: Sentence, start: int, officials: _Found) -> str:
    """Note one of a sentence's officials under the fullest name known; that name."""
    full = known.called(party.name, sentence.number)
    if full is None:
        if party.office == "counterpart":
            party = party.model_copy(update={"office": _office_before(known)})
        full = party if party.country else _with_country(party, sentence, known, officials)
    known.add(full, sentence, start)
    return full.name


def _office_before(known: Register) -> str:
    """A counterpart holds the office of the one named before."""
    offices = (seen.party.office for seen in reversed(known.people) if seen.party.office)
    return next(offices, "counterpart")


def _with_country(party: Party, sentence: Sentence, known: Register, officials: _Found) -> Party:
    """The other state of a pair ("Norway-Chile ties") of which somebody else there acts for one."""
    pairs = [
        {left.country, right.country}
        for left, right in pairwise(states_in(sentence.text))
        if sentence.text[left.end : right.start] in ("-", "–")
    ]
    if pairs:
        others = {other.country for _, other in (*officials, *known.by_surname(sentence))}
        for pair in pairs:
            free = pair - others
            if len(free) == 1:
                return party.model_copy(update={"country": free.pop()})
    return party


def surname(name: str) -> str:
    """The last word of a name that is no suffix."""
    words = [word for word in name.split() if word.strip(".") not in ("Jr", "Sr", "II", "III")]
    return (words or name.split())[-1]


def _place(name: str, text: str) -> int | None:
    """Where a name stands in a text as a word of its own."""
    at = text.find(name)
    while at >= 0:
        if _BOUND.match(text, at) and _BOUND.match(text, at + len(name)):
            return at
        at = text.find(name, at + 1)
    return None


def distinct(parties: Sequence[Party]) -> list[Party]:
    """Each party once, by name."""
    return list({party.name: party for party in parties}.values())


def _words(name: str) -> set[str]:
    return set(fold_characters(name).lower().split())
