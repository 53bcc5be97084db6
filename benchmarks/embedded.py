"""The embedded model at full use: documents a minute with 1, 2, 4 and 8 slots, and where they go.

For each number of slots a server of its own reads the same invented articles by `extract_many`, as
many at once as it has slots. Beside it stands what the same weights do on the same server without
defext: tokens read and written a second with every slot busy, no schema, no prompt kept. `read` and
`write` are the shares of the run that its tokens take at that speed, `view` is what they take
beyond it for having a prompt's long beginning in view, which is measured in the same way; `rest` is
all else: prompts restored, answers held to a schema, slots that wait, the other stages.

    python -m benchmarks.embedded [ARTICLES [SLOTS ...]]
"""

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai

from benchmarks.machine import machine
from defext import Document, Extracted, Extractor
from defext.cli.evaluation import chosen
from defext.evaluate import GoldItem, items, read_documents, read_gold, score
from defext.local import ServerAddress, adapter_path, shared_server, stop_all, weights_path

SLOTS = (1, 2, 4, 8)
ARTICLES = 8
# Tokens for each slot in the raw runs; the beginning is as long as those of the prompts.
READ, WRITTEN, BEGINNING = 200, 32, 850
_INVENTED = Path(__file__).parents[1] / "seeds/invented"
_TOKENS = range(1_000, 20_000)  # ordinary ones


def main() -> None:
    """Measure, print the table, and the figures as one JSON object in the last line."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    slots = [int(given) for given in sys.argv[2:]] or SLOTS
    documents = chosen(read_documents(_INVENTED / "docs.jsonl"), number)
    gold = read_gold(_INVENTED / "gold.jsonl")
    _warm(documents[0])
    print(f"{number} articles")
    print(
        "slots  docs/min  ratio    tokens/s      raw tokens/s    read write  view  rest   F1 strict"
    )
    rows: list[dict[str, Any]] = []
    for count in slots:
        row = _measured(count, documents, gold)
        rows.append(row)
        print(
            f"{row['slots']:5}{row['documents_a_minute']:10.2f}"
            f"{row['documents_a_minute'] / rows[0]['documents_a_minute']:7.2f}"
            f"{row['read_a_second']:8.1f}{row['written_a_second']:6.1f}"
            f"{row['raw_read_a_second']:10.1f}{row['raw_written_a_second']:7.1f}"
            f"{row['read_share']:8.2f}{row['write_share']:6.2f}{row['view_share']:6.2f}"
            f"{row['rest_share']:6.2f}"
            f"{row['detection_f1']:8.3f}{row['strict_f1']:7.3f}",
            flush=True,
        )
    told = {"name": "embedded", "machine": machine(), "articles": number, "rows": rows}
    print(json.dumps(told))


def _warm(document: Document) -> None:
    """The prompts' states are kept beside the weights from here on."""
    Extractor("local").extract(document)


def _measured(
    slots: int, documents: list[Document], gold: dict[str, list[GoldItem]]
) -> dict[str, Any]:
    stop_all()
    server = shared_server(weights_path(), slots, adapter_path())
    raw_read, raw_written = speeds(server, 0)
    viewing_read, viewing_written = speeds(server, BEGINNING)
    began = time.perf_counter()
    outcomes = list(Extractor("local").extract_many(documents, concurrency=slots))
    seconds = time.perf_counter() - began
    extractions = [each.extraction for each in outcomes if isinstance(each, Extracted)]
    assert len(extractions) == len(documents), outcomes
    runs = [extraction.run for extraction in extractions]
    read = sum(run.input_tokens - run.cached_tokens for run in runs)
    written = sum(run.output_tokens for run in runs)
    found = {extraction.document.id: items(extraction) for extraction in extractions}
    counts = score({name: gold[name] for name in found}, found).counts["all"]
    shares = read / raw_read / seconds, written / raw_written / seconds
    viewing = (read / viewing_read + written / viewing_written) / seconds
    return {
        "slots": slots,
        "seconds": round(seconds, 1),
        "documents_a_minute": round(60 * len(documents) / seconds, 3),
        "calls": sum(run.calls for run in runs),
        "read": read,
        "written": written,
        "read_a_second": round(read / seconds, 1),
        "written_a_second": round(written / seconds, 1),
        "raw_read_a_second": round(raw_read, 1),
        "raw_written_a_second": round(raw_written, 1),
        "read_share": round(shares[0], 3),
        "write_share": round(shares[1], 3),
        "view_share": round(viewing - sum(shares), 3),
        "rest_share": round(1 - viewing, 3),
        "detection_f1": round(counts.detection_f1, 4),
        "strict_f1": round(counts.strict_f1, 4),
    }


def speeds(server: ServerAddress, beginning: int) -> tuple[float, float]:
    """Tokens read and written a second with all slots at work, each after a beginning it holds."""
    client = openai.OpenAI(base_url=server.base_url.removesuffix("/v1"), api_key=server.api_key)
    beginnings = [random.choices(_TOKENS, k=beginning) for _ in range(server.slots)]

    def complete(slot: int, read: int, written: int) -> Any:
        body = {
            "id_slot": slot,
            "prompt": [*beginnings[slot], *random.choices(_TOKENS, k=read)],
            "n_predict": written,
            "ignore_eos": True,
            "temperature": 0,
        }
        return client.post("/completion", body=body, cast_to=object)

    def together(read: int, written: int) -> float:
        began = time.perf_counter()
        with ThreadPoolExecutor(server.slots) as threads:
            list(threads.map(lambda slot: complete(slot, read, written), range(server.slots)))
        return time.perf_counter() - began

    together(8, 1)  # and the beginning
    read = server.slots * READ / together(READ, 1)
    short = together(8, 1)
    written = server.slots * (WRITTEN - 1) / (together(8, WRITTEN) - short)
    return read, written


if __name__ == "__main__":
    main()
