"""The child process of `defext.document.child`: a file's bytes in, what it holds out as JSON."""

import contextlib
import importlib
import json
import os
import sys
from dataclasses import asdict
from typing import Any

from defext.document.reading import check_length
from defext.errors import DocumentError


def main(kind: str, seconds: str, memory: str) -> None:
    """Read standard input with the reader of this name, and write what it makes of it."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no part of the answer
    bound(int(seconds), int(memory))
    close_network()
    sys.modules["py3langid"] = None  # type: ignore[assignment] # a third of trafilatura's start
    with out:
        json.dump(answer(kind, sys.stdin.buffer.read()), out)


def bound(seconds: int, memory: int) -> None:
    """Bound the process's time and memory, where the system can."""
    sys.setrecursionlimit(10_000)  # pages are nested
    try:
        import resource
    except ImportError:
        return
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,  # if the parent is gone
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        with contextlib.suppress(OSError, ValueError):  # one may fail without the others
            hard = resource.getrlimit(limit)[1]
            value = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(limit, (value, value))


def close_network() -> None:
    """Make every use of a socket from Python an error."""

    def refuse(event: str, _: object) -> None:
        if event.startswith("socket."):
            raise PermissionError(f"A reader has no network ({event}).")

    sys.addaudithook(refuse)


def answer(kind: str, data: bytes) -> dict[str, Any]:
    """The reading, or why there is none; what nobody foresaw is a traceback on standard error."""
    try:
        reader = importlib.import_module(f"defext.document.readers.{kind}")
    except ImportError as error:
        return {"missing": str(error)}
    try:
        reading = reader.read(data)
        check_length(reading.text)
    except DocumentError as error:
        return {"error": str(error)}
    return asdict(reading)


if __name__ == "__main__":
    main(*sys.argv[1:])
