"""What the embedded model answers to each system, kept for the benchmark."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openai

from benchmarks.faults.bulletins import TEXTS, bulletins
from benchmarks.faults.systems import brief
from benchmarks.peers import with_instructor, with_langextract
from defext import Document, Extractor
from defext.local import ServerAddress, shared_server, weights_path

_HERE = Path(__file__).parent


def recording(system: str) -> Path:
    """The file of what the model answered to a system."""
    return _HERE / f"recordings/{system}.json"


def record(systems: Sequence[str]) -> None:
    """Ask the embedded model as each of the systems asks, one document after the other."""
    sys.path.append(str(_HERE.parents[1] / "tests/support"))  # how the tests' cassettes are made
    from recording import Recording

    server = shared_server(weights_path())
    with brief():
        readers: Mapping[str, Callable[[Document], object]] = {
            "defext": _defext(server),
            "LangExtract": with_langextract.reader(server, "local"),
            "Instructor": with_instructor.reader(server, "local"),
        }
    for system in systems:
        with brief(), Recording.use(path=recording(system), record=True):
            for document in bulletins(TEXTS):
                try:
                    told: object = readers[system](document)
                except Exception as error:  # what the model said is kept all the same
                    told = repr(error)
                print(f"{system}, {document.title}: {str(told)[:100]}", file=sys.stderr)


def _defext(server: ServerAddress) -> Callable[[Document], object]:
    client = openai.OpenAI(base_url=server.base_url, api_key=server.api_key)
    return Extractor("local", client=client, plan="whole").extract
