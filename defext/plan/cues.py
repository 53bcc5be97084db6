"""Sentences that could hold a talk, a request or a commitment, by the words of the guide.

A cue asks a question of the model, it answers none: nearly every act of the three kinds is told
with one of these words, and about every second sentence with such a word tells an act.
"""

import re
from collections.abc import Iterable, Iterator

from defext.document import Sentence
from defext.normalize import THINGS
from defext.schema import Kind

_WORDS: dict[Kind, str] = {
    "talk": (
        r"met|meet(?:s|ing|ings)?|spoke|speak(?:s|ing)?|call(?:s|ed)? with|call between|"
        r"phone[d]?|"
        r"telephon\w+|conversation|talks|visit(?:s|ed|ing)?|host(?:s|ed|ing)?|welcomed|summit|"
        r"dialogue|consultations?|discuss\w+|conference|conven(?:es?|ed|ing)|negotiat\w+|joined|"
        r"receive[sd]?|wrote to|letters?|video call|talked|talking|confer(?:s|red|ring)|"
        r"s[ai]ts? (?:down|together)|gather(?:s|ed|ing)|encounter|exchang(?:ed?|es|ing)"
    ),
    "request": (
        r"urg(?:e[sd]?|ing)|ask(?:s|ed|ing)?|request(?:s|ed|ing)?|call(?:s|ed|ing)? (?:up)?on|"
        r"call(?:s|ed|ing)? for|press(?:es|ed|ing)|press for|demand(?:s|ed|ing)?|"
        r"appeal(?:s|ed|ing)?|invit(?:e[sd]?|ing)|s(?:eeks?|ought)|encourag(?:e[sd]?|ing)|"
        r"insist(?:s|ed|ing)?|plead(?:s|ed|ing)|implor\w+|exhort\w*|petition\w*|"
        r"propos(?:e[sd]?|ing)|recommend(?:s|ed|ing)?|need (?:for|to)|need(?:s|ed) to|must|"
        # not "should they agree", which is a condition
        r"(?-i:should(?! (?:they|he|she|it|we|you|I|the|any|anyone|there|[A-Z]\w+)\b))|"
        r"ought to|ha(?:ve|s) to|warn(?:s|ed|ing)?"
    ),
    "commitment": (
        r"will|shall|won['’]t|agree[sd]?|agreeing|commit(?:s|ted|ting)?|"
        r"pledg(?:e[sd]?|ing)|undert(?:ake[sn]?|aking|ook)|promis(?:e[sd]?|ing)|vow(?:s|ed|ing)?|"
        r"intend(?:s|ed|ing)?|intention|plan(?:s|ned|ning)? (?:to|for)|"
        r"aim(?:s|ed|ing)? (?:to|at)|"
        r"resolv(?:e[sd]?|ing)|determined to|(?:is|are) to|reaffirm\w*|(?:ready|prepared) to|"
        r"expects? to|slated to|decided to|sign(?:s|ed|ing)|rul(?:es|ed) out|"
        r"refus(?:e[sd]?|ing)|"
        r"declin(?:e[sd]?|ing)|guarantee[sd]?|ensure|continue[sd]? to|"
        r"remain\w* (?:committed|ironclad)|dedicated to|would|going to|announc\w+"
    ),
}
# "repeated their commitment", "its commitment remains": a noun that alone promises nothing.
_COMMITMENT = (
    r"(?:re)?(?:affirm|stat|iterat|confirm|stress|emphasi[sz]|underscor|underlin|renew|not|repeat|"
    r"express|assur)\w*\b[^;]{0,80}\bcommitments?|"
    r"re(?:affirm|iterat|new|stat)\w*\b[^;]{0,80}\bsupport|"
    r"commitments?\b[^;]{0,80}\b(?:remains?|stands?|ironclad|unwavering|enduring)"
)
_WORDS["commitment"] += f"|{_COMMITMENT}"
# What a thing will do or be is an effect, and nobody's promise: "the treaty will", "it would".
_THING = re.compile(
    rf"(?:^\W*(?:it|this|that|these)|\b(?:which|there|what)|"
    rf"\b(?:the|this|that|an?|its|their|our)\s+(?:[\w'’-]+\s+){{0,3}}(?:{THINGS}))"
    r"\s+(?:(?:is|are|was|were|has|have|had|been|also)\s+)*$",
    re.IGNORECASE,
)
# With a look at the next character, re tries the words where one begins and not where one ends.
_CUES = {
    kind: re.compile(rf"\b(?=\w)(?:{words})\b", re.IGNORECASE) for kind, words in _WORDS.items()
}


def candidates(sentences: Iterable[Sentence]) -> Iterator[tuple[Sentence, Kind]]:
    """Each sentence with each kind of act whose cue it holds, in the order of the text."""
    for sentence in sentences:
        for kind, pattern in _CUES.items():
            if any(_of_an_actor(cue) for cue in pattern.finditer(sentence.text)):
                yield sentence, kind


def _of_an_actor(cue: re.Match[str]) -> bool:
    """Whether the cue's subject is not plainly a thing."""
    return not (
        re.match(
            r"will|would|shall|(?:is|are) (?:going )?to|aim|continue|expect|plan",
            cue.group(),
            re.IGNORECASE,
        )
        and _THING.search(cue.string[: cue.start()])
    )
