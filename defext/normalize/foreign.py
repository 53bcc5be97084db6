"""What a translation says, held against the document's own words: names, states, days.

A small model's English may name another state or weekday than the sentence does. What the words of
the document's language do not bear out is left out. The names come from Unicode's CLDR.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from defext.document import Document, Name, Sentence
from defext.values.countries import fold_characters, iso2, iso3, state_name, states_in
from defext.normalize.register import distinct
from defext.schema import Party, When

# Short names and adjectives that the formal names of CLDR ("Vereinigte Staaten") do not begin.
_SHORT = {
    "US": "america amerik americ américa америк أمريك אמריק 米国 美 미국 amérique",
    "GB": "brit brét bretagn bretañ grã-bretanha брит بريطان בריט 英 영국",
}
# Scripts without cases and endings: their names stand whole.
_UNINFLECTED = re.compile(r"[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af]")
_CASES = ("be", "bg", "cs", "hr", "pl", "ru", "sk", "sl", "sr", "uk")  # Slavic languages
_CALENDAR = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May "
    "June July August September October November December"
).split()


def spelled(parties: Sequence[Party], sentence: Sentence, document: Document) -> list[Party]:
    """`parties` named and mentioned as the text does, without those whom its words do not name.

    A state keeps its English name. Where the document was not translated, nothing changes.
    """
    if not document.is_translated:
        return list(parties)
    found = (_spelled(party, sentence, document) for party in parties)
    return distinct([party for party in found if party])


def borne_out(when: When | None, sentence: Sentence, document: Document) -> When | None:
    """`when`, unless it names a weekday or a month that the document's own words do not."""
    if when is None or not document.is_translated:
        return when
    words, language = _fold(document.words(sentence)), document.language or ""
    for english in set(_CALENDAR) & set(re.findall(r"\w+", when.text)):
        names = _calendar(language)[english]
        if not any(re.search(_in_any_case(_fold(name), language), words) for name in names):
            return None
    return when


def _in_any_case(name: str, language: str) -> str:
    """A pattern for the name of a day or a month, in the forms that its language has."""
    if _UNINFLECTED.search(name):
        return rf"(?<![十一二]){re.escape(name)}"  # the eleventh month is not the first
    if language in _CASES:
        return rf"\b{re.escape(name[:-1])}\w{{0,3}}\b"
    return rf"\b(?:ال)?{re.escape(name.removeprefix('ال'))}[se]?\b"


def state_called(words: str, language: str) -> str | None:
    """The English name of the state that `words` are the name of in a language."""
    code = _territories(language).get(_fold(words))
    return state_name(country) if code and (country := iso3(code)) else None


@cache
def _territories(language: str) -> dict[str, str]:
    locale = _locale(language)
    return {_fold(name): code for code, name in locale.territories.items()} if locale else {}


def _spelled(party: Party, sentence: Sentence, document: Document) -> Party | None:
    if party.country and not _stands(party.country, document.text, document.language):
        party = party.model_copy(update={"country": None})
    if party.kind == "state":
        words = party.country and _state_words(
            party.country, document.words(sentence), document.language
        )
        return party.model_copy(update={"mention": words}) if words else None
    full = _naming(party.name, document.names)
    here = _naming(party.mention, sentence.names or ()) or full
    if full is None or here is None:
        return None
    if party.name in document.text:
        return party.model_copy(update={"mention": here})
    organisation = full if party.organisation == party.name else party.organisation
    return party.model_copy(update={"name": full, "organisation": organisation, "mention": here})


def _naming(english: str, names: Iterable[Name]) -> str | None:
    """The document's words for a name, where all words of one form stand in the other."""
    asked = _words(english)
    for name in names:
        told = _words(name.english)
        if asked and told and (told <= asked or asked <= told):
            return name.words
    return None


@lru_cache(maxsize=4096)
def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", fold_characters(name).lower()))


@lru_cache(maxsize=16)
def _stands(country: str, text: str, language: str | None) -> bool:
    return _state_words(country, text, language) is not None


def _state_words(country: str, text: str, language: str | None) -> str | None:
    """The first word of `text` that names a state, or its people, in a language."""
    for found in states_in(text):
        if found.country == country:
            return text[found.start : found.end]
    stems = list(_state_stems(country, language or ""))
    for word in dict.fromkeys(re.findall(r"[\w'’-]+", text)):
        folded = _fold(word)
        if stem := next((stem for stem in stems if stem in folded), None):
            return stem if _UNINFLECTED.match(stem) else str(word)
    return None


def _state_stems(country: str, language: str) -> Iterator[str]:
    code = iso2(country)
    yield from (_fold(stem) for stem in _SHORT.get(code, "").split())
    if (locale := _locale(language)) and (name := locale.territories.get(code)):
        yield _stem(name)


def _stem(name: str) -> str:
    """What stays of a name in its cases and in its adjective."""
    name = _fold(name).removeprefix("ال")
    return name if _UNINFLECTED.search(name) else name[: max(4, len(name) - 3)]


def _fold(text: str) -> str:
    return fold_characters(text).lower()


@cache
def _calendar(language: str) -> dict[str, list[str]]:
    """English names of days and months, and those of a language."""
    locale = _locale(language)
    names: dict[str, list[str]] = {name: [] for name in _CALENDAR}
    if locale is None:
        return names
    # A short form tells a day only where it is no mere beginning.
    for width in ("wide", "abbreviated") if _UNINFLECTED.search(locale.display_name) else ("wide",):
        days, months = get_day_names(width, locale=locale), get_month_names(width, locale=locale)
        told = [*(days[day] for day in range(7)), *(months[month] for month in range(1, 13))]
        for english, name in zip(_CALENDAR, told, strict=True):
            names[english].append(name)
    return names


@cache
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None
