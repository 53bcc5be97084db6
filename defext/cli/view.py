"""`defext view`: the outcomes of many documents on one page."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from defext.cli.options import Outcomes


def view(
    outcomes: Outcomes,
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
    from defext.corpus.journal import outcomes_in

    read = list(outcomes_in(outcomes))
    with replacing(output) if output else nullcontext(sys.stdout) as out:
        print_html(read, out)
