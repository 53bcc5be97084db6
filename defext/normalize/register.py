"""Who is in the document, and who a mention means: full names, offices, pronouns, "both sides"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from defext.document import Document, Sentence
from defext.normalize.countries import fold_characters, state_name, states_in
from defext.normalize.names import is_person_name, read_mention
from defext.normalize.things import is_thing
from defext.schema import Party

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
_SHE_OR_HE = re.compile(r"^(?:s?he|him|her|his|himself|herself|the latter|the former)$", re.I)
_FIRST_PERSON = re.compile(r"^(?:[Ww]e|us|[Oo]urs?|I|me|[Mm]y)\b")
_TOGETHER = re.compile(
    r"^(?:they|them|their|both|each|the\s+(?:two|three|four|pair|sides?|leaders|"
    r"ministers|presidents|secretaries|countries|nations|governments|capitals|delegations|latter|"
    r"parties(?! to))\b|"
    r"(?:two|three)\s)|^(?:leaders|ministers|sides|secretaries|participants)$",
    re.I,
)
# Nouns for those who can act, named or not.
_AGENT = re.compile(
    r"\b(?:administration|all(?:y|ies)|army|assembly|authorit(?:y|ies)|bank|cabinet|coalition|"
    r"commission|committee|communit(?:y|ies)|compan(?:y|ies)|congress|contingent|corporations?|"
    r"council|countr(?:y|ies)|defen[cs]e|delegations?|department|diplomats?|embassy|engineers?|"
    r"entities|envoys?|experts?|family|firms?|forces?|fighters?|generals?|governments?|groups?|"
    r"industry|insurgents?|leaders?|leadership|legislators?|manufacturers?|members?|militants?|"
    r"militar(?:y|ies)|militias?|ministers?|ministr(?:y|ies)|mission|nations?|navy|negotiators?|"
    r"officials?|opposition|organi[sz]ations?|parliament|part(?:y|ies)|partners?|people|"
    r"personnel|police|presidents?|rebels?|regime|representatives?|secretar(?:y|ies)|senate|"
    r"senators?|service|sides?|soldiers?|staff|states?|team|troops?|union|units?|workers?)\b",
    re.I,
)
# List marks, participles, "there is": the beginnings of no name. A number of people is no side.
_NOBODY = re.compile(
    r"(?:--|\*|•)|[a-z]+ing\b|there\b|"
    r"(?:some|about|around|nearly|almost|dozens|hundreds|thousands|more than|at least|up to) "
    r"(?:of )?(?:\d|[a-z]+ (?:hundred|thousand))|\d",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:has|have|had|is|are|was|were|will|would|says|said)\b")
_MEETING = re.compile(
    r"\b(?:met|meeting|spoke|call(?:ed)?|phone|conversation|welcomed|hosted|visit(?:ed)?|held|joined)\b"
)
_NUMBER = {"two": 2, "both": 2, "pair": 2, "three": 3, "four": 4}
_STATES_MEANT = re.compile(r"\b(?:countries|nations|governments|capitals|states)\b", re.I)


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


def introduced(document: Document, sentences: Sequence[Sentence]) -> list[str]:
    """The people whom `sentences` name, with their offices, in order of appearance."""
    known = register(document.read_as(tuple(sentences)))
    return [party.mention for party in distinct([seen.party for seen in known.people])]


def is_party(mention: str, known: Register) -> bool:
    """Whether `mention` can name somebody who acts."""
    words = " ".join(mention.split())
    if not re.search(r"\w", words) or len(words.split()) > 14:
        return False
    if _NOBODY.match(words) or _VERB.search(words) or is_thing(words):
        return False
    if _FIRST_PERSON.match(words) or _SHE_OR_HE.match(words) or _TOGETHER.match(words):
        return True
    party = read_mention(words)
    if party.kind in ("state", "organisation", "company") or party.office:
        return True
    if party.kind == "person" and (
        len(words.split()) > 1 or _by_name(party.name, known.people) is not None
    ):
        return True
    return is_agent(words) or bool(states_in(words)) or _holds_a_name(words, known.document.text)


def _holds_a_name(words: str, text: str) -> bool:
    """Whether a word of `words` is capitalised as names are: inside a sentence, or everywhere."""
    return any(
        re.search(rf"[a-z,]\s+{re.escape(word)}\b", text)
        or (text.count(word) > 1 and word.lower() not in text)
        for word in re.findall(r"\b[A-Z][\w-]+", words)
    )


def is_agent(mention: str) -> bool:
    """Whether `mention` holds a noun for those who can act."""
    return bool(_AGENT.search(mention))


def resolve(mention: str, sentence: Sentence, known: Register) -> list[Party]:
    """The parties that `mention`, made in `sentence`, means; empty where nobody can be told."""
    words = " ".join(mention.split())
    if _FIRST_PERSON.match(words):
        companions = _companions(known) if re.match(r"(?:we|us|ours?)\b", words, re.I) else []
        return _replace(distinct([*companions, *speaker(sentence, known)]), words)
    if _SHE_OR_HE.match(words):
        return _replace(_subject_before(sentence, known), words)
    if _TOGETHER.match(words):
        return _replace(_together(words, sentence, known), words)
    party = read_mention(re.sub(r"^[A-Z]{2,5} (?=[A-Z][a-z])", "", words))
    if party.kind != "person" or _by_name(party.name, known.people) is None:
        party = read_mention(mention)
    if party.kind == "person":
        same = _same_person(party, sentence, known)
        if same is not None:
            return _replace([same], words)
    if full := _full_name(words, sentence, known):
        return _replace([read_mention(full)], mention)
    return [party]


def _full_name(words: str, sentence: Sentence, known: Register) -> str | None:
    """What "the Council" is short for: the "Lake Council" that the text names before."""
    short = re.fullmatch(r"[Tt]he (?P<noun>[A-Z][a-z]+)", words)
    if short is None:
        return None
    before = known.document.text[: sentence.start + max(0, sentence.text.find(words))]
    noun, name = short["noun"], r"(?!The\b)[A-Z][\w'’&-]+"
    full = re.findall(rf"(?:{name} )+{noun}\b|\b{noun} of (?:the )?{name}(?: {name})*", before)
    return str(full[-1]) if full else None


def _titled(text: str) -> Iterator[tuple[int, str]]:
    """Where a person is named with an office, and the words that do."""
    for match in _APPOSED.finditer(text):
        if read_mention(match.group()).office and is_person_name(read_mention(match.group()).name):
            yield match.start(), match.group()
    for match in _TITLED.finditer(text):
        for piece in re.split(r"(?<=\w)\s+and\s+(?=[A-Z])", match.group()):
            party = read_mention(piece)
            if party.office and is_person_name(party.name):
                yield match.start() + match.group().find(piece), piece


def _note(known: Register, party: Party, sentence: Sentence, start: int) -> None:
    full = _by_name(party.name, known.people)
    if full is None:
        if party.office == "counterpart":
            party = party.model_copy(update={"office": _office_before(sentence, start, known)})
        full = party if party.country else _with_country(party, sentence, known)
    known.people.append(Seen(full, sentence.number, start))


def _office_before(sentence: Sentence, start: int, known: Register) -> str:
    """A counterpart holds the office of the one named before."""
    before = [
        seen.party.office
        for seen in known.people
        if (seen.sentence, seen.start) < (sentence.number, start) and seen.party.office
    ]
    return before[-1] if before else "counterpart"


def _note_surnames(known: Register, sentence: Sentence) -> None:
    noted = {s.party.name for s in known.people if s.sentence == sentence.number}
    for party in distinct([seen.party for seen in known.people]):
        surname = re.search(rf"\b{re.escape(_surname(party.name))}\b", sentence.text)
        if surname and party.name not in noted:
            known.people.append(Seen(party, sentence.number, surname.start()))


def _surname(name: str) -> str:
    words = [word for word in name.split() if word.strip(".") not in ("Jr", "Sr", "II", "III")]
    return words[-1]


def _with_country(party: Party, sentence: Sentence, known: Register) -> Party:
    """The other state of a pair ("Norway-Chile ties") of which somebody else there acts for one."""
    others = {read_mention(mention).country for _, mention in _titled(sentence.text)}
    others |= {
        seen.party.country for seen in known.people if _surname(seen.party.name) in sentence.text
    }
    for left, right in pairwise(states_in(sentence.text)):
        if sentence.text[left.end : right.start] in ("-", "–"):
            free = {left.country, right.country} - others
            if len(free) == 1:
                return party.model_copy(update={"country": free.pop()})
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
    before = range(sentence.number, 0, -1)
    sentences = known.document.sentences
    met = [n for n in before if _MEETING.search(sentences[n - 1].text)]
    for pool in pools:
        for candidate in [*met, *before]:
            named = distinct([s.party for s in pool if s.sentence == candidate])
            if len(named) >= (number or 2):
                return named[:number]
    return distinct([s.party for s in known.people])[:number] if number else []


def speaker(sentence: Sentence, known: Register) -> list[Party]:
    """Who says "we": the one who is quoted, else those who issue the document."""
    document = known.document
    if re.search(r"[“\"]", sentence.text):
        here = [seen.party for seen in known.people if seen.sentence == sentence.number]
        if quoted := here[:1] or _subject_before(sentence, known):
            return quoted
    if len(together := _themselves(known)) > 1:
        return together
    if document.title and re.search(r"\bjoint\b", document.title, re.I):
        opening = " ".join(s.text for s in document.sentences[:3])
        named = distinct([seen.party for seen in known.people if seen.sentence <= 3])
        for found in (named, _issuers(document.title), _issuers(opening)):
            if len(found) > 1:
                return found
    for given in (document.source, document.title, document.sentences[0].text):
        # A path or an address names no speaker.
        if given and "/" not in given and (issuers := _issuers(given)):
            return issuers
    source = read_mention(document.source) if document.source else None
    return [source] if source and source.kind == "organisation" else []


def _companions(known: Register) -> list[Party]:
    """With whom the speaker of "Minister Brekke and I met" is "we"."""
    pairs = re.findall(r"(?:^|\s)((?:[A-Z][\w.’'-]*\s+){1,5})and I\b", known.document.text)
    people = [read_mention(" ".join(pair.split())) for pair in pairs]
    return [_by_name(person.name, known.people) or person for person in people if person.office]


def _themselves(known: Register) -> list[Party]:
    """Who says "We, Elena Aldana, President of Chile, and Jonas Brekke, met"."""
    opening = re.search(
        r"\bWe, (?P<who>[^.;]{10,400}?),? (?:have |are )?[a-z]{3,}(?:ed|et)\b", known.document.text
    )
    if opening is None:
        return []
    names = re.findall(r"(?:[A-Z][\w’'-]+ ){1,3}[A-Z][\w’'-]+", opening["who"])
    people = [read_mention(name) for name in names if is_person_name(name) and not is_thing(name)]
    return distinct([_by_name(person.name, known.people) or person for person in people])


def named_in(sentence: Sentence, known: Register) -> list[Party]:
    """The people whom a sentence names."""
    return distinct([seen.party for seen in known.people if seen.sentence == sentence.number])


def counterpart(by: list[Party], sentence: Sentence, known: Register) -> list[Party]:
    """Those whom the nearest sentence names together with one of `by`."""
    names = {party.name for party in by}
    for number in range(sentence.number, 0, -1):
        named = distinct([s.party for s in known.people if s.sentence == number])
        others = [party for party in named if party.name not in names]
        if len(others) < len(named) and others:
            return others[:1]
    return []


def _issuers(text: str) -> list[Party]:
    """The people, else the states, that a title, a source or an opening names."""
    people = [read_mention(mention) for _, mention in _titled(text)]
    states = [
        Party(
            name=state_name(found.country),
            kind="state",
            country=found.country,
            mention=text[found.start : found.end],
        )
        for found in states_in(text)
    ]
    return distinct(people) or distinct(states)


def distinct(parties: list[Party]) -> list[Party]:
    """Each party once, by name."""
    return list({party.name: party for party in parties}.values())


def _replace(parties: list[Party], mention: str) -> list[Party]:
    return [party.model_copy(update={"mention": mention}) for party in parties]
