"""The child process of `defext.document.child`: a file's bytes in, what it holds out as JSON."""

import contextlib
import importlib
import json
import os
import sys
from dataclasses import asdict
from typing import Any

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
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))  # if the parent is gone
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sys.setrecursionlimit(10_000)  # pages are nested


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
        return asdict(reader.read(data))
    except DocumentError as error:
        return {"error": str(error)}


if __name__ == "__main__":
    main(*sys.argv[1:])
