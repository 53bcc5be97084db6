"""Peak memory of a run over 20,000 documents from a generator against one over 1,000.

Both run in processes of their own, with the same concurrency.

    python -m benchmarks.memory
"""

import asyncio
import json
import resource
import subprocess
import sys
from collections.abc import Iterator

import openai

from benchmarks.delayed import delayed_server
from benchmarks.machine import machine
from benchmarks.onecall import OneCall, one_call
from defext import Document, Extracted, Extractor

FEW, MANY = 1_000, 20_000
CONCURRENCY = 32


def main() -> None:
    """Measure, print the table, and the figures as one JSON object in the last line."""
    case = one_call(1_100)
    with delayed_server({"/whole": case.whole}) as address:
        peaks = {number: _measured(address, number) for number in (FEW, MANY)}
    for number, peak in peaks.items():
        print(f"{number:6} documents{peak:8.1f} MB at the peak")
    more = peaks[MANY] - peaks[FEW]
    print(f"{more:+.1f} MB")
    told = {"name": "memory", "machine": machine(), "concurrency": CONCURRENCY}
    print(json.dumps(told | {"peak_mb": peaks, "more_mb": round(more, 2)}))


def _measured(address: str, documents: int) -> float:
    command = [sys.executable, "-m", "benchmarks.memory", address, str(documents)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def _peak(address: str, documents: int) -> float:
    """Read so many documents; the peak of the memory in use, in MB."""
    case = one_call(1_100)
    client = openai.AsyncOpenAI(base_url=f"{address}/whole/v1", api_key="no-key")
    extractor = Extractor("a-model", client=client, plan="whole")

    async def run() -> int:
        outcomes = extractor.aextract_many(_made(case, documents), concurrency=CONCURRENCY)
        extracted = 0
        async for outcome in outcomes:
            extracted += isinstance(outcome, Extracted)
        return extracted

    assert asyncio.run(run()) == documents
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KB on Linux


def _made(case: OneCall, documents: int) -> Iterator[Document]:
    for number in range(documents):
        yield case.again(number)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(_peak(sys.argv[1], int(sys.argv[2])))
    else:
        main()
