"""What the command line says on standard error."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console


def tell(message: str, console: "Console | None" = None) -> None:
    """Say one line, whatever is in it; by a `console` that shows a bar, above the bar."""
    from defext.view.plain import plain

    line = plain(f"defext: {message}")
    if console:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    else:
        typer.echo(line, err=True)


def complain(error: Exception, about: str | None = None) -> None:
    """Name an error: its kind, the file it is about unless the error names it itself, and why."""
    tell(": ".join(filter(None, (type(error).__name__, about, str(error)))))
