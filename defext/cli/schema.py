"""`defext schema`: the published types as JSON Schema files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from defext.cli.messages import tell


def schema(
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; fail if a file differs, and name each."),
    ] = False,
) -> None:
    """Write the JSON Schemas of what defext prints to schemas/<version>/.

    extraction.json describes an extraction, outcome.json a line of JSONL.
    The folder is made in the current one.
    """
    from defext.schema import SCHEMA_VERSION
    from defext.schema.export import json_schemas

    folder, contents = Path("schemas", SCHEMA_VERSION), json_schemas()
    if check:
        faults = list(differences(folder, contents))
        for fault in faults:
            tell(fault)
        raise typer.Exit(1 if faults else 0)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
        tell(f"Wrote {folder / name}")


def differences(folder: Path, contents: dict[str, str]) -> Iterator[str]:
    """What is wrong with each file of `folder` that is not as `contents` has it by name."""
    there = {path.name for path in folder.glob("*")}
    for name in sorted(contents.keys() | there):
        path = folder / name
        if name not in there:
            yield f"{path} is missing: run `defext schema`."
        elif name not in contents:
            yield f"{path} belongs to no published type: delete it."
        elif path.read_text(encoding="utf-8") != contents[name]:
            yield f"{path} differs from the code: run `defext schema`."
