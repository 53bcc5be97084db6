"""Which language a text is in, and a document that is read in other words than its own."""

from dataclasses import replace

import pytest

from defext import Document
from defext.document import Name
from defext.document.language import language_of

TEXTS = {
    "en": "The minister of defence met the envoy of Kenya and spoke about the ferries of the lake.",
    "de": "Die Verteidigungsministerin sagte am Montag in der Hauptstadt, dass ihr Land im Herbst "
    "zwei neue Fähren nach Norwegen schicken werde, und bat um Hilfe beim Bau eines Hafens.",
    "fr": "La ministre de la Défense a déclaré lundi dans la capitale que son pays enverrait deux "
    "nouveaux bateaux en Norvège à l'automne et a demandé de l'aide pour construire un port.",
    "ru": "Министр обороны Кении заявил в понедельник, что отправит два корабля.",
    "zh": "国防部长在周一说他们将派遣两艘船只前往挪威并且训练船员。",
    "ja": "国防相は月曜日、ノルウェーに二隻の船を送ると述べた。",
    "ar": "لقد قال وزير الدفاع في كينيا يوم الاثنين إنه سيرسل سفينتين",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_is_told(language: str) -> None:
    assert language_of(TEXTS[language]) == language
    assert Document(TEXTS[language]).language == language


@pytest.mark.parametrize(
    "text",
    ["", "Norway will send ships.", "Der Minister kam am Montag.", "42 7 89 !! " * 40, "挪威"],
)
def test_what_is_too_short_tells_none(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize("name", ["Зарница", "国防部", "Überseehafengesellschaft Ærø"])
def test_english_with_a_foreign_name_is_english(name: str) -> None:
    assert language_of(f"{TEXTS['en']} The envoy of {name} left.") == "en"


def test_a_few_words_of_english_do_not_make_a_text_english() -> None:
    assert language_of(TEXTS["de"] * 2 + " „The Voice of Kenya“ sang.") == "de"


def test_a_long_text_is_judged_by_its_beginning() -> None:
    assert language_of(f"{TEXTS['de']} " * 130 + f"{TEXTS['en']} " * 300) == "de"


GERMAN = Document(TEXTS["de"] + " Kurz danach ging sie.", published="2025-07-01", title="Bericht")
NAME = Name("Norway", "Norwegen")


def read_as(text: str = "She spoke.", names: tuple[Name, ...] | None = ()) -> Document:
    first, second = GERMAN.sentences
    return GERMAN.read_as((replace(first, text=text, names=names), replace(second, names=names)))


def test_a_document_read_in_other_words_is_the_same_document() -> None:
    other = read_as()
    assert other == GERMAN
    assert other.sentences[0].text == "She spoke."
    assert (other.text, other.id, other.published, other.title, other.language) == (
        GERMAN.text,
        GERMAN.id,
        GERMAN.published,
        GERMAN.title,
        "de",
    )


def test_the_document_that_it_was_made_of_stays_as_it_is() -> None:
    before = GERMAN.sentences
    assert not GERMAN.is_translated
    assert read_as(names=(NAME,)).is_translated
    assert GERMAN.sentences is before
    assert not GERMAN.is_translated
    assert GERMAN.names == ()


def test_a_sentence_s_own_words_are_the_text_s() -> None:
    first, second = read_as().sentences
    assert GERMAN.words(first) == TEXTS["de"]
    assert GERMAN.words(second) == "Kurz danach ging sie."


@pytest.mark.parametrize(("names", "is_translated"), [(None, False), ((), True), ((NAME,), True)])
def test_a_document_is_translated_where_its_sentences_have_their_names_told(
    names: tuple[Name, ...] | None, is_translated: bool
) -> None:
    assert read_as(names=names).is_translated == is_translated


def test_names_are_those_of_all_sentences_in_order() -> None:
    other = Name("Kenya", "Kenia")
    first, second = GERMAN.sentences
    read = GERMAN.read_as((replace(first, names=(NAME, other)), replace(second, names=(NAME,))))
    assert read.names == (NAME, other, NAME)


def test_what_is_read_anew_forgets_the_names_of_before() -> None:
    translated = read_as(names=(NAME,))
    assert translated.is_translated
    assert translated.names == (NAME, NAME)
    again = translated.read_as(GERMAN.sentences)
    assert not again.is_translated
    assert again.names == ()
