"""Compares LangExtract, plain Instructor and defext; see the package's own words for how."""

import argparse
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.peers.corpus import given, seeds
from benchmarks.peers.measure import Reader, figures, run
from benchmarks.peers.report import ratios, table
from benchmarks.peers.task import Reading
from benchmarks.peers.usage import counted_usage
from defext import Extractor
from defext.cli.evaluation import chosen
from defext.document import Document
from defext.errors import DefextError
from defext.evaluate import items
from defext.local import ServerAddress, local_file, shared_server, weights_path

_PACKAGES = ("defext", "instructor", "langextract", "openai", "xllamacpp")


def main() -> None:
    """Measure, print the table, and the figures as one JSON object in the last line."""
    arguments = _arguments()
    try:
        both = (arguments.documents, arguments.gold)
        documents, gold = given(*both) if all(both) else seeds()
        documents = chosen(documents, arguments.sample)
        if not documents:
            sys.exit("No document is left: compare the ids of the documents and the gold.")
        with counted_usage() as counter:
            runs = run(_readers(arguments.model), documents, counter)
    except DefextError as error:
        sys.exit(str(error))
    systems = {system: figures(told, documents, gold) for system, told in runs.items()}

    print(f"{len(documents)} documents, model {arguments.model}")
    print(table(systems))
    result = {
        "name": "peers",
        "machine": machine(),
        "versions": {package: version(package) for package in _PACKAGES},
        "model": arguments.model,
        "documents": [document.id for document in documents],
        "systems": systems,
        "ratios": ratios(systems),
    }
    print(json.dumps(_rounded(result), ensure_ascii=False))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("documents", metavar="DOCS.jsonl", type=Path, nargs="?")
    parser.add_argument("gold", metavar="GOLD.jsonl", type=Path, nargs="?")
    parser.add_argument(
        "--model", default="local", metavar="M", help="local (the default) or local/<file>.gguf"
    )
    parser.add_argument(
        "--sample", type=int, metavar="N", help="only N documents, always the same ones"
    )
    arguments = parser.parse_args()
    if arguments.documents and not arguments.gold:
        parser.error("documents need their gold")
    if arguments.model != "local" and not arguments.model.startswith("local/"):
        parser.error("only an embedded model serves all three systems")
    return arguments


def _readers(model: str) -> dict[str, Reader]:
    """The systems, on one server: the one that defext starts for this model."""
    try:
        from benchmarks.peers import with_instructor, with_langextract
    except ImportError as error:
        sys.exit(f'{error}. Run: pip install ".[local,evaluate,benchmark]"')
    # The peers' clients would ask the environment's proxies for the server on this machine.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    server: ServerAddress = shared_server(
        weights_path() if model == "local" else local_file(model.removeprefix("local/"))
    )
    extractor = Extractor(model)

    def read(document: Document) -> Reading:
        return Reading(items(extractor.extract(document)))

    return {  # defext first: its warm-up fills every slot, so the peers' must come after it
        "defext": read,
        "LangExtract": with_langextract.reader(server, "local"),
        "Instructor": with_instructor.reader(server, "local"),
    }


def _rounded(value: Any) -> Any:
    """Floats to six decimals, however deep."""
    match value:
        case float():
            return round(value, 6)
        case dict():
            return {key: _rounded(inner) for key, inner in value.items()}
        case list():
            return [_rounded(inner) for inner in value]
    return value


if __name__ == "__main__":
    main()
