"""Who acts and toward whom: the model's mentions, mended by the grammar of the sentence."""

import re

from defext.document import Sentence
from defext.normalize.countries import is_state, states_in
from defext.normalize.names import read_mention, state_party
from defext.normalize.reference import counterpart, is_agent, is_party, resolve, speaker
from defext.normalize.register import Register, distinct
from defext.schema import Draft, Party

# "called on the members to increase", "the need for all sides to commit", "asked Oslo to train"
_ASKED = re.compile(
    r"\b(?:urg(?:e[sd]?|ing)|ask(?:s|ed|ing)?|call(?:s|ed|ing)? (?:up)?on|call(?:s|ed|ing)? for|"
    r"press(?:es|ed|ing)?|invit(?:e[sd]?|ing)|request(?:s|ed|ing)?(?: that)?|"
    r"demand(?:s|ed|ing)? that|encourag(?:e[sd]?|ing)|appeal(?:s|ed|ing)? to|"
    r"recommend(?:s|ed|ing)?|exhort(?:s|ed|ing)?|need for|want(?:s|ed)?)"
    r"\s+(?P<who>[^,;:.]{2,80}?)\s+(?:to|for|must|should|not to)\b",
    re.IGNORECASE,
)
# "requested that we suspend", "demanded of Norway an answer"
_WANTED = re.compile(
    r"\b(?:request|ask|demand|urg|insist|propos|recommend)\w*\s+"
    r"(?:that (?P<that>we|you|(?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*|the \w+) (?!to\b)[a-z]+"
    r"|(?:of|from) (?P<of>(?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*))"
)
_OBLIGED = re.compile(
    r"(?:^|that |, )(?P<who>[^,;:]{2,80}?) (?:must|should|needs? to|ought to|ha(?:s|ve) to)\b"
)
# Before a state that is helped ("aid to Kenya", "help Malta"), and after ("Kenya's security").
_HELPED = re.compile(
    r"\b(?:support(?:ing)?|defend(?:ing)?|assist(?:ing)?|help(?:ing)?|protect(?:ing)?|aid(?:ing)?|"
    r"equip(?:ping)?|train(?:ing)?|arm(?:ing)?|ensure that|"
    r"(?:(?:support|aid|assistance|help|commitment|equipment|weapons|sales?|exports?|aircraft|"
    r"vessels|training|funds?|"
    r"donat\w+|provid\w+|deliver\w*|send|transfer\w*|deploy\w*)\b[^.;:]{0,60}?"
    r"|security|defen[cs]e|sovereignty|people|government) (?:to|for|of))"
    r"\s+(?:the\s+)?(?:(?:people|government|security|defen[cs]e|sovereignty) of\s+(?:the\s+)?)?$",
    re.IGNORECASE,
)
_OWN_GOOD = re.compile(
    r"['’]s?\s+(?:\w+\s+){0,2}(?:capabilit|secur|defen|sovereign|independ|integrity|territor|armed|"
    r"forces|people|stability|recovery|reconstruction|efforts?|ability|needs?)"
)


# "Recalling their treaty …;", "• To publish …": the subject stands before the list.
_LIST_ITEM = re.compile(r"(?:[-–—*•]+\s*|\(?[a-z0-9]{1,3}[.)]\s+)|[A-Z][a-z]+ing\b|[a-z]")
# "Calls on the members to …;", "2. Requests that …": a resolution speaks.
_CLAUSE = re.compile(
    r"(?:[-–—*•]+\s*|\(?[a-z0-9]{1,3}[.)]\s+)?(?:(?:Also|Further|Strongly|Again) )?"
    r"(?:Calls|Urges|Requests|Invites|Demands|Asks|Appeals|Encourages|Insists|Recommends|Instructs|"
    r"Underlines|Stresses|Emphasi[sz]es|Reiterates|Reaffirms|Decides|Expects|Commits|Undertakes)\b",
    re.IGNORECASE,
)
# "There is a need", "it is necessary": whoever says so
_IMPERSONAL = re.compile(r"^(?:there|it)\b", re.IGNORECASE)
# "We agreed", "As allies, we", "Minister Berg and I have agreed"
_FIRST_PERSON = re.compile(
    r"(?:[“\"]|(?:As|In|At|To|With|Through|Today|Together)\b[^,]{0,60}, )?"
    r"(?:(?P<with>[A-Z][^,;]{2,60}) and I\b|[Ww]e\b|Our\b|I\b)"
)
# "repeated President Berg's firm commitment": his, not the speaker's
_OWN_COMMITMENT = re.compile(
    r"\b(?:re)?(?:affirm|stat|iterat|confirm|stress|emphasi[sz]|underscor|underlin|renew|not)\w*\s+"
    r"(?P<who>[^,;:]{2,60}?)['’]s?\s+(?:\w+\s+){0,3}commitment\b"
)
# "She added that Malta plans to …": Malta binds itself, not the one who tells it
_TOLD = re.compile(
    r"\b(?:said|says|noted|added|stated|announced|confirmed|stressed|emphasi[sz]ed|explained|"
    r"reported|informed [^,;]{2,40}?|told [^,;]{2,40}?)\s+(?:that\s+)?(?P<who>[^,;:“”\"]{2,60}?)\s+"
    r"(?:will|would|shall|aims?|aimed|plans?|planned|intends?|intended|is|are|was|were|has|have|"
    r"had|agrees?|agreed|pledges?|pledged|remains?|continues?)\b"
)
# "The agency reported Minister Berg had urged Malta to …": Berg asks, not the one who tells it
_TOLD_REQUEST = re.compile(
    r"\b(?:reported|said|says|announced|confirmed|according to [^,]{2,60},)\s+(?:that\s+)?"
    r"(?P<who>[A-Z][^;:“”\"]{1,60}?),?\s+(?:has |had |have )?(?:also |again |repeatedly )?"
    r"(?:asked|urged|requested|called (?:up)?on|called for|demanded|invited|pressed|appealed|"
    r"recommended|proposed|sought)\b"
)
_CAPITAL = re.compile(r"(?:the )?[A-Z]")
# "the coast guards of both countries"
_OF_BOTH = re.compile(
    r" of (?P<both>(?:both|the (?:two|three|four|five)) "
    r"(?:countries|governments|nations|sides|states))$"
)
# Of those without a name, who talks for a side; soldiers, crowds and teams do not.
_TALKERS = re.compile(
    r"[A-Z]\w*$|^[A-Z]|\b(?:advis[eo]rs|allies|ambassadors?|chiefs|commanders|council|delegations?|"
    r"diplomats|envoys?|experts|governments?|lawmakers|leaders?|members|militar(?:y|ies)|ministers?|"
    r"ministr(?:y|ies)|negotiators|officials?|opposition|parliament\w*|parties|partners|presidents?|"
    r"rebels|representatives?|secretar(?:y|ies)|sides?)\b"
)
_SEVERAL_OF = re.compile(
    r"(?:the )?(?:\w+ )?(?:armies|delegations|envoys|experts|governments|leaders|ministers|navies|"
    r"negotiators|officials|presidents|representatives) (?:of|from) "
    r"(?P<one>(?:the )?[A-Z][\w ’'-]+?) and (?P<other>(?:the )?[A-Z][\w ’'-]+)$",
    re.IGNORECASE,
)


def actors(draft: Draft, sentence: Sentence, known: Register) -> tuple[list[Party], list[Party]]:
    """Those who act in `draft`, and those toward whom; `by` is empty where nobody can be told."""
    if draft.kind == "talk":
        return _sides(draft, sentence, known), []
    by = _subject(draft, sentence, known)
    toward = _addressee if draft.kind == "request" else _beneficiary
    return by, toward(draft, by, sentence, known)


def _sides(draft: Draft, sentence: Sentence, known: Register) -> list[Party]:
    """Who talked: where the model tells fewer than two, whom the sentence names, and "we"."""
    sides = _parties(draft.by, sentence, known)
    if len(sides) < 2:
        sides = distinct([*sides, *known.people_in(sentence.number)])
    if len(sides) < 2 and _FIRST_PERSON.match(sentence.text):
        sides = distinct([*sides, *speaker(sentence, known)])
    return [side for side in sides if side.kind != "group" or _TALKERS.search(side.name)]


def _subject(draft: Draft, sentence: Sentence, known: Register) -> list[Party]:
    """Who asks or binds itself: as the grammar of the sentence has it, else as the model told."""
    told = _parties(draft.by, sentence, known)
    if _CLAUSE.match(sentence.text) or any(map(_IMPERSONAL.match, draft.by)):
        return speaker(sentence, known) or told
    if first := _FIRST_PERSON.match(sentence.text):
        companions = _parties([first["with"]], sentence, known) if first["with"] else []
        myself = first["with"] or first.group().endswith("I")
        return distinct([*companions, *resolve("I" if myself else "we", sentence, known)])
    if not told and _LIST_ITEM.match(sentence.text):
        return speaker(sentence, known)
    if owner := _OWN_COMMITMENT.search(sentence.text):
        return _parties([owner["who"]], sentence, known) or told
    if draft.kind == "request" and (reported := _TOLD_REQUEST.search(sentence.text)):
        return _parties([reported["who"]], sentence, known) or told
    if draft.kind == "request" and _obliged(draft, sentence, known):
        return speaker(sentence, known)
    if draft.kind == "commitment" and (reported := _TOLD.search(sentence.text)):
        who = reported["who"].rpartition(" that ")[2]
        return (_parties([who], sentence, known) if " in " not in who else []) or told
    return told


def _obliged(draft: Draft, sentence: Sentence, known: Register) -> bool:
    """Whether those whom the model took for asking are those who must, should or need to act."""
    obliged = _OBLIGED.search(sentence.text)
    who = obliged["who"] if obliged else ""
    return is_party(who, known) and any(name in who for name in draft.by)


def _addressee(draft: Draft, by: list[Party], sentence: Sentence, known: Register) -> list[Party]:
    """Who would have to act: whom the words ask, else whom the model told, else the other side."""
    return (
        _others(_asked(draft.what, sentence, known), by)
        or _others(_parties(draft.to, sentence, known), by)
        or _others(_wanted(sentence, known), by)
        or _others(counterpart(by, sentence, known), by)
    )


def _beneficiary(draft: Draft, by: list[Party], sentence: Sentence, known: Register) -> list[Party]:
    """Who receives: whom the model told, else the states that the sentence says are helped."""
    # "a centre in Montevideo" says where, not for whom
    told = [name for name in draft.to if f" in {name}" not in sentence.text]
    return _others(_parties(told, sentence, known), by) or _others(_served(sentence.text), by)


def _parties(mentions: list[str], sentence: Sentence, known: Register) -> list[Party]:
    found: dict[str, Party] = {}
    for mention in mentions:
        for part in map(_agent, _conjuncts(mention)):
            if is_party(part, known):
                for party in resolve(part, sentence, known):
                    found.setdefault(party.name, party)
    return list(found.values())


def _agent(mention: str) -> str:
    """The state in "Maltese withdrawal": whose act it is, not the act."""
    if both := _OF_BOTH.search(mention):
        return both["both"]
    head = re.split(r"\s(?:and|of|from|in|to|for|on|with|by)\s", mention)[0]
    if not re.search(r"\b[a-z]+$", head) or is_agent(head):
        return mention
    if found := states_in(head):
        return head[found[0].start : found[0].end]
    body = re.match(r"(?:[Tt]he )?(?P<name>[A-Z][\w-]*) [a-z]+$", head)
    return body["name"] if body and read_mention(body["name"]).kind == "organisation" else mention


def _conjuncts(mention: str) -> list[str]:
    """Apart, "Chile and Kenya" are two; "Minister of Trade and Industry Berg" is one."""
    if of := _SEVERAL_OF.match(mention):  # "envoys of Chile and Kenya"
        return [of["one"], of["other"]]
    parts = re.split(r",\s+(?:and\s+)?|\s+and\s+", mention)
    if len(parts) > 1 and all(is_state(part) or _CAPITAL.match(part) for part in parts):
        office_goes_on = any(re.search(r"\b(?:of|for)\b", part) for part in parts[:-1])
        return [mention] if office_goes_on else parts
    return [mention]


def _asked(act: str, sentence: Sentence, known: Register) -> list[Party]:
    found_at = sentence.text.find(act)
    at = len(sentence.text) if found_at < 0 else found_at
    for pattern in (_ASKED, _OBLIGED):
        # The request nearest before the act is the one that asks for it.
        asked = [m for m in pattern.finditer(sentence.text) if m.start() < at]
        for match in reversed(asked):
            # "urged Obama last week to": the time is no part of the name
            who = match["who"].rpartition(" that ")[2]
            who = re.sub(r"\s+(?:last|this|next|today|yesterday|again|once|strongly)\b.*", "", who)
            if found := _parties([who], sentence, known):
                return found
    return []


def _wanted(sentence: Sentence, known: Register) -> list[Party]:
    found = _WANTED.search(sentence.text)
    return _parties([found["that"] or found["of"]], sentence, known) if found else []


def _served(text: str) -> list[Party]:
    """States that a sentence names as those whom the act serves."""
    served: list[Party] = []
    end = -1
    for found in states_in(text):
        joined = served and re.fullmatch(r"(?:, | and |, and )(?:the )?", text[end : found.start])
        if joined or _HELPED.search(text[: found.start]) or _OWN_GOOD.match(text[found.end :]):
            served.append(state_party(found.country, text[found.start : found.end]))
            end = found.end
    return distinct(served)


def _others(parties: list[Party], by: list[Party]) -> list[Party]:
    names = {party.name for party in by}
    return [party for party in parties if party.name not in names]
