"""`defext events`: the records of many documents as political events."""

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from defext.cli.options import Outcomes


def events(
    outcomes: Outcomes,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="EVENTS.jsonl",
            dir_okay=False,
            help="Write the events to this file, all at once.",
        ),
    ] = None,
) -> None:
    """Print every record as an event with its CAMEO code, in PLOVER's JSON lines.

    Exit status: 0 all records are printed, 1 the file cannot be read, 2 wrong use.
    """
    from defext.cli.output import replacing
    from defext.corpus.journal import outcomes_in
    from defext.export import events as events_of
    from defext.schema.outcome import Extracted

    with replacing(output) if output else nullcontext(sys.stdout) as out:
        for outcome in outcomes_in(outcomes):
            for event in events_of(outcome) if isinstance(outcome, Extracted) else ():
                typer.echo(json.dumps(event, ensure_ascii=False), file=out)
