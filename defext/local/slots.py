"""The server's slots, lent one at a time; a prompt's long beginning is read once for all of them.

Reading costs seconds, restoring milliseconds: llama.cpp writes a slot's state to a file beside the
weights, from where other slots and later processes take it. Left to itself the server gives a
question to any slot, which then reads its prompt's beginning anew.
"""

import hashlib
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path

from defext.local.server import ServerAddress, states_folder

_KEPT = 16  # state files, some 25 MB each; the oldest go first
_PASSED_OVER = 64  # questions that may go before the one that has waited longest

# Past the environment's proxies: the server is on this machine.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def shared_slots(
    server: ServerAddress, model: Path, timeout: float, adapter: Path | None = None
) -> "Slots":
    """The slots of a server, which all who ask it share."""
    with _lock:
        return _slots.setdefault(server, Slots(server, model, timeout, adapter))


class Slots:
    """The slots of a server of the file `model`, each of which answers one question at a time.

    It has loaded the `adapter`, if one is given. `timeout` is the most seconds for what is asked of
    the server.
    """

    def __init__(
        self, server: ServerAddress, model: Path, timeout: float, adapter: Path | None = None
    ) -> None:
        self._server = server
        self._files = [model, *filter(None, [adapter])]
        self._timeout = timeout
        self._reading = threading.Lock()
        self._lock = threading.Lock()
        # What each free slot holds, the least recently used first; who waits for one, and for what.
        self._free: dict[int, str] = dict.fromkeys(range(server.slots), "")
        self._waiting: list[tuple[str, Future[tuple[int, str]]]] = []
        self._passed_over = 0

    @contextmanager
    def lent(self, beginning: Sequence[Mapping[str, str]]) -> Iterator[int]:
        """The number of a slot that has read `beginning`, waited for while all are lent.

        A server that cannot save and restore answers all the same, only later, so faults are passed
        over here and met again when it is asked.
        """
        wanted = json.dumps([*beginning])
        slot, held = self._take(wanted)
        try:
            if held != wanted:
                held = ""
                with suppress(HTTPException, OSError, ValueError):
                    if beginning:
                        self._restore(slot, beginning)
                    held = wanted
            yield slot
        finally:
            self._give(slot, held)

    def _take(self, wanted: str) -> tuple[int, str]:
        """A slot and what it holds."""
        given: Future[tuple[int, str]] = Future()
        try:
            with self._lock:
                if self._free:
                    holding = (slot for slot, held in self._free.items() if held == wanted)
                    slot = next(holding, next(iter(self._free)))
                    return slot, self._free.pop(slot)
                self._waiting.append((wanted, given))
            return given.result()
        except BaseException:  # an interrupt: nobody is there any more to give it back
            if not given.cancel():
                self._give(*given.result())
            raise

    def _give(self, slot: int, held: str) -> None:
        """Pass a slot on to who wants what it holds, else to who has waited longest.

        A restoration waits for what the other slots are reading, so it pays to have few.
        """
        with self._lock:
            while self._waiting:
                alike = (n for n, (wanted, _) in enumerate(self._waiting) if wanted == held)
                chosen = next(alike, 0) if self._passed_over < _PASSED_OVER else 0
                self._passed_over = self._passed_over + 1 if chosen else 0
                _, given = self._waiting.pop(chosen)
                if given.set_running_or_notify_cancel():
                    break
            else:
                self._free[slot] = held
                return
        given.set_result((slot, held))

    def _restore(self, slot: int, messages: Sequence[Mapping[str, str]]) -> None:
        name = _file(self._files, messages)
        state = states_folder() / name
        try:
            if not state.exists():
                with self._reading:  # the others wait, to take it from the file
                    if not state.exists():
                        self._read(slot, messages, name)
                        return
            self._post(f"/slots/{slot}?action=restore", {"filename": name})
        except BaseException:
            state.unlink(missing_ok=True)  # it may be half written
            raise

    def _read(self, slot: int, messages: Sequence[Mapping[str, str]], name: str) -> None:
        body = {"messages": [*messages], "max_tokens": 1, "id_slot": slot}
        self._post("/v1/chat/completions", body)
        self._post(f"/slots/{slot}?action=save", {"filename": name})
        (states_folder() / name).chmod(0o600)
        _drop_oldest()

    def _post(self, path: str, body: Mapping[str, object]) -> None:
        request = urllib.request.Request(
            self._server.base_url.removesuffix("/v1") + path,
            data=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {self._server.api_key}",
            },
        )
        try:
            with _DIRECT.open(request, timeout=self._timeout) as response:
                response.read()
        except urllib.error.HTTPError as error:
            error.close()  # it holds the connection
            raise


def _file(files: Sequence[Path], beginning: Sequence[Mapping[str, str]]) -> str:
    """The name of the state's file: another model, adapter, runtime or beginning has another."""
    stamps = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    state = [version("xllamacpp"), stamps, [*beginning]]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32] + ".bin"


def _modified(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:  # another process dropped it
        return 0.0


def _drop_oldest() -> None:
    files = sorted(states_folder().glob("*.bin"), key=_modified)
    for file in files[:-_KEPT]:
        file.unlink(missing_ok=True)


_lock = threading.Lock()
_slots: dict[ServerAddress, Slots] = {}
