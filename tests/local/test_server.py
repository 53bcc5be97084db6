"""The embedded server's life, told with a stand-in for llama.cpp that notes when it ends."""

import importlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest

import defext.local
from defext.errors import ConfigurationError, ServerUnavailable
from defext.local import ServerAddress, serve, shared_server, stop_all

# Like the real one: the end of the object is the end of the server, and before it ends it waits
# until its clients have gone.
FAKE = """
import os, pathlib, socket, threading, time
from contextlib import suppress
from types import SimpleNamespace

params = []

def note(event, address):
    with open(os.environ["FAKE_LOG"], "a") as log:
        log.write(f"{os.getpid()} {event} {address}\\n")

class CommonParams:
    def __init__(self):
        self.model = SimpleNamespace()
        self.cpuparams = SimpleNamespace()
        self.cpuparams_batch = SimpleNamespace()

def accept(listener, clients):
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        clients.append(client)
        with suppress(OSError):  # it may be gone again
            client.send(b"!")

class Server:
    def __init__(self, given):
        params.append(given)
        time.sleep(0.02)
        try:
            pathlib.Path(given.model.path).read_bytes().index(b"GGUF")
            self.listener = socket.create_server((given.hostnames[0], given.port))
        except (OSError, ValueError):
            raise RuntimeError("Failed to init server.") from None
        self.listening_address = "http://%s:%d" % self.listener.getsockname()
        self.clients = []
        arguments = self.listener, self.clients
        self.thread = threading.Thread(target=accept, args=arguments, daemon=True)
        self.thread.start()
        note("started", self.listening_address)

    def __del__(self):
        if not hasattr(self, "thread"):
            return
        for client in self.clients:
            client.settimeout(5)
            try:
                client.recv(1)
            except OSError:
                note("hung", self.listening_address)
            client.close()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self.listener.close()
        for client in self.clients:  # who came meanwhile
            client.close()
        note("stopped", self.listening_address)
"""


class Log:
    """What the stand-in noted."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def addresses(self, event: str, process: int | None = None) -> list[str]:
        lines = [line.split() for line in self.path.read_text().splitlines()]
        return [
            address
            for pid, noted, address in lines
            if noted == event and process in (None, int(pid))
        ]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Log:
    (tmp_path / "log").touch()
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    return Log(tmp_path / "log")


@pytest.fixture
def fake(tmp_path: Path, log: Log, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "xllamacpp.py").write_text(FAKE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "xllamacpp", raising=False)
    fake = importlib.import_module("xllamacpp")
    monkeypatch.setitem(sys.modules, "xllamacpp", fake)
    yield fake
    stop_all()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"GGUF")
    return path


def place(address: ServerAddress | str) -> tuple[str, int]:
    url = address if isinstance(address, str) else address.base_url
    host, _, port = url.removeprefix("http://").removesuffix("/v1").partition(":")
    return host, int(port)


def answers(address: ServerAddress | str) -> bool:
    try:
        socket.create_connection(place(address), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_the_server_is_for_this_machine_and_this_process_alone(
    fake: ModuleType, model: Path
) -> None:
    address = shared_server(model)
    (params,) = fake.params
    assert params.model.path == str(model)
    assert params.hostnames == ["127.0.0.1"]
    assert params.api_keys == [address.api_key]
    assert len(address.api_key) >= 32
    assert address.base_url == f"http://127.0.0.1:{place(address)[1]}/v1"
    assert address.api_key not in repr(address)


def test_every_slot_has_room_and_every_core_works(fake: ModuleType, model: Path) -> None:
    shared_server(model)
    (params,) = fake.params
    assert params.n_ctx >= params.n_parallel * 2048
    assert 1 <= params.cpuparams.n_threads <= (os.cpu_count() or 1)
    assert params.cpuparams_batch.n_threads == params.cpuparams.n_threads


def test_eight_threads_start_one_server(fake: ModuleType, model: Path) -> None:
    together = threading.Barrier(8)

    def call(_: int) -> ServerAddress:
        together.wait()
        return shared_server(model)

    with ThreadPoolExecutor(8) as pool:
        addresses = set(pool.map(call, range(8)))
    assert len(addresses) == len(fake.params) == 1


def test_a_file_has_one_server_under_all_its_names(
    fake: ModuleType, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = model.with_name("other.gguf")
    other.write_bytes(b"GGUF")
    monkeypatch.chdir(model.parent)
    assert shared_server(Path("tiny.gguf")) == shared_server(model) != shared_server(other)


def test_servers_stop_and_start_anew(fake: ModuleType, model: Path, log: Log) -> None:
    first = shared_server(model)
    assert answers(first)
    stop_all()
    assert not answers(first)
    assert len(log.addresses("stopped")) == 1
    second = shared_server(model)
    assert answers(second)
    assert second.api_key != first.api_key


def test_an_own_server_ends_with_its_block(fake: ModuleType, model: Path) -> None:
    with suppress(KeyError), serve(model) as address:
        assert answers(address)
        raise KeyError
    assert not answers(address)


def test_a_waiting_client_does_not_keep_the_server_from_stopping(
    fake: ModuleType, model: Path, log: Log
) -> None:
    with serve(model) as address:
        client = socket.create_connection(place(address), timeout=5)
        assert client.recv(1) == b"!"
    with client:
        assert client.recv(1) == b""
    assert log.addresses("hung") == []


def test_other_connections_of_the_process_outlive_the_server(fake: ModuleType, model: Path) -> None:
    here, there = socket.socketpair()
    with (
        here,
        there,
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        with serve(model):
            pass
        here.send(b"!")
        client.send(b"!")
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.recv(1) == there.recv(1) == b"!"


def test_without_llama_cpp_the_message_names_the_extra(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ConfigurationError, match=r'pip install "defext\[local\]"'):
        shared_server(model)


def test_a_taken_port_is_named(fake: ModuleType, model: Path) -> None:
    with (
        serve(model) as address,
        pytest.raises(ServerUnavailable, match=f"tiny.gguf on port {place(address)[1]}"),
        serve(model, place(address)[1]),
    ):
        pass


def test_a_server_that_does_not_start_is_tried_again(fake: ModuleType, model: Path) -> None:
    model.write_bytes(b"")
    with pytest.raises(ServerUnavailable, match=r"tiny\.gguf.*Failed to init server"):
        shared_server(model)
    model.write_bytes(b"GGUF")
    assert answers(shared_server(model))


def run(model: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run `script` in a process of its own, after it started the server of `model`."""
    path = f"{model.parent}{os.pathsep}{Path(defext.local.__file__).parents[2]}"
    start = (
        "import os, signal, sys; from pathlib import Path; from defext.local import shared_server\n"
        # A background job inherits that SIGINT is ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"model = Path({str(model)!r}); address = shared_server(model)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", start + script],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("raise RuntimeError('boom')", 1),
        ("sys.exit(7)", 7),
        ("signal.raise_signal(signal.SIGINT)", -2),
        ("pass", 0),
    ],
)
def test_the_server_stops_with_its_process(
    fake: ModuleType, model: Path, log: Log, end: str, status: int
) -> None:
    done = run(model, end)
    assert (done.returncode, done.stdout) == (status, "")
    (address,) = log.addresses("started")
    assert log.addresses("stopped") == [address]
    assert not answers(address)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_leaves_its_parents_server_alone(
    fake: ModuleType, model: Path, log: Log
) -> None:
    done = run(
        model,
        "child = os.fork()\n"
        "if not child:\n"
        "    sys.exit(shared_server(model) == address)\n"
        "print(os.getpid(), *os.waitpid(child, 0))\n",
    )
    parent, child, status = (int(word) for word in done.stdout.split())
    assert status == 0
    assert log.addresses("started", parent) == log.addresses("stopped", parent)
    assert log.addresses("started", child) == log.addresses("stopped", child)
    assert len(log.addresses("started")) == 2
