"""A folder of Parquet files of outcomes, each of which is there when it is whole."""

import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pyarrow as pa
from pyarrow import fs, parquet

from defext.corpus.parquet import SCHEMA, row
from defext.errors import ConfigurationError, RunStopped
from defext.schema.outcome import Outcome

_UNFINISHED = ".part"


def located(path: str | os.PathLike[str]) -> str:
    """The same folder for every process: a URL as it is, a path from the root on."""
    name = os.fspath(path)
    return name if "://" in name else str(Path(name).absolute())


def write_part(outcomes: Sequence[Outcome], folder: str, name: str) -> None:
    """Write a file that takes its `name`, also from an earlier one, when it is whole.

    Raises RunStopped if it cannot be written.
    """
    table = pa.Table.from_pylist([row(outcome) for outcome in outcomes], SCHEMA)
    try:
        files, top = fs.FileSystem.from_uri(folder)
        unfinished = f"{top}/.{name}{_UNFINISHED}"
        parquet.write_table(table, unfinished, compression="zstd", filesystem=files)
        files.move(unfinished, f"{top}/{name}")
    except OSError as error:
        raise RunStopped(
            f"{folder} cannot be written: {error}. The files in it are whole: make room, or mend "
            "what is wrong, and start again."
        ) from error


def past(folder: str, model: str, prompt_version: str) -> Counter[str]:
    """How often each origin is in a folder, which is made, and cleared of unfinished files.

    A million takes about 120 MB of memory. Raises ConfigurationError for what cannot be such a
    folder, and where extractions in it were made by another model or with other prompts.
    """
    try:
        files, top = fs.FileSystem.from_uri(folder)
        files.create_dir(top, recursive=True)
        paths = [file.path for file in files.get_file_info(fs.FileSelector(top))]
        for path in paths:
            if path.endswith(_UNFINISHED):
                files.delete_file(path)
    except (OSError, pa.ArrowException) as error:
        raise ConfigurationError(f"{folder} is no folder for outcomes: {error}.") from error
    counts: Counter[str] = Counter()
    own = (model, prompt_version)
    with ThreadPoolExecutor() as threads:
        whole = [path for path in paths if path.endswith(".parquet")]
        for origins in threads.map(partial(_origins, files, own), whole):
            counts.update(origins)
    return counts


def _origins(files: fs.FileSystem, own: tuple[str, str], path: str) -> list[str]:
    """The origins in a file of extractions by `own`, the model and its prompts."""
    try:
        table = parquet.read_table(
            path, columns=["origin", "model", "prompt_version"], filesystem=files
        )
    except (OSError, pa.ArrowException) as error:
        raise ConfigurationError(
            f"{path} is no file of outcomes ({error}): is it the right folder? Take it out, or "
            "name another folder."
        ) from error
    origins: list[str]
    origins, *makers = table.to_pydict().values()
    for maker in {*zip(*makers, strict=True)} - {own, (None, None)}:  # failures have none
        raise ConfigurationError(
            f"{path} was made by {maker[0]} with the prompts {maker[1]}, and this run would ask "
            f"{own[0]} with {own[1]}: go on with the settings of before, or name another folder."
        )
    return origins
