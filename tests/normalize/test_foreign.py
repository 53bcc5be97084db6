"""What a translation says is held against the document's own words."""

from dataclasses import replace

import pytest

from defext import Document, Party, When
from defext.document import Name, Sentence
from defext.normalize.foreign import borne_out, spelled, state_called

TEXT = (
    "Die kenianische Ministerin Odile Fennick traf am Montag in der Hauptstadt eine Abordnung "
    "Norwegens. Amerikanische Schiffe kommen im Juni in den Hafen und werden dort beladen."
)
WORDS = "kenianische Ministerin Odile Fennick"
ENGLISH = [
    (
        "Kenyan Minister Odile Fennick met a delegation of Norway in the capital on Monday.",
        (Name("Kenyan Minister Odile Fennick", WORDS),),
    ),
    ("American ships will arrive in the port in June and be loaded there.", ()),
]
FENNICK = Party(
    name="Odile Fennick",
    kind="person",
    office="Minister",
    country="KEN",
    mention="Kenyan Minister Odile Fennick",
)


def in_english(text: str, told: list[tuple[str, tuple[Name, ...]]]) -> Document:
    document = Document(text)
    sentences = zip(document.sentences, told, strict=True)
    return document.read_as(
        tuple(
            replace(sentence, text=english, names=names) for sentence, (english, names) in sentences
        )
    )


DOCUMENT = in_english(TEXT, ENGLISH)
FIRST, SECOND = DOCUMENT.sentences


def state(name: str, country: str) -> Party:
    return Party(name=name, kind="state", country=country, mention=name)


def mentions(party: Party, sentence: Sentence, document: Document = DOCUMENT) -> list[str]:
    return [found.mention for found in spelled([party], sentence, document)]


@pytest.mark.parametrize(
    ("name", "country", "sentence", "mention"),
    [
        ("Norway", "NOR", FIRST, "Norwegens"),
        ("Kenya", "KEN", FIRST, "kenianische"),
        ("United States", "USA", SECOND, "Amerikanische"),
    ],
)
def test_a_state_keeps_its_name_and_is_mentioned_as_the_sentence_does(
    name: str, country: str, sentence: Sentence, mention: str
) -> None:
    party = state(name, country)
    assert spelled([party], sentence, DOCUMENT) == [party.model_copy(update={"mention": mention})]


@pytest.mark.parametrize(
    ("name", "country", "sentence"),
    [("Sweden", "SWE", FIRST), ("Norway", "NOR", SECOND), ("United States", "USA", FIRST)],
)
def test_a_state_that_the_sentence_does_not_name_is_left_out(
    name: str, country: str, sentence: Sentence
) -> None:
    assert mentions(state(name, country), sentence) == []


@pytest.mark.parametrize(
    ("text", "name", "country", "mention"),
    [
        ("肯尼亚国防部长表示他们将派遣两艘渡船前往挪威并且训练当地船员。", "Norway", "NOR", "挪威"),
        ("ケニアの国防相は月曜日、ノルウェーに二隻の船を送ると述べた。", "Kenya", "KEN", "ケニア"),
        (
            "Министр обороны Кении заявил, что направит корабли в Норвегию.",
            "Norway",
            "NOR",
            "Норвегию",
        ),
        ("قال وزير الدفاع إن كينيا سترسل سفينتين إلى النرويج", "Norway", "NOR", "النرويج"),
    ],
)
def test_a_state_is_found_in_other_scripts(
    text: str, name: str, country: str, mention: str
) -> None:
    document = in_english(text, [("Kenya will send two ships to Norway.", ())])
    assert mentions(state(name, country), document.sentences[0], document) == [mention]
    assert mentions(state("Sweden", "SWE"), document.sentences[0], document) == []


def test_a_person_is_mentioned_in_the_document_s_words() -> None:
    [party] = spelled([FENNICK], FIRST, DOCUMENT)
    assert party == FENNICK.model_copy(update={"mention": WORDS})


def test_a_person_whom_no_name_of_the_document_holds_is_left_out() -> None:
    other = FENNICK.model_copy(update={"name": "Rurik Talvane", "mention": "Talvane"})
    assert spelled([other, FENNICK], FIRST, DOCUMENT) == spelled([FENNICK], FIRST, DOCUMENT)


def test_a_person_acts_for_no_state_that_the_document_does_not_name() -> None:
    [party] = spelled([FENNICK.model_copy(update={"country": "SWE"})], FIRST, DOCUMENT)
    assert (party.name, party.country) == ("Odile Fennick", None)


def test_a_name_in_another_script_is_the_document_s() -> None:
    text = "肯尼亚国防部长方妮可周一在首都会见了挪威代表团并且签署了协议。"
    document = in_english(text, [("Fang Nike met a delegation.", (Name("Fang Nike", "方妮可"),))])
    fang = Party(name="Fang Nike", kind="person", mention="Fang Nike")
    [party] = spelled([fang], document.sentences[0], document)
    assert (party.name, party.mention) == ("方妮可", "方妮可")


def test_two_english_forms_of_one_name_are_one_party() -> None:
    short = FENNICK.model_copy(update={"mention": "Fennick"})
    assert len(spelled([FENNICK, short], FIRST, DOCUMENT)) == 1


def test_without_a_translation_nothing_changes() -> None:
    document = Document(TEXT)
    parties = [state("Sweden", "SWE"), FENNICK]
    assert spelled(parties, document.sentences[0], document) == parties
    when = When(text="Tuesday", start=None, end=None, precision=None)
    assert borne_out(when, document.sentences[0], document) is when


@pytest.mark.parametrize(
    ("words", "sentence", "stays"),
    [
        ("Monday", FIRST, True),
        ("on Monday", FIRST, True),
        ("Tuesday", FIRST, False),
        ("June", FIRST, False),
        ("June", SECOND, True),
        ("July", SECOND, False),
        ("Monday in June", SECOND, False),
        ("next week", FIRST, True),
    ],
)
def test_a_day_or_month_must_stand_in_the_document_s_words(
    words: str, sentence: Sentence, stays: bool
) -> None:
    when = When(text=words, start=None, end=None, precision=None)
    assert borne_out(when, sentence, DOCUMENT) == (when if stays else None)


def test_where_no_time_is_told_there_is_none() -> None:
    assert borne_out(None, FIRST, DOCUMENT) is None


@pytest.mark.parametrize(
    ("words", "language", "name"),
    [
        ("Norwegen", "de", "Norway"),
        ("norwegen", "de", "Norway"),
        ("Norvège", "fr", "Norway"),
        ("Норвегия", "ru", "Norway"),
        ("النرويج", "ar", "Norway"),
        ("ノルウェー", "ja", "Norway"),
        ("Norwegens Hafen", "de", None),
        ("Fennick", "de", None),
        ("Norwegen", "fr", None),
        ("Europa", "de", None),
        ("Norway", "xx", None),
        ("Norway", "", None),
    ],
)
def test_a_state_has_its_english_name(words: str, language: str, name: str | None) -> None:
    assert state_called(words, language) == name
