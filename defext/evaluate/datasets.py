"""Documents, gold and predictions as JSON Lines."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from defext.document import Document
from defext.document.jsonl import from_fields, json_object, lines
from defext.errors import DocumentError
from defext.evaluate.items import GoldItem, Item, items
from defext.schema import Extraction


def read_documents(path: Path) -> list[Document]:
    """One document a line: `text`, and `id`, `published`, `title`, `source` where known.

    A `publisher` is taken for the source. Raises DocumentError, naming the line, for what is none.
    """
    documents = []
    for number, fields in read_lines(path):
        try:
            documents.append(from_fields(fields))
        except DocumentError as error:
            raise DocumentError(f"{path}, line {number}: {error}") from error
    return documents


def read_gold(path: Path) -> dict[str, list[GoldItem]]:
    """One document a line: `id` and its `items`. Raises DocumentError, naming the line."""
    gold = {}
    for number, line in read_lines(path):
        try:
            gold[str(line["id"])] = [GoldItem.model_validate(item) for item in line["items"]]
        except (KeyError, TypeError, ValidationError) as error:
            raise DocumentError(f"{path}, line {number}: no gold: {_short(error)}") from error
    return gold


def read_predictions(path: Path) -> dict[str, list[Item]]:
    """One document a line: `id` with its `items`, or with its `extraction` or `failure`."""
    found = {}
    for number, line in read_lines(path):
        try:
            if "extraction" in line:
                found[str(line["id"])] = items(Extraction.model_validate(line["extraction"]))
            elif "failure" in line:
                found[str(line["id"])] = []
            else:
                found[str(line["id"])] = [Item.model_validate(item) for item in line["items"]]
        except (KeyError, TypeError, ValidationError) as error:
            raise DocumentError(f"{path}, line {number}: no prediction: {_short(error)}") from error
    return found


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each line's number and JSON object; blank ones out. Raises DocumentError, naming the line."""
    for number, line in lines(path):
        try:
            yield number, json_object(line)
        except DocumentError as error:
            raise DocumentError(f"{path}, line {number}: {error}") from error


def _short(error: Exception) -> str:
    return str(error).splitlines()[0]
