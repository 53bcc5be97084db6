"""A run over many documents, killed with SIGKILL again and again, beside one that is let be.

The documents are those of the cassettes, read by the plan "taught"; the server answers
from the recordings, and misbehaves by a seeded plan (see `benchmarks.misbehaving`). A run is killed
some milliseconds after a certain call has come to the server, both seeded.

    python -m benchmarks.killed [DOCUMENTS]
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openai

from benchmarks.faults.composed import RECORDINGS, composed
from benchmarks.machine import machine
from benchmarks.misbehaving import Plan, Server, known_as, misbehaving
from defext import Document, Extractor, RetryPolicy
from defext.ask import Answer, Question
from defext.ask.cache import AnswerCache
from defext.corpus.runner import run

KILLS = 20
SEED = 11
SHARES = 0.0, 0.2  # of the calls that misbehave

_LATEST = 0.05  # seconds after the call
_TAKEN = "calls", "input_tokens", "cached_tokens", "output_tokens", "cost_usd", "seconds"


def main() -> None:
    """Measure, print, and the figures as one JSON object in the last line."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    documents = [each.document for each in composed(number)]
    systems = {
        f"{share:.0%} of the calls misbehave": _figures(documents, share) for share in SHARES
    }
    print(f"{'':55}" + "".join(f"{name:>32}" for name in systems))
    for figure in next(iter(systems.values())):
        print(f"{figure:55}" + "".join(f"{told[figure]:32,}" for told in systems.values()))
    print(json.dumps({"name": "killed", "machine": machine(), "systems": systems}))


@dataclass(frozen=True)
class _Place:
    """The files of a run, and the server that it asks."""

    folder: Path
    server: Server

    def start(self) -> "subprocess.Popen[bytes]":
        """Begin the run, or go on with it, in a process of its own."""
        command = [sys.executable, "-m", "benchmarks.killed", "--work"]
        return subprocess.Popen([*command, str(self.folder), self.server.url])

    def finish(self) -> None:
        """Begin it, or go on with it, until it ends."""
        with self.start() as running:
            if running.wait():
                sys.exit("The run failed.")

    def lines(self) -> dict[str, Any]:
        """What was told, by origin; of one that is there twice, the second by another name."""
        told: dict[str, Any] = {}
        for number, line in enumerate((self.folder / "out.jsonl").open("rb")):
            outcome = json.loads(line)
            origin = outcome["origin"]
            told[f"{origin} again, line {number}" if origin in told else origin] = outcome
        return told

    def calls(self) -> dict[str, int]:
        """How often each question has come to the server."""
        return {question: len(told) for question, told in self.server.calls().items()}

    def stored(self) -> list[str]:
        """The questions whose answers were stored."""
        log = self.folder / "stored"
        return log.read_text().splitlines() if log.exists() else []


@contextmanager
def _place(documents: Sequence[Document], share: float) -> Iterator[_Place]:
    with (
        tempfile.TemporaryDirectory() as name,
        misbehaving(RECORDINGS, Plan(SEED, share)) as server,
    ):
        folder = Path(name)
        with (folder / "docs.jsonl").open("w", encoding="utf-8") as file:
            for document in documents:
                told = {"id": document.id, "text": document.text}
                file.write(json.dumps(told | {"published": str(document.published)}) + "\n")
        yield _Place(folder, server)


def _figures(documents: Sequence[Document], share: float) -> dict[str, int]:
    with _place(documents, share) as place:
        place.finish()
        one_go, calls = place.lines(), sum(place.calls().values())
    with _place(documents, share) as place:
        settled: dict[str, int] = {}  # how often a question had come when its answer was stored
        draw, kills = random.Random(SEED), 0
        for moment in sorted(draw.sample(range(1, calls), KILLS)):
            kills += _killed(place, moment, draw.random() * _LATEST)
            here = place.calls()
            settled = {question: here[question] for question in place.stored()} | settled
        place.finish()
        told, here = place.lines(), place.calls()
    return {
        "documents": len(documents),
        "kills": kills,
        "lines of one go": len(one_go),
        "lines of the killed run": len(told),
        "missing in it, or there twice": len(one_go.keys() ^ told.keys()),
        "failed in one go": sum("failure" in v for v in one_go.values()),
        "other than in one go": _differing(one_go, told, _TAKEN),
        "other in calls and tokens as well": _differing(one_go, told, _TAKEN[-1:]),
        "calls in one go": calls,
        "calls in the killed run": sum(here.values()),
        "answers stored before the last kill": len(settled),
        "their questions asked again": sum(here[name] - times for name, times in settled.items()),
    }


def _killed(place: _Place, moment: int, later: float) -> bool:
    """Go on with a run and kill it then; whether it was still at work."""
    with place.start() as running:
        while running.poll() is None and sum(place.calls().values()) < moment:
            time.sleep(0.01)
        time.sleep(later)
        running.kill()
        return running.wait() != 0


def _differing(one_go: dict[str, Any], told: dict[str, Any], but: Sequence[str]) -> int:
    """How many lines say something else, but for these figures of what a document took."""

    def without(line: dict[str, Any]) -> dict[str, Any]:
        if "failure" in line:
            return line
        extraction = line["extraction"]
        taken = {name: value for name, value in extraction["run"].items() if name not in but}
        return line | {"extraction": extraction | {"run": taken}}

    both = one_go.keys() & told.keys()
    return sum(without(one_go[origin]) != without(told[origin]) for origin in both)


def _work(folder: Path, url: str) -> None:
    """The run, which notes each question once its answer is stored."""
    put = AnswerCache.put

    def noted(self: AnswerCache, question: Question[Any], answer: Answer[Any]) -> None:
        put(self, question, answer)
        with (folder / "stored").open("a") as log:
            log.write(known_as(question.messages) + "\n")

    client = openai.AsyncOpenAI(base_url=url, api_key="none")
    extractor = Extractor(
        "local",
        client=client,
        plan="taught",
        retry_policy=RetryPolicy(timeout=1.0),
        cache=folder / "answers.sqlite",
    )
    with patch.object(AnswerCache, "put", noted):
        run(extractor, folder / "docs.jsonl", folder / "out.jsonl", lambda *_: None, resume=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        _work(Path(sys.argv[2]), sys.argv[3])
    else:
        main()
