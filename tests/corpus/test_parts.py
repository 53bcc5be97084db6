"""A folder of files, each of which is there when it is whole."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from made import extracted, failed
from pyarrow import parquet

from defext.corpus.parquet import SCHEMA
from defext.corpus.parts import located, past, write_part
from defext.errors import ConfigurationError, RunStopped

OWN = "openai/some", "1.0"


def test_what_was_written_is_past(tmp_path: Path) -> None:
    folder = tmp_path / "new/folder"
    assert past(str(folder), *OWN) == Counter()
    write_part([extracted("a"), failed("b")], str(folder), "1.parquet")
    write_part([extracted("b")], str(folder), "2.parquet")
    assert past(str(folder), *OWN) == Counter({"a": 1, "b": 2})
    assert parquet.read_table(folder).schema == SCHEMA
    assert {file.name for file in folder.iterdir()} == {"1.parquet", "2.parquet"}


def test_a_file_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    write_part([extracted("a"), failed("b")], str(tmp_path), "1.parquet")
    write_part([extracted("a")], str(tmp_path), "1.parquet")
    assert past(str(tmp_path), *OWN) == Counter("a")


def test_what_is_no_whole_file_is_cleared_and_what_is_no_outcome_left(tmp_path: Path) -> None:
    (tmp_path / ".1.parquet.part").write_bytes(b"PAR1")
    (tmp_path / "notes.txt").write_text("Mine.", encoding="utf-8")
    assert past(str(tmp_path), *OWN) == Counter()
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("own", [("local", "1.0"), ("openai/some", "2.0")])
def test_a_folder_is_of_one_model_and_its_prompts(own: tuple[str, str], tmp_path: Path) -> None:
    write_part([failed("a"), extracted("b")], str(tmp_path), "1.parquet")
    with pytest.raises(
        ConfigurationError, match=rf"1\.parquet was made by openai/some .* {own[0]}"
    ):
        past(str(tmp_path), *own)


def test_files_of_other_things_are_told(tmp_path: Path) -> None:
    broken, other = tmp_path / "broken", tmp_path / "other"
    for folder in (broken, other):
        folder.mkdir()
    (broken / "1.parquet").write_bytes(b"PAR1")
    parquet.write_table(pa.table({"origin": ["a"]}), other / "1.parquet")
    for folder in (broken, other):
        with pytest.raises(ConfigurationError, match=f"{folder.name}/1.parquet is no file of outc"):
            past(str(folder), *OWN)


def test_what_cannot_be_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (str(tmp_path / "file"), "nosuch://folder"):
        with pytest.raises(ConfigurationError, match=f"{path} is no folder for outcomes"):
            past(path, *OWN)


def test_what_cannot_be_written_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(RunStopped, match="nowhere cannot be written"):
        write_part([failed("a")], str(tmp_path / "nowhere"), "1.parquet")


def test_a_folder_has_one_name_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert located("out") == located(Path("out")) == str(tmp_path / "out")
    assert located("s3://bucket/out") == "s3://bucket/out"
