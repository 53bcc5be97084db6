"""`defext schema`: files are written, and --check names those that differ."""

import json
from pathlib import Path

from defext.schema import SCHEMA_VERSION

from .conftest import Defext

FOLDER = Path("schemas", SCHEMA_VERSION)
FILES = ["extraction.json", "outcome.json"]


def test_the_schemas_are_written_into_the_current_folder(defext: Defext, tmp_path: Path) -> None:
    result = defext("schema")
    assert (result.status, result.stdout) == (0, "")
    written = sorted((tmp_path / FOLDER).iterdir())
    assert [path.name for path in written] == FILES
    for path in written:
        assert str(path.relative_to(tmp_path)) in result.stderr
        assert "$schema" in json.loads(path.read_text(encoding="utf-8"))


def test_what_was_written_passes_the_check(defext: Defext) -> None:
    defext("schema")
    assert defext("schema", "--check") == (0, "", "")


def test_the_check_names_what_is_missing_and_writes_nothing(defext: Defext, tmp_path: Path) -> None:
    result = defext("schema", "--check")
    assert (result.status, result.stdout) == (1, "")
    for name in FILES:
        assert f"{FOLDER / name} is missing" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_check_names_what_differs_and_what_is_not_ours(defext: Defext, tmp_path: Path) -> None:
    defext("schema")
    folder = tmp_path / FOLDER
    (folder / "outcome.json").write_text("{}\n", encoding="utf-8")
    (folder / "old.json").write_text("{}\n", encoding="utf-8")
    result = defext("schema", "--check")
    assert result.status == 1
    assert [line.split(":")[1].split()[0] for line in result.stderr.splitlines()] == [
        str(FOLDER / "old.json"),
        str(FOLDER / "outcome.json"),
    ]
    assert "differs from the code" in result.stderr
    assert (folder / "outcome.json").read_text(encoding="utf-8") == "{}\n"
