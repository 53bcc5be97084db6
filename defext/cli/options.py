"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

ModelAsFor = Annotated[
    str | None, typer.Option(metavar="M", help="The model to ask, as for extract.")
]
PlanNamed = Annotated[
    str | None,
    typer.Option(
        metavar="PLAN",
        help="How to ask it: taught (the default for local) or whole (for any other).",
    ),
]
Cached = Annotated[
    bool,
    typer.Option(help="Answer a question that was asked before from a file on this machine."),
]
NoDownload = Annotated[
    bool,
    typer.Option(
        "--no-download",
        help="Fail where the embedded model's weights, 1.1 GB, would have to be fetched.",
    ),
]
Outcomes = Annotated[
    Path,
    typer.Argument(
        metavar="OUT.jsonl",
        help="What `defext batch` or `defext extract --format jsonl` wrote.",
        show_default=False,
    ),
]
