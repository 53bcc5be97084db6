"""Bytes of any usual encoding become the text that was written."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defext import DocumentError
from defext.document.encoding import decode

ENGLISH = (
    "Foreign Minister Rémy Kastel said on Monday: “The ban stays – until the inquiry’s end.” "
    "Talks go on in the meantime, and both sides have asked for charts of the strait."
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "cp1252"),
        ("Die Außenministerin überreichte dem Botschafter die Note. Er schwieg.", "latin-1"),
        ("Minister obrony poprosił o cztery trałowce. Odpowiedź nadejdzie w środę.", "cp1250"),
        ("Министр обороны попросил передать четыре тральщика до конца года.", "cp1251"),
        ("Министр обороны попросил передать четыре тральщика до конца года.", "koi8-r"),
        ("Ο υπουργός Άμυνας ζήτησε τέσσερα πλοία έως το τέλος του έτους.", "cp1253"),
        ("طلب وزير الدفاع أربع سفن قبل نهاية العام. الرد يوم الأربعاء.", "cp1256"),
        ("国防大臣は年末までに掃海艇四隻の貸与を求めた。回答は水曜日に示される。", "shift_jis"),
        ("国防部长要求在年底前借用四艘扫雷舰。预计星期三答复。", "gb18030"),
        ("國防部長要求在年底前借用四艘掃雷艦。預計星期三答覆。", "big5"),
        ("국방장관은 연말까지 소해함 네 척을 빌려 달라고 요청했다.", "euc_kr"),
        (ENGLISH, "utf-16-le"),
        (ENGLISH, "utf-16-be"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(encoding: str) -> None:
    assert decode("Oslo".encode(encoding)) == "Oslo"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


def test_a_damaged_or_cut_utf_8_text_is_utf_8_none_the_less() -> None:
    data = ("Le ministère a demandé à l’allié de céder quatre frégates. " * 9).encode()
    damaged = decode(data[:100] + b"\xff" + data[100:-3])
    assert damaged.count("\ufffd") == 1
    assert damaged.startswith("Le ministère a demandé à l’allié")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bytes(range(256)), r"no text \(application/octet-stream\): give a text, HTML, PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), r"no text \(image/png\)"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", r"no text \(image/jpeg\)"),
        (b"\x7fELF\x01\x00\x00", r"no text \(application/x-elf\)"),
        (codecs.BOM_UTF16_LE + b"\x00", r"begins as UTF-16 and is none \(byte 2\): save it as"),
    ],
)
def test_what_is_no_text_is_told_by_its_kind(data: bytes, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        decode(data)
