"""`defext view`: the outcomes of many documents on one page."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from defext.errors import DocumentError

if TYPE_CHECKING:
    from defext.schema.outcome import Outcome


def view(
    outcomes: Annotated[
        Path,
        typer.Argument(
            metavar="OUT.jsonl",
            help="What `defext extract --format jsonl` wrote.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="REPORT.html",
            dir_okay=False,
            help="Write the page to this file, all at once.",
        ),
    ] = None,
) -> None:
    """Print an HTML page of records with their exact quotes, to read in a browser or on paper.

    The page needs no other file, has no script and loads nothing.
    Exit status: 0 all is on the page, failed documents too, 1 the file cannot be read, 2 wrong use.
    """
    from defext.cli.output import print_html, replacing

    read = read_outcomes(outcomes)
    with replacing(output) if output else nullcontext(sys.stdout) as out:
        print_html(read, out)


def read_outcomes(path: Path) -> "list[Outcome]":
    """One outcome a line; blank lines are none. Raises DocumentError, naming the file and line."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}.") from error
    read = []
    for number, line in enumerate(lines, start=1):
        try:
            read += [_outcome(line)] if line.strip() else []
        except ValueError as error:
            raise DocumentError(
                f"{path}, line {number} is not as `defext extract --format jsonl` writes it: "
                f"{_reason(error)}."
            ) from error
    return read


def _outcome(line: bytes) -> "Outcome":
    from pydantic_core import from_json

    from defext.schema.outcome import Extracted, Failed

    value = from_json(line)
    kind = Failed if isinstance(value, dict) and "failure" in value else Extracted
    return kind.model_validate(value)


def _reason(error: ValueError) -> str:
    """The first fault, and in which field it is."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
