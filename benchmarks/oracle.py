"""What becomes of perfect answers: gold, told as a perfect model would, through the public API.

A local server answers each question of each plan with what gold has of the sentences that it shows.
Whatever is lost on the way to the records is lost by the code, so strict F1, detection and the
accuracy of labels should be 1.

    python -m benchmarks.oracle DOCS.jsonl GOLD.jsonl
"""

import json
import re
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import openai

from benchmarks.machine import machine
from defext import Document, Extractor
from defext.evaluate import GoldItem, items, read_documents, read_gold, score
from defext.evaluate.datasets import read_lines

KINDS = ("talk", "request", "commitment")
_LABEL = {"talk": "mode", "request": "force", "commitment": "strength"}
_SILENT = {"talk": "unknown", "request": "ask", "commitment": "firm"}  # where gold has no label
_NUMBERED = re.compile(r"^(\d+) ", re.MULTILINE)


def main() -> None:
    """Ask both plans, print the table, and the figures as one JSON object in the last line."""
    docs, gold = map(Path, sys.argv[1:])
    figures = oracle(read_documents(docs), gold)
    print(f"{'plan':8}{'strict':>8}{'detect':>8}{'labels':>8}")
    for plan, row in figures.items():
        print(f"{plan:8}" + "".join(f"{value:8.3f}" for value in row.values()))
    print(json.dumps({"name": "oracle", "machine": machine(), "oracle": figures}))


def oracle(documents: Sequence[Document], gold: Path) -> dict[str, dict[str, float]]:
    """Strict F1, detection F1 and the accuracy of labels, by plan."""
    expected = read_gold(gold)
    answers = {str(line["id"]): line["items"] for _, line in read_lines(gold)}
    figures = {}
    for plan in ("taught", "whole"):
        found = {}
        for document in documents:
            with serve(document, records(answers[document.id], document)) as client:
                extractor = Extractor("oracle", client=client, plan=plan)
                found[document.id] = items(extractor.extract(document))
        figures[plan] = _figures(expected, found)
    return figures


def _figures(
    expected: Mapping[str, list[GoldItem]], found: Mapping[str, list[Any]]
) -> dict[str, float]:
    measured = score({name: expected[name] for name in found}, found).counts["all"]
    return {
        "strict": round(measured.strict_f1, 3),
        "detect": round(measured.detection_f1, 3),
        "labels": round(measured.label_accuracy or 0.0, 3),
    }


def records(gold: Sequence[Mapping[str, Any]], document: Document) -> list[dict[str, Any]]:
    """Gold, its spans as sentence numbers and its actors by a name that the text has."""
    told = []
    for item in gold:
        if item.get("optional") or not item["spans"]:
            continue
        kind = item["type"]
        sentences: list[int] = []
        for start, end in item["spans"][:3]:
            nearest = max(document.sentences, key=lambda s: min(end, s.end) - max(start, s.start))
            sentences += [nearest.number] * (nearest.number not in sentences)
        told.append(
            {
                "sentences": sentences,
                "kind": kind,
                "by": [_name(aliases, document) for aliases in item["by"]],
                "to": [_name(aliases, document) for aliases in item["to"]],
                "act": item.get("what") or ("" if kind == "talk" else "act"),
                "label": item.get(_LABEL[kind]) or _SILENT[kind],
                "when": item.get("when_text") or item.get("deadline_text") or "",
                "temporal": item.get("temporal") or "current",
            }
        )
    return told


def _name(aliases: str, document: Document) -> str:
    names = aliases.split("|")
    return next((name for name in names if name in document.text), names[0])


def answer(question: Mapping[str, Any], gold: Sequence[Mapping[str, Any]]) -> Any:
    """What a perfect model says to a question, which is told apart by the schema of its answer."""
    asked = question["messages"][-1]["content"]
    fields = question["response_format"]["json_schema"]["schema"]["properties"]
    if "records" not in fields:
        return {number: _label(int(number), gold) for number in fields}
    if wanted := re.search(r"^Records of: (.*)$", asked, re.MULTILINE):
        pairs = {tuple(pair.split()) for pair in wanted[1].split("; ")}
        return {"records": [g for g in gold if (str(g["sentences"][0]), g["kind"]) in pairs]}
    shown = {int(number) for number in _NUMBERED.findall(asked)}
    return {"records": [full_record(g) for g in gold if g["sentences"][0] in shown]}


def _label(number: int, gold: Sequence[Mapping[str, Any]]) -> str:
    kinds = {item["kind"] for item in gold if item["sentences"][0] == number}
    return "+".join(kind for kind in KINDS if kind in kinds) or "none"


def full_record(item: Mapping[str, Any]) -> dict[str, Any]:
    """A record with the fields that a strong model is asked for as well."""
    more: dict[str, Any] = {"source": "reporter", "holder": None}
    if item["kind"] == "talk":
        more |= {"place": None}
    if item["kind"] == "commitment":
        more |= {"polarity": "positive", "continuing": False, "condition": None, "instrument": None}
    return {**item, **more}


@contextmanager
def serve(document: Document, gold: Sequence[Mapping[str, Any]]) -> Iterator[openai.OpenAI]:
    """A client of an OpenAI-compatible server on the loopback that knows the gold of a document."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            said = json.dumps(answer(body, gold), ensure_ascii=False)
            message = {"role": "assistant", "content": said}
            content = json.dumps(
                {
                    "id": document.id,
                    "object": "chat.completion",
                    "created": 0,
                    "model": "oracle",
                    "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
                }
            ).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        with openai.OpenAI(base_url=base, api_key="none") as client:
            yield client
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
