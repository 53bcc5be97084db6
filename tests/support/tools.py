"""Real programs that make the sample files: a browser that prints, a word processor that saves.

`python tests/support/tools.py` makes what PRINTED and SAVED name in tests/samples/ anew.
"""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "samples"
PRINTED = ("bulletin.pdf", "readout.pdf", "scan.pdf")  # each from the page of its name
SAVED = {  # from readout.html, with which filter
    "locked.pdf": 'writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},'
    '"DocumentOpenPassword":{"type":"string","value":"strait"}}',
    "readout.doc": "MS Word 97",
    "readout.docx": "MS Word 2007 XML",
    "readout.odt": "writer8",
    "readout.rtf": "Rich Text Format",
    "saved.html": "HTML (StarWriter)",
    "written.pdf": "writer_pdf_Export",
}

_SITE = "press.example"
_BROWSER_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
    " --disable-features=HttpsUpgrades"
).split()


def print_to_pdf(page: Path, pdf: Path) -> None:
    """Print an HTML file as a browser prints a page of a site, with its address on every sheet."""
    with _served(page.parent) as port, tempfile.TemporaryDirectory() as profile:
        rules = f"--host-resolver-rules=MAP {_SITE} 127.0.0.1:{port}"
        folder = f"--user-data-dir={profile}"
        address = f"http://{_SITE}/{page.name}"
        browser = _program("chromium", "google-chrome")
        _run(browser, *_BROWSER_FLAGS, rules, folder, f"--print-to-pdf={pdf}", address)


def save_as(page: Path, saved: Path, form: str) -> None:
    """Open an HTML file in a word processor and save it in the format of this filter."""
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        _run(
            _program("soffice"), profile, "--headless", "--infilter=HTML (StarWriter)",
            "--convert-to", f"{saved.suffix[1:]}:{form}", "--outdir", folder, str(page),
        )  # fmt: skip
        shutil.copyfile(Path(folder, page.with_suffix(saved.suffix).name), saved)


def make(name: str, path: Path) -> None:
    """Make the sample of this name at a path. Raises LookupError without the program for it."""
    if name in PRINTED:
        print_to_pdf(FOLDER / Path(name).with_suffix(".html"), path)
    else:
        save_as(FOLDER / "readout.html", path, SAVED[name])


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (its name)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _program(*names: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    raise LookupError(f"{' or '.join(names)} is not installed")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    for name in (*PRINTED, *SAVED):
        make(name, FOLDER / name)
