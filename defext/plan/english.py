"""Documents in other languages: the sentences that tell something, in English.

The words of the document stay its evidence; the English is what the model is asked about.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from defext.ask import Question
from defext.document import ENGLISH, Document, Name, Sentence, as_seen
from defext.errors import LanguageUnread
from defext.ground import find_quote
from defext.normalize import state_called
from defext.plan.plan import Plan
from defext.plan.steps import Steps, probability_of, sorting
from defext.plan.windows import windows
from defext.prompt import Translation

# A sentence that is this likely to tell no act is not translated.
_NOTHING = 0.65


def in_english(document: Document, plan: Plan) -> Steps[Document]:
    """`document` read in English; it comes back as it is where it is in English, or too short.

    Raises LanguageUnread for a language that `plan` does not name.
    """
    language = document.language
    if language in (None, ENGLISH):
        return document
    if plan.languages and language not in plan.languages:
        name = document.title or document.source or document.id
        raise LanguageUnread(
            f"{name} is in the language {language!r}, which the plan {plan.name!r} does not read: "
            "ask a larger model by the plan 'whole', or translate it."
        )
    translated: list[Sentence] = []
    for window in windows(document.sentences, plan.window):
        telling = (yield from _telling(window, plan)) if plan.find else window
        questions = [
            Question(
                plan.prompts["translate"].messages(sentence=sentence.text),
                Translation,
                max_tokens=800,
            )
            for sentence in telling
        ]
        answers = yield questions
        english = {
            sentence.number: _translated(document, sentence, answer.value)
            for sentence, answer in zip(telling, answers, strict=True)
        }
        translated += [english.get(sentence.number, _silent(sentence)) for sentence in window]
    return document.read_as(tuple(translated))


def _telling(window: Sequence[Sentence], plan: Plan) -> Steps[list[Sentence]]:
    answers = yield [sorting(plan, sentence) for sentence in window]
    return [
        sentence
        for sentence, answer in zip(window, answers, strict=True)
        if probability_of(answer, "none") < _NOTHING
    ]


def _translated(document: Document, sentence: Sentence, told: Translation) -> Sentence:
    """The sentence in English, with those of its names whose words it really holds."""
    names, text = [], told.english
    for name in told.names:
        found = find_quote(document.text, name.words, sentence.start, sentence.end)
        if found and re.search(r"\w", name.english):
            english = state_called(found.quote, document.language or "") or name.english.strip()
            text = text.replace(name.english.strip(), english)
            names.append(Name(english, found.quote))
    return replace(sentence, text=as_seen(text), names=tuple(names))


def _silent(sentence: Sentence) -> Sentence:
    """A sentence that tells nothing: no English, no question."""
    return replace(sentence, text="", names=())
