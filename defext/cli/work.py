"""The work of `defext extract`: an outcome for every file, in order."""

import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from rich.console import Console
from rich.text import Text

from defext.cli.messages import complain, tell
from defext.cli.model import ensure_weights
from defext.document import Document
from defext.document.files import MAX_BYTES
from defext.errors import ConfigurationError, DefextError, DocumentError, WeightsError
from defext.extractor import Extractor
from defext.many import encodable, failed
from defext.schema.outcome import Extracted, Failed, Outcome
from defext.view.plain import plain


def outcomes(
    files: Sequence[str], published: date | None, model: str | None, *, download: bool
) -> Iterator[Outcome]:
    """What becomes of each file, read when its turn comes; failures go to standard error at once.

    Raises ConfigurationError and WeightsError, which every file would meet.
    """
    extractor = Extractor(model)
    needs_weights = extractor.model == "local"
    for number, name in enumerate(files, start=1):
        given = _read(name, published)
        if isinstance(given, Document):
            if needs_weights:  # now that there is something to ask about
                ensure_weights(Console(stderr=True), download)
                needs_weights = False
            doing = f"{name} ({number} of {len(files)}): asking {extractor.model}"
            yield _extract(extractor, given, name, doing)
        else:
            yield given


def _read(name: str, published: date | None) -> Document | Failed:
    try:
        return _from_stdin(published) if name == "-" else Document.from_file(name, published)
    except (ConfigurationError, DocumentError) as error:
        complain(error)
        return failed(name, name, error)


def _from_stdin(published: date | None) -> Document:
    try:
        return Document.from_file(sys.stdin.buffer.read(MAX_BYTES + 1), published)
    except (ConfigurationError, DocumentError) as error:
        raise type(error)(f"Standard input: {error}") from error


def _extract(extractor: Extractor, document: Document, name: str, doing: str) -> Outcome:
    try:
        with _progress(doing):
            extraction = extractor.extract(document)
    except (ConfigurationError, WeightsError):
        raise  # the other files would meet it too
    except Exception as error:
        if not isinstance(error, DefextError):
            traceback.print_exc()
        complain(error, name)
        return failed(document.id, name, error)
    return Extracted(id=document.id, origin=encodable(name), extraction=extraction)


@contextmanager
def _progress(doing: str) -> Iterator[None]:
    """Say what is being done: a line that moves in a terminal, else a plain one."""
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(Text(plain(doing))):
            yield
    else:
        tell(doing)
        yield
