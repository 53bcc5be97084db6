"""The command line, run in this process as the console script runs it."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from defext.cli import main


class Ran(NamedTuple):
    """How a run ended."""

    status: object
    stdout: str
    stderr: str


Defext = Callable[..., Ran]


@pytest.fixture
def defext(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Defext:
    """Run `defext` with these arguments, in an empty folder, with no model and no key set."""
    for name in ("DEFEXT_MODEL", "OPENAI_API_KEY", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["defext", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as end:
            main.run()
        return Ran(end.value.code or 0, *capsys.readouterr())

    return run
