"""Words that name a type of equipment, and its usual designation."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from defext.schema import Equipment
from defext.values.numbers import NUMBER

# Letters and a number, with a hyphen, a space or nothing between: MQ-9B, Su 30, T90.
_DESIGNATION = re.compile(r"([a-z]{1,4}(?:/[a-z])?)[- ]?(\d{1,4})[- ]?([a-z]{0,4}\d{0,2})")
# What goes with a designation and says nothing of the type.
_THING = (
    r"\s+(?:(?:multi-?role|attack|fighter|fighting|combat|air[- ]defen[cs]e|main|battle|cruise|"
    r"surface-to-air|anti-tank|unmanned|transport|stealth|turbofan|jet|howitzer|artillery|guided|"
    r"long-range) )*"
    r"(?:jets?|fighters?|aircraft|planes?|helicopters?|choppers?|drones?|uavs?|tanks?|vehicles?|"
    r"missiles?|systems?|batter(?:y|ies)|launchers?|engines?|howitzers?|guns?|shells?|rounds|"
    r"ammunition|submarines?|frigates?|destroyers?|ships?|warships?|radars?|interceptors?|"
    r"rockets?)"
)
_NOUNS = re.compile(rf"{_THING}$")
_FOLLOWING = re.compile(rf"{_THING}\b")
# Of makers whose designations are not all capitals.
_LETTERS = {
    "su": "Su", "mig": "MiG", "tu": "Tu", "il": "Il", "mi": "Mi", "ka": "Ka", "an": "An",
    "kh": "Kh", "yak": "Yak",
}  # fmt: skip
_VARIANT = re.compile(
    r"(?:block|batch|flight|tranche|mark|mk\.?)[ -]?[\w/]+|[a-z]{1,3}|[a-z]{2,4}-\d [a-z]{2,4}"
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
    if usual := _with_variant(bare.split()):
        return usual
    if found := _DESIGNATION.fullmatch(bare):
        if usual := _names().get(_key(f"{found[1]}{found[2]}")):  # "AIM-120D"
            return usual
        letters = _LETTERS.get(found[1], found[1].upper())
        return f"{letters}-{found[2]}{found[3].upper()}"
    return None


def _with_variant(words: list[str]) -> str | None:
    """The type that the first words name, if the others are names of it too, or a variant's."""
    for cut in range(len(words) - 1, 0, -1):
        usual, rest = _names().get(_key("".join(words[:cut]))), " ".join(words[cut:])
        if usual and (
            _names().get(_key(rest)) == usual
            or rest in usual.casefold()
            or _VARIANT.fullmatch(rest)
        ):
            return usual
    return None


def equipment_in(text: str) -> Iterator[tuple[range, Equipment]]:
    """Every type of equipment that a text names, as `equipment` reads it, and where it stands.

    What may also be something else is one only beside a number or what says the type of thing:
    "Patriot batteries", "XQ-58A drones"; not "G-20 leaders", "General Bradley".
    """
    for found in _mentions().finditer(text):
        words = found.group()
        usual = equipment(words)
        listed = any(_key(name) in _names() for name in (words, words.removesuffix("s")))
        clear = listed and words.removesuffix("s") not in _table()["ambiguous"]
        if usual and (clear or _is_thing(text, found, listed)):
            yield range(*found.span()), Equipment(text=words, designation=usual)


def _is_thing(text: str, found: re.Match[str], listed: bool) -> bool:
    number = listed and re.search(rf"(?:{NUMBER})\s+$", text[: found.start()].lower())
    after = text[found.end() :].casefold()
    return bool(number or _FOLLOWING.match(after))


@cache
def _mentions() -> re.Pattern[str]:
    """A listed name, with hyphens or spaces or neither, or the form of a designation."""
    types: dict[str, list[str]] = _table()["types"]
    names = {name for usual, others in types.items() for name in (usual, *others)}
    listed = "|".join(
        r"[ -]?".join(map(re.escape, re.split(r"[ -]", name)))
        for name in sorted(names, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w-])(?:(?:{listed})s?|[A-Z]{{1,4}}-?\d{{1,4}}[A-Z]{{0,3}})(?!\w)")


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


@cache
def _names() -> dict[str, str]:
    types = _table()["types"]
    return {_key(name): usual for usual, others in types.items() for name in (usual, *others)}


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "equipment.toml").read_text(encoding="utf-8"))
