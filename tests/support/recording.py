"""Cassettes: what is kept of real HTTP, how it is stored, and how a question finds its answer.

Of a chat request only the method, the path and the body are kept, of a response only the status
and the body, so no key, cookie, organisation, host or date of the headers can reach a file. Only
answers that succeeded are kept: faults are tested against a server that misbehaves on purpose.
"""

import json
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from vcr import matchers
from vcr.cassette import Cassette
from vcr.filters import decode_response
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.record_mode import RecordMode
from vcr.request import Request

HOST = "http://model.invalid"  # a name that no network ever resolves
WIDTH = 120
# What tells the server, its machine and the hour apart, but not the answers.
NOISE = {"created", "id", "model", "system_fingerprint", "timings"}

_JSON = {"content-type": ["application/json"]}
_parse = lru_cache(maxsize=1024)(json.loads)


def cassette_path(test: str) -> Path:
    """Where a test's recording is, by the test's id: one folder a test module."""
    module, _, name = test.removeprefix("tests/").partition("::")
    safe_name = re.sub(r"[^\w.]+", "-", name).strip("-")
    return Path("cassettes", module).with_suffix("") / f"{safe_name}.json"


class Recording(Cassette):  # type: ignore[misc] # vcrpy comes without types
    """A test's questions and answers. The same question has the same answer, however often and in
    whatever order it is asked; one without an answer fails the test, unless it is being recorded.
    """

    def __init__(self, path: Path, *, record: bool) -> None:
        if record:
            path.unlink(missing_ok=True)
        super().__init__(
            path,
            persister=_Files,
            record_mode=RecordMode.NEW_EPISODES if record else RecordMode.NONE,
            match_on=(matchers.method, matchers.path, _same_body),
            before_record_response=_scrubbed,
            allow_playback_repeats=True,
        )
        self._name = os.path.relpath(path)
        self._recorded = Lock()

    def can_play_response_for(self, request: Request) -> bool:
        """Whether the answer is here. Where it must be and is not, no `except Exception` and no
        retry between here and the test stops the failure."""
        if super().can_play_response_for(request):
            return True
        if self.write_protected:
            lack = "lacks a request (a prompt changed?)" if self.data else "does not exist"
            pytest.fail(f"{self._name} {lack}. Run: make record", pytrace=False)
        return False

    def append(self, request: Request, response: dict[str, Any]) -> None:
        """Keep an answer, unless another thread got one to the same question meanwhile."""
        with self._recorded:
            if request not in self:
                super().append(request, response)

    def check_used(self) -> None:
        """Fail the test if it did not ask for every answer."""
        if self.write_protected and not self.all_played:
            unused = len(self) - len(self.play_counts)
            pytest.fail(
                f"{self._name} has {unused} unused answers. Run: make record", pytrace=False
            )


def _same_body(a: Request, b: Request) -> bool:
    return bool(_parse(a.body) == _parse(b.body))


def _scrubbed(response: dict[str, Any]) -> dict[str, Any] | None:
    status = response["status"]["code"]
    if status != HTTPStatus.OK:
        return None
    body = json.loads(decode_response(response)["body"]["string"])
    kept = {key: value for key, value in body.items() if key not in NOISE}
    return _response({"status": status, "body": kept})


def _response(stored: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": {"code": stored["status"], "message": HTTPStatus(stored["status"]).phrase},
        "headers": _JSON,
        "body": {"string": _bytes(stored["body"])},
    }


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class _Files:
    """Cassettes as readable JSON, requests that differ in their last message alone as one."""

    @staticmethod
    def save_cassette(path: Path, content: dict[str, list[Any]], serializer: object) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        stored = _pack(zip(content["requests"], content["responses"], strict=True))
        path.write_text(_layout(stored) + "\n", encoding="utf-8")

    @staticmethod
    def load_cassette(path: Path, serializer: object) -> tuple[list[Request], list[Any]]:
        if not path.is_file():
            raise CassetteNotFoundError
        requests, responses = [], []
        for conversation in json.loads(path.read_text(encoding="utf-8")):
            start = conversation["request"]
            for turn in conversation["turns"]:
                body = start["body"] | {"messages": [*start["body"]["messages"], turn["message"]]}
                uri = HOST + start["path"]
                requests.append(Request(start["method"], uri, _bytes(body), _JSON))
                responses.append(_response(turn["response"]))
        return requests, responses


def _pack(interactions: Iterable[tuple[Request, dict[str, Any]]]) -> list[Any]:
    """In an order that does not depend on the threads that asked."""
    turns = []
    for request, response in interactions:
        body = json.loads(request.body)
        *messages, message = body["messages"]
        start = {
            "method": request.method,
            "path": request.path,
            "body": body | {"messages": messages},
        }
        answer = {
            "status": response["status"]["code"],
            "body": json.loads(response["body"]["string"]),
        }
        turns.append((start, {"message": message, "response": answer}))
    turns.sort(key=json.dumps)
    return [
        {"request": start, "turns": [turn for _, turn in group]}
        for start, group in groupby(turns, key=lambda turn: turn[0])
    ]


def _layout(value: Any, indent: str = "") -> str:
    """JSON on one line where it fits, else one item a line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not value or not isinstance(value, dict | list):
        return line
    deeper = indent + " "
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {_layout(part, deeper)}" for key, part in value.items()]
        opening, closing = "{", "}"
    else:
        items = [_layout(part, deeper) for part in value]
        opening, closing = "[", "]"
    inside = f",\n{deeper}".join(items)
    return f"{opening}\n{deeper}{inside}\n{indent}{closing}"
