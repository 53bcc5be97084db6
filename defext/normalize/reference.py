"""Whom a mention means: full names, offices, pronouns, "both sides", "we"."""

import re

from defext.document import Sentence
from defext.normalize.countries import country_of, fold_characters, states_in
from defext.normalize.names import is_person_name, read_mention, state_party
from defext.normalize.register import Register, distinct, titled
from defext.normalize.things import is_thing
from defext.schema import Party

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
_STATE_CODE = re.compile(r"^[A-Z]{2,5} (?=[A-Z][a-z])")
_VERB = re.compile(r"\b(?:has|have|had|is|are|was|were|will|would|says|said)\b")
# How far back a short name may be spelled out, in characters.
_NEAR = 20_000
_NUMBER = {"two": 2, "both": 2, "pair": 2, "three": 3, "four": 4}
_STATES_MEANT = re.compile(r"\b(?:countries|nations|governments|capitals|states)\b", re.I)


def is_party(mention: str, known: Register) -> bool:
    """Whether `mention` can name somebody who acts."""
    words = " ".join(mention.split())
    if not re.search(r"\w", words) or len(words.split()) > 14:
        return False
    if _NOBODY.match(words) or _VERB.search(words) or is_thing(words):
        return False
    if _FIRST_PERSON.match(words) or _SHE_OR_HE.match(words) or _TOGETHER.match(words):
        return True
    if is_agent(words) or country_of(words):
        return True
    party = read_mention(words)
    if party.kind in ("organisation", "company") or party.office:
        return True
    if party.kind == "person" and (len(words.split()) > 1 or known.called(party.name) is not None):
        return True
    return _holds_a_name(words, known)


def _holds_a_name(words: str, known: Register) -> bool:
    """Whether a word of `words` is capitalised as names are: inside a sentence, or everywhere."""
    return any(
        word in known.words_inside
        or (known.words.get(word, 0) > 1 and word.lower() not in known.words)
        for word in re.findall(r"\b[A-Z][\w-]+", words)
    )


def is_agent(mention: str) -> bool:
    """Whether `mention` holds a noun for those who can act."""
    return bool(_AGENT.search(mention))


def resolve(mention: str, sentence: Sentence, known: Register) -> list[Party]:
    """The parties that `mention`, made in `sentence`, means; empty where nobody can be told."""
    words = " ".join(mention.split())
    if _FIRST_PERSON.match(words):
        companions = (
            _companions(sentence, known) if re.match(r"(?:we|us|ours?)\b", words, re.I) else []
        )
        return _replace(distinct([*companions, *speaker(sentence, known)]), words)
    if _SHE_OR_HE.match(words):
        return _replace(_named_before(sentence, known), words)
    if _TOGETHER.match(words):
        return _replace(_together(words, sentence, known), words)
    bare = _STATE_CODE.sub("", words)
    party = read_mention(bare)
    if bare != mention and (party.kind != "person" or known.called(party.name) is None):
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
    end = sentence.start + max(0, sentence.text.find(words))
    before = known.document.text[max(0, end - _NEAR) : end]
    noun, name = short["noun"], r"(?!The\b)[A-Z][\w'’&-]+"
    full = re.findall(rf"(?:{name} )+{noun}\b|\b{noun} of (?:the )?{name}(?: {name})*", before)
    return str(full[-1]) if full else None


def _same_person(party: Party, sentence: Sentence, known: Register) -> Party | None:
    if is_person_name(party.name):
        return known.called(party.name, sentence.number)
    # "the defence minister": the last before, or in, this sentence who holds the office
    wanted = _office_words(party.name)
    for number in known.reach(sentence.number):
        for person in reversed(known.people_in(number)):
            if person.office and wanted <= _office_words(person.office):
                return person
    return None


def _named_before(sentence: Sentence, known: Register) -> list[Party]:
    person = known.person_before(sentence.number)
    return [person] if person else []


def _office_words(office: str) -> set[str]:
    words = fold_characters(office).lower().replace("defense", "defence").split()
    return {word for word in words if word not in ("the", "of", "for", "us")}


def _together(words: str, sentence: Sentence, known: Register) -> list[Party]:
    """Those whom the nearest sentence names together; people before states."""
    number = next((n for word, n in _NUMBER.items() if word in words.lower()), None)
    pools = [known.people_in, known.states_of]
    if _STATES_MEANT.search(words):
        pools.reverse()
    before = known.reach(sentence.number)
    met = [candidate for candidate in before if candidate in known.meetings]
    for pool in pools:
        for candidate in [*met, *before]:
            named = pool(candidate)
            if len(named) >= (number or 2):
                return named[:number]
    if number is None:
        return []
    named = distinct([person for n in reversed(before) for person in known.people_in(n)])
    return named[:number] if len(named) > 1 else []


def speaker(sentence: Sentence, known: Register) -> list[Party]:
    """Who says "we": the one who is quoted, else those who issue the document."""
    document = known.document
    here = known.people_in(sentence.number)[:1] or _named_before(sentence, known)
    if here and re.search(r"[“\"]", sentence.text):
        return here
    own, first = known.section(sentence.number), known.section(1)
    if own != first and (issuers := _themselves(own, known) or _opening(own, known)):
        return issuers
    if own != first and known.stands_alone(own):
        return []
    if len(together := _themselves(first, known)) > 1:
        return together
    if document.title and re.search(r"\bjoint\b", document.title, re.I):
        opening = " ".join(s.text for s in document.sentences[:3])
        named = distinct([person for number in (1, 2, 3) for person in known.people_in(number)])
        for found in (named, _issuers(document.title), _issuers(opening)):
            if len(found) > 1:
                return found
    for given in (document.source, document.title, document.sentences[0].text):
        # A path or an address names no speaker.
        if given and "/" not in given and (issuers := _issuers(given)):
            return issuers
    source = read_mention(document.source) if document.source else None
    return [source] if source and source.kind == "organisation" else []


def _opening(section: range, known: Register) -> list[Party]:
    """Who issues what stands under a heading: whom it, or the sentence after it, names."""
    sentences = known.document.sentences[section.start - 1 : section.start + 1]
    return next(filter(None, (_issuers(sentence.text) for sentence in sentences)), [])


def _companions(sentence: Sentence, known: Register) -> list[Party]:
    """With whom the speaker of "Minister Brekke and I met" is "we"."""
    own = known.section(sentence.number)
    mentions = known.beside_me(own)
    if not mentions and not known.stands_alone(own):
        mentions = known.beside_me(known.section(1))
    people = [read_mention(mention) for mention in mentions]
    return [known.called(person.name) or person for person in people if person.office]


def _themselves(section: range, known: Register) -> list[Party]:
    """Who says "We, Elena Aldana, President of Chile, and Jonas Brekke, met"."""
    names = re.findall(r"(?:[A-Z][\w’'-]+ ){1,3}[A-Z][\w’'-]+", known.we(section))
    people = [read_mention(name) for name in names if is_person_name(name) and not is_thing(name)]
    return distinct([known.called(person.name) or person for person in people])


def counterpart(by: list[Party], sentence: Sentence, known: Register) -> list[Party]:
    """Those whom the nearest sentence names together with one of `by`."""
    names = {party.name for party in by}
    for number in known.reach(sentence.number):
        named = known.people_in(number)
        others = [party for party in named if party.name not in names]
        if len(others) < len(named) and others:
            return others[:1]
    return []


def _issuers(text: str) -> list[Party]:
    """The people, else the states, that a title, a source or an opening names."""
    people = [person for _, person in titled(text)]
    states = [
        state_party(found.country, text[found.start : found.end]) for found in states_in(text)
    ]
    return distinct(people) or distinct(states)


def _replace(parties: list[Party], mention: str) -> list[Party]:
    return [
        party if party.mention == mention else party.model_copy(update={"mention": mention})
        for party in parties
    ]
