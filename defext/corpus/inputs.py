"""The documents of a folder, a JSONL file or a Parquet file, one after the other."""

import os
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from defext.document import Document
from defext.document.jsonl import from_fields, json_object, lines
from defext.errors import ConfigurationError, DocumentError


class Input(NamedTuple):
    """A document that is not read yet: where it is within what was asked for, and how to read it.

    `name` is its id where that is known before, else the origin. `read` may take a minute, and
    raises DocumentError and ConfigurationError.
    """

    origin: str
    name: str
    read: Callable[[], Document]


def inputs(path: Path) -> Iterator[Input]:
    """The documents of a folder or a file, in an order that is always the same, none read yet.

    In a folder every file is one, also in the folders below, but for those whose names begin with a
    dot; links to other folders are not followed. A file is known by its suffix: each line of a
    ``.jsonl`` that is not blank, or each row of a ``.parquet``.

    Raises ConfigurationError for anything else, DocumentError for what cannot be read at all.
    """
    if path.is_dir():
        return _folder(path, path)
    if path.suffix == ".jsonl":
        return _lines(path)
    if path.suffix == ".parquet":
        return _rows(path)
    raise ConfigurationError(
        f"{path} is no folder, .jsonl or .parquet file: give one, or read it by `defext extract`."
    )


def count(path: Path) -> int:
    """How many documents there are; raises as `inputs`."""
    if path.is_dir():
        return sum(1 for _ in inputs(path))
    if path.suffix == ".parquet":
        from defext.corpus import parquet

        return parquet.count(path)
    return sum(1 for _ in lines(path))


def _folder(top: Path, folder: Path) -> Iterator[Input]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 (half the memory)
    except OSError as error:
        refused = DocumentError(f"{folder} cannot be read: {error.strerror}.")
        yield _input(_origin(top, folder), partial(_refuse, refused))
        return
    for name in names:
        path = folder / name
        if name.startswith("."):
            continue
        if (kind := _kind(path)) == "folder":
            yield from _folder(top, path)
        elif kind == "file":
            yield _input(_origin(top, path), partial(Document.from_file, path))


def _kind(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError:
        return "file"  # whose reading will say what is wrong
    if stat.S_ISDIR(mode):
        return "link" if path.is_symlink() else "folder"
    return "file" if stat.S_ISREG(mode) else "device"


def _lines(path: Path) -> Iterator[Input]:
    return (_fields(path, number, json_object, line) for number, line in lines(path))


def _rows(path: Path) -> Iterator[Input]:
    from defext.corpus import parquet

    rows = enumerate(parquet.rows(path), start=1)
    return (_fields(path, number, parquet.fields, row) for number, row in rows)


def _fields(path: Path, number: int, fields: Callable[[Any], dict[str, Any]], given: Any) -> Input:
    """The document of a line or row, of which `fields` tells what is in it."""
    origin = f"{_origin(path.parent, path)}:{number}"
    try:
        found = fields(given)
    except DocumentError as error:
        return _input(origin, partial(_refuse, error))
    return Input(origin, str(found.get("id") or origin), partial(from_fields, found))


def _input(origin: str, read: Callable[[], Document]) -> Input:
    return Input(origin, origin, read)


def _refuse(error: DocumentError) -> Document:
    raise error


def _origin(top: Path, path: Path) -> str:
    """The path from `top` on, so written that it is text and no other file's."""
    name = path.relative_to(top).as_posix().replace("\\", "\\\\")
    return os.fsencode(name).decode(errors="backslashreplace")
