"""Documents a second by concurrency, against a server that answers after 200 ms.

No run can be faster than concurrency / 0.2 s, nor than one processor can do the work of a document,
as measured in the same run. The table has the share of that bound which `aextract_many` reaches;
`extract_many` is the same in a thread.

    python -m benchmarks.throughput
"""

import asyncio
import json
import time

import openai

from benchmarks.delayed import delayed_server
from benchmarks.machine import machine
from benchmarks.onecall import OneCall, one_call
from defext import Extracted, Extractor

DELAY = 0.2  # seconds
SECONDS, MOST = 20, 4000  # that each run takes, about, and its documents
CONCURRENCIES = (1, 8, 32, 64, 256)


def main() -> None:
    """Measure, print the table, and the figures as one JSON object in the last line."""
    asyncio.run(_main())


async def _main() -> None:
    case = one_call(1_100)
    rows = []
    with delayed_server({"/whole": case.whole}, DELAY) as address:
        extractor = Extractor(
            "a-model",
            client=openai.AsyncOpenAI(base_url=f"{address}/whole/v1", api_key="no-key"),
            plan="whole",
        )
        await _run(extractor, case, 32, 64)  # warm
        for concurrency in CONCURRENCIES:
            documents = min(round(concurrency / DELAY * SECONDS), MOST)
            rate, spent = await _run(extractor, case, concurrency, documents)
            bound = min(concurrency / DELAY, 1 / spent)
            rows.append(
                {
                    "concurrency": concurrency,
                    "documents_a_second": round(rate, 2),
                    "bound": round(bound, 2),
                    "share": round(rate / bound, 3),
                    "cpu_seconds_a_document": round(spent, 5),
                }
            )
    print(f"Answers after {DELAY} s")
    print("concurrency  documents/s    bound  share  processor")
    for row in rows:
        print(
            f"{row['concurrency']:11}{row['documents_a_second']:13.1f}{row['bound']:9.1f}"
            f"{row['share']:7.2f}{row['cpu_seconds_a_document'] * 1000:8.2f} ms"
        )
    print(json.dumps({"name": "throughput", "machine": machine(), "delay": DELAY, "rows": rows}))


async def _run(
    extractor: Extractor, case: OneCall, concurrency: int, documents: int
) -> tuple[float, float]:
    """Documents a second, and processor seconds a document."""
    given = [case.again(number) for number in range(documents)]
    began, spent = time.perf_counter(), time.process_time()
    async for outcome in extractor.aextract_many(given, concurrency=concurrency):
        assert isinstance(outcome, Extracted)
    seconds, processor = time.perf_counter() - began, time.process_time() - spent
    return documents / seconds, processor / documents


if __name__ == "__main__":
    main()
