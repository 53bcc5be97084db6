"""Two commits by turns: wall time of the embedded model on the same documents, in one run.

Each checkout has a process of its own, with a server of its own, and they take turns document by
document, so that a busy machine slows both. The first document is read once beforehand. Both run
on this interpreter and its packages.

    git worktree add ../before COMMIT
    python -m benchmarks.turns DOCS.jsonl . ../before [N]
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.machine import machine

_WORKER = """
import json, sys, time
from defext import Document, Extractor

extractor = Extractor("local")
for line in sys.stdin:
    given = json.loads(line)
    names = "text", "published", "title", "source"
    document = Document(**{name: given.get(name) for name in names})
    began = time.perf_counter()
    calls = extractor.extract(document).run.calls
    print(json.dumps({"seconds": time.perf_counter() - began, "calls": calls}), flush=True)
"""


def main() -> None:
    """Measure, print the seconds of each, and the figures as one JSON object in the last line."""
    documents, *checkouts = map(Path, sys.argv[1:4])
    lines = documents.read_text(encoding="utf-8").splitlines()
    lines = lines[: int(sys.argv[4])] if len(sys.argv) > 4 else lines
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _WORKER],
            cwd=checkout,  # which goes before what is installed
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for checkout in checkouts
    ]
    for worker in workers:
        _turn(worker, lines[0])
    seconds, calls = [0.0] * len(workers), [0] * len(workers)
    for line in lines:
        for number, worker in enumerate(workers):
            told = _turn(worker, line)
            seconds[number] += told["seconds"]
            calls[number] += told["calls"]
        print("  ".join(f"{total:8.1f} s" for total in seconds), flush=True)
    for worker in workers:
        worker.communicate()
    ratio = seconds[0] / seconds[1]
    print(f"{checkouts[0]} takes {ratio:.2f} of the time of {checkouts[1]}")
    figures = {"documents": len(lines), "seconds": seconds, "calls": calls, "ratio": ratio}
    print(json.dumps({"name": "turns", "machine": machine()} | figures))


def _turn(worker: subprocess.Popen[str], line: str) -> dict[str, Any]:
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(line + "\n")
    worker.stdin.flush()
    answer: dict[str, Any] = json.loads(worker.stdout.readline())
    return answer


if __name__ == "__main__":
    main()
