"""The command `defext`: its commands, and the exit status of its errors."""

import sys
from typing import Annotated

import typer

from defext.cli.batch import batch
from defext.cli.evaluate import evaluate
from defext.cli.events import events
from defext.cli.extract import extract
from defext.cli.messages import complain
from defext.cli.model import model_app
from defext.cli.schema import schema
from defext.cli.view import view
from defext.errors import ConfigurationError, DefextError

app = typer.Typer(
    name="defext",
    help="Who talked, who asked whom for what, who committed to what: records with exact quotes.",
    epilog="Results go to standard output, everything else to standard error. Exit status: "
    "0 all went well, 1 something failed, 2 wrong use.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(extract)
app.command()(batch)
app.command()(view)
app.command()(events)
app.command()(evaluate)
app.add_typer(model_app)
app.command()(schema)


def run() -> None:
    """Run the command line. An error of defext's own ends in one line and an exit status."""
    try:
        app()
    except DefextError as error:
        complain(error)
        sys.exit(2 if isinstance(error, ConfigurationError) else 1)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"defext {version('defext')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass
