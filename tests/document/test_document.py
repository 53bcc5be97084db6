"""What a caller may hand in, and what is said about the rest."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from defext import DefextError, Document, DocumentError
from defext.document import as_document

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


def test_a_file_is_read_as_utf_8_and_is_its_own_source(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text("Norvège: «deux frégates».", encoding="utf-8")
    document = Document.from_file(path, published="2025-07-01")
    assert document.text == "Norvège: «deux frégates»."
    assert document.source == str(path)
    assert document.published == date(2025, 7, 1)
    assert Document.from_file(str(path)).text == document.text


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8-sig")
    assert Document.from_file(path).text == TEXT


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ("Norvège enverra.".encode("latin-1"), r"is not UTF-8 text \(byte 4\): convert it"),
        ("Norway".encode("utf-16"), r"is not UTF-8 text \(byte 0\): convert it"),
        (b"\x7fELF\x01\x00\x00", r"holds NUL characters, so it is no text"),
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
