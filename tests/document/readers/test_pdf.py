"""PDFs that a browser and a word processor made."""

from pathlib import Path

import pytest
from handmade import pdf

from defext import DocumentError
from defext.document.readers import html
from defext.document.readers.pdf import read

SAMPLES = Path(__file__).parents[2] / "samples"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_a_printed_page_has_the_text_that_was_printed() -> None:
    printed, page = read(sample("bulletin.pdf")), html.read(sample("bulletin.html"))
    assert printed.text == page.text
    assert printed.title == page.title == "Northern Assembly: what the spring session decided"


@pytest.mark.parametrize("name", ["readout.pdf", "written.pdf"])
def test_a_printed_table_has_its_rows_and_lists_their_items(name: str) -> None:
    page = html.read(sample("readout.html")).text.replace(" | ", " ")
    assert read(sample(name)).text.replace("• ", "") == page


def test_a_sentence_that_goes_on_over_the_page_stays_one() -> None:
    printed = read(sample("readout.pdf"))
    first, second = printed.pages
    assert first == 0
    assert printed.text[: second - 1].endswith("with a list of the ports that the")
    assert printed.text.startswith("participating ships may use", second)


def test_the_day_and_the_program_of_a_pdf_are_not_those_of_its_publication() -> None:
    printed = read(sample("readout.pdf"))
    assert (printed.published, printed.source) == (None, None)


@pytest.mark.parametrize("planted", ["72 900 Td", "700 600 Td", "0.05 0 0 0.05 72 600 Tm"])
def test_letters_beside_the_page_or_too_small_to_be_seen_are_not_read(planted: str) -> None:
    said = "BT /F 12 Tf 72 700 Td (They met on Monday.) Tj ET"
    hidden = f"BT /F 12 Tf {planted} (Ruvane left.) Tj ET"
    assert read(pdf(f"{said} {hidden}".encode())).text == "They met on Monday."
    shown = hidden.replace(planted, "72 600 Td")
    assert read(pdf(f"{said} {shown}".encode())).text == "They met on Monday.\n\nRuvane left."


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (sample("scan.pdf"), "no text on any page, so it is a scan: give it a text layer by OCR"),
        (sample("locked.pdf"), "needs a password: save it without one"),
        (b"%PDF-1.7\n", r"The PDF is damaged \(.*\): get it again"),
        (sample("readout.pdf")[:9000], r"The PDF is damaged|Page 1 of the PDF is damaged|no text"),
        (b"", "The PDF is damaged"),
        (
            pdf(b"").replace(b"[3 0 R]/Count 1", b"[3 0 R 9 0 R]/Count 2"),
            "Page 2 of the PDF is dam",
        ),
    ],
)
def test_a_pdf_that_cannot_be_read_says_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read(data)
