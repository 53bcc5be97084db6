"""Words that name a state, and its ISO 3166-1 alpha-3 code.

A name, a nationality, a capital or a seat of government ("the Pentagon") names its state.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter

from countryinfo import all_countries

# What the data set lacks: abbreviations, short names, and seats of government.
_MORE = {
    "USA": ["U.S.", "U.S", "U.S.A.", "US", "USA", "America", "the States", "Washington", "Pentagon",
            "White House", "State Department", "Capitol Hill", "Oval Office", "Foggy Bottom"],
    "GBR": ["U.K.", "U.K", "UK", "Britain", "Briton", "Whitehall", "Downing Street", "England",
            "Northern Ireland", "Scotland", "Scottish", "10 Downing Street"],
    "ARE": ["U.A.E.", "UAE"],
    "CHN": ["PRC", "P.R.C.", "People's Republic of China", "Zhongnanhai"],
    "KOR": ["ROK", "R.O.K.", "Blue House", "Korea", "S. Korea", "S. Korean"],
    "PRK": ["DPRK", "D.P.R.K.", "North Korea", "N. Korea", "N. Korean"],
    "RUS": ["Kremlin", "Russian Federation", "Russians"],
    "FRA": ["Élysée", "Elysee Palace", "Quai d'Orsay", "Matignon"],
    "UKR": ["Kyiv", "Kiev"],
    "TUR": ["Türkiye", "Turkiye", "Turk"],
    "CZE": ["Czechia", "Czech Republic", "Czech"],
    "XKX": ["Kosovo", "Kosovar", "Pristina"],
    "COD": ["DRC", "DR Congo"],
    "NLD": ["Netherlands", "Dutch", "The Hague", "Holland"],
    "NZL": ["New Zealand"],
    "PHL": ["Philippine", "Filipino"],
    "TWN": ["Taiwan", "Taiwanese", "Chinese Taipei"],
    "PSE": ["Palestine", "Palestinian Authority", "Palestinian"],
    "MMR": ["Burma", "Burmese"],
    "ESP": ["Spanish", "Spaniard"],
    "POL": ["Polish", "Pole"],
    "SAU": ["Saudi", "KSA"],
    "IND": ["New Delhi", "Delhi", "South Block", "Raisina Hill"],
    "ISR": ["Jerusalem", "Knesset"],
    "AUS": ["Canberra"],
    "DEU": ["Bundeswehr", "Bundestag", "West Germany", "West German"],
    "JPN": ["Kantei", "Nagatacho"],
    "ITA": ["Palazzo Chigi", "Farnesina"],
    "FSM": ["Micronesia", "Micronesian"],
    "THA": ["Thai"],
    "IRL": ["Irish"],
    "DNK": ["Danish", "Dane"],
    "SWE": ["Swedish", "Swede"],
    "FIN": ["Finnish"],
    "KAZ": ["Kazakh", "Kazakhstani", "Astana"],
    "BHR": ["Manama"],
    "SRB": ["Serb", "Belgrade"],
    "HRV": ["Croat"],
    "LUX": ["Luxembourgish"],
    "SVK": ["Slovak"],
    "SVN": ["Slovene", "Slovenian"],
    "ISL": ["Icelandic"],
    "BIH": ["Bosnian"],
    "KGZ": ["Kyrgyz"],
    "UZB": ["Uzbek"],
    "TJK": ["Tajik"],
    "VAT": ["Vatican"],
}  # fmt: skip
# Capitals and adjectives that more often name something or somebody else.
_AMBIGUOUS = {
    "basseterre", "castries", "dominican", "douglas", "georgetown", "hamilton", "jamestown",
    "kingston", "longyearbyen", "majuro", "male", "plymouth", "roseau", "san jose", "santiago",
    "stanley", "the valley", "valletta", "victoria",
}  # fmt: skip
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)
_SHORT_NAMES = {"GBR": "United Kingdom", "XKX": "Kosovo"}


@dataclass(frozen=True, slots=True)
class StateMention:
    """Words at ``text[start:end]`` that name the state `country`."""

    start: int
    end: int
    country: str


def states_in(text: str) -> list[StateMention]:
    """Every mention of a state, in order of appearance."""
    found = _names().finditer(fold_characters(text))
    return [StateMention(match.start(), match.end(), _code(match.group())) for match in found]


@lru_cache(maxsize=1024)
def country_of(words: str) -> str | None:
    """The state that `words` name first, or None."""
    found = _names().search(fold_characters(words))
    return _code(found.group()) if found else None


def state_named(words: str) -> str | None:
    """The state whose name is all that `words` are, article aside, or None."""
    bare = _ARTICLE.sub("", words.strip())
    return _codes().get(" ".join(fold_characters(bare).split()))


@cache
def names_of_states() -> dict[str, str]:
    """The code of each state by each of its names in small letters."""
    return {name.casefold(): code for name, code in _codes().items()}


def is_state(words: str) -> bool:
    """Whether `words` are nothing but a state's name, article aside."""
    return state_named(words) is not None


@cache
def state_name(country: str) -> str:
    """The short English name of a state; its code where the data set has none."""
    names = (c.name() for c in all_countries() if c.iso(3) == country)
    return _SHORT_NAMES.get(country) or min(names, key=len, default=country)


@cache
def iso2(country: str) -> str:
    """The ISO 3166-1 alpha-2 code of a state; empty where the data set has none."""
    return next((str(c.iso(2)) for c in all_countries() if c.iso(3) == country), "")


@cache
def iso3(code: str) -> str:
    """The ISO 3166-1 alpha-3 code of an alpha-2 code; empty where the data set has none."""
    return next((str(c.iso(3)) for c in all_countries() if c.iso(2) == code), "")


def fold_characters(text: str) -> str:
    """Accents and typographic marks folded one character to one, so that offsets hold."""
    return text if text.isascii() else _BEYOND_ASCII.sub(_fold_characters, text)


def _fold_characters(run: re.Match[str]) -> str:
    return "".join(map(_fold_character, run.group()))


@cache
def _fold_character(character: str) -> str:
    if character in "’‘ʼ":
        return "'"
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() else character


@cache
def _codes() -> dict[str, str]:
    """The code of each state by each of its names."""
    codes: dict[str, str] = {}
    # "Indian" and "French" are claimed by islands as well: the most populous state has them.
    for country in sorted(all_countries(), key=lambda c: -(c.population() or 0)):
        words = [country.name(), *country.alt_spellings(), *_listed(country.capital())]
        people = _listed(country.demonym())
        for word in [*words, *people, *(f"{one.strip()}s" for one in people)]:
            name = fold_characters(word.strip())
            # Codes and native spellings are no words of an English text.
            if country.iso(3) and len(name) > 3 and name.isascii() and "(" not in name:
                codes.setdefault(name, country.iso(3))
    for code, more in _MORE.items():
        codes |= {fold_characters(name): code for name in more}
    return {name: code for name, code in codes.items() if name.lower() not in _AMBIGUOUS}


def _code(name: str) -> str:
    return _codes()[" ".join(name.split())]


@cache
def _names() -> re.Pattern[str]:
    """Any of the names, the longest first; by their first letters, of which re tries only one."""
    longest_first = sorted(sorted(_codes(), key=len, reverse=True), key=itemgetter(0))
    alternatives = "|".join(
        f"{first}(?:{'|'.join(re.escape(name[1:]) for name in names)})"
        for first, names in groupby(longest_first, key=itemgetter(0))
    )
    return re.compile(rf"(?<![\w.])(?:{alternatives})(?!\w)".replace(r"\ ", r"\s+"))


def _listed(given: str | list[str] | None) -> list[str]:
    return given if isinstance(given, list) else (given or "").split(",")
