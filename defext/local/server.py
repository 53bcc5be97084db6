"""llama.cpp's OpenAI-compatible server, inside this process, for a model file on this machine."""

import atexit
import ctypes
import importlib
import os
import secrets
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defext.errors import ConfigurationError, ServerUnavailable
from defext.local.weights import models_folder

SLOTS = 4  # questions that share one pass over the weights
_TOKENS = 32768  # context, shared by all slots


@dataclass(frozen=True)
class ServerAddress:
    """Where a server answers and the key that it asks for, as an OpenAI client takes them.

    `slots` is how many questions it answers at once.
    """

    base_url: str
    api_key: str = field(repr=False)
    slots: int = SLOTS


def shared_server(path: Path, slots: int = SLOTS, adapter: Path | None = None) -> ServerAddress:
    """The server of this model file, started on first use and stopped when the process exits.

    There is one for each file, with each `adapter` or none, in each process; a forked child starts
    its own. `slots` is for the one that starts it. Raises ConfigurationError without the package
    xllamacpp and ServerUnavailable if it does not start.
    """
    path = path.resolve()
    with _lock:
        if (path, adapter) not in _addresses:
            server = serve(path, slots=slots, adapter=adapter)
            _addresses[path, adapter] = _servers.enter_context(server)
        return _addresses[path, adapter]


def states_folder() -> Path:
    """Where the server keeps what it has read, for the next time."""
    folder = models_folder() / "states"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def stop_all() -> None:
    """Stop the servers that shared_server started; the next use starts them anew."""
    with _lock:
        _addresses.clear()
        _servers.close()


@contextmanager
def serve(
    path: Path, port: int = 0, slots: int = SLOTS, adapter: Path | None = None
) -> Iterator[ServerAddress]:
    """Run a server of this model file on the loopback interface until the block ends.

    It answers as many questions at once as it has `slots`. `port` 0 takes a free one; the key is a
    new random one. Raises ConfigurationError without the package xllamacpp and ServerUnavailable if
    the server does not start.
    """
    key = secrets.token_urlsafe()
    server = _start(path, port, key, slots, adapter)
    address: str = server.listening_address
    try:
        yield ServerAddress(f"{address}/v1", key, slots)
    finally:
        _disconnect_clients(int(address.rpartition(":")[2]))
        del server  # the only way to stop it: its end closes the port and joins its threads


def _start(path: Path, port: int, key: str, slots: int, adapter: Path | None) -> Any:
    try:
        llama = importlib.import_module("xllamacpp")
    except ImportError as error:
        raise ConfigurationError(
            "The embedded model runs on the package xllamacpp, which cannot be imported "
            f'({error}). Run: pip install "defext[local]"'
        ) from error
    params = llama.CommonParams()
    params.model.path = str(path)
    if adapter is not None:
        lora = llama.CommonAdapterLoraInfo()
        lora.path, lora.scale = str(adapter), 1.0
        params.lora_adapters = [lora]
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.api_keys = [key]
    params.n_parallel = slots
    params.n_ctx = _TOKENS
    params.kv_unified = True
    params.cache_idle_slots = False  # what an idle slot has read stays in it
    params.cache_ram_mib = 256
    params.slot_save_path = f"{states_folder()}{os.sep}"
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _usable_cores()
    params.ui = False
    params.verbosity = 1  # errors alone, on standard error
    try:
        return llama.Server(params)
    except RuntimeError as error:
        raise ServerUnavailable(
            f"llama.cpp could not serve {path} on port {port or 'any'}: {error} Its own words "
            "are on standard error. See that the file is a whole GGUF model, that it fits into "
            "memory and that the port is free."
        ) from error


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _disconnect_clients(port: int) -> None:
    """Cut the connections to this process's server on `port`.

    A server that stops waits until every client with an open question has gone, and holds the
    interpreter lock meanwhile: a client in a thread of this process could never go.
    """
    descriptors = Path("/dev/fd")
    for entry in descriptors.iterdir() if descriptors.is_dir() else ():
        with suppress(OSError):
            descriptor = int(entry.name)
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            with socket.socket(fileno=os.dup(descriptor)) as connection:
                listening = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                if connection.getsockname() == ("127.0.0.1", port) and not listening:
                    connection.shutdown(socket.SHUT_RDWR)


def _leave_to_parent() -> None:
    """Forget, in a forked child, the servers of its parent.

    Their threads do not exist here, so that stopping one would wait for ever. An extra reference
    keeps Python from doing that when it clears its modules.
    """
    global _lock, _servers
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(_servers))
    _lock, _servers = threading.Lock(), ExitStack()
    _addresses.clear()


_lock = threading.Lock()
_addresses: dict[tuple[Path, Path | None], ServerAddress] = {}
_servers = ExitStack()

atexit.register(stop_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
