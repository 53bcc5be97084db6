"""Parquet: documents that are read from it, outcomes that are written to it."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from defext.document.jsonl import FIELDS
from defext.errors import ConfigurationError, DocumentError, RunStopped
from defext.schema.outcome import Extracted, Outcome

try:
    import pyarrow as pa
    from pyarrow import parquet
except ImportError as error:
    raise ConfigurationError(
        f'Parquet is read and written by pyarrow ({error}). Run: pip install "defext[parquet]"'
    ) from error

# Of an outcome: `extraction`, which is JSON, or `error` and `message`.
SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "origin": pa.string(),
        "extraction": pa.string(),
        "error": pa.string(),
        "message": pa.string(),
        "title": pa.string(),
        "source": pa.string(),
        "published": pa.date32(),
        "language": pa.string(),
        "talks": pa.int64(),
        "requests": pa.int64(),
        "commitments": pa.int64(),
        "model": pa.string(),
        "prompt_version": pa.string(),
        "calls": pa.int64(),
        "input_tokens": pa.int64(),
        "cached_tokens": pa.int64(),
        "output_tokens": pa.int64(),
        "repaired_answers": pa.int64(),
        "cost_usd": pa.float64(),
        "seconds": pa.float64(),
    }
)

# For values that Python has none for: broken UTF-8, the year 31688, no such zone.
UNREADABLE = (ValueError, OverflowError, LookupError, pa.ArrowException)
# Rows in memory at once.
_READ = 64
_WRITTEN = 1000
# Else a whole row group is in memory, which may be all of the file.
_PIECEWISE: dict[str, Any] = {"pre_buffer": False, "buffer_size": 1 << 16}


def row(outcome: Outcome) -> dict[str, Any]:
    """An outcome in the columns of SCHEMA; None in those that it has nothing for."""
    columns = dict.fromkeys(SCHEMA.names) | {"id": outcome.id, "origin": outcome.origin}
    if not isinstance(outcome, Extracted):
        return columns | outcome.failure.model_dump()
    extraction = outcome.extraction
    facts = extraction.document.model_dump(include={"title", "source", "published", "language"})
    columns |= facts | extraction.run.model_dump() | {"extraction": extraction.model_dump_json()}
    return columns | {kind: len(getattr(extraction, kind)) for kind in _KINDS}


_KINDS = ("talks", "requests", "commitments")


def write(outcomes: Iterable[Outcome], path: Path) -> None:
    """Write outcomes to a file that takes the place of `path` when it is whole.

    Raises RunStopped if it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    rows = map(row, outcomes)
    try:
        with parquet.ParquetWriter(part, SCHEMA, compression="zstd") as file:
            while some := list(islice(rows, _WRITTEN)):
                file.write_batch(pa.RecordBatch.from_pylist(some, SCHEMA))
        part.replace(path)
    except OSError as error:
        raise RunStopped(f"{path} cannot be written: {error}.") from error
    finally:
        part.unlink(missing_ok=True)


def rows(path: Path) -> Iterator[Any]:
    """The rows of a file of documents, each a record batch of one row for `fields`.

    Raises DocumentError for what is no Parquet file or has no column `text`.
    """
    try:
        with parquet.ParquetFile(path, **_PIECEWISE) as file:
            there = file.schema_arrow.names
            if "text" not in there:
                raise DocumentError(f"{path} has no column `text`: it has {', '.join(there)}.")
            columns = [name for name in FIELDS if name in there]
            for batch in file.iter_batches(_READ, columns=columns):
                yield from (batch.slice(number, 1) for number in range(len(batch)))
    except (OSError, pa.ArrowException) as error:
        raise DocumentError(f"{path} cannot be read as Parquet: {error}.") from error


def fields(row: Any) -> dict[str, Any]:
    """The fields of one of `rows`. Raises DocumentError for what is no text and no date."""
    try:
        values: dict[str, Any] = row.to_pylist()[0]
    except UNREADABLE as error:
        raise DocumentError(f"This row cannot be read: {error}.") from error
    return values


def count(path: Path) -> int:
    """How many rows a file has. Raises OSError and ArrowException for what is no Parquet file."""
    return int(parquet.read_metadata(path).num_rows)
