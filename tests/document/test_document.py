"""What a caller may hand in, and what is said about the rest."""

import hashlib
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from defext import DefextError, Document, DocumentError
from defext.document import as_document, reading

SAMPLES = Path(__file__).parents[1] / "samples"
TEXT = "Norway will send two frigates."


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (b"Norway will send two frigates.", r"decode it first"),
        (bytearray(b"Norway"), r"decode it first"),
        (None, r"a NoneType: give a str or a Document"),
        (7, r"a int: give a str or a Document"),
        (Path("article.txt"), r"Path: give a str or a Document"),
        ("", r"empty or blank: give the words"),
        (" \n\t\u00a0", r"empty or blank: give the words"),
        ("Oslo\0burns", r"holds NUL characters, so it is no text"),
        ("Oslo \ud83d burns", r"half a character at 5 \(a lone surrogate\): decode the source"),
    ],
)
def test_what_is_no_text_is_refused_with_advice(text: Any, advice: str) -> None:
    with pytest.raises(DocumentError, match=advice):
        Document(text)
    with pytest.raises(DocumentError, match=advice):
        as_document(text)


@pytest.mark.parametrize(
    "given",
    [
        date(2025, 7, 1),
        datetime(2025, 7, 1, 23, 59, tzinfo=UTC),
        "2025-07-01",
        "20250701",
        "2025-07-01T10:30:00Z",
    ],
)
def test_a_date_may_be_given_as_date_as_datetime_or_as_text(given: date | str) -> None:
    published = Document(TEXT, published=given).published
    assert published == date(2025, 7, 1)
    assert type(published) is date


@pytest.mark.parametrize("given", ["", "yesterday", "1 July 2025", "2025-02-30", "2025"])
def test_a_date_that_is_none_is_refused_with_the_right_form(given: str) -> None:
    with pytest.raises(DocumentError, match="is none: write it as 2025-07-01") as raised:
        Document(TEXT, published=given)
    assert repr(given) in str(raised.value)


def test_a_number_is_no_date() -> None:
    given: Any = 20250701
    with pytest.raises(DocumentError, match="is a int: give a date or a str"):
        Document(TEXT, published=given)


@pytest.mark.parametrize("name", ["title", "source", "id"])
def test_what_is_said_about_a_text_is_text_too(name: str) -> None:
    halved: dict[str, Any] = {name: "Oslo \ud83d"}
    with pytest.raises(DocumentError, match=f"The {name} holds half a character at 5"):
        Document(TEXT, **halved)
    number: dict[str, Any] = {name: 7}
    with pytest.raises(DocumentError, match=f"The {name} is a int: give a str"):
        Document(TEXT, **number)


def test_a_bad_document_is_a_value_error_and_one_of_ours() -> None:
    assert issubclass(DocumentError, ValueError)
    assert issubclass(DocumentError, DefextError)


def test_without_an_id_the_digest_of_the_text_is_the_id() -> None:
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    assert Document(TEXT).id == f"sha256:{digest}"
    assert Document(TEXT, published="2025-07-01", title="A title").id == Document(TEXT).id
    assert Document(TEXT + " ").id != Document(TEXT).id


def test_an_id_of_the_caller_s_own_stays() -> None:
    assert Document(TEXT, id="wire-7").id == "wire-7"


def test_a_text_stays_as_it_was_given() -> None:
    text = "\n  Norway\u00a0will\r\nsend “two” frigates. \n"
    assert Document(text).text == text


def test_a_document_cannot_be_changed() -> None:
    document: Any = Document(TEXT)
    with pytest.raises(AttributeError):
        document.text = "Other words."


def test_documents_with_the_same_content_are_the_same() -> None:
    assert Document(TEXT, published="2025-07-01") == Document(TEXT, published=date(2025, 7, 1))
    assert Document(TEXT) != Document(TEXT, title="A title")


def test_a_file_of_text_is_its_own_source(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text("Norvège: «deux frégates».", encoding="utf-8")
    document = Document.from_file(path, published="2025-07-01")
    assert document.text == "Norvège: «deux frégates»."
    assert document.source == str(path)
    assert document.published == date(2025, 7, 1)
    assert Document.from_file(str(path)).text == document.text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_of_text_may_be_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "article.txt"
    text = "Foreign Minister Rémy Kastel said on Monday: “The ban stays.”\r\nTalks go on.\n"
    path.write_bytes(text.encode(encoding))
    assert Document.from_file(path).text == text


def test_the_content_of_a_file_tells_what_it_is_and_then_its_suffix(tmp_path: Path) -> None:
    expected = {
        "readout.docx": "Ruvane and Nereth: joint readout of the talks in Tarvik",
        "readout.pdf": "Ruvane and Nereth: joint readout of the talks in Tarvik",
        "statement.html": "Statement on the incident at Kest",
    }
    for name, title in expected.items():
        path = tmp_path / f"{name}.txt"
        path.write_bytes((SAMPLES / name).read_bytes())
        assert Document.from_file(path).title == title
        assert Document.from_file(path.read_bytes()).title == title
    sentence = "Ruvane asked Valdoria on Sunday for talks on a wreck."
    for name, text in {"a.HTM": sentence, "a.txt": f"<p>{sentence}"}.items():
        (tmp_path / name).write_text(f"<p>{sentence}", encoding="utf-8")
        assert Document.from_file(tmp_path / name).text == text


def test_what_a_page_states_is_taken_and_what_is_given_wins() -> None:
    page = SAMPLES / "news.html"
    document = Document.from_file(page)
    assert (document.source, document.published) == ("The Tarvik Courier", date(2024, 3, 12))
    document = Document.from_html(page, published="2024-03-13", source="Wire")
    assert (document.source, document.published) == ("Wire", date(2024, 3, 13))
    assert Document.from_html(page.read_bytes()).source == "The Tarvik Courier"


def test_without_a_publisher_the_path_is_the_source() -> None:
    bureau, readout = SAMPLES / "bureau.html", SAMPLES / "readout.docx"
    assert Document.from_html(bureau).source == str(bureau)
    assert Document.from_html(bureau.read_bytes()).source is None
    assert Document.from_docx(str(readout)).source == str(readout)
    assert Document.from_docx(readout.read_bytes(), source="Ministry").source == "Ministry"


def test_markup_is_read_whatever_encoding_it_says_it_is_in() -> None:
    words = "“Nein”, sagte Müller am Sonntag."
    markup = f"<meta charset='windows-1251'><h1>Ships go to sea</h1><p>{words}</p>"
    assert Document.from_html(markup).text == words


@pytest.mark.parametrize(
    ("markup", "advice"),
    [
        ("page.html", "holds no markup: give the path of a file as a Path"),
        ("", "empty or blank"),
        ("<p>\ud83d</p>", r"half a character at 3"),
    ],
)
def test_what_is_no_markup_is_refused_with_advice(markup: str, advice: str) -> None:
    with pytest.raises(DocumentError, match=advice):
        Document.from_html(markup)


def test_a_pdf_knows_its_pages() -> None:
    document = Document.from_pdf(str(SAMPLES / "readout.pdf"))
    first, second = document.pages
    assert document.text.startswith("participating ships may use", second)
    offsets = {0: 1, second - 1: 1, second: 2, len(document.text) - 1: 2}
    assert {offset: document.page_at(offset) for offset in offsets} == offsets
    assert first == 0


def test_what_is_no_pdf_has_no_pages() -> None:
    assert Document(TEXT).pages == ()
    assert Document(TEXT).page_at(3) is None


def test_pages_may_be_given() -> None:
    document = Document(TEXT, pages=[0, 7, 7, 12])
    assert [document.page_at(offset) for offset in (0, 6, 7, 12)] == [1, 1, 3, 4]
    assert Document(TEXT).page_at(0) is None


@pytest.mark.parametrize("pages", [[5, 3], [-1], [0, 99]])
def test_pages_that_are_no_ascending_offsets_are_refused(pages: list[int]) -> None:
    with pytest.raises(DocumentError, match="no ascending offsets in a text of 30 characters"):
        Document(TEXT, pages=pages)


@pytest.mark.parametrize("pages", [("a",), "ab", (0, 1.5), None, 7])
def test_pages_that_are_no_numbers_are_refused(pages: Any) -> None:
    with pytest.raises(DocumentError, match="no offsets: give a list of whole numbers"):
        Document(TEXT, pages=pages)


def test_a_text_has_a_greatest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_CHARACTERS", 30)
    assert Document(TEXT)
    with pytest.raises(DocumentError, match="has 31 characters, more than 30: give each article"):
        Document(TEXT + " ")


def test_a_file_has_a_greatest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(65 << 20)
    with pytest.raises(DocumentError, match=r"large\.txt: This is larger than the 64 MB that are"):
        Document.from_file(path)


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"\x7fELF\x01\x00\x00", r"no text \(application/x-elf\): give a text, HTML, PDF or DOCX"),
        (b"Oslo\x00burns, they say.", r"holds NUL characters, so it is no text"),
        (b"", r"empty or blank"),
        (b" \n \n", r"empty or blank"),
    ],
)
def test_a_file_that_is_not_text_is_refused_by_name(
    tmp_path: Path, content: bytes, advice: str
) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=advice) as raised:
        Document.from_file(path)
    assert str(path) in str(raised.value)


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"nothing\.txt does not exist: check the path"):
        Document.from_file(tmp_path / "nothing.txt")
    with pytest.raises(DocumentError, match="is a directory: name the files in it"):
        Document.from_file(tmp_path)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    path = tmp_path / ("long" * 100)
    with pytest.raises(DocumentError, match="cannot be read: File name too long"):
        Document.from_file(path)


@pytest.mark.parametrize(
    "read", [Document.from_file, Document.from_html, Document.from_pdf, Document.from_docx]
)
@pytest.mark.parametrize("given", [None, 5, ["a.txt"]])
def test_what_is_no_file_is_refused_with_advice(read: Any, given: Any) -> None:
    with pytest.raises(DocumentError, match=r"The file is a \w+: give its path or its bytes"):
        read(given)


@pytest.mark.parametrize("path", ["a\0b", "a\ud800b"])
def test_what_cannot_be_a_path_is_refused(path: str) -> None:
    with pytest.raises(DocumentError, match=r"'a\\\w+' is no path \(.*\): check it"):
        Document.from_file(path)


def test_a_path_that_is_no_text_is_a_source_as_well_as_can_be(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.txt")
    path.write_text(TEXT, encoding="utf-8")
    assert Document.from_file(path).source == str(tmp_path / "?.txt")


def test_comments_at_the_beginning_of_a_file_take_no_time(tmp_path: Path) -> None:
    path = tmp_path / "comments.txt"
    path.write_text("<!---->" * 40 + TEXT, encoding="utf-8")
    assert Document.from_file(path).text.endswith(TEXT)
    path.write_text("<!-- a\n<b> - -->\n" * 40 + f"<html><p>{TEXT}", encoding="utf-8")
    assert Document.from_file(path).text == TEXT


@pytest.mark.parametrize("before", ["", "\n ", "\ufeff", "\x00\x01 12%\r\n"])
def test_a_pdf_may_have_junk_before_it(before: str) -> None:
    data = before.encode() + (SAMPLES / "readout.pdf").read_bytes()
    assert Document.from_file(data).pages


@pytest.mark.parametrize("before", ["Each file begins with ", "Каждый файл: ", "Ä "])
def test_a_text_that_speaks_of_pdfs_is_a_text(before: str) -> None:
    text = f"{before}%PDF-1.7."
    assert Document.from_file(text.encode()).text == text


def test_the_date_of_a_file_is_checked_too(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"article\.txt: The publication date 'soon' is none"):
        Document.from_file(path, published="soon")


def test_a_document_is_taken_as_it_is() -> None:
    document = Document(TEXT, published="2025-07-01")
    assert as_document(document) is document
    assert as_document(TEXT, "2025-07-01") == document


def test_a_document_and_a_date_beside_it_are_one_date_too_many() -> None:
    with pytest.raises(DocumentError, match="given twice: set it on the Document alone"):
        as_document(Document(TEXT), "2025-07-01")
