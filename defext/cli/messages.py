"""What the command line says on standard error."""

import typer


def tell(message: str) -> None:
    """Say one line, whatever is in it."""
    from defext.view.plain import plain

    typer.echo(plain(f"defext: {message}"), err=True)


def complain(error: Exception, about: str | None = None) -> None:
    """Name an error: its kind, the file it is about unless the error names it itself, and why."""
    tell(": ".join(filter(None, (type(error).__name__, about, str(error)))))
