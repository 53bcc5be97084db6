"""Parties of a translated document in the document's own words."""

from collections.abc import Iterable, Sequence

from defext.document import Document, Name, Sentence
from defext.normalize.countries import country_of, fold_characters
from defext.normalize.register import distinct
from defext.schema import Party


def spelled(parties: Sequence[Party], sentence: Sentence, document: Document) -> list[Party]:
    """`parties` named and mentioned as the text does, without those whom its words do not name.

    A state keeps its English name. Where the document was not translated, nothing changes.
    """
    if not document.is_translated:
        return list(parties)
    found = []
    for party in parties:
        full = _naming(party, document.names)
        here = _naming(party, sentence.names) or full
        if full and here:
            found.append(_in_words(party, full.words, here.words, document.text))
    return distinct(found)


def _naming(party: Party, names: Iterable[Name]) -> Name | None:
    """The first of `names` that means `party`."""
    for name in names:
        if party.kind == "state":
            same = party.country is not None and country_of(name.english) == party.country
        else:
            told, asked = _words(name.english), _words(party.name)
            same = bool(told and asked) and (told <= asked or asked <= told)
        if same:
            return name
    return None


def _in_words(party: Party, full: str, here: str, text: str) -> Party:
    if party.kind == "state" or party.name in text:
        return party.model_copy(update={"mention": here})
    organisation = full if party.organisation == party.name else party.organisation
    return party.model_copy(update={"name": full, "organisation": organisation, "mention": here})


def _words(name: str) -> set[str]:
    return set(fold_characters(name).lower().replace(".", " ").split())
