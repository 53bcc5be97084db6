"""A chat server that answers from recordings and misbehaves by a plan, in a process of its own.

Documents of the same sentences are told apart by marks, numbers in brackets such as " [12]", which
the recordings do not know: requests that differ in their marks alone have the same answer, but each
a fate of its own.
"""

import hashlib
import json
import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any, Literal

# What may come of a call besides the answer. "drip" is the answer, slowly.
PASSING = (
    "429", "429 retry-after", "429 retry-after-ms", "500", "502", "503", "cut", "stall", "drip",
    "half JSON", "other schema", "no choices", "not JSON",
)  # fmt: skip
FINAL = ("refusal", "content filter")
# What is told of a call in which the answer was sent in full.
FULL = ("answer", "drip")

RETRY_AFTER = 0.05  # seconds
_DRIP = 100, 0.003  # bytes sent one by one, seconds before each
_LONGEST_STALL = 600.0  # seconds, for clients that wait as long
_HEADERS = {
    "429 retry-after": {"retry-after": f"{RETRY_AFTER:g}"},
    "429 retry-after-ms": {"retry-after-ms": f"{RETRY_AFTER * 1000:g}"},
}
_PAGE = "<!doctype html><title>Oops</title><p>Something went wrong. The team has been told."
_MARK = re.compile(r" \[(\d+)\]")
_RE_ASK = "Correct your JSON ONLY RESPONSE"  # how Instructor begins one

Messages = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Plan:
    """Which calls misbehave, and how: about `share` of them, drawn by `seed`.

    A pure function of the request and of how many times it has come, from 1, so that it is the same
    for every client in any order. A request with one of FINAL meets it whenever it comes, and no
    client can have its answer. Any other has its answer at the third call at the latest.
    """

    seed: int = 0
    share: float = 0.2

    def final(self, request: str) -> str | None:
        """What `request` meets whenever it comes, if it does."""
        draw = self._draw(request)
        share = self.share * len(FINAL) / len(FINAL + PASSING)
        return draw.choice(FINAL) if draw.random() < share else None

    def fault(self, request: str, coming: int) -> str | None:
        """What becomes of `request` when it comes for that time; None where it is answered well."""
        if final := self.final(request):
            return final
        draw = self._draw(request, coming)
        share = self.share * len(PASSING) / len(FINAL + PASSING)
        return draw.choice(PASSING) if coming % 3 and draw.random() < share else None

    def place(self, request: str, coming: int) -> float:
        """Where in the answer it happens, from 0 to below 1."""
        return self._draw(request, coming, "place").random()

    def _draw(self, *about: object) -> Random:
        return Random(repr((self.seed, *about)))


@dataclass(frozen=True)
class Server:
    """A server that runs: the address for clients, and what it has to tell."""

    port: int

    @property
    def url(self) -> str:
        """The base URL of its API."""
        return f"http://127.0.0.1:{self.port}/v1"

    def calls(self) -> dict[str, list[str]]:
        """By request, what became of each of its calls, in the order in which they came.

        A call is told by its fault, as "answer", or as "gone" where the client did not wait.
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/calls")
        told: dict[str, list[str]] = json.load(connection.getresponse())
        connection.close()
        return told


@contextmanager
def misbehaving(
    recordings: Sequence[Path], plan: Plan, by: Literal["question", "document"] = "question"
) -> Iterator[Server]:
    """A server on this machine until the block, or the process, ends.

    It answers what the files in `recordings` hold, laid out as in cassettes/, and 404 to anything
    else. `by` says what the plan knows a request by: its mark and its question, or its mark alone,
    so that all who ask one question a document, in whatever words, meet the same.
    """
    options = json.dumps(asdict(plan) | {"by": by, "files": [str(path) for path in recordings]})
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.misbehaving", options],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,  # it ends when this does
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Server(int(process.stdout.readline()))
        finally:
            process.stdin.close()


def recorded(files: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """The completions that files hold, by the digests of what was asked."""
    return {
        digest([*conversation["request"]["body"]["messages"], turn["message"]]): turn["response"][
            "body"
        ]
        for file in files
        for conversation in json.loads(file.read_text(encoding="utf-8"))
        for turn in conversation["turns"]
    }


def digest(messages: Messages) -> str:
    """Of what was asked, whatever the mark, and however often it was re-asked."""
    told = [[message["role"], message["content"]] for message in _first_asked(messages)]
    unmarked = _MARK.sub("", json.dumps(told, ensure_ascii=False))
    return hashlib.sha256(unmarked.encode()).hexdigest()[:16]


def known_as(messages: Messages, by: str = "question") -> str:
    """What the plan knows a request by: "12:<digest>", and by its document "12"."""
    mark = mark_of(_first_asked(messages)[-1]["content"])
    return mark if by == "document" else f"{mark}:{digest(messages)}"


def mark_of(text: str) -> str:
    """The number of the first mark in a text, empty where there is none."""
    found = _MARK.search(text)
    return found[1] if found else ""


def _first_asked(messages: Messages) -> Messages:
    """The messages up to the question, without Instructor's re-asks and what they are about."""
    for number, message in enumerate(messages):
        if message["role"] == "user" and message["content"].startswith(_RE_ASK):
            while messages[number - 1]["role"] != "user":
                number -= 1
            return messages[:number]
    return messages


def response(completion: Mapping[str, Any], fault: str | None, place: float) -> bytes:
    """The bytes of an HTTP response: the completion, or what `fault` makes of it."""
    [choice] = completion["choices"]
    content = choice["message"]["content"].strip()
    half = content[: int(place * len(content))]
    match fault:
        case None | "cut" | "drip":
            return _json(200, completion)
        case "no choices":
            return _json(200, {**completion, "choices": []})
        case "half JSON":
            return _json(200, _said(completion, half))
        case "other schema":
            return _json(200, _said(completion, '{"status":"done","items":[]}'))
        case "refusal":
            return _json(200, _said(completion, None, refusal="I cannot help with that."))
        case "content filter":
            return _json(200, _said(completion, half, finish="content_filter"))
        case "not JSON":
            return _http(200, "text/html", _PAGE.encode())
        case "503" if place < 0.5:
            return _http(503, "text/html", _PAGE.encode())
    error = {"message": f"This is a {fault}.", "type": "misbehaviour"}
    return _json(int(str(fault)[:3]), {"error": error}, _HEADERS.get(str(fault), {}))


def _said(
    completion: Mapping[str, Any], content: str | None, *, finish: str = "stop", refusal: Any = None
) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "finish_reason": finish, "message": message}
    return {**completion, "choices": [choice]}


def _json(status: int, body: object, headers: Mapping[str, str] | None = None) -> bytes:
    return _http(status, "application/json", json.dumps(body).encode(), headers or {})


def _http(status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    told = {"content-type": kind, "content-length": str(len(body)), **(headers or {})}
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in told.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Calls:
    """What became of each call, and so which call of a request comes next."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._lock = threading.Lock()
        self._told: dict[str, list[str]] = defaultdict(list)

    def begin(self, request: str) -> tuple[int, str | None]:
        """How many times `request` has come with this one, and the fault that it meets."""
        with self._lock:
            coming = len(self._told[request]) + 1
            fault = self._plan.fault(request, coming)
            self._told[request].append(fault or "answer")
        return coming, fault

    def gone(self, request: str, coming: int) -> None:
        """The client did not wait for this one."""
        with self._lock:
            if self._told[request][coming - 1] in FULL:
                self._told[request][coming - 1] = "gone"

    def told(self) -> bytes:
        with self._lock:
            return _json(200, self._told)


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.wfile.write(self.server.calls.told())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        completion = self.server.completions.get(digest(body["messages"]))
        if completion is None:
            self.wfile.write(_json(404, {"error": {"message": "No recording holds this."}}))
            return
        request = known_as(body["messages"], self.server.by)
        coming, fault = self.server.calls.begin(request)
        try:
            self._answer(completion, fault, self.server.plan.place(request, coming))
        except OSError:
            self.server.calls.gone(request, coming)
            self.close_connection = True

    def _answer(self, completion: Mapping[str, Any], fault: str | None, place: float) -> None:
        if fault == "stall":
            self.connection.settimeout(_LONGEST_STALL)
            self.connection.recv(1)  # until the client goes
            self.close_connection = True
            return
        whole = response(completion, fault, place)
        if fault == "cut":
            self.wfile.write(whole[: int(place * len(whole))])
            self.close_connection = True
            return
        if fault == "drip":
            first, pause = _DRIP
            for byte in whole[:first]:
                time.sleep(pause)
                self.wfile.write(bytes([byte]))
            whole = whole[first:]
        self.wfile.write(whole)

    def log_message(self, *_: Any, **__: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024  # else many clients that come at once wait for a second

    def __init__(self, files: Sequence[str], by: str, **plan: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.completions = recorded([Path(file) for file in files])
        self.by = by
        self.plan = Plan(**plan)
        self.calls = _Calls(self.plan)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no news."""


def _serve() -> None:
    server = _Server(**json.loads(sys.argv[1]))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()  # until whoever started it has ended, or wants no more


if __name__ == "__main__":
    _serve()
