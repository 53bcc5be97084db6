"""Long documents: what they cost, and whether they lose or repeat what their parts hold.

Growth: documents of 1,000, 10,000 and 100,000 words, made of the invented articles with other names
in each round, are read with a server of fixed answers, each in a process of its own. Printed are
calls, tokens sent, processor time and the peak of memory, and each as a multiple a word of the
shortest document's.

Parts: articles of 5,000 words together are read by the model as one document, and each alone.
Printed is how many of the records found alone are found in the long document too (the same act or
occasion, at the same place), how many with the same actors, and how many records of the long
document tell what another one of it tells. The same questions get slightly different answers when
they are asked again; so the long document is also read with the very answers that its parts got.

    python -m benchmarks.long [--model M] [--words N] [--growth | --parts]
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.fixed import fixed_server
from benchmarks.machine import machine
from defext import Document, Extraction, Extractor
from defext.evaluate import read_documents
from defext.merge.merge import same_act, same_occasion, same_request, same_target
from defext.schema import Commitment, Party, Record, Request, Talk

_INVENTED = Path(__file__).parents[1] / "seeds/invented/docs.jsonl"
_SIZES = (1_000, 10_000, 100_000)
_JOINT = "\n\n"


def main() -> None:
    """Measure, print, and the figures as one JSON object in the last line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long", description=__doc__)
    parser.add_argument("--model", metavar="M", default="local")
    parser.add_argument("--words", type=int, metavar="N", default=5_000)
    parser.add_argument("--growth", action="store_true", help="only the growth")
    parser.add_argument("--parts", action="store_true", help="only the parts")
    parser.add_argument("--read", nargs=2, metavar=("WORDS", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        print(json.dumps(_read(int(arguments.read[0]), arguments.read[1])))
        return
    result: dict[str, Any] = {}
    if not arguments.parts:
        result["growth"] = _growth()
    if not arguments.growth:
        result["parts"] = _parts(arguments.model, arguments.words)
    print(json.dumps({"name": "long", "machine": machine()} | result))


def _growth() -> list[dict[str, float]]:
    with fixed_server() as url:
        told = [_in_a_process(words, url) for words in _SIZES]
    least = told[0]
    for row in told:
        row |= {
            f"{name}_growth": row[name] / row["words"] / (least[name] / least["words"])
            for name in ("calls", "tokens", "cpu_seconds")
        }
        print("  ".join(f"{name} {value:,.6g}" for name, value in row.items()))
    return told


def _in_a_process(words: int, url: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.long", "--read", str(words), url]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    row: dict[str, float] = json.loads(told)
    return row


def _read(words: int, url: str) -> dict[str, float]:
    """Read one document, and tell what it took."""
    import openai

    document = Document(_JOINT.join(a.text for a in articles(words)))
    extractor = Extractor(
        "fixed", client=openai.OpenAI(base_url=url, api_key="none"), plan="taught"
    )
    extractor.extract("Norway met Chile. Norway will act.")  # everything is loaded
    memory, began = _peak(), time.process_time()
    extraction = extractor.extract(document)
    return {
        "words": len(document.text.split()),
        "megabytes_of_text": sys.getsizeof(document.text) / 1e6,
        "calls": extraction.run.calls,
        "tokens": extraction.run.input_tokens,
        "records": sum(1 for _ in records(extraction)),
        "cpu_seconds": time.process_time() - began,
        "megabytes_more": (_peak() - memory) / 1e6,
    }


def _peak() -> float:
    """The most memory that the process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def articles(words: int) -> Iterator[Document]:
    """Invented articles of so many words together; with other names in every round."""
    invented, told = read_documents(_INVENTED), 0
    for number in count():
        article = invented[number % len(invented)]
        text = f"{article.title}{_JOINT}{article.text.strip()}"
        text = _renamed(text, number // len(invented))
        yield Document(text, "2025-07-01", id=f"{article.id}.{number}")
        told += len(text.split())
        if told >= words:
            return


def _renamed(text: str, turn: int) -> str:
    """Capitalised words that stand nowhere in lower case, with an ending for the round."""
    ending = "".join("abcdefghij"[int(digit)] for digit in str(turn)) if turn else ""
    lower = set(re.findall(r"\b[a-z]+\b", text))
    return re.sub(
        r"\b[A-Z][a-z]{3,}\b",
        lambda word: word.group() + ending if word.group().lower() not in lower else word.group(),
        text,
    )


def _parts(model: str, words: int) -> dict[str, Any]:
    parts = list(articles(words))
    whole = Document(_JOINT.join(part.text for part in parts), parts[0].published)
    began = time.perf_counter()
    together = list(records(Extractor(model).extract(whole)))
    seconds = time.perf_counter() - began
    alone: list[tuple[int, Record]] = []
    with TemporaryDirectory() as folder:
        extractor, start = Extractor(model, cache=Path(folder) / "answers.sqlite"), 0
        for part in parts:
            alone += [(start, record) for record in records(extractor.extract(part))]
            start += len(part.text) + len(_JOINT)
        same_answers = list(records(extractor.extract(whole)))
    found, again = (
        [(r, twin) for start, r in alone if (twin := _twin(r, start, others))]
        for others in (together, same_answers)
    )
    result = {
        "words": len(whole.text.split()),
        "articles": len(parts),
        "records_alone": len(alone),
        "records_together": len(together),
        "found": len(found) / len(alone),
        "found_with_the_same_answers": len(again) / len(alone),
        "same_actors": sum(_actors(r) == _actors(twin) for r, twin in found) / len(alone),
        "duplicates": sum(_is_one(a, b) for a, b in combinations(together, 2)) / len(together),
        "seconds_together": seconds,
        "seconds_alone": time.perf_counter() - began - seconds,
    }
    for name, value in result.items():
        print(f"{name:30}{value:,.4g}")
    return result


def _twin(record: Record, start: int, others: Iterable[Record]) -> Record | None:
    """The record of the long document that tells the same from the same words."""
    spans = {(e.start + start, e.end + start) for e in record.evidence}
    return next(
        (
            other
            for other in others
            if type(other) is type(record)
            and spans & {(e.start, e.end) for e in other.evidence}
            and (isinstance(record, Talk) or same_act(_act(other), _act(record)))
        ),
        None,
    )


def _is_one(a: Record, b: Record) -> bool:
    """Whether two records of one document tell the same act or occasion."""
    match a, b:
        case Talk(), Talk():
            return same_occasion(a, b)
        case Request(), Request():
            return same_request(a, b)
        case Commitment(), Commitment():
            return same_target(a, b)
    return False


def _act(record: Record) -> str:
    return "" if isinstance(record, Talk) else record.action


def _actors(record: Record) -> set[str]:
    match record:
        case Talk():
            parties: Sequence[Party] = record.parties
        case Request():
            parties = record.requester
        case Commitment():
            parties = record.committers
    return {party.name for party in parties}


def records(extraction: Extraction) -> Iterator[Record]:
    """All records of an extraction."""
    yield from extraction.talks
    yield from extraction.requests
    yield from extraction.commitments


if __name__ == "__main__":
    main()
