"""Where results go and what they look like there."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import typer
from pydantic import TypeAdapter
from rich.console import Console

from defext.schema.outcome import Extracted, Outcome
from defext.view.html_report import page
from defext.view.table import render

_WIDTH = 100  # of a table that is not for a terminal


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A file that takes the place of `path` when the block ends well; until then nothing changes.

    A device or a pipe, whose place cannot be taken, is written to at once. Raises
    typer.BadParameter if no file can be written there.
    """
    in_place = path.exists() and not path.is_file()
    if in_place:
        part = path
    else:
        path = path.resolve()
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        file = part.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with file:
            yield file
        if not in_place:
            part.replace(path)
    finally:
        if not in_place:
            part.unlink(missing_ok=True)


def print_table(outcome: Outcome, out: TextIO) -> None:
    """An extraction for the reader; nothing for a failure, which has been named already."""
    if not isinstance(outcome, Extracted):
        return
    table = render(outcome.extraction)
    if out.isatty():
        Console(file=out).print(table)
        return
    console = Console(width=_WIDTH, color_system=None)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        typer.echo(line.rstrip(), file=out)


def print_line(outcome: Outcome, out: TextIO) -> None:
    """One line of JSONL, sent on at once."""
    typer.echo(outcome.model_dump_json(), file=out)


def print_json(outcomes: Sequence[Outcome], out: TextIO) -> None:
    """A single extraction as it is; else what JSONL has on its lines, in an array if several."""
    match outcomes:
        case [Extracted(extraction=extraction)]:
            text = extraction.model_dump_json(indent=2)
        case [failed]:
            text = failed.model_dump_json(indent=2)
        case several:
            text = TypeAdapter(Sequence[Outcome]).dump_json(several, indent=2).decode()
    typer.echo(text, file=out)


def print_html(outcomes: Sequence[Outcome], out: TextIO) -> None:
    """One page for all of them, failures included."""
    typer.echo(page(outcomes), file=out)
