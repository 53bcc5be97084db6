"""Sentences that could hold a talk, a request or a commitment, by the words of the guide.

A cue asks a question of the model, it answers none: nearly every act of the three kinds is told
with one of these words, and about every second sentence with such a word tells an act.
"""

import re
from collections.abc import Iterator

from defext.document import Document, Sentence
from defext.schema import Kind

_WORDS: dict[Kind, str] = {
    "talk": (
        r"met|meet(?:s|ing|ings)?|spoke|speak(?:s|ing)?|call(?:s|ed)? with|call between|"
        r"phone[d]?|"
        r"telephon\w+|conversation|talks|visit(?:s|ed|ing)?|host(?:s|ed|ing)?|welcomed|summit|"
        r"dialogue|consultations?|discuss\w+|conference|convened|negotiat\w+|joined|"
        r"received|wrote to|letters?|video call"
    ),
    "request": (
        r"urg(?:e[sd]?|ing)|ask(?:s|ed|ing)?|request(?:s|ed|ing)?|call(?:s|ed|ing)? (?:up)?on|"
        r"call(?:s|ed|ing)? for|press(?:es|ed|ing)?(?: for)?|demand(?:s|ed|ing)?|"
        r"appeal(?:s|ed|ing)?|invit(?:e[sd]?|ing)|s(?:eeks?|ought)|encourag(?:e[sd]?|ing)|"
        r"insist(?:s|ed|ing)?|plead(?:s|ed|ing)|implor\w+|exhort\w*|petition\w*|"
        r"propos(?:e[sd]?|ing)|recommend(?:s|ed|ing)?|need (?:for|to)|needs to|must|should|"
        r"ought to|ha(?:ve|s) to|warn(?:s|ed|ing)?"
    ),
    "commitment": (
        r"will|shall|won['’]t|agree[sd]?|agreeing|commit(?:s|ted|ting|ment|ments)?|"
        r"pledg(?:e[sd]?|ing)|undert(?:ake[sn]?|aking|ook)|promis(?:e[sd]?|ing)|vow(?:s|ed|ing)?|"
        r"intend(?:s|ed|ing)?|intention|plan(?:s|ned|ning)? (?:to|for)|"
        r"aim(?:s|ed|ing)? (?:to|at)|"
        r"resolv(?:e[sd]?|ing)|determined to|(?:is|are) to|reaffirm\w*|(?:ready|prepared) to|"
        r"expects? to|slated to|decided to|sign(?:s|ed|ing)|rul(?:es|ed) out|"
        r"refus(?:e[sd]?|ing)|"
        r"declin(?:e[sd]?|ing)|guarantee[sd]?|ensure|continue[sd]? to|"
        r"remain\w* (?:committed|ironclad)|dedicated to|would|going to|announc\w+|support"
    ),
}
_CUES = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _WORDS.items()}


def candidates(document: Document) -> Iterator[tuple[Sentence, Kind]]:
    """Each sentence with each kind of act whose cue it holds, in the order of the text."""
    for sentence in document.sentences:
        for kind, pattern in _CUES.items():
            if pattern.search(sentence.text):
                yield sentence, kind
