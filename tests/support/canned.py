"""A chat server on the loopback that answers every question of the plan "whole" in the same way."""

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

TEXT = "Elena Aldana urged Norway to return the ships. The sea was calm on day {}."
_RECORD = {
    "kind": "request",
    "sentences": [1],
    "by": ["Elena Aldana"],
    "to": ["Norway"],
    "act": "return the ships",
    "label": "urge",
    "when": "",
    "temporal": "current",
}


class _Handler(BaseHTTPRequestHandler):
    server: "CannedServer"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.count(body["messages"][-1]["content"])
        time.sleep(self.server.seconds)
        call = {"name": "FullRecords", "arguments": json.dumps({"records": [_RECORD]})}
        tool_calls = [{"id": "1", "type": "function", "function": call}]
        message = {"role": "assistant", "content": None, "tool_calls": tool_calls}
        told = {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "canned",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 900, "completion_tokens": 50, "total_tokens": 950},
        }
        answer = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class CannedServer(ThreadingHTTPServer):
    """Answers after so many seconds; `asked` counts the questions by their words."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seconds = seconds
        self.asked: Counter[str] = Counter()
        self._news = threading.Condition()

    @property
    def environment(self) -> dict[str, str]:
        """What makes "openai/<model>" be asked here."""
        url = f"http://127.0.0.1:{self.server_port}/v1"
        return {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "none"}

    def count(self, words: str) -> None:
        with self._news:
            self.asked[words] += 1
            self._news.notify_all()

    def await_questions(self, number: int) -> bool:
        """Whether so many were asked in all, within a minute."""
        with self._news:
            return self._news.wait_for(lambda: self.asked.total() >= number, timeout=60)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no news."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,)).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()
