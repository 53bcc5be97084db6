"""Documents in other languages: what is translated, and what stays the document's own."""

from collections.abc import Sequence
from typing import Any

import pytest
from scripted import PLAIN, USAGE, Script, fill, sort

from defext import Document, LanguageUnread
from defext.ask import Answer, Question
from defext.document import Name
from defext.plan import Plan, in_english, plans
from defext.prompt import Named, Sort, Translation, load

MET = "Die kenianische Verteidigungsministerin Odile Fennick traf am Montag in Lima den Minister."
QUIET = "Das Meer war an diesem Tag sehr ruhig und die Sonne schien über dem alten Hafen der Stadt."
PLEDGE = "Norwegen wird dem Nachbarland im Herbst zwei neue Fähren für den langen See schicken."
TEXT = f"{MET} {QUIET} {PLEDGE}"
MET_ENGLISH = "Kenyan Defence Minister Odile Fennick met the minister in Lima on Monday."
PLEDGE_ENGLISH = "Norwegia will send two new ferries for the long lake in autumn."
SORTING = PLAIN.model_copy(
    update={"find": ("sort",), "prompts": {**PLAIN.prompts, "sort": load("sort")}}
)
WHOLE = plans()["whole"]


def translation(english: str, **names: str) -> Translation:
    """An English sentence with the words that the document has for its names."""
    told = [Named(english=name, words=words) for name, words in names.items()]
    return Translation(english=english, names=told)


ENGLISH = {
    "Fennick": Translation(
        english=MET_ENGLISH,
        names=[
            Named(
                words="kenianische Verteidigungsministerin Odile Fennick",
                english="Kenyan Defence Minister Odile Fennick",
            ),
            Named(words="Lima", english="Lima"),
        ],
    ),
    "ruhig": translation("The sea was calm."),
    "Norwegen": translation(PLEDGE_ENGLISH, Norwegia="Norwegen"),
}
SCRIPT = {
    ("talk", "Fennick"): (0.9, fill(["Fennick"], "met")),
    ("commitment", "Norwegen"): (0.9, fill(["Norway"], "send ferries")),
}


def rounds(
    document: Document, plan: Plan, script: Script
) -> tuple[Document, list[Sequence[Question[Any]]]]:
    """The document in English, and what was asked for it, round by round."""
    asked: list[Sequence[Question[Any]]] = []
    steps = in_english(document, plan)
    try:
        asked.append(next(steps))
        while True:
            asked.append(steps.send(script.answers(asked[-1])))
    except StopIteration as done:
        return done.value, asked


def english(text: str = TEXT, **told: Translation) -> Document:
    script = Script(SCRIPT, english=ENGLISH | told)
    return rounds(Document(text), SORTING, script)[0]


@pytest.mark.parametrize(
    "text",
    [
        "The minister of defence and the chief of the navy met at the end of the week in Lima.",
        "Kurz.",
    ],
)
def test_what_is_english_or_too_short_is_not_asked_about(text: str) -> None:
    document = Document(text)
    read, asked = rounds(document, SORTING, Script({}))
    assert read is document
    assert asked == []


def test_only_sentences_that_tell_something_are_translated() -> None:
    read, [sorted_, translated] = rounds(Document(TEXT), SORTING, Script(SCRIPT, english=ENGLISH))
    assert [question.answer for question in sorted_] == [Sort] * 3
    assert [question.answer for question in translated] == [Translation] * 2
    assert [s.text for s in read.sentences] == [
        MET_ENGLISH,
        "",
        "Norway will send two new ferries for the long lake in autumn.",
    ]
    assert read.is_translated


@pytest.mark.parametrize(("none", "count"), [(0.64, 3), (0.66, 0)])
def test_a_sentence_is_translated_unless_it_is_likely_to_tell_nothing(
    none: float, count: int
) -> None:
    steps = in_english(Document(TEXT), SORTING)
    questions = next(steps)
    assert len(steps.send([sort(talk=1 - none) for _ in questions])) == count


def test_a_plan_that_finds_nothing_has_every_sentence_translated() -> None:
    read, [translated] = rounds(Document(TEXT), WHOLE, Script({}, english=ENGLISH))
    assert [question.answer for question in translated] == [Translation] * 3
    assert read.sentences[1].text == "The sea was calm."


def test_the_words_and_places_stay_the_document_s() -> None:
    document, read = Document(TEXT), english()
    assert read.text == TEXT
    assert [read.words(s) for s in read.sentences] == [document.words(s) for s in read.sentences]
    assert [read.words(s) for s in read.sentences] == [MET, QUIET, PLEDGE]
    assert [s.number for s in read.sentences] == [1, 2, 3]
    assert read.language == "de"


def test_names_keep_the_document_s_words_for_them() -> None:
    first, silent, last = english().sentences
    assert first.names == (
        Name(
            "Kenyan Defence Minister Odile Fennick",
            "kenianische Verteidigungsministerin Odile Fennick",
        ),
        Name("Lima", "Lima"),
    )
    assert silent.names == ()
    assert last.names == (Name("Norway", "Norwegen"),)


def test_a_state_is_called_by_its_english_name() -> None:
    assert english().sentences[2].text.startswith("Norway will send")


@pytest.mark.parametrize("words", ["Schweden", "Fennick", "Norweg"])
def test_a_name_that_its_sentence_does_not_hold_is_none(words: str) -> None:
    """Fennick is named in the text, but not there; a part of a word is no name."""
    read = english(Norwegen=translation("Sweden will send ferries.", Sweden=words))
    assert read.sentences[2].names == ()


@pytest.mark.parametrize("name", ["…", " ", "-"])
def test_a_name_without_a_letter_is_none(name: str) -> None:
    told = Translation(
        english="It will send ferries.", names=[Named(words="Norwegen", english=name)]
    )
    read = english(Norwegen=told)
    assert read.sentences[2].names == ()
    assert read.sentences[2].text == "It will send ferries."


def test_a_translation_passes_as_what_a_reader_sees() -> None:
    read = english(Norwegen=translation("Norway will\n<|im_end|> send ferries."))
    assert read.sentences[2].text == "Norway will send ferries."


def test_a_language_that_the_plan_does_not_read_is_said() -> None:
    plan = SORTING.model_copy(update={"languages": ("en", "fr")})
    with pytest.raises(LanguageUnread, match=r"A report.*'de'.*'plain'.*'whole'"):
        next(in_english(Document(TEXT, title="A report"), plan))
    with pytest.raises(LanguageUnread, match=r"^d7 is in"):
        next(in_english(Document(TEXT, id="d7"), plan))


def test_a_language_that_the_plan_names_is_read() -> None:
    plan = SORTING.model_copy(update={"languages": ("en", "de")})
    read, _ = rounds(Document(TEXT), plan, Script(SCRIPT, english=ENGLISH))
    assert read.is_translated


def test_the_embedded_model_s_plan_reads_german_and_not_hebrew() -> None:
    hebrew = Document("שר ההגנה של קניה נפגש ביום שני עם שר החוץ של צ'ילה בלימה ודיבר על הים.")
    assert hebrew.language == "he"
    with pytest.raises(LanguageUnread, match="'he'"):
        next(in_english(hebrew, plans()["narrow"]))
    assert len(next(in_english(Document(TEXT), plans()["narrow"]))) == 3


def test_a_long_document_is_translated_window_by_window() -> None:
    plan = SORTING.model_copy(update={"window": 600})
    text = "\n\n".join([TEXT] * 20)
    read, asked = rounds(Document(text), plan, Script(SCRIPT, english=ENGLISH))
    assert len(asked) > 2
    kinds = [{question.answer for question in each} for each in asked]
    assert kinds == [{Sort}, {Translation}] * (len(asked) // 2)
    assert [s.text for s in read.sentences[::3]] == [MET_ENGLISH] * 20
    assert [s.number for s in read.sentences] == list(range(1, 61))


def test_without_probabilities_the_word_is_taken() -> None:
    steps = in_english(Document(TEXT), SORTING)
    next(steps)
    answers = [Sort(kind="talk"), Sort(kind="none"), Sort(kind="commitment")]
    translated = steps.send([Answer(answer, None, USAGE) for answer in answers])
    told = [question.messages[-1]["content"] for question in translated]
    assert [MET in told[0], PLEDGE in told[1], len(told)] == [True, True, 2]
