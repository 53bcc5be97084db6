"""Words that name a type of equipment, and its usual designation."""

import re
import tomllib
from functools import cache
from importlib.resources import files

# Letters and a number, with a hyphen, a space or nothing between: MQ-9B, Su 30, T90.
_DESIGNATION = re.compile(r"([a-z]{1,4}(?:/[a-z])?)[- ]?(\d{1,4})[- ]?([a-z]{0,4}\d{0,2})")
# What goes with a designation and says nothing of the type.
_NOUNS = re.compile(
    r"\s+(?:(?:multi-?role|attack|fighter|fighting|combat|air[- ]defen[cs]e|main|battle|cruise|"
    r"surface-to-air|anti-tank|unmanned|transport|stealth|turbofan|jet|howitzer|artillery|guided|"
    r"long-range) )*"
    r"(?:jets?|fighters?|aircraft|planes?|helicopters?|choppers?|drones?|uavs?|tanks?|vehicles?|"
    r"missiles?|systems?|batter(?:y|ies)|launchers?|engines?|howitzers?|guns?|shells?|rounds|"
    r"ammunition|submarines?|frigates?|destroyers?|ships?|warships?|radars?|interceptors?|"
    r"rockets?)$"
)
_ARTICLE = re.compile(r"^(?:the|an?)\s+")


def equipment(words: str) -> str | None:
    """The usual designation of the type that `words` name, or None. Never raises.

    "GE404", "GE-F404" and "F404 engines" are one. A type that is not known is written as letters, a
    hyphen and a number: "XQ58a" is "XQ-58A".
    """
    plain = _ARTICLE.sub("", " ".join(words.split()).casefold())
    bare = _NOUNS.sub("", plain)
    for name in (plain, bare, bare.removesuffix("s")):
        if usual := _names().get(_key(name)):
            return usual
    if found := _DESIGNATION.fullmatch(bare):
        return f"{found[1]}-{found[2]}{found[3]}".upper()
    return None


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


@cache
def _names() -> dict[str, str]:
    table = tomllib.loads((files(__package__) / "equipment.toml").read_text(encoding="utf-8"))
    return {_key(name): usual for usual, others in table.items() for name in (usual, *others)}
