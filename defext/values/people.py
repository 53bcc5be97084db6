"""Words that name a person or another party, taken apart: office, name, state, organisation."""

import re
from functools import lru_cache

from defext.schema import Party, PartyKind
from defext.values.countries import (
    country_of,
    fold_characters,
    is_state,
    state_name,
    state_named,
    states_in,
)
from defext.values.organisations import company, organisation

_ARTICLE = re.compile(r"^(?:the|a|an|his|her|its|their|our|this|that)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
_HONORIFIC = re.compile(
    r"^(?:Mr|Mrs|Ms|Mx|Dr|Prof|Sir|Dame|Lord|Lady|Shri|Smt|H\.?E|(?:His |Her )?Excellency|"
    r"(?:the )?(?:Rt\.? )?Hon(?:ou?rable)?)\b\.?\s+"
)
_AFTER_NAME = re.compile(r"(?:,? (?:MP|MEP|MLA|TD|KC|QC|KBE|CBE|OBE|Ph\.?D\.?|Esq\.?))+$")
_OFFICE_WORDS = frozenset(
    """
    acting adjutant admiral adviser advisor affairs agent agriculture air ambassador and armed
    arms army assistant attache attorney brig brigadier cabinet capt captain cardinal chair
    chairman chairperson chairwoman chancellor chargé chief co-chair coast col colonel commandant
    commander commerce commissioner commodore communications comptroller congressman congresswoman
    consul control cooperation coordinator counsel counsellor counselor counterpart crown culture
    defence defense delegate deputy development director dr economic economy education emir
    emperor energy environment envoy exchequer executive external federal field finance first
    fleet for force forces foreign former gen general governor guard head health her high home
    homeland incoming indo-pacific industry infrastructure innovation inspector intelligence
    interim interior international investment joint judge justice king labor labour leader
    lieutenant lt maj majesty major mantri marine maritime marshal mayor minister ministerial mr mrs
    ms national naval navy negotiator nuncio of officer official parliamentary permanent planning
    policy political pope premier president press prime prince princess principal prosecutor queen
    raksha rear reconstruction representative royal science second secretary security senator senior
    sergeant sheikh space speaker special spokesman spokesperson spokeswoman staff state sultan
    superintendent supreme technology the tourism trade transport treasurer treasury under
    undersecretary union veterans vice war
    """.split()
)
_CORE_OFFICES = frozenset(
    """
    admiral adviser advisor ambassador attache brigadier capt captain chair chairman chairperson
    chairwoman chancellor chief col colonel commandant commander commissioner commodore
    congressman congresswoman consul coordinator counsellor counselor counterpart delegate
    director emir emperor envoy gen general governor head inspector judge king leader lieutenant
    lt maj major mantri marshal mayor minister negotiator officer official pope premier president
    prince princess prosecutor queen representative secretary senator sergeant sheikh speaker
    spokesman spokesperson spokeswoman sultan superintendent treasurer undersecretary
    """.split()
)
_ORGANISATION = re.compile(
    r"\b(?:Administration|Agency|Alliance|Army|Assembly|Association|Authority|Bank|Board|Bureau|"
    r"Cabinet|Coalition|Command|Commission|Committee|Community|Conference|Congress|Corps|Council|Court|"
    r"Department|Embassy|Federation|Fleet|Force|Forces|Forum|Fund|G-?7|G-?20|Government|Group|"
    r"House|Institute|League|Military|Ministry|Mission|Movement|NATO|Navy|Office|Organi[sz]ation|"
    r"Parliament|Party|Police|Quad|Ranger|Secretariat|Senate|Service|Squadron|Summit|Task Force|"
    r"Taliban|Union|United Nations|University|UN)\b|^[A-Z][A-Z&-]{1,6}s?$",
)
_COMPANY = re.compile(
    r"\b(?:Inc|Corp|Corporation|Ltd|Limited|LLC|PLC|plc|GmbH|AG|SE|S\.A|N\.V|Kft|Oy|AB|AS|SpA|Co|"
    r"Company|Industries|Aerospace|Aeronautics|Dynamics|Electric|Systems|Shipyards?|Technologies|"
    r"Holdings|Airlines|Motors|Airbus|Boeing)\b\.?"
)
# A government is its state.
_GOVERNMENT = re.compile(
    r"(?:government|authorities) of (?P<of>.+)|"
    r"(?P<whose>.+?)(?:['’]s?)? (?:government|authorities|side)",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[a-z]+")
_RETIRED = re.compile(r"\s*\((?:ret(?:d|ired)?\.?|Acting)\)\s*", re.IGNORECASE)
_JUNIOR = re.compile(r",? Jr\.?$")
_NAME = re.compile(r"^(?:[A-Z][\w'.-]*|al-\w+|bin|bint|van|von|der|den|de|da|dos?|du|el|la|ul)$")


def person(words: str) -> Party | None:
    """The person that `words` name, with the office and the state that they say, or None.

    Nothing is added that the words do not say. Never raises.
    """
    if not words.strip():
        return None
    party = read_mention(words)
    return party if party.kind == "person" else None


@lru_cache(maxsize=1024)
def read_mention(mention: str) -> Party:
    """A party from the words that name it; nothing is added that they do not say."""
    words = _clean(mention)
    government = _GOVERNMENT.fullmatch(words)
    if state := state_named((government and (government["of"] or government["whose"])) or words):
        return state_party(state, mention)
    office, name = _split_office(words)
    if office and name:
        alone, body = _without_body(_office_alone(office))
        return Party(
            name=name,
            kind="person",
            office=alone,
            country=country_of(office),
            organisation=body,
            mention=mention,
        )
    usual, firm = organisation(words), company(words)
    kind = _kind(words, office is not None, usual, firm)
    return Party(
        name=_HONORIFIC.sub("", words) if kind == "person" and not office else words,
        kind=kind,
        office=_office_alone(words) if office else None,
        country=country_of(words),
        organisation=(usual or firm or words) if kind in ("organisation", "company") else None,
        mention=mention,
    )


@lru_cache(maxsize=1024)
def state_party(country: str, mention: str) -> Party:
    """A state from the words that name it."""
    return Party(name=state_name(country), kind="state", country=country, mention=mention)


@lru_cache(maxsize=1024)
def is_person_name(words: str) -> bool:
    """Whether `words` look like the name of a person: capitalised, no state, no organisation."""
    tokens = fold_characters(words).split()
    return (
        0 < len(tokens) <= 6
        and all(map(_NAME.match, tokens))
        and any(token[0].isupper() for token in tokens)
        and not country_of(words)
        and not _ORGANISATION.search(words)
        and not any(map(_is_core_office, tokens))
    )


def holds_office(text: str) -> bool:
    """Whether a word of `text` names an office; without one, `read_mention` finds none in it."""
    return not _CORE_OFFICES.isdisjoint(_LATIN.findall(fold_characters(text).lower()))


def is_office_word(word: str) -> bool:
    """Whether a word is part of the name of an office, as "Prime" and "Minister" are."""
    return _office_word(word) in _OFFICE_WORDS


def _clean(mention: str) -> str:
    words = " ".join(mention.split()).strip(" ,;:“”\"'")
    if words.endswith(".") and re.search(r"[a-z]{3}\.$", words):
        words = words[:-1]
    words = _AFTER_NAME.sub("", " ".join(_RETIRED.sub(" ", _POSSESSIVE.sub("", words)).split()))
    return _ARTICLE.sub("", words) or words or mention


def _kind(words: str, office: bool, usual: str | None, firm: str | None) -> PartyKind:
    if office:
        return "person"
    if firm or (not usual and _COMPANY.search(words)):
        return "company"
    if usual or _ORGANISATION.search(words):
        return "organisation"
    if _HONORIFIC.match(words) or is_person_name(words):
        return "person"
    return "group"


def _split_office(words: str) -> tuple[str | None, str | None]:
    """Office and name of "Chilean Minister of Trade Elena Aldana"; None for what is absent."""
    if not holds_office(words):
        return None, None
    before, comma, after = words.partition(", ")
    if comma and (is_person_name(before) or _HONORIFIC.match(before)) and _has_office(after):
        return after, _HONORIFIC.sub("", before)
    if comma and is_person_name(after) and _has_office(before):
        return before, after
    if comma and _has_office(after) and (name := _split_office(before)[1]):
        return after, name
    tokens = _JUNIOR.sub(" Jr", words).split()
    last_office = max((i for i, token in enumerate(tokens) if _is_core_office(token)), default=None)
    if last_office is None:
        return None, None
    cut = last_office + 1
    # "President of the Republic of Ghana Kofi Mensa": the state belongs to the office
    while cut < len(tokens) and _office_word(tokens[cut]) in _OFFICE_WORDS:
        cut += 1
    if cut < len(tokens) and cut > 1 and tokens[cut - 1] in ("of", "the", "for"):
        tail = " ".join(tokens[cut:])
        inside = states_in(tail)
        ends = range(len(tokens), cut, -1)
        body = next((end for end in ends if organisation(" ".join(tokens[cut:end]))), None)
        if inside and inside[0].start == 0:
            cut += len(tail[: inside[0].end].split())
        elif body:
            cut = body
        else:
            return words, None
    elif " of " in " ".join(tokens[cut:]):
        # "Prime Minister Kishida Fumio of Japan"
        of = tokens.index("of", cut)
        if is_state(" ".join(tokens[of + 1 :])):
            name = " ".join(tokens[cut:of])
            return f"{' '.join(tokens[:cut])} of {' '.join(tokens[of + 1 :])}", name or None
    name = _HONORIFIC.sub("", " ".join(tokens[cut:]))
    # "Defence Minister Jordan Hale": some given names are those of states
    given, _, rest = name.removesuffix(" Jr").partition(" ")
    if not is_person_name(rest if rest and is_state(given) else name.removesuffix(" Jr")):
        return words, None
    return " ".join(tokens[:cut]), name


def _has_office(words: str) -> bool:
    return any(map(_is_core_office, words.split()))


def _is_core_office(token: str) -> bool:
    """Whether a word names an office by itself, as "Minister" and "Secretary-General" do."""
    return not _CORE_OFFICES.isdisjoint(_office_word(token).split("-"))


def _office_word(token: str) -> str:
    return fold_characters(token).lower().strip(".,").removesuffix("'s")


def _without_body(office: str) -> tuple[str, str | None]:
    """An office and the usual name of the body that it is of: "NATO Secretary General"."""
    words = office.split()
    for cut in range(len(words) - 1, 0, -1):
        before, after = " ".join(words[:cut]), " ".join(words[cut:])
        if (body := organisation(before)) and _has_office(after):
            return after, body
        held = re.sub(r"\s+(?:of|for|to)(?:\s+the)?$", "", before)
        if held != before and (body := organisation(after)):
            return held, body
    return office, None


def _office_alone(office: str) -> str:
    """The office without the state that it serves."""
    bare = office
    for found in reversed(states_in(office)):
        before, after = office[: found.start], office[found.end :]
        if not re.match(r"\s+[A-Z]", after):  # as in "commander of U.S. Central Command"
            before = re.sub(r"\s*(?:of|of the|for)\s*$", " ", before)
        after = re.sub(r"^['’]s?\b", "", after)
        bare = f"{before} {after}"
        break
    words = " ".join(_HONORIFIC.sub("", bare.strip()).split()).strip(" ,")
    return _ARTICLE.sub("", words) or office
