"""Who is in the document: every person, by full name and office, and every state."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from defext.document import Document, Sentence
from defext.normalize.countries import fold_characters, state_name, states_in
from defext.normalize.names import is_person_name, read_mention
from defext.schema import Party

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
_MEETING = re.compile(
    r"\b(?:met|meeting|spoke|call(?:ed)?|phone|conversation|welcomed|hosted|visit(?:ed)?|held|joined)\b"
)
_WE = re.compile(r"\bWe, (?P<who>[^.;]{10,400}?),? (?:have |are )?[a-z]{3,}(?:ed|et)\b")


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
        """Those known so far whose surname stands in `sentence`, and where."""
        for word in dict.fromkeys(re.findall(r"\w+", sentence.text)):
            for party in self._by_surname.get(word, []):
                if self._last[party.name] >= sentence.number - REACH:
                    found = re.search(rf"\b{re.escape(surname(party.name))}\b", sentence.text)
                    if found:
                        yield found.start(), party

    def people_in(self, number: int) -> list[Party]:
        """The people whom a sentence names."""
        return distinct([seen.party for seen in self._people_in.get(number, [])])

    def states_of(self, number: int) -> list[Party]:
        """The states that a sentence names."""
        return distinct([seen.party for seen in self._states_in.get(number, [])])

    def person_before(self, number: int) -> Party | None:
        """The person named first in the nearest sentence before that names one."""
        place = bisect_left(self._numbers, number)
        return self._people_in[self._numbers[place - 1]][0].party if place else None

    @cached_property
    def _people_in(self) -> dict[int, list[Seen]]:
        return _by_sentence(self.people)

    @cached_property
    def _states_in(self) -> dict[int, list[Seen]]:
        return _by_sentence(self.states)

    @cached_property
    def _numbers(self) -> list[int]:
        return sorted(self._people_in)

    @cached_property
    def meetings(self) -> frozenset[int]:
        """Numbers of the sentences with a word for meeting."""
        return frozenset(s.number for s in self.document.sentences if _MEETING.search(s.text))

    @cached_property
    def beside_me(self) -> list[str]:
        """Who is named in "Minister Brekke and I"."""
        pairs = re.findall(r"(?:^|\s)((?:[A-Z][\w.’'-]*\s+){1,5})and I\b", self.document.text)
        return [" ".join(pair.split()) for pair in pairs]

    @cached_property
    def we(self) -> str:
        """The names in "We, Elena Aldana, President of Chile, and Jonas Brekke, met"."""
        opening = _WE.search(self.document.text)
        return opening["who"] if opening else ""

    @cached_property
    def words_inside(self) -> frozenset[str]:
        """Capitalised words that stand inside a sentence."""
        return frozenset(re.findall(r"(?<=[a-z,])\s+([A-Z][\w-]+)", self.document.text))

    @cached_property
    def words(self) -> dict[str, int]:
        """How often each word stands in the text."""
        return Counter(re.findall(r"[\w-]+", self.document.text))


def _by_sentence(seen: Sequence[Seen]) -> dict[int, list[Seen]]:
    found: dict[int, list[Seen]] = defaultdict(list)
    for each in seen:
        found[each.sentence].append(each)
    return dict(found)


def register(document: Document) -> Register:
    """Read the people and states off the document's sentences."""
    known = Register(document)
    for sentence in document.sentences:
        for found in states_in(sentence.text):
            mention = sentence.text[found.start : found.end]
            state = Party(
                name=state_name(found.country), kind="state", country=found.country, mention=mention
            )
            known.states.append(Seen(state, sentence.number, found.start))
        noted = set()
        for start, mention in titled(sentence.text):
            noted.add(_note(known, read_mention(mention), sentence, start))
        for start, party in list(known.by_surname(sentence)):
            if party.name not in noted:
                known.add(party, sentence, start)
    known.people.sort(key=lambda seen: (seen.sentence, seen.start))
    return known


def introduced(document: Document, sentences: Sequence[Sentence]) -> list[str]:
    """The people whom `sentences` name, with their offices, in order of appearance."""
    known = register(document.read_as(tuple(sentences)))
    return [party.mention for party in distinct([seen.party for seen in known.people])]


def titled(text: str) -> Iterator[tuple[int, str]]:
    """Where a person is named with an office, and the words that do."""
    """Where a person is named with an office, and the words that do."""
    for match in _APPOSED.finditer(text):
        if read_mention(match.group()).office and is_person_name(read_mention(match.group()).name):
            yield match.start(), match.group()
    for match in _TITLED.finditer(text):
        for piece in re.split(r"(?<=\w)\s+and\s+(?=[A-Z])", match.group()):
            party = read_mention(piece)
            if party.office and is_person_name(party.name):
                yield match.start() + match.group().find(piece), piece


def _note(known: Register, party: Party, sentence: Sentence, start: int) -> str:
    """Note a person under the fullest name known; that name."""
    full = known.called(party.name, sentence.number)
    if full is None:
        if party.office == "counterpart":
            party = party.model_copy(update={"office": _office_before(known)})
        full = party if party.country else _with_country(party, sentence, known)
    known.add(full, sentence, start)
    return full.name


def _office_before(known: Register) -> str:
    """A counterpart holds the office of the one named before."""
    offices = (seen.party.office for seen in reversed(known.people) if seen.party.office)
    return next(offices, "counterpart")


def _with_country(party: Party, sentence: Sentence, known: Register) -> Party:
    """The other state of a pair ("Norway-Chile ties") of which somebody else there acts for one."""
    others = {read_mention(mention).country for _, mention in titled(sentence.text)}
    others |= {known_here.country for _, known_here in known.by_surname(sentence)}
    for left, right in pairwise(states_in(sentence.text)):
        if sentence.text[left.end : right.start] in ("-", "–"):
            free = {left.country, right.country} - others
            if len(free) == 1:
                return party.model_copy(update={"country": free.pop()})
    return party


def surname(name: str) -> str:
    """The last word of a name that is no suffix."""
    words = [word for word in name.split() if word.strip(".") not in ("Jr", "Sr", "II", "III")]
    return words[-1]


def distinct(parties: Sequence[Party]) -> list[Party]:
    """Each party once, by name."""
    return list({party.name: party for party in parties}.values())


def _words(name: str) -> set[str]:
    return set(fold_characters(name).lower().split())
