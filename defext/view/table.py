"""An extraction as a table for the terminal: every record with its exact quotes."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from defext.schema import Evidence, Extraction, Record, Rejected
from defext.view.fields import attribution, fields, labels
from defext.view.plain import plain


def render(extraction: Extraction) -> RenderableType:
    """The document and the run, then the talks, requests and commitments, then what was rejected.

    No text is cut off or read as markup; white space and control characters come out as `plain`
    makes them. An empty line ends every part.
    """
    return Group(
        *_heading(extraction),
        *_section("Talks", extraction.talks),
        *_section("Requests", extraction.requests),
        *_section("Commitments", extraction.commitments),
        *_rejected(extraction.rejected),
    )


def _heading(extraction: Extraction) -> Iterator[Text]:
    document, run = extraction.document, extraction.run
    yield Text(plain(document.title or document.source or document.id), style="bold")
    if document.title and document.source:
        yield Text(plain(document.source))
    published = f"published {document.published}" if document.published else "no publication date"
    asked = f"{run.model}, {run.calls} calls, {run.seconds:.1f} s"
    yield Text(f"{published} · {document.characters} characters · {plain(asked)}\n", style="dim")


def _section(name: str, records: Sequence[Record]) -> Iterator[RenderableType]:
    yield Text(name, style="bold")
    if not records:
        yield Text("none\n", style="dim")
    for record in records:
        yield Text(f"{plain(record.id)}  {labels(record)}", style="cyan")
        yield Padding(_grid(record), (0, 0, 1, 4))


def _grid(record: Record) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in fields(record):
        if value:
            grid.add_row(name, Text(plain(value)))
    if record.attribution:
        grid.add_row("attribution", Text(plain(attribution(record.attribution))))
    for evidence in record.evidence:
        grid.add_row("evidence", _quote(evidence))
    return grid


def _quote(evidence: Evidence) -> Text:
    page = f", page {evidence.page}" if evidence.page else ""
    offsets = (f" [{evidence.start}:{evidence.end}]{page}", "dim")
    return Text.assemble(f"“{plain(evidence.quote)}”", offsets)


def _rejected(rejected: Sequence[Rejected]) -> Iterator[Text]:
    if rejected:
        lines = (plain(f"{draft.type}: {draft.reason}") for draft in rejected)
        yield Text("\n".join([f"Rejected drafts: {len(rejected)}", *lines, ""]), style="dim")
