"""The journal of a run: an outcome a line, appended as it comes, from which a run can go on."""

import os
import re
import sqlite3
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from defext.document.jsonl import lines
from defext.errors import ConfigurationError, DocumentError, RunStopped
from defext.schema.outcome import Extracted, Failed, Failure, Outcome

# Of every line, with an id in between.
_BEGINNING, _GOING_ON = b'{"id":"', b'","origin":'
_ID = re.compile(rb'(?:[^"\\]|\\.|\\$)*', re.DOTALL)


class Past:
    """What a journal tells: which documents are done, by their origins, and what became of them.

    `failed` counts failures by the names of their errors; `end` is the length of the whole lines,
    in bytes. The origins are in a temporary file, since they may be millions.
    """

    def __init__(self) -> None:
        self.extracted = 0
        self.failed: Counter[str] = Counter()
        self.end = 0
        self._origins = sqlite3.connect("", check_same_thread=False)
        weakref.finalize(self, self._origins.close)
        self._origins.execute("CREATE TABLE done (origin TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID")

    def id(self, origin: str) -> str | None:
        """The id of the document with this origin; None where it is not done."""
        found = self._origins.execute("SELECT id FROM done WHERE origin = ?", [origin]).fetchone()
        return found[0] if found else None

    def __contains__(self, origin: str) -> bool:
        return self.id(origin) is not None

    def __len__(self) -> int:
        return self.extracted + self.failed.total()

    def add(self, line: "_Line") -> None:
        """Count one more document as done."""
        self._origins.execute("INSERT OR IGNORE INTO done VALUES (?, ?)", [line.origin, line.id])
        if line.failure:
            self.failed[line.failure.error] += 1
        else:
            self.extracted += 1


class Journal:
    """A file that outcomes are appended to; `past` is what was in it before."""

    def __init__(self, path: Path, file: FileIO, past: Past) -> None:
        self.past = past
        self._path = path
        self._file = file
        self._end = past.end

    def append(self, outcome: Outcome) -> None:
        """Write one line, whole or not at all. Raises RunStopped where it cannot be written."""
        line = rest = outcome.model_dump_json().encode() + b"\n"
        try:
            while rest:  # a full disk takes a part of it first
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(self._end)
            raise _unwritable(self._path, error) from error
        self._end += len(line)

    def sync(self) -> None:
        """Have everything on the disk. Raises RunStopped where that fails."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self._path, error) from error


@contextmanager
def journal(path: Path, model: str, prompt_version: str, *, resume: bool) -> Iterator[Journal]:
    """The journal at `path`, to which nobody else writes meanwhile.

    Without `resume` it is a new one. With it, one that is there is gone on with, and a last line
    that was torn is cut off. Raises ConfigurationError as `past_of`, and where another run has it
    or it cannot be written.
    """
    path = path.resolve()
    with ExitStack() as held:
        try:
            held.enter_context(FileLock(path.with_name(f".{path.name}.lock"), timeout=0))
            past = past_of(path, model, prompt_version, resume=resume)
            file = held.enter_context(path.open("ab", buffering=0))
            file.truncate(past.end)
        except Timeout as error:
            raise ConfigurationError(
                f"Another run writes to {path}: wait for its end, or name another output."
            ) from error
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be written: {error.strerror}.") from error
        opened = Journal(path, file, past)
        try:
            yield opened
        finally:
            opened.sync()


def past_of(path: Path, model: str, prompt_version: str, *, resume: bool) -> Past:
    """What the journal at `path` tells, which is left as it is.

    Raises ConfigurationError where there is one but it is not to be resumed, where the file is no
    journal, where it cannot be read, and where extractions in it were made by another model or with
    other prompts.
    """
    past = Past()
    if not path.exists():
        return past
    if not path.is_file():
        raise ConfigurationError(f"{path} is no file: name one for the outcomes.")
    if not resume and path.stat().st_size:
        raise ConfigurationError(
            f"{path} is there already: go on with it by --resume, or name another output."
        )
    with _readable(path) as file:
        for number, line in enumerate(file, start=1):
            where = f"{path}, line {number}"
            if line.endswith(b"\n"):
                past.add(_checked(line, where, model, prompt_version))
                past.end += len(line)
            elif not _is_torn(line):
                raise _foreign(where, "it does not begin like one")
    return past


def outcomes_in(path: Path) -> Iterator[Outcome]:
    """The outcomes in a file, one a line and one in memory at a time; blank lines are none.

    Raises DocumentError, naming the file and the line, for what is no outcome.
    """
    for number, line in lines(path):
        try:
            yield _outcome(line)
        except ValueError as error:
            raise DocumentError(
                f"{path}, line {number} is no outcome: {_reason(error)}."
            ) from error


def _outcome(line: bytes) -> Outcome:
    value = from_json(line)
    kind = Failed if isinstance(value, dict) and "failure" in value else Extracted
    return kind.model_validate(value)


def _reason(error: ValueError) -> str:
    """The first fault, and in which field it is."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))


@contextmanager
def _readable(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error


class _Run(BaseModel):
    model: str
    prompt_version: str


class _Extraction(BaseModel):
    run: _Run


class _Line(BaseModel):
    """As much of an outcome as a resumed run must know."""

    id: str
    origin: str
    extraction: _Extraction | None = None
    failure: Failure | None = None


def _checked(line: bytes, where: str, model: str, prompt_version: str) -> _Line:
    try:
        told = _Line.model_validate_json(line)
    except ValidationError as error:
        raise _foreign(where, _reason(error)) from error
    if (told.extraction is None) == (told.failure is None):
        raise _foreign(where, "it has neither or both of an extraction and a failure")
    if told.extraction:
        run = told.extraction.run
        if (run.model, run.prompt_version) != (model, prompt_version):
            raise ConfigurationError(
                f"{where}: made by {run.model} with the prompts {run.prompt_version}, and this run "
                f"would ask {model} with {prompt_version}: go on with the settings of before, or "
                "name another output."
            )
    return told


def _is_torn(line: bytes) -> bool:
    """Whether it is the beginning of a line that was being written when the run ended."""
    told = line.rstrip(b"\0")  # what a power cut may leave of it
    if not told.startswith(_BEGINNING):
        return _BEGINNING.startswith(told)
    rest = _ID.sub(b"", told.removeprefix(_BEGINNING), count=1)
    return rest.startswith(_GOING_ON) or _GOING_ON.startswith(rest)


def _foreign(where: str, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"{where} is no outcome of `defext batch` ({reason}): is it the right file? Take the line "
        "out, or name another output."
    )


def _unwritable(path: Path, error: OSError) -> RunStopped:
    return RunStopped(
        f"{path} cannot be written: {error.strerror}. What is in it is whole: make room, or mend "
        "what is wrong, and go on with --resume."
    )
