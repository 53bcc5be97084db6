"""Mode, force, strength and the other closed fields, read off the words by the guide's rules."""

import re
from datetime import date, timedelta
from typing import Literal

from defext.schema import Attribution, Force, Mode, Strength, Temporal, When


def _any(words: str) -> re.Pattern[str]:
    """The words where one begins; the look at the next character keeps re from trying elsewhere."""
    return re.compile(rf"\b(?=\w)(?:{words})", re.IGNORECASE)


_MODES: tuple[tuple[Mode, re.Pattern[str]], ...] = (
    ("video", _any(r"video|virtual|teleconference|webinar|online meeting")),
    (
        "phone",
        _any(
            r"(?:tele)?phon|(?:on|by|in|over) (?:a|the|an? \w+) call\b|call(?:ed)? with|"
            r"call between|spoke by|(?<!up)\bcalled (?!on|for|upon|to)"
        ),
    ),
    (
        "in_person",
        _any(
            r"met\b|meets?\b|meeting|visit|host|welcomed .{3,80} (?:to|at)\b|in[- ]person|arriv|"
            r"travel|summit|sidelines|dinner|lunch|delegation|convened|gather|conference|joined"
        ),
    ),
    ("written", _any(r"letter|wrote|written|in writing|exchange of notes|e-?mail")),
)
_MET = _any(
    r"met\b|meets?\b|meeting|spoke|call(?:ed)?\b|phoned|telephoned|conversation|talks\b|visit\w*|"
    r"hosted|welcomed|received|wrote"
)
_ABOUT = re.compile(
    r"\s(?:ahead of|before|following|after|"
    r"to (?:discuss|review|follow up|stress|underscore|address)|"
    r"about|regarding|concerning|focus\w*|and (?:said|agreed|discussed|reaffirmed|urged|called)|"
    r"sa(?:id|ying)|reiterating|adding|that)\s"
)
_CALL = _any(r"call\b|conversation by (?:tele)?phone")

_FORCES: tuple[tuple[Force, re.Pattern[str]], ...] = (
    ("invite", _any(r"invit")),
    ("demand", _any(r"demand|insist|must\b|ultimatum")),
    ("ask", _any(r"ask|request|seek|sought")),
    (
        "urge",
        _any(
            r"urg|press|call(?:s|ed|ing)? (?:up)?on|call(?:s|ed|ing)? for|appeal|need|should|ought|"
            r"implor|exhort|encourag|plead|push"
        ),
    ),
)

_ASPIRATION = _any(
    r"commitment|remain\w* committed|ironclad|work(?:ing)? "
    r"(?:closely|together|towards?|with)|reaffirm|strive|resolve\b|dedicated"
)
# Acts too general to be checked later, whatever the verb.
_GENERAL_ACT = re.compile(
    r"^(?:to )?(?:not )?"
    r"(?:continue(?: to| with)? |continuing (?:to )?|further |fully |jointly |closely )*"
    r"(?:advanc|address|bolster|boost|build|broaden|collaborat|combat|consult|cooperat|coordinat|"
    r"counter|deepen|defend|develop|elevat|engag|enhanc|ensur|expand|explor|foster|improv|increas|"
    r"intensif|maintain|partner|preserv|promot|protect|pursu|reinforc|safeguard|seek|stand|"
    r"strengthen|support|sustain|uphold|widen|work|"
    r"(?:(?:the|an?|its|their|our) )?(?:\w+ ){0,2}(?:security|defen[cs]e|cooperation|partnership|"
    r"alliance|stability|peace|sovereignty|integrity|relationship|friendship|commitment|dialogue)\b)",
    re.IGNORECASE,
)
_CHECKABLE = re.compile(
    r"\d|\b(?:by|before|until) the end\b|"
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|"
    r"thousands?)\b"
)
_INTENTION = _any(
    r"intend|intention|plan(?:s|ned|ning)? (?:to|for|on)\b|aims?\b|aimed|aiming|"
    r"(?:is|are) to\b|ready to|prepared to|slated|scheduled|expects? to|expected to|seeks? to|"
    r"proposes? to"
)
_CONTINUING = _any(r"continu|maintain|sustain|keep\b|keeping\b")
_NEGATIVE = _any(r"not\b|never\b|won['’]t|refus|rul(?:ed|es|ing) out|declin|reject|no longer")
_CONDITION = re.compile(
    r"\b(?:if|unless|once|provided that|subject to|as long as|until|in case of|in the event)\b"
    r"[^.;,]{3,160}",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"\bsign(?:s|ed|ing)\s+((?:a|an|the)\s+[^.;,]{3,100}?)(?=\s+(?:on|in|to|for|with|at|that|which)\b|[.;,]|$)"
)
_PLANNED = _any(
    r"will\b|plans? to|is to|are to|scheduled|upcoming|next (?:week|month|year|round)|"
    r"agreed to meet|due to|later this|forthcoming|looks? forward|invit"
)
_BACKGROUND = _any(
    r"previous|earlier this (?:year|month|week)|last (?:year|month|week)|recent(?:ly)?|since\b|"
    r"following (?:the|a|his|her|their)\b|"
    r"had (?:\w+ )?(?:met|spoken|asked|urged|agreed|pledged|visited)|"
    r"ago\b|first held|in the past"
)
# A report comes out within a month of what it reports.
_LONG_AGO = timedelta(days=31)
_UNNAMED = _any(
    r"(?:officials?|sources?|diplomats?|people familiar)\b[^.]{0,40}\b(?:said|told|say|added)|"
    r"according to (?:an? )?(?:\w+ )?(?:officials?|sources?)"
)
_SAID = re.compile(
    r"(?P<before>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,4}) (?:said|told|announced|stated|added|noted|"
    r"confirmed|tweeted|wrote)\b|"
    r"\b(?:said|told|added|tweeted) (?P<after>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,4})"
)


def occasion(text: str) -> str:
    """The words that tell of a talk, without those that tell what it was about or what was said.

    "spoke on Monday ahead of the summit in Madrid" was neither in Madrid nor at a summit.
    """
    verb = _MET.search(text)
    if verb is None:
        return text
    rest = _ABOUT.search(text, verb.end())
    return text[: rest.start()] if rest else text


def mode_of(text: str) -> Mode:
    """How a talk was held; `unknown` unless the text says."""
    if _CALL.search(text) and not re.search(r"\bcall (?:on|for|upon)\b", text):
        return "video" if _MODES[0][1].search(text) else "phone"
    return next((mode for mode, pattern in _MODES if pattern.search(text)), "unknown")


def force_of(text: str) -> Force:
    """How strongly it is asked, by the first word that asks."""
    found = [(match.start(), force) for force, p in _FORCES if (match := p.search(text))]
    return min(found)[1] if found else "ask"


def strength_of(text: str, action: str) -> Strength:
    """The act decides before the verb does (guide, close call 1); what is signed is firm."""
    signed = instrument_of(text)
    if signed is not None and signed in action:
        return "firm"
    if _GENERAL_ACT.match(action) and not _CHECKABLE.search(action):
        return "aspirational"
    if _ASPIRATION.search(text) and not _CHECKABLE.search(action):
        return "aspirational"
    return "intended" if _INTENTION.search(text) else "firm"


def is_continuing(action: str) -> bool:
    """True only for continue, maintain, sustain, keep."""
    return bool(_CONTINUING.search(action))


def polarity_of(text: str, action: str) -> Literal["positive", "negative"]:
    """Negative for what a side will not do."""
    return "negative" if _NEGATIVE.match(action) or _is_refused(action, text) else "positive"


def _is_refused(action: str, text: str) -> bool:
    """Whether a negative word stands shortly before the act."""
    if not _NEGATIVE.search(text):  # so that a pattern of its own is hardly ever compiled
        return False
    head = re.escape(" ".join(action.split()[:3]))
    negated = rf"(?:{_NEGATIVE.pattern})(?:(?! and )[^.;,]){{0,20}}{head}"
    return bool(re.search(negated, text, re.IGNORECASE))


def condition_of(text: str) -> str | None:
    """The condition, in the text's words."""
    found = _CONDITION.search(text)
    return found.group().strip() if found else None


def instrument_of(text: str) -> str | None:
    """The text that was signed."""
    found = _SIGNED.search(text)
    return found.group(1) if found else None


def temporal_of(text: str, when: When | None, published: date | None) -> Temporal:
    """Whether it is reported, arranged, or placed before the occasion that is reported."""
    if when is not None and when.start and when.end and published is not None:
        if when.start > published:
            return "planned"
        if when.end < published - _LONG_AGO:
            return "past_background"
    if _BACKGROUND.search(text):
        return "past_background"
    return "planned" if _PLANNED.search(text) else "current"


def attribution_of(text: str, title: str | None) -> Attribution:
    """Who says so."""
    if title and re.search(r"\bjoint (?:statement|communiqu|declaration|readout)", title, re.I):
        return Attribution(source="joint_statement", holder=None)
    if unnamed := _UNNAMED.search(text):
        return Attribution(source="unnamed_source", holder=unnamed.group().split(" said")[0])
    if said := _SAID.search(text):
        return Attribution(
            source="named_official", holder=(said["before"] or said["after"]).rstrip(".,")
        )
    if title and re.search(r"\b(?:readout|statement|remarks|press release)\b", title, re.I):
        return Attribution(source="own_statement", holder=None)
    return Attribution(source="reporter", holder=None)
