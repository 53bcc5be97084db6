"""`defext` itself: its help, its version, and what its errors end in."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

from defext import errors
from defext.cli import main

from .conftest import Defext


def commands(command: Any, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield name, command
    for sub, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*name, sub))


COMMANDS = dict(commands(typer.main.get_command(main.app)))


def test_the_commands_are_those_of_the_design() -> None:
    model = {("model", sub) for sub in ("pull", "path", "list", "serve")}
    names = ("extract", "batch", "view", "events", "evaluate", "schema", "model")
    plain = {(name,) for name in names}
    assert COMMANDS.keys() == {()} | plain | model


@pytest.mark.parametrize("name", COMMANDS, ids=" ".join)
def test_help_explains_every_command_and_flag(defext: Defext, name: tuple[str, ...]) -> None:
    result = defext(*name, "--help")
    assert (result.status, result.stderr) == (0, "")
    assert COMMANDS[name].help
    for parameter in COMMANDS[name].params:
        assert parameter.help, parameter.name
        is_option = parameter.param_type_name == "option"
        for flag in parameter.opts if is_option else [parameter.metavar or ""]:
            assert flag in result.stdout
    for sub in getattr(COMMANDS[name], "commands", {}):
        assert sub in result.stdout


def test_help_says_the_exit_status(defext: Defext) -> None:
    for result in (defext("--help"), defext("extract", "--help")):
        for said in ("0 all", "1 some", "2 wrong use"):
            assert said in result.stdout


def test_help_loads_no_model_library_and_no_stage() -> None:
    program = "import sys, defext.cli.main; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"openai", "instructor", "pydantic"} & set(loaded)


def test_version(defext: Defext) -> None:
    assert defext("--version") == (0, f"defext {version('defext')}\n", "")


def test_nothing_shows_the_help_and_is_wrong_use(defext: Defext) -> None:
    result = defext()
    assert result.status == 2
    assert "extract" in result.stdout + result.stderr


@pytest.mark.parametrize("arguments", [("nonsense",), ("--nonsense",), ("model", "nonsense")])
def test_wrong_use(defext: Defext, arguments: tuple[str, ...]) -> None:
    result = defext(*arguments)
    assert (result.status, result.stdout) == (2, "")
    assert "nonsense" in result.stderr


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.ConfigurationError("No key."), 2),
        (errors.WeightsMissing("No weights."), 1),
        (errors.DefextError("Something\nelse."), 1),
    ],
)
def test_an_error_of_ours_is_one_line_and_a_status(
    defext: Defext, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("defext.cli.model.weights_path", fail)
    message = " ".join(str(error).split())
    assert defext("model", "path") == (status, "", f"defext: {type(error).__name__}: {message}\n")


@pytest.mark.parametrize(
    ("model", "said"),
    [("openai/gpt-5-mini", "OPENAI_API_KEY"), ("nonsense/some", "nonsense"), ("local/", "local")],
)
def test_a_model_that_cannot_be_asked_is_wrong_use(
    defext: Defext, tmp_path: Path, model: str, said: str
) -> None:
    (tmp_path / "a.txt").write_text("Singh urged Hegseth to visit Delhi.", encoding="utf-8")
    result = defext("extract", "a.txt", "--model", model)
    assert (result.status, result.stdout) == (2, "")
    assert "ConfigurationError" in result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.stderr
