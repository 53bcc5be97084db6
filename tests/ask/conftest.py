"""A server that misbehaves on purpose, and the ways to ask it."""

import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, Self

import pytest
from pydantic import BaseModel

import defext.local
from defext.ask import Answer, Asker, Choice, Question, RetryPolicy, retry_policy
from defext.local import ServerAddress


class Handler(BaseHTTPRequestHandler):
    server: "FaultyServer"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = self.headers["authorization"].removeprefix("Bearer ")
        self.server.next_step(self.body, key)(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


Step = Callable[[Handler], None]
Ask = Callable[[Asker, Sequence[Question[Any]]], Awaitable[list[Answer[Any]]]]


class Reply(BaseModel):
    answer: Literal["yes", "no"]


class Unlimited:
    """Slots in the place of llama.cpp's: any question may have the first."""

    @staticmethod
    def lent(beginning: object) -> AbstractContextManager[int]:
        return nullcontext(0)


class FaultyServer(ThreadingHTTPServer):
    """An OpenAI-compatible server that does with each request what its script says.

    A step a request, in order; the last step is repeated.
    """

    key = "sk-secret-4711"
    article = "Rajnath Singh urged Pete Hegseth to expedite the GE404 engines."

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.script: Sequence[Step] = [self.reply('{"answer":"yes"}')]
        self.requests: list[dict[str, Any]] = []
        self.arrivals: list[float] = []
        self.keys: set[str] = set()
        self.connections: list[socket.socket] = []
        self.closed = 0
        self.lost = threading.Event()
        self._over = threading.Event()
        self._lock = threading.Lock()

    def question(
        self, text: str = article, *, max_tokens: int | None = 16, choice: Choice | None = None
    ) -> Question[Reply]:
        """A question about the article, or of another text."""
        return Question([{"role": "user", "content": text}], Reply, max_tokens, choice)

    def reply(
        self,
        content: str | None,
        *,
        finish: str = "stop",
        refusal: str | None = None,
        logprobs: object = None,
        tool: bool = False,
        usage: tuple[int, int, int] = (10, 0, 2),
    ) -> Step:
        """A chat completion; its usage: input tokens, those of them that were cached, output."""
        message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": refusal}
        if tool:
            call = {"name": "Reply", "arguments": content}
            tool_calls = [{"id": "1", "type": "function", "function": call}]
            message |= {"content": None, "tool_calls": tool_calls}
        choice = {"index": 0, "finish_reason": finish, "message": message, "logprobs": logprobs}
        return self.completion([choice], usage)

    def completion(self, choices: object, usage: tuple[int, int, int] = (10, 0, 2)) -> Step:
        """A chat completion with any choices."""
        tokens, cached, output = usage
        body = {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "faulty",
            "choices": choices,
            "usage": {
                "prompt_tokens": tokens,
                "completion_tokens": output,
                "total_tokens": tokens + output,
                "prompt_tokens_details": {"cached_tokens": cached},
            },
        }
        return self.status(200, json.dumps(body))

    def status(
        self, status: int, body: str = "{}", kind: str = "application/json", **headers: str
    ) -> Step:
        """Any HTTP answer; header names with _ for -."""

        def step(handler: Handler) -> None:
            handler.send_response(status)
            handler.send_header("content-type", kind)
            handler.send_header("content-length", str(len(body.encode())))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body.encode())

        return step

    def cut(self) -> Step:
        """A body that ends before its announced length."""

        def step(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("content-type", "application/json")
            handler.send_header("content-length", "1000")
            handler.end_headers()
            handler.wfile.write(b'{"id":')
            handler.close_connection = True

        return step

    def stall(self, seconds: float = 5.0) -> Step:
        """No answer for a time; `lost` tells that the client has gone meanwhile."""

        def step(handler: Handler) -> None:
            handler.connection.settimeout(0.01)
            until = time.monotonic() + seconds
            while time.monotonic() < until and not self._over.is_set():
                try:
                    if not handler.connection.recv(1):
                        self.lost.set()
                        handler.close_connection = True
                        return
                except TimeoutError:
                    pass
            handler.connection.settimeout(None)
            self.reply('{"answer":"yes"}')(handler)

        return step

    def by_text(self, **steps: Step) -> Step:
        """The step named by the text of the last message."""

        def step(handler: Handler) -> None:
            steps[handler.body["messages"][-1]["content"]](handler)

        return step

    def next_step(self, body: dict[str, Any], key: str) -> Step:
        with self._lock:
            self.requests.append(body)
            self.arrivals.append(time.monotonic())
            self.keys.add(key)
            return self.script[min(len(self.requests), len(self.script)) - 1]

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.closed += 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no news."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,)).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._over.set()
        self.shutdown()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.server_close()


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry_policy, "FIRST_WAIT", 0.001)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    """The faulty server, in the place of the embedded model's."""
    with FaultyServer() as server:
        address = ServerAddress(server.url, server.key)
        monkeypatch.setattr(defext.local, "weights_path", lambda: Path("weights.gguf"))
        monkeypatch.setattr(defext.local, "shared_server", lambda path, adapter=None: address)
        monkeypatch.setattr(defext.local, "shared_slots", lambda *_: Unlimited())
        yield server


@pytest.fixture
def remote(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> FaultyServer:
    """The faulty server, in OpenAI's place."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", server.key)
    server.script = [server.reply('{"answer":"yes"}', tool=True)]
    return server


@pytest.fixture
def asker(server: FaultyServer) -> Asker:
    return Asker("local", None, RetryPolicy(timeout=0.5, attempts=3, seconds=5.0))


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Asks as `extract` does, inside a running event loop, and as `aextract` does."""

    async def sync(asker: Asker, questions: Sequence[Question[Any]]) -> list[Answer[Any]]:
        return asker.ask(questions)

    return sync if request.param == "sync" else Asker.aask
