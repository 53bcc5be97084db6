"""`defext extract`: files in, records out."""

import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from defext.cli.options import NoDownload


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date: write it as 2025-07-01.") from error


def extract(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Articles as text, HTML, PDF or DOCX files, one article in each; - reads standard "
            "input.",
            show_default=False,
        ),
    ],
    published: Annotated[
        date | None,
        typer.Option(
            metavar="DATE",
            parser=_day,
            help="Day of publication, as 2025-07-01: what 'on Tuesday' is counted from; by default "
            "the one that a page states.",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="M",
            help="local, local/<file>.gguf or <provider>/<model>, such as openai/gpt-5-mini. "
            "By default DEFEXT_MODEL, else openai/gpt-5-mini where OPENAI_API_KEY is set, "
            "else local.",
        ),
    ] = None,
    form: Annotated[
        Literal["table", "json", "jsonl", "html"],
        typer.Option(
            "--format",
            help="table is for reading. json is the extraction; for several files, an array of "
            "what jsonl has on its lines. jsonl is a line for each file, "
            '{"id": …, "extraction": …} or {"id": …, "failure": {"error": …, "message": …}}. '
            "html is a page that needs no other file.",
        ),
    ] = "table",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            dir_okay=False,
            help="Write the result to this file, all at once, when every file is done.",
        ),
    ] = None,
    no_download: NoDownload = False,
) -> None:
    """Print the talks, requests and commitments of articles, each with its exact quotes.

    A file that fails is named on standard error and does not stop the others.
    Exit status: 0 all extracted, 1 some failed, 2 wrong use.
    """
    from defext.cli.output import print_html, print_json, print_line, print_table, replacing
    from defext.cli.work import outcomes
    from defext.schema.outcome import Failed

    done = []
    with replacing(output) if output else nullcontext(sys.stdout) as out:
        for outcome in outcomes(files, published, model, download=not no_download):
            done.append(outcome)
            if form == "table":
                print_table(outcome, out)
            elif form == "jsonl":
                print_line(outcome, out)
        if form == "json":
            print_json(done, out)
        elif form == "html":
            print_html(done, out)
    if any(isinstance(outcome, Failed) for outcome in done):
        raise typer.Exit(1)
