"""A reader has bounds and no network, whatever the file is made to do to it."""

import io
import os
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from handmade import pdf

from defext import ConfigurationError, Document, DocumentError
from defext.document import child, reading
from defext.document.child import read_in_child
from defext.document.readers.__main__ import answer

SAMPLES = Path(__file__).parents[1] / "samples"
PAGE = (SAMPLES / "statement.html").read_bytes()
MEGABYTE = 1 << 20


def deflated(piece: bytes, times: int) -> bytes:
    """What inflates to `piece` so many times over, without being inflated here."""
    squeeze = zlib.compressobj(9)
    first, next_one = (squeeze.compress(piece) + squeeze.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return zlib.compress(first + next_one * (times - 1) + squeeze.flush(), 9)


def bomb(megabytes: int) -> bytes:
    """A DOCX file whose text is mostly spaces."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("word/document.xml", "w") as part:
            for _ in range(megabytes):
                part.write(b" " * MEGABYTE)
    return out.getvalue()


def lying_bomb() -> bytes:
    """One that says of its parts that they are small."""
    data = bomb(300)
    return data.replace((300 * MEGABYTE).to_bytes(4, "little"), (100).to_bytes(4, "little"))


def test_a_pdf_that_inflates_to_gigabytes_ends_with_an_error() -> None:
    data = pdf(deflated(b"q " * MEGABYTE, 1024), filters="/FlateDecode" * 2)
    assert len(data) < 20_000
    with pytest.raises(DocumentError, match=r"PDF broke its reader .* 2048 MB of memory\. Give"):
        Document.from_pdf(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bomb(300), "unpacks to 300 MB, and 256 MB are read: save it without its pictures"),
        (lying_bomb(), "is damaged"),
    ],
)
def test_a_docx_that_unpacks_to_too_much_ends_with_an_error(data: bytes, said: str) -> None:
    assert len(data) < MEGABYTE
    with pytest.raises(DocumentError, match=said):
        Document.from_docx(data)


def test_a_page_with_a_hundred_thousand_elements_in_each_other_ends_with_an_error() -> None:
    with pytest.raises(DocumentError, match="nests elements too deep to be read whole"):
        Document.from_html("<div>" * 100_000 + "Ruvane asked." + "</div>" * 100_000)


def test_a_page_with_an_enormous_table_is_read() -> None:
    rows = "<tr><td>ship<td>12<td>Nereth" * 20_000
    document = Document.from_html(f"<h1>All the ships there are</h1><table>{rows}</table>")
    assert document.text.count("ship | 12 | Nereth") == 20_000


def test_a_page_that_takes_too_long_ends_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "SECONDS", 2)
    slow = "<p " + " ".join(f"a{number}=1" for number in range(200_000)) + ">Ruvane asked."
    began = time.monotonic()
    with pytest.raises(DocumentError, match=r"could not be read within 2 seconds: .* Give the"):
        Document.from_html(slow)
    assert time.monotonic() - began < 10


def test_a_reader_that_needs_too_much_memory_ends_with_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(child, "MEMORY", 160 * MEGABYTE)
    with pytest.raises(DocumentError, match=r"HTML page broke its reader \(.*160 MB of memory"):
        Document.from_html("<p>Ruvane asked.</p>" * 1_000_000)


def test_a_line_of_fifty_megabytes_is_told_to_be_too_long(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    path.write_bytes(b"Ruvane asked. " * 3_750_000)
    began = time.monotonic()
    with pytest.raises(DocumentError, match=r"line\.txt: The text has 52,500,000 characters"):
        Document.from_file(path)
    assert time.monotonic() - began < 10


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module that readers import, to be written, in the place of the package of that name."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path / "trafilatura.py"


def test_a_package_that_is_missing_is_named_with_the_command_that_installs_it(
    package: Path,
) -> None:
    package.write_text("raise ImportError('No module named nothing')", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r'nothing\). Run: pip install "defext\[html\]"'):
        read_in_child("html", PAGE)


def test_a_fault_of_a_package_is_told_with_its_last_words(package: Path) -> None:
    package.write_text(
        "def bare_extraction(*_, **__): print('noise'); raise KeyError('oops')", encoding="utf-8"
    )
    with pytest.raises(
        DocumentError, match=r"broke its reader \(KeyError: 'oops'\): it is damaged"
    ):
        read_in_child("html", PAGE)


def test_what_a_package_prints_is_no_part_of_the_answer(
    package: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    package.write_text(
        "import os\ndef bare_extraction(*_, **__): print('noise'); os.write(1, b'noise')",
        encoding="utf-8",
    )
    assert "noise" not in read_in_child("html", PAGE).text
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("call", ["socket.socket()", "socket.getaddrinfo('127.0.0.1', 80)"])
def test_a_reader_cannot_open_a_socket(package: Path, call: str) -> None:
    package.write_text(f"import socket\ndef bare_extraction(*_, **__): {call}", encoding="utf-8")
    with pytest.raises(DocumentError, match="PermissionError: A reader has no network"):
        read_in_child("html", PAGE)


def test_a_reader_knows_nothing_of_the_environment(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "hidden")
    monkeypatch.setenv("PYTHONSTARTUP", "hidden")
    package.write_text(
        "import os\ndef bare_extraction(*_, **__): raise KeyError(sorted(os.environ))",
        encoding="utf-8",
    )
    with pytest.raises(DocumentError) as raised:
        read_in_child("html", PAGE)
    assert "PYTHONPATH" in str(raised.value)
    assert "OPENAI" not in str(raised.value)


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and what it is asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", paths
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_that_a_page_refers_to_is_fetched(
    asked: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, paths = asked
    outside = tmp_path / "outside.txt"
    outside.write_text("Ruvane left.", encoding="utf-8")
    page = f"""<?xml version="1.0"?>
        <!DOCTYPE html PUBLIC "x" "{address}/xhtml.dtd" [
          <!ENTITY out SYSTEM "{outside.as_uri()}"> <!ENTITY far SYSTEM "{address}/entity">
          <!ENTITY l0 "Ruvane left. "> <!ENTITY l1 "&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;">]>
        <html xmlns="http://www.w3.org/1999/xhtml"><head><base href="{address}/"/>
        <link rel="stylesheet" href="{address}/sheet.css"/>
        <style>@import "{address}/more.css";</style><script src="{address}/script.js"></script>
        <meta http-equiv="refresh" content="0;{address}"/></head>
        <body><article><h1>Ruvane seeks talks</h1><img src="{address}/picture"/>
        <iframe src="{address}/frame"></iframe><object data="{address}/object"></object>
        <p>Ruvane asked Valdoria on Sunday for talks. &l1; &out; &far;</p></article></html>"""
    text = Document.from_html(page).text
    assert text == "Ruvane asked Valdoria on Sunday for talks. &l1; &out; &far;"
    assert paths == []


def test_a_reader_works_from_any_folder_and_does_not_run_the_callers_script(
    tmp_path: Path,
) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nprint('once')\nsys.path.append('')\nfrom defext import Document\n"
        f"print(Document.from_file({str(SAMPLES / 'statement.html')!r}).title)",
        encoding="utf-8",
    )
    (tmp_path / "json.py").write_text("raise ImportError('the wrong json')", encoding="utf-8")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "lxml.py").write_text("raise ImportError('the wrong lxml')", encoding="utf-8")
    (tmp_path / "json.py").unlink()
    ran = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert ran.stdout == "once\nStatement on the incident at Kest\n"
    assert ran.stderr == ""


def test_readers_work_in_threads() -> None:
    found: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: found.append(read_in_child("html", PAGE).title))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Statement on the incident at Kest"] * 4


def test_where_no_process_can_be_started_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(ConfigurationError, match=r"cannot be started: .*No such file"):
        read_in_child("html", PAGE)


@pytest.mark.parametrize("executable", [None, ""])
def test_where_python_does_not_know_its_program_the_error_says_so(
    monkeypatch: pytest.MonkeyPatch, executable: str | None
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    with pytest.raises(
        ConfigurationError, match=r"sys\.executable is empty\): give the article as"
    ):
        read_in_child("html", PAGE)


def test_limits_that_are_lower_already_stay_and_the_others_are_set() -> None:
    script = (
        "import resource as r; from defext.document.readers.__main__ import bound\n"
        "r.setrlimit(r.RLIMIT_CPU, (20, 20)); bound(60, 2**31)\n"
        "print(*[r.getrlimit(limit) for limit in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_CORE)])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ran.stdout == "(2147483648, 2147483648) (20, 20) (0, 0)\n"


def test_a_reader_sends_no_text_that_would_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_CHARACTERS", 30)
    told = answer("html", PAGE)
    assert told.keys() == {"error"}
    assert "characters, more than 30: give each" in told["error"]
