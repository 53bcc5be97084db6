"""`defext batch`: many documents in, an outcome for each of them out."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from defext.cli.messages import tell
from defext.cli.options import Cached, ModelAsFor, NoDownload, PlanNamed

if TYPE_CHECKING:
    from collections import Counter

    from defext.ask import Usage
    from defext.corpus.runner import Forecast, Tally
    from defext.schema.outcome import Outcome

    _Cost = Callable[[Usage], float | None]

# Seconds between two showings of how far the run is.
_BAR = 0.2
_LINES = 10.0


def batch(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT",
            exists=True,
            help="A folder with an article in each file, also in the folders below; or a .jsonl or "
            '.parquet file with one on each line or row: {"text": …} and, where known, "id", '
            '"published", "title" and "source".',
            show_default=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            dir_okay=False,
            help="A .jsonl file, to which a line is appended for each document as soon as it is "
            'done: {"id": …, "origin": …, "extraction": …} or {…, "failure": {"error": …, '
            '"message": …}}. Or a .parquet file, written at the end from OUT.parquet.jsonl.',
            show_default=False,
        ),
    ],
    concurrency: Annotated[
        int, typer.Option(metavar="N", min=1, help="The most documents under way at once.")
    ] = 8,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with OUT: of the same INPUT only what is not in it."),
    ] = False,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Begin at most N documents.")
    ] = None,
    budget_usd: Annotated[
        float | None,
        typer.Option(
            metavar="USD", min=0, help="Begin no document that may take this run beyond it."
        ),
    ] = None,
    budget_tokens: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="The same for tokens, of input and output."),
    ] = None,
    max_seconds: Annotated[
        float | None, typer.Option(metavar="S", min=0, help="End the run after this time.")
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Ask nothing; print what the run is expected to take."),
    ] = False,
    model: ModelAsFor = None,
    plan: PlanNamed = None,
    cache: Cached = True,
    no_download: NoDownload = False,
) -> None:
    """Extract every document of a folder or a file, in a run that can be gone on with.

    However a run ends, killed or out of disk, --resume goes on where it was.
    A document that fails is named on standard error and has its line in OUT.
    Exit status: 0 all extracted, 1 some failed or the run ended early, 2 wrong use.
    Interrupted by Ctrl-C it is 130, by SIGTERM 143.
    """
    from rich.console import Console

    from defext.cli.model import ensure_weights
    from defext.corpus.budget import Limits
    from defext.corpus.runner import check, forecast, run
    from defext.extractor import Extractor

    extractor = Extractor(model, plan=plan, cache=cache)
    if dry_run:
        expected = forecast(
            extractor, source, output, concurrency=concurrency, resume=resume, documents=limit
        )
        typer.echo("\n".join(_expected(expected, extractor.cost_usd)))
        return
    limits = Limits(limit, budget_usd, budget_tokens, max_seconds)
    if extractor.model == "local":
        check(extractor, source, output, resume=resume, limits=limits)
        ensure_weights(Console(stderr=True), download=not no_download)
    with _progress(extractor.cost_usd, limit) as watch:
        tally = run(
            extractor,
            source,
            output,
            watch,
            concurrency=concurrency,
            resume=resume,
            limits=limits,
        )
    for line in _summary(tally, extractor.cost_usd, output):
        tell(line)
    if tally.signal:
        raise typer.Exit(128 + tally.signal)
    if tally.stopped or tally.failed or tally.before.failed:
        raise typer.Exit(1)


@contextmanager
def _progress(cost: "_Cost", limit: int | None) -> "Iterator[Callable[[Tally, Outcome], None]]":
    """Name each failure and show how far the run is: by a bar in a terminal, else by lines."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _watch(_LINES, lambda tally: tell(_line(tally, limit, cost)), tell)
        return
    described = TextColumn("{task.description}", markup=False)
    columns = (BarColumn(20), TimeElapsedColumn(), described)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("waiting for the first document", total=None)

        def show(tally: "Tally") -> None:
            done, left = len(tally.before) + tally.done, _left(tally, limit)
            total = None if left is None else done + left
            text = _line(tally, limit, cost)
            bar.update(task, completed=done, total=total, description=text)

        yield _watch(_BAR, show, partial(tell, console=console))


def _watch(
    every: float, show: "Callable[[Tally], None]", say: "Callable[[str], None]"
) -> "Callable[[Tally, Outcome], None]":
    shown = time.monotonic()

    def watch(tally: "Tally", outcome: "Outcome") -> None:
        nonlocal shown
        if complaint := _complaint(outcome):
            say(complaint)
        if time.monotonic() - shown >= every:
            shown = time.monotonic()
            show(tally)

    return watch


def _complaint(outcome: "Outcome") -> str | None:
    from defext.schema.outcome import Extracted

    if isinstance(outcome, Extracted):
        return None
    failure, origin = outcome.failure, outcome.origin or outcome.id
    about = [] if f"/{origin}" in failure.message else [origin]
    return ": ".join([failure.error, *about, failure.message])


def _left(tally: "Tally", limit: int | None) -> int | None:
    """How many documents this run has still to do, where that is known."""
    if limit is None or tally.left is None:
        return tally.left
    return min(tally.left, limit - tally.done)


def _line(tally: "Tally", limit: int | None, cost: "_Cost") -> str:
    """How far the run is, on one line."""
    left = _left(tally, limit)
    done = len(tally.before) + tally.done
    parts = [f"{done:,} documents" if left is None else f"{done:,} of {done + left:,} documents"]
    if failed := _failed(tally).total():
        parts.append(f"{failed:,} failed")
    parts.append(f"{tally.usage.input_tokens + tally.usage.output_tokens:,} tokens")
    parts.append(f"cost {_dollars(cost(tally.usage))}")
    if left and tally.done:
        parts.append(f"{_duration(tally.seconds / tally.done * left)} left")
    return ", ".join(parts)


def _summary(tally: "Tally", cost: "_Cost", output: Path) -> Iterator[str]:
    """What a run did, why it ended, and what to do next."""
    failed, before = _failed(tally), len(tally.before)
    summary = f"{output}: {tally.before.extracted + tally.extracted:,} extracted"
    summary += f", {failed.total():,} failed"
    if failed:
        summary += f" ({', '.join(f'{name} {times:,}' for name, times in failed.most_common())})"
    yield f"{summary}; {before:,} of these are from before." if before else f"{summary}."
    yield f"This run took {_duration(tally.seconds)}. {_usage(tally.usage, cost)}"
    if tally.stopped:
        yield tally.stopped
    if tally.left != 0:
        left = "not counted" if tally.left is None else f"{tally.left:,}"
        yield f"Documents left: {left}. The same command goes on with them by --resume."
    if failed:
        yield "What failed is not asked again unless its lines are taken out of the journal."


def _expected(expected: "Forecast", cost: "_Cost") -> Iterator[str]:
    """What a run would take."""
    summary = f"Documents: {expected.documents:,}"
    if expected.unreadable:
        summary += f", unreadable: {expected.unreadable:,}"
    yield f"{summary}."
    yield f"Calls: {expected.usage.calls:,}. {_usage(expected.usage, cost)}"


def _failed(tally: "Tally") -> "Counter[str]":
    return tally.before.failed + tally.failed


def _usage(usage: "Usage", cost: "_Cost") -> str:
    return (
        f"Tokens: {usage.input_tokens:,} in, {usage.cached_tokens:,} of them cached, "
        f"{usage.output_tokens:,} out. Cost: {_dollars(cost(usage))}."
    )


def _dollars(cost: float | None) -> str:
    if cost is None:
        return "unknown"
    return f"${cost:,.2f}" if cost >= 1 else f"${cost:.4f}"


def _duration(seconds: float) -> str:
    """So long, in the two units that tell enough."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min" if seconds >= 100 else f"{seconds:.0f} s"
