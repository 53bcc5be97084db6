import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.local import ServerAddress, prefix, share_prefix
from defext.local.server import PREFIXES, SLOTS, states_folder

CHECK = [{"role": "system", "content": "Answer yes or no."}]
FILL = [{"role": "system", "content": "Copy the names."}]


class Slots:
    """A server that notes what is asked of its slots and writes the files they are saved to."""

    def __init__(self, status: int = 200) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.keys: set[str | None] = set()

        slots = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                slots.asked.append((self.path, body))
                slots.keys.add(self.headers["Authorization"])
                if self.path.endswith("=save"):
                    (states_folder() / body["filename"]).write_bytes(b"state")
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *arguments: object) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = ServerAddress(f"http://127.0.0.1:{self.http.server_port}/v1", "a-key")
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEFEXT_MODELS", str(tmp_path))
    monkeypatch.setattr(prefix, "version", lambda package: "1")
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF")
    return path


@pytest.fixture
def slots(model: Path) -> Iterator[Slots]:
    server = Slots()
    yield server
    server.close()


def test_the_beginning_is_read_once_and_given_to_every_slot_of_its_group(
    slots: Slots, model: Path
) -> None:
    share_prefix(slots.address, model, CHECK, 5)
    assert slots.paths() == [
        "/v1/chat/completions",
        "/slots/0?action=save",
        "/slots/1?action=restore",
        "/slots/2?action=restore",
        "/slots/3?action=restore",
    ]
    assert slots.asked[0][1]["messages"] == CHECK
    assert slots.asked[0][1]["id_slot"] == 0
    assert len({body["filename"] for _, body in slots.asked[1:]}) == 1
    assert slots.keys == {"Bearer a-key"}


def test_a_second_beginning_gets_slots_of_its_own(slots: Slots, model: Path) -> None:
    share_prefix(slots.address, model, CHECK, 5)
    share_prefix(slots.address, model, FILL, 5)
    assert slots.paths()[6:] == [
        "/slots/4?action=save",
        *(f"/slots/{slot}?action=restore" for slot in (5, 6, 7)),
    ]
    assert slots.asked[1][1]["filename"] != slots.asked[6][1]["filename"]


def test_the_same_beginning_is_given_once(slots: Slots, model: Path) -> None:
    share_prefix(slots.address, model, CHECK, 5)
    before = len(slots.asked)
    share_prefix(slots.address, model, CHECK, 5)
    assert len(slots.asked) == before


def test_a_later_process_reads_nothing_again(slots: Slots, model: Path) -> None:
    share_prefix(slots.address, model, CHECK, 5)
    later = Slots()
    share_prefix(later.address, model, CHECK, 5)
    later.close()
    assert later.paths() == [f"/slots/{slot}?action=restore" for slot in range(4)]


def test_another_model_does_not_take_the_state_of_this_one(slots: Slots, model: Path) -> None:
    share_prefix(slots.address, model, CHECK, 5)
    other = model.with_name("other.gguf")
    other.write_bytes(b"GGUF other")
    later = Slots()
    share_prefix(later.address, other, CHECK, 5)
    later.close()
    assert later.paths()[0] == "/v1/chat/completions"


def test_a_server_that_cannot_do_it_is_asked_all_the_same(model: Path) -> None:
    unable = Slots(status=501)
    share_prefix(unable.address, model, CHECK, 5)
    unable.close()
    assert unable.paths() == ["/v1/chat/completions"]


def test_a_state_that_cannot_be_restored_is_dropped(slots: Slots, model: Path) -> None:
    share_prefix(slots.address, model, CHECK, 5)
    unable = Slots(status=400)
    share_prefix(unable.address, model, CHECK, 5)
    unable.close()
    assert list(states_folder().iterdir()) == []


def test_a_missing_model_is_left_to_the_question(slots: Slots, model: Path) -> None:
    model.unlink()
    share_prefix(slots.address, model, CHECK, 5)
    assert slots.asked == []


def test_old_states_are_dropped(slots: Slots, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefix, "_KEPT", 2)
    for number in range(4):
        share_prefix(slots.address, model, [{"role": "system", "content": str(number)}], 5)
    assert len(list(states_folder().glob("*.bin"))) == 2


def beginnings(count: int) -> list[list[dict[str, str]]]:
    return [[{"role": "system", "content": f"Question {number}."}] for number in range(count)]


def slots_of(group: int) -> list[int]:
    return list(range(group * SLOTS, (group + 1) * SLOTS))


def test_one_beginning_too_many_takes_the_slots_of_the_least_recently_used(
    slots: Slots, model: Path
) -> None:
    first, *others, last = beginnings(PREFIXES + 1)
    for messages in (first, *others, first):
        share_prefix(slots.address, model, messages, 5)
    before = len(slots.asked)
    share_prefix(slots.address, model, last, 5)
    (_, read), (save, _), *restores = slots.asked[before:]
    assert read["messages"] == last
    assert read["id_slot"] == slots_of(1)[0]  # where the second was, for the first was used since
    assert save == f"/slots/{slots_of(1)[0]}?action=save"
    assert [path for path, _ in restores] == [
        f"/slots/{slot}?action=restore" for slot in slots_of(1)[1:]
    ]


def test_a_beginning_that_was_given_up_is_restored_and_not_read_again(
    slots: Slots, model: Path
) -> None:
    shared = beginnings(PREFIXES + 1)
    for messages in shared:
        share_prefix(slots.address, model, messages, 5)
    file = slots.asked[1][1]["filename"]
    before = len(slots.asked)
    share_prefix(slots.address, model, shared[0], 5)
    restored = slots.asked[before:]
    # The last took the first's slots, so the second is now the least recently used.
    assert [path for path, _ in restored] == [
        f"/slots/{slot}?action=restore" for slot in slots_of(1)
    ]
    assert {body["filename"] for _, body in restored} == {file}


def test_beginnings_that_are_held_are_not_given_again_after_another_was_given_up(
    slots: Slots, model: Path
) -> None:
    shared = beginnings(PREFIXES + 1)
    for messages in shared:
        share_prefix(slots.address, model, messages, 5)
    before = len(slots.asked)
    for messages in shared[1:]:
        share_prefix(slots.address, model, messages, 5)
    assert len(slots.asked) == before


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, PREFIXES + 1), max_size=12))
def test_whatever_the_order_the_last_beginnings_are_held_each_in_its_group(
    used: list[int],
) -> None:
    known = beginnings(PREFIXES + 2)
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setenv("DEFEXT_MODELS", folder)
        patch.setattr(prefix, "version", lambda package: "1")
        asked: list[tuple[str, int]] = []

        def note(server: object, file: str, messages: object, group: int, timeout: float) -> None:
            asked.append((json.dumps(messages), group))

        patch.setattr(prefix, "_share", note)
        patch.setattr(prefix, "_held", {})
        weights = Path(folder) / "model.gguf"
        weights.write_bytes(b"GGUF")
        held: dict[int, str] = {}
        for number in used:
            messages, before = known[number], len(asked)
            share_prefix(ServerAddress("http://127.0.0.1:9/v1", "a-key"), weights, messages, 5)
            is_held = json.dumps(messages) in held.values()
            assert len(asked) - before == (not is_held)
            held |= {group: beginning for beginning, group in asked[before:]}
    recent = list(dict.fromkeys(reversed(used)))[:PREFIXES]
    assert set(held.values()) == {json.dumps(known[number]) for number in recent}
    assert set(held) <= set(range(PREFIXES))
