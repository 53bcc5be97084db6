"""Several acts told in one breath, taken apart: one wanted act or target, one record."""

import re

# Verbs that begin an act in readouts and agreements, in the base form.
_VERBS = frozenset(
    """
    abandon accelerate accept address adhere adopt advance allocate allow appoint apply approve arm
    arrange assist attend avoid ban begin block bolster boost bring build buy call cancel cease
    close combat commit complete comply conclude conduct consider consult continue contribute
    convene cooperate coordinate counter create cut de-escalate deepen defend delay deliver deploy
    destroy develop discuss dispatch donate double drop end engage enhance ensure equip establish
    evacuate examine exchange exempt expand expedite explore export extend facilitate finalise
    finalize finance finish fund give grant halt hand help hold host identify impose improve
    increase initiate install integrate intensify introduce invest investigate invite join keep
    launch lay leave lift limit lower maintain make mediate meet modernise modernize monitor move
    negotiate notify observe offer open oppose order pause pay permit place postpone prepare
    present preserve prevent procure produce promote protect provide publish pull purchase pursue
    push put raise ratify reach reaffirm rebuild receive reconsider recognise recognize reduce
    refrain reject release remain remove renew reopen repair repatriate replace report respect
    respond restart restore restrict resume return review revise safeguard scale secure seek sell
    send set settle share shut sign simplify speed stage station stop strengthen submit supply
    support suspend sustain take test tighten train transfer treat triple update upgrade uphold use
    visit vote waive widen withdraw withhold work
    """.split()
)
_OBJECT = re.compile(r"\s+of\s+[^,;:.]+?(?=[,;:.]|\s+(?:and|which|that|to|by|in|on)\s|$)")
_GOAL = re.compile(
    r"\bto (?P<goal>[a-z]+ [^,;:.]{3,100}\bby "
    r"|[a-z]+ (?:(?:up|down|out|off|on) )?(?:(?:the|an?|its|their|his|her|our) )?)$"
)
_WANTED = re.compile(
    r"\b(?:need|press\w*|call\w*|appeal\w*|ask\w*|push\w*) for "
    r"(?P<goal>(?:an? |the )?[^,;:.]{0,100})$"
)
_BY_MEASURES = re.compile(
    r"\bto (?P<goal>[a-z]+ [^,;:.]{3,100}? by (?P<measures>[a-z]+ing\b[^;:.]*))"
)
_JOINT = re.compile(
    r"(?:,\s*(?:and|as well as)?\s+|;\s*(?:and\s+)?|\s+and\s+|\s+as well as\s+)(?:to\s+)?"
)
_LEAD = re.compile(r"^(?:to |not |also |further |continue to |\w+ly )+")


def complete(act: str, sentence: str) -> str:
    """`act` with the words of its own phrase that a short answer left out.

    "a swift repair" goes on "of the engines"; "the bridge" is asked "to repair"; "sharing radar
    data" is a measure by which "to widen the partnership".
    """
    start = sentence.find(act)
    if start < 0:
        return _by_measures(act, sentence) or act
    end = start + len(act)
    if rest := _OBJECT.match(sentence, end):
        end = rest.end()
    before = sentence[:start]
    if goal := _GOAL.search(before) or _WANTED.search(before):
        start = goal.start("goal")
    return sentence[start:end]


def _by_measures(act: str, sentence: str) -> str | None:
    """The goal with its measures where the act tells the measures alone, in other forms."""
    found = _BY_MEASURES.search(sentence)
    told, measures = (_stems(act), _stems(found["measures"])) if found else ([], [])
    if not found or not told or told[0] != measures[0]:
        return None
    return found["goal"] if len(set(told) & set(measures)) > 0.7 * len(set(told)) else None


def _stems(text: str) -> list[str]:
    return [word[:4] for word in re.findall(r"[a-z]{4,}", text.lower())]


def split_acts(act: str) -> list[str]:
    """Each act of "send hospitals to Kenya, repair the bridge and train crews".

    A part stands alone only if it begins with a verb of its own, as the first does; lists of nouns
    and of measures ("by sharing data and training pilots") stay whole.
    """
    act = act.strip()
    if not _begins_with_verb(act):
        return [act] if act else []
    acts, start = [], 0
    for joint in _JOINT.finditer(act):
        if _begins_with_verb(act[joint.end() :]):
            acts.append(act[start : joint.start()])
            start = joint.end()
    return [*acts, act[start:]]


def _begins_with_verb(words: str) -> bool:
    match = re.match(r"(?P<verb>[\w-]+)\s+(?!and\b|or\b|of\b)\w", _LEAD.sub("", words))
    return match is not None and match["verb"].lower() in _VERBS
