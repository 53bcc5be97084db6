"""Documents are data: a sentence that speaks to the machine that reads it tells no act.

A cue asks the question and the model answers it, as with acts: hardly any sentence of a real
document has such a cue.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from defext.ask import Question
from defext.document import Document, Sentence, as_seen
from defext.plan.plan import Plan
from defext.plan.steps import Steps, probability_of
from defext.prompt import Voice
from defext.schema import Draft

# Those who are spoken to, or made to speak.
_MACHINES = (
    r"(?:an|any|all|every|no|dear|as|for) (?-i:AI)|(?-i:AI) (?:readers?|desks?|polic\w+|models?)|"
    r"(?-i:LLMs?|GPT)|assistants?(?!\W+secretar|-)|(?:chat|web)?bots?|language models?|"
    r"parsers?|crawlers?|scrapers?|automated (?:readers?|systems?)|prompts?|developer|"
    r"(?:system|model) (?:message|notice|update)|extractors?|annotators?|summari[sz](?:es?|ing)|"
    r"whoever (?:reads|processes)|indexing|extracts? (?:that|states?|of this)|JSON|XML|test data|"
    r"API key|reads this|extraction software|correct program|users? (?:is|wants?|must)|"
    r"(?:software|machines?|programs?|systems?) (?:must|shall|should|that (?:fails?|reads?)|"
    r"(?:are|is|has|have) to)|"
    r"(?:any|every|all|no|to|for|this|dear|reading) (?:software|machines?|programs?|systems? that)"
)
# What they are told, and of what.
_ORDERS = (
    r"ignore[sd]?|disregard|forget|overrid\w+|override|never mind|skip|instructions?|"
    r"answers? (?:yes|no|with|every|that|is)|outputs?|labels? (?:is|for|of)|examples|"
    r"(?:correct|next|new|right) (?:task|line|sentence|record|list|answer)|records? found|"
    r"(?:must|shall|should|please|to|also|always|and|asked to) (?:add|write|state|carry|insert|"
    r"print|repeat|translate|list|record|mention|report|say|give)\b[^,;]{0,20} (?:that|as|down)|"
    r"(?:fails?|omits?|leaves? out) [^,;]{0,20}(?:report|record|list|state|that)|"
    r"(?:this|the) (?:page|document|article|text|line|sentence) (?:above|below|is|as|holds)|"
    r"this (?:page|document|article|text|line|sentence|site)|everything (?:above|below)"
)
# A turn, a label, an order that begins the sentence.
_OPENINGS = (
    r"\W*(?:(?:[A-Z]|\w*(?:system|user|human|assistant|model|bot|AI|operator|answer|sentence|task)\w*"
    r"|(?-i:Note|Instruction)s?\b[^:]{0,40})\s*(?::|>>>|››?)|(?:assistant|user|system|model)\b|"
    r"you (?:add|list|write|answer|state|record|report)|"
    r"(?:report|list|record|state|print|write|say|add|finish|continue)\b(?! of))|"
    r"\d{1,3} (?-i:(?!The )[A-Z][a-z]+ [A-Z])"
)
# The name of a record with its mark, and what is left of markup.
_LABELS = r"(?:request|commitment|talk)s?\s*(?:[?:=-]|in:)"
_MARKS = r"[{}›‹]|---"
# The same in the languages of most of the Web, by their stems; some also inside of words.
_ABROAD = (
    r"(?-i:KI|IA|ИИ)\b|ignorie?r|ignora|antwort|anweisung|répond|recopi|instrucc|istruzion|"
    r"instruç|respond[ea]|melde|escrib|инструкц|игнорир|ответ"
)
_ABROAD_INSIDE = r"指令|指示|忽略|無視|تعليمات|تجاهل|निर्देश"
# With a look at the next character, re tries the words where one begins and not where one ends.
_CUE = re.compile(
    rf"^(?:{_OPENINGS})|\b(?=\w)(?:(?:{_MACHINES}|{_ORDERS})\b|{_LABELS}|{_ABROAD})|"
    rf"{_MARKS}|{_ABROAD_INSIDE}",
    re.IGNORECASE,
)
# Tags that are no page's own, and tokens of gaps to be filled.
_TAG = re.compile(
    r"<\|fim|</?(?!(?:a|b|br|div|em|h[1-6]|i|img|li|ol|p|span|strong|su[bp]|t[adhr]\w*|u|ul)\b)[a-z_]+\b[^<>|]*>"
)
# What may stand in a true sentence: brackets, a clause between commas, a label and its answer.
_ASIDE_OPENING = re.compile(r"\(|\[|, which |TALK|REQUEST|COMMITMENT")
_ASIDE = re.compile(
    r"\s*[(\[][^()\[\]]*[)\]]|, which [^,]*(?=,)|\s*\b(?:TALK|REQUEST|COMMITMENT)\b\s*[?:=]+\s*\w*"
)


def without_asides(document: Document) -> Document:
    """`document` without what speaks to a machine inside of its sentences."""
    return document.read_as(tuple(map(_without_asides, document.sentences)))


def _without_asides(sentence: Sentence) -> Sentence:
    if not _ASIDE_OPENING.search(sentence.text):
        return sentence
    text = _ASIDE.sub(lambda m: "" if _CUE.search(m.group(), 1) else m.group(), sentence.text)
    return replace(sentence, text=text)


def screen(document: Document, drafts: Sequence[Draft], plan: Plan) -> Steps[list[Draft]]:
    """`drafts`, marked where their sentences speak to the machine that reads them."""
    cited = sorted({number for draft in drafts for number in draft.sentences})
    known = document.sentences
    suspects = [known[number - 1] for number in cited if 0 < number <= len(known)]
    asked = [sentence for sentence in suspects if _is_suspect(sentence, document)]
    answers = yield [
        Question(
            plan.prompts["voice"].messages(sentence=_as_told(sentence, document)),
            Voice,
            max_tokens=16,
            choice="voice",
        )
        for sentence in asked
    ]
    meant = {
        sentence.number
        for sentence, answer in zip(asked, answers, strict=True)
        if probability_of(answer, "machine") >= plan.machine
    }
    return [
        draft.model_copy(update={"machine": not meant.isdisjoint(draft.sentences)})
        for draft in drafts
    ]


def _is_suspect(sentence: Sentence, document: Document) -> bool:
    return any(map(_CUE.search, {_as_told(sentence, document), sentence.text}))


def _as_told(sentence: Sentence, document: Document) -> str:
    """The sentence in its own language, with its tags."""
    words = document.words(sentence)
    if _TAG.search(words):
        return as_seen(words.replace("<", "‹").replace(">", "›"))
    return as_seen(words) if document.is_translated else sentence.text
