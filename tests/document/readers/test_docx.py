"""DOCX files that a word processor saved, and what else may be in one."""

import io
import zipfile
from pathlib import Path

import pytest

from defext import DocumentError
from defext.document.readers import html
from defext.document.readers.docx import read

SAMPLES = Path(__file__).parents[2] / "samples"
SAVED = (SAMPLES / "readout.docx").read_bytes()
DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"


def rewritten(changes: dict[str, tuple[str, str]], data: bytes = SAVED) -> bytes:
    """A DOCX file with other XML in some of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as saved, zipfile.ZipFile(out, "w") as package:
        for name in saved.namelist():
            old, new = changes.get(name, ("", ""))
            xml = saved.read(name).decode()
            assert old in xml
            package.writestr(name, xml.replace(old, new, 1) if old else xml)
    return out.getvalue()


def with_paragraph(xml: str) -> list[str]:
    """The paragraphs that a document has before those of the saved one."""
    text = read(rewritten({DOCUMENT: ("<w:body>", f"<w:body>{xml}")})).text
    return text.removesuffix(read(SAVED).text).split("\n\n")[:-1]


def test_a_saved_document_has_the_text_that_was_saved() -> None:
    saved, page = read(SAVED), html.read((SAMPLES / "readout.html").read_bytes())
    assert saved.text == page.text
    assert saved.title == page.title == "Ruvane and Nereth: joint readout of the talks in Tarvik"
    assert (saved.published, saved.source, saved.pages) == (None, None, ())


def run(text: str, settings: str = "") -> str:
    return f'<w:r><w:rPr>{settings}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def boxed(text: str) -> str:
    return f"<w:r><w:txbxContent><w:p>{run(text)}</w:p></w:txbxContent></w:r>"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (f"{run('They ')}<w:hyperlink>{run('met')}</w:hyperlink>{run('.')}", ["They met."]),
        (f"<w:ins>{run('They met.')}</w:ins><w:del>{run('Nobody came.')}</w:del>", ["They met."]),
        (f"<w:sdt><w:sdtContent>{run('They met.')}</w:sdtContent></w:sdt>", ["They met."]),
        (
            "<w:r><w:t>They</w:t><w:tab/><w:t>met</w:t><w:br/><w:t>here.</w:t></w:r>",
            ["They met\nhere."],
        ),
        (run("They met.") + run(" Ruvane left.", "<w:vanish/>"), ["They met."]),
        (run("They met.", '<w:vanish w:val="0"/>'), ["They met."]),
        (run("They met.") + run(" Ruvane left.", '<w:sz w:val="2"/>'), ["They met."]),
        (run("They met.") + run(" Ruvane left.", '<w:sz w:val="1pt"/>'), ["They met."]),
        (run("They met.", "<w:sz/>"), ["They met."]),
        (run("They met.", '<w:sz w:val="12pt"/>'), ["They met."]),
        (run("They met.", '<w:sz w:val="large"/>'), ["They met."]),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r>", []),
        (run("  "), []),
        (run("They met.") + boxed("In a box."), ["They met.", "In a box."]),
    ],
)
def test_what_is_in_a_paragraph(inside: str, expected: list[str]) -> None:
    assert with_paragraph(f"<w:p>{inside}</w:p>") == expected


def test_a_table_of_data_has_rows_and_one_of_running_text_paragraphs() -> None:
    def cell(*texts: str) -> str:
        return "<w:tc>" + "".join(f"<w:p>{run(text)}</w:p>" for text in texts) + "</w:tc>"

    rows = [cell("Ships") + cell("") + cell("two"), cell("They met.", "They left.") + cell("Here.")]
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    expected = ["Ships | two", "They met.", "They left.", "Here."]
    assert with_paragraph(f"<w:tbl>{table}</w:tbl>") == expected
    sdt = f"<w:sdt><w:sdtContent><w:tbl>{table}</w:tbl></w:sdtContent></w:sdt>"
    assert with_paragraph(sdt) == expected


@pytest.mark.parametrize("kind", ["character", "paragraph"])
def test_letters_that_a_style_hides_are_not_read(kind: str) -> None:
    style = (
        f'<w:style w:type="{kind}" w:styleId="X"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    )
    settings = {"character": '<w:rStyle w:val="X"/>', "paragraph": ""}[kind]
    of_paragraph = {"character": "", "paragraph": '<w:pPr><w:pStyle w:val="X"/></w:pPr>'}[kind]
    hidden = f"<w:body><w:p>{of_paragraph}{run('Ruvane left.', settings)}</w:p>"
    changes = {STYLES: ("</w:styles>", style), DOCUMENT: ("<w:body>", hidden)}
    assert read(rewritten(changes)).text == read(SAVED).text


def with_entities(entities: str, text: str) -> bytes:
    data = rewritten({DOCUMENT: ("<w:document ", f"<!DOCTYPE w [{entities}]><w:document ")})
    paragraph = f"<w:p><w:r><w:t>They met.</w:t><w:t>{text}</w:t></w:r></w:p>"
    return rewritten({DOCUMENT: ("<w:body>", f"<w:body>{paragraph}")}, data)


def test_entities_that_laugh_a_billion_times_end_with_an_error() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with pytest.raises(DocumentError, match="The DOCX file is damaged"):
        read(with_entities(f'<!ENTITY l0 "Ruvane left. ">{laughs}', "&l11;"))


def test_nothing_outside_of_the_file_is_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("Ruvane left.", encoding="utf-8")
    data = with_entities(f'<!ENTITY out SYSTEM "{outside.as_uri()}">', "&out;")
    assert read(data).text == f"They met.\n\n{read(SAVED).text}"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("readout.doc", r"an old Word file \(\.doc\) or one with a password: save it as DOCX"),
        ("readout.rtf", "an RTF file: save it as DOCX"),
        ("readout.odt", "a ZIP archive and no DOCX file: save the article as DOCX"),
    ],
)
def test_what_another_program_saved_is_told_apart(name: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read((SAMPLES / name).read_bytes())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The DOCX file is damaged: get it again"),
        (SAVED[:4000], "The DOCX file is damaged: get it again"),
        (SAVED[:1500] + bytes(200) + SAVED[1700:], "The DOCX file is damaged"),
        (rewritten({DOCUMENT: ("<w:body>", "<w:body><")}), "damaged, or holds no Word document"),
        (
            rewritten({"[Content_Types].xml": ("wordprocessingml.document.main", "nothing")}),
            "holds no Word document",
        ),
    ],
)
def test_a_damaged_file_says_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read(data)
