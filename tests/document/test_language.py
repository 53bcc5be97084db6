"""Which language a text is in, and a document that is read in other words than its own."""

import pytest

from defext import Document
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
