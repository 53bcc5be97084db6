"""Words that name a state, and its ISO 3166-1 alpha-3 code."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from defext.values.countries import fold_characters, names_of_states
from defext.values.people import is_office_word

# What ISO 3166-3 lists: states that are no more, under the codes that they had.
_FORMER = {
    "soviet union": "SUN", "ussr": "SUN", "u.s.s.r.": "SUN", "soviet": "SUN", "yugoslavia": "YUG",
    "yugoslav": "YUG", "czechoslovakia": "CSK", "czechoslovak": "CSK", "east germany": "DDR",
    "german democratic republic": "DDR", "gdr": "DDR", "serbia and montenegro": "SCG",
    "zaire": "ZAR", "zaïre": "ZAR", "upper volta": "HVO", "south yemen": "YMD",
    "north vietnam": "VDR", "rhodesia": "RHO", "netherlands antilles": "ANT",
}  # fmt: skip
_GOVERNMENT = re.compile(
    r"^(?:(?:the|his|her)\s+)*(?:(?:government|administration|authorities|people|armed forces|"
    r"president|kingdom|state|side|delegation|leadership|parliament|military|army)\s+of\s+)?"
    r"(?:the\s+)?(.+?)(?:['’]s?)?(?:\s+(?:government|administration|authorities|officials?|side|"
    r"delegation|leaders?|leadership|people|forces|military|army|navy|air force|troops|president|"
    r"parliament|ministry|embassy|regime|state))*(?:['’]s?)?$",
    re.IGNORECASE,
)


def state(words: str, context: str = "") -> str | None:
    """The code of the state that `words` name, or whose government or people they are, or None.

    Any name of it will do: short and official ones, nationalities, capitals and seats that stand
    for it ("the Pentagon", "New Delhi"); a former state has its code of ISO 3166-3. `context`, the
    sentence or the document, decides where a name is also that of something else (Georgia, Congo);
    what it cannot decide is None. Never raises.
    """
    text = fold_characters(" ".join(words.split()))
    core = _GOVERNMENT.fullmatch(text)
    for name in dict.fromkeys(filter(None, (text, core and core[1]))):
        folded = re.sub(r"^the\s+|'s?$", "", name.casefold())
        if folded in _FORMER:
            return _FORMER[folded]
        if folded in _contexts():
            return _decided(folded, name, fold_characters(context))
        names = names_of_states()
        if code := names.get(folded) or names.get(name.casefold()):
            return code
    return None


def _decided(folded: str, name: str, context: str) -> str | None:
    otherwise, rules = _contexts()[folded]
    near = context.casefold()
    for code, signs in sorted(rules.items()):
        if _says(signs, folded, near):
            return code or None
    following = re.findall(rf"\b{re.escape(name.title())}\s+([A-Z][a-z]+)", context)
    if not all(map(is_office_word, following)):
        return None  # a given name, or the beginning of another: "Jordan Lee", "Washington Post"
    return otherwise or None


def _says(signs: list[str], name: str, context: str) -> bool:
    """Whether a context has one of these words, and not the name alone beside a longer one.

    "Sudan and South Sudan" names both.
    """
    longest_first = sorted(map(str.casefold, signs), key=len, reverse=True)
    either = rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"
    said, rest = re.findall(either, context), re.sub(either, "", context)
    alone = re.search(rf"\b{re.escape(name)}\b", rest)
    return bool(said) and not (alone and any(name in sign for sign in said))


@cache
def _contexts() -> dict[str, tuple[str, dict[str, list[str]]]]:
    """For each name of several what it is otherwise, and by which words in the context."""
    text = (files(__package__) / "states.toml").read_text(encoding="utf-8")
    return {name: (rules.pop("otherwise"), rules) for name, rules in tomllib.loads(text).items()}
