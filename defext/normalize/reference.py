"""Which party of the document a name, a surname, an office or "the Ministry" is."""

import re
from collections.abc import Sequence

from defext.document import ENGLISH, Sentence
from defext.normalize.register import Register, distinct
from defext.schema import Party
from defext.values.countries import fold_characters, states_in
from defext.values.people import is_person_name, read_mention, state_party
from defext.values.territories import state_called

# How far back a short name may be spelled out, in characters.
_NEAR = 20_000


def parties(names: Sequence[str], sentence: Sentence, known: Register) -> list[Party]:
    """The parties that `names` name in `sentence`, as the document introduces them, each once.

    An office alone is nobody whom another of the names names.
    """
    mentions = [_read(" ".join(name.split()), known.document.language) for name in names]
    named = {
        person.name
        for mention in mentions
        if is_person_name(mention.name) and (person := known.called(mention.name, sentence.number))
    }
    return distinct([_party(mention, sentence, known, named) for mention in mentions])


def _read(words: str, language: str | None) -> Party:
    state = state_called(words, language) if language not in (None, ENGLISH) else None
    return state_party(state, words) if state else read_mention(words)


def _party(mention: Party, sentence: Sentence, known: Register, named: set[str]) -> Party:
    found, words = mention, mention.mention
    if found.kind == "person":
        same = _same_person(found, sentence, known)
        if same and (is_person_name(found.name) or same.name not in named):
            found = same
    elif full := _full_name(words, sentence, known):
        found = read_mention(full)
    return found.model_copy(update={"mention": _mention(words, found, sentence, known)})


def _mention(words: str, party: Party, sentence: Sentence, known: Register) -> str:
    """The text's words for a party that was named by `words`, which it may hold in pieces."""
    text = known.document.text
    if words in text:
        return words
    for passage in (sentence.text, text):
        for state in states_in(passage) if party.country else ():
            if state.country == party.country:
                return passage[state.start : state.end]
    return next((word for word in reversed(words.split()) if word in text), words)


def _same_person(person: Party, sentence: Sentence, known: Register) -> Party | None:
    if is_person_name(person.name):
        return known.called(person.name, sentence.number)
    # "the defence minister": who alone, up to this sentence, is said to hold the office
    wanted = _office_words(person.office or person.name)
    holders = {
        candidate.name: candidate
        for number in known.reach(sentence.number)
        for candidate in known.people_in(number)
        if candidate.office
        and wanted <= _office_words(candidate.office)
        and person.country in (None, candidate.country)
        and person.organisation in (None, candidate.organisation)
    }
    return next(iter(holders.values())) if len(holders) == 1 else None


def _full_name(words: str, sentence: Sentence, known: Register) -> str | None:
    """What "the Council" is short for: the "Lake Council" that the text names before."""
    short = re.fullmatch(r"(?:[Tt]he )?(?P<noun>[A-Z][a-z]+)", words)
    if short is None:
        return None
    end = sentence.start + max(0, sentence.text.find(words))
    before = known.document.text[max(0, end - _NEAR) : end]
    noun, name = short["noun"], r"(?!The\b)[A-Z][\w'’&-]+"
    full = re.findall(rf"(?:{name} )+{noun}\b|\b{noun} of (?:the )?{name}(?: {name})*", before)
    return str(full[-1]) if full else None


def _office_words(office: str) -> set[str]:
    words = fold_characters(office).lower().replace("defense", "defence").split()
    return {word for word in words if word not in ("the", "of", "for", "us")}
