"""Names of states in other languages than English, from Unicode's CLDR."""

from functools import cache

from babel import Locale, UnknownLocaleError

from defext.values.countries import fold_characters, iso3


def state_called(words: str, language: str) -> str | None:
    """The ISO 3166-1 alpha-3 code of the state that `words` are the name of in a language."""
    code = _territories(language).get(_fold(words))
    return (iso3(code) or None) if code else None


@cache
def _territories(language: str) -> dict[str, str]:
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    return {_fold(name): code for code, name in locale.territories.items()}


def _fold(text: str) -> str:
    return fold_characters(text).lower()
