"""Documents are data: a sentence that speaks to the machine that reads it tells no act.

Known by its words, until the embedded model is taught to pass over such sentences.
"""

import re

from defext.document import sanitize

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


def speaks_to_machine(words: str) -> bool:
    """Whether a sentence, in the document's own words, is meant for a program that reads it."""
    if _TAG.search(words):
        words = words.replace("<", "‹").replace(">", "›")
    return bool(_CUE.search(sanitize(words)))
