"""A chat server of fixed answers, in a process of its own: what a question is decides its answer.

A sentence is labelled by its words, and its record has its first capitalised words and its last
ones. It stands for a model where the rest of the library is measured.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.process import serving

_KINDS = {
    "talk": r"met|spoke|talk|call|visit",
    "request": r"ask|urge|request|call|must|should",
    "commitment": r"will|pledge|agree|promise|commit|undertake",
}
_LABEL = {"talk": "unknown", "request": "ask", "commitment": "firm"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        asked = body["messages"][-1]["content"]
        message = {"role": "assistant", "content": json.dumps(_answer(asked))}
        tokens = sum(len(m["content"]) for m in body["messages"]) // 4
        usage = {"prompt_tokens": tokens, "completion_tokens": 8, "total_tokens": tokens + 8}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        told = {"id": "1", "object": "chat.completion", "created": 1, "model": "fixed"}
        self._send(json.dumps(told | {"choices": [choice], "usage": usage}).encode())

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any, **__: Any) -> None:
        pass


def _answer(asked: str) -> dict[str, Any]:
    sentences = dict(re.findall(r"^(\d+) (.*)$", asked, re.MULTILINE))
    if pairs := re.search(r"^Records of: (.*)$", asked, re.MULTILINE):
        told = [pair.split() for pair in pairs[1].split("; ")]
        return {"records": [_record(int(n), kind, sentences[n]) for n, kind in told]}
    return {number: _label(sentence) for number, sentence in sentences.items()}


def _label(sentence: str) -> str:
    kinds = [kind for kind, words in _KINDS.items() if re.search(words, sentence)]
    return "+".join(kinds) or "none"


def _record(number: int, kind: str, sentence: str) -> dict[str, Any]:
    names = re.findall(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*", sentence)
    return {
        "sentences": [number],
        "kind": kind,
        "by": names[:2] or ["they"],
        "to": [] if kind == "talk" else names[2:3],
        "act": " ".join(sentence.split()[-8:]),
        "label": _LABEL[kind],
        "when": "",
        "temporal": "current",
    }


@contextmanager
def fixed_server() -> Iterator[str]:
    """The address of a server that runs until the block ends."""
    with serving("benchmarks.fixed") as address:
        yield f"{address}/v1"


def _serve() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    _serve()
