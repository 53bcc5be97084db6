"""Readers at work in a process of their own, which can be stopped and has no network."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from defext.document.reading import Reading
from defext.errors import ConfigurationError, DocumentError

SECONDS = 60
MEMORY = 2 * 2**30  # bytes

_MODULE = ("-P", "-m", "defext.document.readers")
_NAMES = {"html": "HTML page", "pdf": "PDF", "docx": "DOCX file"}
# What Python itself may need; nothing else of the environment is the reader's business.
_ENVIRONMENT = ("DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT")


def read_in_child(kind: str, data: bytes) -> Reading:
    """What the reader of this kind makes of a file's bytes.

    Raises DocumentError for a file that is no such thing, is damaged, or takes more than SECONDS
    or MEMORY to read, and ConfigurationError where the packages for it are not installed or no
    process can be started.
    """
    what = _NAMES[kind]
    if not sys.executable:
        raise ConfigurationError(
            f"A {what} is read in a process of its own, and this Python does not say where its "
            "program is (sys.executable is empty): give the article as text."
        )
    try:
        done = subprocess.run(
            [sys.executable, *_MODULE, kind, str(SECONDS), str(MEMORY)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for this process, which then stops the reader
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            f"This {what} could not be read within {SECONDS} seconds: it is very large, or made to "
            "be slow. Give the article alone, as text."
        ) from error
    except OSError as error:
        raise ConfigurationError(
            f"A {what} is read in a process of its own, which cannot be started: {error}."
        ) from error
    return _reading(kind, done)


def _reading(kind: str, done: subprocess.CompletedProcess[bytes]) -> Reading:
    try:
        result: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        words = done.stderr.decode(errors="replace").split("\n")
        reason = next((line for line in reversed(words) if line), f"exit status {done.returncode}")
        raise DocumentError(
            f"This {_NAMES[kind]} broke its reader ({reason}): it is damaged, or takes more than "
            f"{MEMORY >> 20} MB of memory. Give the article alone, as text."
        ) from error
    match result:
        case {"missing": package}:
            raise ConfigurationError(
                f"A {_NAMES[kind]} is read with packages that cannot be imported ({package}). "
                f'Run: pip install "defext[{kind}]"'
            )
        case {"error": message}:
            raise DocumentError(message)
    return Reading(**{**result, "pages": tuple(result["pages"])})


def _environment() -> dict[str, str]:
    """Where this process finds its packages, by absolute paths, and little else."""
    here = Path(__file__).parents[2]
    paths = [os.path.abspath(path) for path in sys.path if path]  # noqa: PTH100 (not resolved)
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join([*paths, str(here)]), "PYTHONUTF8": "1"}
