"""Words that name an organisation, an alliance, a movement or a company, and its usual name."""

import re
import tomllib
from functools import cache
from importlib.resources import files

_ARTICLE = re.compile(r"^the\s+|['’]s?$", re.IGNORECASE)


def organisation(words: str) -> str | None:
    """The usual English name of the international body or movement that `words` name, or None.

    "UNSC", "the Security Council" and "U.N. Security Council" are one. Never raises.
    """
    return _names("organisations").get(_folded(words))


def company(words: str) -> str | None:
    """The usual name of the defence company that `words` name, or None."""
    return _names("companies").get(_folded(words))


def _folded(words: str) -> str:
    plain = _ARTICLE.sub("", " ".join(words.split()))
    return plain.casefold().replace("organisation", "organization").replace("defence", "defense")


@cache
def _names(table: str) -> dict[str, str]:
    text = (files(__package__) / "organisations.toml").read_text(encoding="utf-8")
    return {
        _folded(name): usual
        for usual, others in tomllib.loads(text)[table].items()
        for name in (usual, *others)
    }
