"""Who is in the document, and who a mention means: full names, offices, pronouns, "both sides"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from defext.document import Document, Sentence
from defext.normalize.countries import fold_characters, state_name, states_in
from defext.normalize.names import is_person_name, read_mention
from defext.schema import Party

_TITLED = re.compile(
    # An office (with the state before it), then a name: capitals, initials, particles.
    r"(?:[A-Z][\w.'’-]*\s+(?:(?:of|for|the|and|to)\s+)*){0,9}"
    r"[A-Z][\w.'’-]*(?:\s+(?:bin|bint|al-\w+|van|von|der|den|de|da|du|el)(?=\s))*"
    r"(?:\s+[A-Z][\w.'’-]*)*"
)
_SHE_OR_HE = re.compile(r"^(?:s?he|him|her|his|himself|herself|the latter|the former)$", re.I)
_FIRST_PERSON = re.compile(r"^(?:we|us|our|ours|i|me|my|mine)\b", re.I)
_TOGETHER = re.compile(
    r"^(?:they|them|their|both|each|the\s+(?:two|three|four|pair|sides?|parties|leaders|"
    r"ministers|presidents|secretaries|countries|nations|governments|allies|partners|latter)|"
    r"(?:two|three|all)\s)|^(?:leaders|ministers|sides|parties|secretaries|participants)$",
    re.I,
)
_NUMBER = {"two": 2, "both": 2, "pair": 2, "three": 3, "four": 4}
_STATES_MEANT = re.compile(r"\b(?:countries|nations|governments|states)\b", re.I)


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
        for start, mention in _titled(sentence.text):
            _note(known, read_mention(mention), sentence, start)
        _note_surnames(known, sentence)
    known.people.sort(key=lambda seen: (seen.sentence, seen.start))
    return known


def resolve(mention: str, sentence: Sentence, known: Register) -> list[Party]:
    """The parties that `mention`, made in `sentence`, means; empty where nobody can be told."""
    words = " ".join(mention.split())
    if _FIRST_PERSON.match(words):
        return _speaker(sentence, known, words)
    if _SHE_OR_HE.match(words):
        return _replace(_subject_before(sentence, known), words)
    if _TOGETHER.match(words):
        return _replace(_together(words, sentence, known), words)
    party = read_mention(mention)
    if party.kind == "person":
        same = _same_person(party, sentence, known)
        if same is not None:
            return _replace([same], words)
    return [party]


def _titled(text: str) -> Iterator[tuple[int, str]]:
    """Runs of capitalised words that hold a person's name."""
    for match in _TITLED.finditer(text):
        start = match.start()
        for piece in re.split(r"(?<=\w)\s+and\s+(?=[A-Z])", match.group()):
            party = read_mention(piece)
            if party.office and is_person_name(party.name):
                yield start + match.group().find(piece), piece
            start = match.start()


def _note(known: Register, party: Party, sentence: Sentence, start: int) -> None:
    full = _by_name(party.name, known.people)
    if full is None:
        full = party if party.country else _with_country(party, sentence, known)
    known.people.append(Seen(full, sentence.number, start))


def _note_surnames(known: Register, sentence: Sentence) -> None:
    noted = {s.party.name for s in known.people if s.sentence == sentence.number}
    for party in _distinct([seen.party for seen in known.people]):
        surname = re.search(rf"\b{re.escape(_surname(party.name))}\b", sentence.text)
        if surname and party.name not in noted:
            known.people.append(Seen(party, sentence.number, surname.start()))


def _surname(name: str) -> str:
    words = [word for word in name.split() if word.strip(".") not in ("Jr", "Sr", "II", "III")]
    return words[-1]


def _with_country(party: Party, sentence: Sentence, known: Register) -> Party:
    """Of two states that a sentence names, the one that the other people there do not act for."""
    states = {found.country for found in states_in(sentence.text)}
    others = {read_mention(mention).country for _, mention in _titled(sentence.text)}
    others |= {
        seen.party.country
        for seen in known.people
        if _surname(seen.party.name) in sentence.text
    }
    left = states - others
    if len(states) == 2 and len(left) == 1:
        return party.model_copy(update={"country": left.pop()})
    return party


def _by_name(name: str, people: list[Seen]) -> Party | None:
    """The person introduced before whose name ends with or holds the words of `name`."""
    wanted = set(fold_characters(name).lower().split())
    for seen in people:
        if wanted <= set(fold_characters(seen.party.name).lower().split()):
            return seen.party
    return None


def _same_person(party: Party, sentence: Sentence, known: Register) -> Party | None:
    if is_person_name(party.name):
        return _by_name(party.name, known.people)
    # "the defence minister": the last before, or in, this sentence who holds the office
    wanted = _office_words(party.name)
    for seen in reversed([s for s in known.people if s.sentence <= sentence.number]):
        if seen.party.office and wanted <= _office_words(seen.party.office):
            return seen.party
    return None


def _office_words(office: str) -> set[str]:
    words = fold_characters(office).lower().replace("defense", "defence").split()
    return {word for word in words if word not in ("the", "of", "for", "us")}


def _subject_before(sentence: Sentence, known: Register) -> list[Party]:
    """The person named first in the nearest sentence before that names one."""
    earlier = [seen for seen in known.people if seen.sentence < sentence.number]
    if not earlier:
        return []
    last = earlier[-1].sentence
    return [min((s for s in earlier if s.sentence == last), key=lambda s: s.start).party]


def _together(words: str, sentence: Sentence, known: Register) -> list[Party]:
    """Those whom the nearest sentence names together; people before states."""
    number = next((n for word, n in _NUMBER.items() if word in words.lower()), None)
    pools = [known.people, known.states]
    if _STATES_MEANT.search(words):
        pools = [known.states, known.people]
    for pool in pools:
        for candidate in range(sentence.number, 0, -1):
            named = _distinct([s.party for s in pool if s.sentence == candidate])
            if len(named) >= (number or 2):
                return named[:number]
    return _distinct([s.party for s in known.people])[:number] if number else []


def _speaker(sentence: Sentence, known: Register, words: str) -> list[Party]:
    """Who says "we": the one who is quoted, else who issues the document."""
    if re.search(r"[“\"]", sentence.text):
        here = [seen.party for seen in known.people if seen.sentence == sentence.number]
        return _replace(here[:1] or _subject_before(sentence, known), words)
    document = known.document
    issuers = [text for text in (document.title, document.source) if text]
    if document.title and re.search(r"\bjoint\b", document.title, re.I):
        issuers = [document.title]
    for issuer in issuers:
        people = [read_mention(mention) for _, mention in _titled(issuer)]
        states = [
            Party(name=state_name(f.country), kind="state", country=f.country, mention=words)
            for f in states_in(issuer)
        ]
        if found := _distinct(people) or _distinct(states):
            return _replace(found, words)
    first = [seen.party for seen in known.states[:1]]
    return _replace(first, words)


def _distinct(parties: list[Party]) -> list[Party]:
    return list({party.name: party for party in parties}.values())


def _replace(parties: list[Party], mention: str) -> list[Party]:
    return [party.model_copy(update={"mention": mention}) for party in parties]
