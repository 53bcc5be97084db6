"""Read a prompt's long beginning once, and give what was read to every slot of the server.

Reading costs seconds, restoring milliseconds: llama.cpp writes a slot's state to a file beside the
weights, from where later processes take it too.
"""

import hashlib
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from defext.local.server import PREFIXES, SLOTS, ServerAddress, states_folder

_KEPT = 16  # state files, some 25 MB each; the oldest go first

# Past the environment's proxies: the server is on this machine.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

_lock = threading.Lock()
# By server: the beginnings that its groups of slots hold, the least recently used first.
_held: dict[str, dict[str, int]] = {}


def share_prefix(
    server: ServerAddress, model: Path, messages: Sequence[Mapping[str, str]], timeout: float
) -> None:
    """Make the server ready for questions that begin with `messages`.

    Does nothing while it is. A server that cannot do it answers all the same, only later, so
    faults are passed over here and met again when it is asked.
    """
    beginning = json.dumps([*messages])
    with _lock:
        held = _held.setdefault(server.base_url, {})
        if beginning in held:
            held[beginning] = held.pop(beginning)  # now the last used
            return
        group = len(held) if len(held) < PREFIXES else held.pop(next(iter(held)))
        with suppress(OSError, ValueError):
            file = _file(model, beginning)
            try:
                _share(server, file, messages, group, timeout)
            except BaseException:
                (states_folder() / file).unlink(missing_ok=True)  # it may be half written
                raise
        held[beginning] = group


def _file(model: Path, beginning: str) -> str:
    """The name of the state's file: another model, runtime or beginning has another."""
    stamp = model.stat()
    state = [version("xllamacpp"), model.name, stamp.st_size, stamp.st_mtime_ns, beginning]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32] + ".bin"


def _share(
    server: ServerAddress,
    name: str,
    messages: Sequence[Mapping[str, str]],
    group: int,
    timeout: float,
) -> None:
    first, *others = range(group * SLOTS, (group + 1) * SLOTS)
    if (states_folder() / name).exists():
        others = [first, *others]
    else:
        body = {"messages": [*messages], "max_tokens": 1, "id_slot": first}
        _post(server, "/v1/chat/completions", body, timeout)
        _post(server, f"/slots/{first}?action=save", {"filename": name}, timeout)
        _drop_oldest()
    for slot in others:
        _post(server, f"/slots/{slot}?action=restore", {"filename": name}, timeout)


def _post(server: ServerAddress, path: str, body: Mapping[str, object], timeout: float) -> None:
    request = urllib.request.Request(
        server.base_url.removesuffix("/v1") + path,
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {server.api_key}",
        },
    )
    try:
        with _DIRECT.open(request, timeout=timeout) as response:
            response.read()
    except urllib.error.HTTPError as error:
        error.close()  # it holds the connection
        raise


def _drop_oldest() -> None:
    files = sorted(states_folder().glob("*.bin"), key=lambda file: file.stat().st_mtime)
    for file in files[:-_KEPT]:
        file.unlink(missing_ok=True)
