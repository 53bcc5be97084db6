"""The adapter in the package is the pinned one; what was read without it is not used with it."""

import shutil
from pathlib import Path

import pytest

from defext.errors import WeightsDamaged
from defext.local import ADAPTER, adapter, adapter_path, slots


def test_the_adapter_in_the_package_is_the_pinned_one() -> None:
    assert adapter_path().stat().st_size == ADAPTER.size


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package's adapter, in its place."""
    copy = tmp_path / ADAPTER.name
    shutil.copy(adapter_path(), copy)
    monkeypatch.setattr(adapter, "files", lambda _: tmp_path)
    monkeypatch.setattr(adapter, "adapter_path", adapter.adapter_path.__wrapped__)
    return copy


def test_a_wrong_byte_is_seen(package: Path) -> None:
    assert adapter.adapter_path() == package
    with package.open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(WeightsDamaged, match=r"SHA-256.*Install defext anew"):
        adapter.adapter_path()


def test_a_missing_one_is_said(package: Path) -> None:
    package.unlink()
    with pytest.raises(WeightsDamaged, match="Install defext anew"):
        adapter.adapter_path()


def test_a_state_is_that_of_its_adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "version", lambda package: "1")
    model, one, other = (tmp_path / name for name in ("model", "one", "other"))
    for number, file in enumerate((model, one, other)):
        file.write_bytes(b"x" * (number + 1))
    names = {slots._file(files, []) for files in ([model], [model, one], [model, other])}
    assert len(names) == 3
