"""Which slot a question is lent, and what the server is asked to have its beginning there."""

import asyncio
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.ask.threads import within
from defext.local import ServerAddress, Slots, shared_slots, slots
from defext.local.server import states_folder

Messages = Sequence[Mapping[str, str]]

SOON = 0.02


def system(text: str) -> Messages:
    return [{"role": "system", "content": text}]


CHECK = system("Answer yes or no.")
FILL = system("Copy the names.")
READ = "/v1/chat/completions"


class Llama(ThreadingHTTPServer):
    """A server that notes what is asked of its slots and writes the files they are saved to."""

    def __init__(self, slots: int = 4, status: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = status
        self.seconds = 0.0  # that reading takes
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.keys: set[str | None] = set()
        self.address = ServerAddress(f"http://127.0.0.1:{self.server_port}/v1", "a-key", slots)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,)).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: Llama

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        self.server.keys.add(self.headers["Authorization"])
        if self.path == READ:
            time.sleep(self.server.seconds)
        if self.path.endswith("=save"):
            (states_folder() / body["filename"]).write_bytes(b"state")
        if self.server.status:
            self.send_response(self.server.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")
        else:
            self.wfile.write(b"what is this")

    def log_message(self, *arguments: object) -> None: ...


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEFEXT_MODELS", str(tmp_path))
    monkeypatch.setattr(slots, "version", lambda package: "1")
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF")
    return path


@pytest.fixture
def llama(model: Path) -> Iterator[Llama]:
    with Llama() as server:
        yield server


@pytest.fixture
def lending(llama: Llama, model: Path) -> Slots:
    return Slots(llama.address, model, 5)


def use(lending: Slots, beginning: Messages) -> int:
    with lending.lent(beginning) as slot:
        return slot


def states() -> list[Path]:
    return list(states_folder().iterdir())


def test_a_beginning_is_read_once_and_its_state_saved(llama: Llama, lending: Slots) -> None:
    slot = use(lending, CHECK)
    (read, body), (save, saved) = llama.asked
    assert (read, save) == (READ, f"/slots/{slot}?action=save")
    assert (body["messages"], body["id_slot"], body["max_tokens"]) == (CHECK, slot, 1)
    assert [path.name for path in states()] == [saved["filename"]]
    assert llama.keys == {"Bearer a-key"}


def test_a_slot_that_holds_the_beginning_is_preferred(llama: Llama, lending: Slots) -> None:
    check, fill = use(lending, CHECK), use(lending, FILL)
    assert check != fill
    asked = len(llama.asked)
    for _ in range(3):
        assert use(lending, CHECK) == check
        assert use(lending, FILL) == fill
    assert len(llama.asked) == asked


def test_another_slot_takes_the_beginning_from_the_file(llama: Llama, lending: Slots) -> None:
    with lending.lent(CHECK) as first, lending.lent(CHECK) as second:
        assert first != second
    assert llama.paths() == [
        READ,
        f"/slots/{first}?action=save",
        f"/slots/{second}?action=restore",
    ]
    assert llama.asked[1][1] == llama.asked[2][1]
    assert use(lending, CHECK) in (first, second)
    assert len(llama.asked) == 3


def test_the_slot_that_was_least_recently_used_is_given_up(llama: Llama, lending: Slots) -> None:
    beginnings = [system(str(number)) for number in range(5)]
    used = [use(lending, beginning) for beginning in beginnings[:4]]
    assert sorted(used) == [0, 1, 2, 3]
    assert use(lending, beginnings[0]) == used[0]
    assert use(lending, beginnings[4]) == used[1]
    asked = len(llama.asked)
    for number in (0, 2, 3):
        assert use(lending, beginnings[number]) == used[number]
    assert len(llama.asked) == asked
    assert use(lending, beginnings[1]) == used[1]  # where the fifth was, used before the others
    assert llama.paths()[-1] == f"/slots/{used[1]}?action=restore"


def test_what_a_question_without_a_beginning_leaves_is_not_taken_for_what_was_there(
    llama: Llama, model: Path
) -> None:
    lending = Slots(replace(llama.address, slots=1), model, 5)
    use(lending, CHECK)
    asked = len(llama.asked)
    use(lending, [])
    assert len(llama.asked) == asked  # there is nothing to read
    use(lending, CHECK)
    assert llama.paths()[asked:] == ["/slots/0?action=restore"]


def test_several_that_ask_at_once_have_it_read_once(llama: Llama, lending: Slots) -> None:
    llama.seconds = SOON
    together = threading.Barrier(4)

    def lent(_: int) -> int:
        with lending.lent(CHECK) as slot:
            together.wait(5)  # all of them have one now
            return slot

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lent, range(4))) == [0, 1, 2, 3]
    kinds = Counter(path.partition("?")[2] or path for path in llama.paths())
    assert kinds == {READ: 1, "action=save": 1, "action=restore": 3}
    restored = [path for path in llama.paths() if path.endswith("=restore")]
    assert len(set(restored)) == 3


def test_a_later_process_reads_nothing_again(llama: Llama, lending: Slots, model: Path) -> None:
    use(lending, CHECK)
    with Llama() as later:
        slot = use(Slots(later.address, model, 5), CHECK)
    assert later.paths() == [f"/slots/{slot}?action=restore"]


def other_file(model: Path) -> Path:
    other = model.with_name("other.gguf")
    other.write_bytes(b"GGUF")
    os.utime(other, ns=(0, model.stat().st_mtime_ns))
    return other


def newer_file(model: Path) -> Path:
    os.utime(model, ns=(0, model.stat().st_mtime_ns + 1))
    return model


@pytest.mark.parametrize("change", [other_file, newer_file])
def test_another_model_does_not_take_the_state_of_this_one(
    change: Callable[[Path], Path], llama: Llama, lending: Slots, model: Path
) -> None:
    use(lending, CHECK)
    with Llama() as later:
        use(Slots(later.address, change(model), 5), CHECK)
    assert later.paths()[0] == READ
    assert len(states()) == 2


def test_another_runtime_does_not_take_the_state_of_this_one(
    llama: Llama, lending: Slots, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(lending, CHECK)
    monkeypatch.setattr(slots, "version", lambda package: "2")
    with Llama() as later:
        use(Slots(later.address, model, 5), CHECK)
    assert later.paths()[0] == READ


@pytest.mark.parametrize("status", [501, 0])  # 0: what comes back is not even HTTP
def test_a_server_that_cannot_do_it_is_asked_all_the_same(model: Path, status: int) -> None:
    with Llama(status=status) as unable:
        lending = Slots(unable.address, model, 5)
        for _ in range(2):
            with lending.lent(CHECK) as slot:
                assert slot in range(4)
    assert unable.paths() == [READ, READ]  # nothing that failed is taken for done
    assert states() == []


def test_a_server_that_is_gone_is_left_to_the_question(llama: Llama, model: Path) -> None:
    with Llama() as gone:
        pass
    assert use(Slots(gone.address, model, 5), CHECK) in range(4)


def test_a_slot_that_a_fault_left_unknown_is_read_anew(llama: Llama, model: Path) -> None:
    lending = Slots(replace(llama.address, slots=1), model, 5)
    use(lending, CHECK)
    llama.status = 500
    use(lending, FILL)
    llama.status = 200
    asked = len(llama.asked)
    use(lending, CHECK)
    assert llama.paths()[asked:] == ["/slots/0?action=restore"]


def test_a_state_that_cannot_be_restored_is_dropped(
    llama: Llama, lending: Slots, model: Path
) -> None:
    use(lending, CHECK)
    with Llama(status=400) as unable:
        use(Slots(unable.address, model, 5), CHECK)
    assert states() == []
    with Llama() as later:
        use(Slots(later.address, model, 5), CHECK)
    assert later.paths()[0] == READ


def test_a_missing_model_is_left_to_the_question(llama: Llama, lending: Slots, model: Path) -> None:
    model.unlink()
    assert use(lending, CHECK) in range(4)
    assert llama.asked == []


def test_old_states_are_dropped(
    llama: Llama, lending: Slots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "_KEPT", 2)
    names = []
    for number in range(4):
        use(lending, system(str(number)))
        names.append(llama.asked[-1][1]["filename"])
        os.utime(states_folder() / names[-1], (number, number))
    assert sorted(path.name for path in states()) == sorted(names[2:])


def test_a_fault_of_the_question_gives_the_slot_back_as_it_was(
    llama: Llama, lending: Slots
) -> None:
    with pytest.raises(ZeroDivisionError), lending.lent(CHECK) as slot:
        raise ZeroDivisionError
    asked = len(llama.asked)
    assert use(lending, CHECK) == slot
    assert len(llama.asked) == asked


def test_while_all_are_lent_the_next_waits_until_one_comes_back(lending: Slots) -> None:
    entered: list[int] = []
    news = threading.Semaphore(0)

    def wait() -> None:
        with lending.lent(CHECK) as slot:
            entered.append(slot)
            news.release()

    with ExitStack() as lent:
        taken = [lent.enter_context(lending.lent(CHECK)) for _ in range(3)]
        with lending.lent(CHECK) as last:
            waiting = [threading.Thread(target=wait) for _ in range(2)]
            for thread in waiting:
                thread.start()
            assert not news.acquire(timeout=SOON)
        for thread in waiting:
            thread.join(5)
        assert entered == [last, last]
        assert {*taken, last} == {0, 1, 2, 3}


class Queue:
    """Questions that wait for the one slot, in this order; `served` says in which they had it."""

    def __init__(self, lending: Slots) -> None:
        self.lending = lending
        self.served: list[str] = []
        self._threads: list[threading.Thread] = []

    def add(self, beginning: Messages) -> None:
        number = len(self._threads)
        thread = threading.Thread(target=self._ask, args=(beginning,))
        self._threads.append(thread)
        thread.start()
        end = time.monotonic() + 5
        while len(self.lending._waiting) <= number:
            assert time.monotonic() < end
            time.sleep(0.001)

    def _ask(self, beginning: Messages) -> None:
        with self.lending.lent(beginning):
            self.served.append(beginning[0]["content"])

    def join(self) -> None:
        for thread in self._threads:
            thread.join(5)


def test_a_slot_that_comes_back_goes_to_who_wants_what_it_holds(llama: Llama, model: Path) -> None:
    lending = Slots(replace(llama.address, slots=1), model, 5)
    waiting = Queue(lending)
    with lending.lent(CHECK):
        for beginning in (FILL, CHECK, FILL, CHECK):
            waiting.add(beginning)
    waiting.join()
    check, fill = CHECK[0]["content"], FILL[0]["content"]
    assert waiting.served == [check, check, fill, fill]
    assert llama.paths().count(READ) == 2


def test_who_has_waited_longest_is_not_passed_over_for_ever(
    llama: Llama, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "_PASSED_OVER", 3)
    lending = Slots(replace(llama.address, slots=1), model, 5)
    waiting = Queue(lending)
    with lending.lent(CHECK):
        for beginning in (FILL, *[CHECK] * 5):
            waiting.add(beginning)
    waiting.join()
    assert waiting.served.index(FILL[0]["content"]) == 3
    assert len(waiting.served) == 6


async def test_who_is_cancelled_while_waiting_gives_the_slot_back(lending: Slots) -> None:
    async def question() -> int:
        async with within(lending.lent(CHECK)) as slot:
            return slot

    with ExitStack() as lent:
        for _ in range(4):
            lent.enter_context(lending.lent(CHECK))
        waiting = [asyncio.create_task(question()) for _ in range(8)]
        await asyncio.sleep(SOON)
        for task in waiting[:-1]:
            task.cancel()
        done, _ = await asyncio.wait(waiting, timeout=SOON)
        assert done == {*waiting[:-1]}
    assert await asyncio.wait_for(waiting[-1], 5) in range(4)
    with ExitStack() as lent:  # all of them are there
        for _ in range(4):
            await asyncio.wait_for(
                asyncio.to_thread(lent.enter_context, lending.lent(CHECK)), timeout=5
            )


def test_all_who_ask_a_server_share_its_slots(llama: Llama, model: Path) -> None:
    lending = shared_slots(llama.address, model, 5)
    assert shared_slots(replace(llama.address), model, 7) is lending
    # A server started later may have the port of one that is gone.
    assert shared_slots(replace(llama.address, api_key="another"), model, 5) is not lending


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=20))
def test_whatever_is_asked_a_slot_that_is_lent_holds_the_beginning(
    steps: list[tuple[int, int]],
) -> None:
    """Each step gives up to so many slots back, then asks for one with that beginning."""
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setenv("DEFEXT_MODELS", folder)
        patch.setattr(slots, "version", lambda package: "1")
        (model := Path(folder) / "model.gguf").write_bytes(b"GGUF")
        lending = Slots(ServerAddress("http://127.0.0.1:9/v1", "a-key", 3), model, 5)
        there: dict[int, str] = {}
        files: dict[str, str] = {}

        def post(path: str, body: Mapping[str, Any]) -> None:
            if path == READ:
                there[body["id_slot"]] = body["messages"][0]["content"]
                return
            slot = int(path.split("/")[2].partition("?")[0])
            if path.endswith("=save"):
                files[body["filename"]] = there[slot]
                (states_folder() / body["filename"]).touch()
            else:
                there[slot] = files[body["filename"]]

        patch.setattr(lending, "_post", post)
        lent: list[ExitStack] = []
        for back, number in steps:
            for _ in range(min(len(lent), back + (len(lent) == 3 and not back))):
                lent.pop(0).close()
            stack = ExitStack()
            slot = stack.enter_context(lending.lent(system(str(number))))
            assert there[slot] == str(number)
            lent.append(stack)
        for stack in lent:
            stack.close()


def test_a_state_that_another_process_drops_meanwhile_does_no_harm(lending: Slots) -> None:
    (states_folder() / "dropped.bin").symlink_to("nowhere")
    use(lending, CHECK)
    assert [file.exists() for file in states()].count(True) == 1


def test_an_interrupt_of_who_waits_costs_no_slot(llama: Llama, model: Path) -> None:
    lending = Slots(replace(llama.address, slots=1), model, 5)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    waiter = threading.main_thread().ident or 0

    def interrupt() -> None:
        while not lending._waiting:
            time.sleep(0.001)
        signal.pthread_kill(waiter, signal.SIGINT)

    try:
        with lending.lent(CHECK):
            threading.Thread(target=interrupt).start()
            with pytest.raises(KeyboardInterrupt), lending.lent(CHECK):
                pass
        assert use(lending, FILL) == 0
    finally:
        signal.signal(signal.SIGINT, before)
