"""What is taken for a document, under which name, and what becomes of what is none."""

import json
import os
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from handmade import pdf
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from defext.corpus.inputs import Input, count, inputs
from defext.document import Document
from defext.errors import ConfigurationError, DocumentError


def read(item: Input) -> str:
    """The text of a document, or why there is none."""
    try:
        return item.read().text
    except DocumentError as error:
        return f"DocumentError: {error}"


def told(path: Path) -> dict[str, str]:
    return {item.origin: read(item) for item in inputs(path)}


def jsonl(path: Path, *given: bytes | dict[str, Any]) -> Path:
    path.write_bytes(
        b"".join(
            (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n"
            for line in given
        )
    )
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    for name in ("b.txt", "a/z.txt", "a/b/c.txt", "a.txt", ".hidden", ".git/config"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"The words of {name}.", encoding="utf-8")
    return folder


def test_a_folder_has_every_file_below_it_in_order(folder: Path) -> None:
    assert list(told(folder).items()) == [
        ("a/b/c.txt", "The words of a/b/c.txt."),
        ("a/z.txt", "The words of a/z.txt."),
        ("a.txt", "The words of a.txt."),
        ("b.txt", "The words of b.txt."),
    ]
    assert count(folder) == 4
    assert [item.name for item in inputs(folder)] == [item.origin for item in inputs(folder)]


def test_what_is_no_document_has_a_reason(folder: Path) -> None:
    (folder / "page.html").write_text("<p>Norway agreed to return the ships.</p>")
    (folder / "scan.pdf").write_bytes(pdf(b""))
    (folder / "empty").touch()
    (folder / "binary").write_bytes(b"\0\1\2")
    (folder / "gone").symlink_to("nowhere")
    found = told(folder)
    assert found["page.html"] == "Norway agreed to return the ships."
    assert "empty or blank" in found["empty"]
    for name in ("scan.pdf", "binary"):
        assert found[name].startswith("DocumentError: ")
    assert "gone does not exist" in found["gone"]


def test_devices_and_links_to_folders_are_passed_over(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "round").symlink_to(folder)
    (folder / "elsewhere").symlink_to(tmp_path)
    (folder / "linked.txt").symlink_to(folder / "a.txt")
    assert told(folder).keys() == {"a/b/c.txt", "a/z.txt", "a.txt", "b.txt", "linked.txt"}


def test_a_link_to_a_folder_may_be_asked_for(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert told(tmp_path / "link") == told(folder)


def test_a_folder_that_cannot_be_listed_is_a_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = os.listdir

    def refuse(path: Path) -> list[str]:
        if path.name == "b":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "listdir", refuse)
    assert told(folder)["a/b"] == f"DocumentError: {folder}/a/b cannot be read: Permission denied."


def test_names_that_are_no_text_stay_apart(tmp_path: Path) -> None:
    for name in (b"\xff.txt", b"\xfe.txt", rb"\xff.txt", b"a\nb", "ü.txt".encode()):
        (tmp_path / os.fsdecode(name)).write_text("Norway agreed.")
    assert sorted(told(tmp_path)) == sorted(
        [r"\xff.txt", r"\xfe.txt", r"\\xff.txt", "a\nb", "ü.txt"]
    )


def test_a_line_is_a_document(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "docs.jsonl",
        {"text": "Norway agreed.", "id": "n1", "published": "2025-07-01", "rank": [1]},
        b"",
        b" \t\r",
        {"text": "Peru agreed.", "title": "Lima", "source": "Wire", "id": 7},
    )
    first, second = inputs(path)
    assert (first.origin, first.name) == ("docs.jsonl:1", "n1")
    assert first.read() == Document("Norway agreed.", "2025-07-01", id="n1")
    assert (second.origin, second.name) == ("docs.jsonl:4", "7")
    assert second.read() == Document("Peru agreed.", None, "Lima", "Wire", "7")
    assert count(path) == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "caf\xe9"}', "This line is not JSON"),
        (b'{"text": "cut o', "This line is not JSON"),
        (b'{"text": "\\ud800"}', "This line is not JSON"),
        (b"[" * 100_000, "This line is not JSON"),
        (b'["text"]', "This line is no JSON object"),
        (b'{"id": "x"}', "There is no text"),
        (b'{"text": null}', "There is no text"),
        (b'{"text": " "}', "empty or blank"),
        (b'{"text": 7}', "The text is a int"),
        (b'{"text": "Norway.", "published": "July"}', "'July' is none"),
        (b'{"text": "Norway.", "id": ["x"]}', "The id is a list"),
    ],
)
def test_a_bad_line_is_a_failure_of_that_line_alone(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    good = {"text": "Norway agreed."}
    path = jsonl(tmp_path / "docs.jsonl", good, line, good)
    first, bad, last = told(path).values()
    assert first == last == "Norway agreed."
    assert reason in bad


def test_a_failed_line_keeps_its_id(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "docs.jsonl", {"id": "n1", "text": ""}, b"{")
    assert [item.name for item in inputs(path)] == ["n1", "docs.jsonl:2"]


def test_a_byte_order_mark_and_no_last_newline_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "Norway."}\r\n{"text": "Peru."}')
    assert told(path) == {"docs.jsonl:1": "Norway.", "docs.jsonl:2": "Peru."}


def test_a_line_beyond_all_bounds_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("defext.document.jsonl.MAX_BYTES", 1 << 20)
    long = b'{"text": "' + b"a" * (5 << 20) + b'"}'
    path = jsonl(tmp_path / "docs.jsonl", {"text": "Norway."}, long, {"text": "Peru."})
    first, bad, last = told(path).values()
    assert (first, last) == ("Norway.", "Peru.")
    assert bad == "DocumentError: This line is longer than the 1 MB that are read."


def test_lines_are_read_when_their_turn_comes(tmp_path: Path) -> None:
    line = json.dumps({"text": "Norway agreed. " * 200}).encode() + b"\n"
    path = tmp_path / "docs.jsonl"
    path.write_bytes(line * 10_000)  # 30 MB
    tracemalloc.start()
    try:
        assert sum(len(item.read().text) for item in inputs(path)) == 10_000 * 3000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=8))
def test_any_line_is_a_document_or_a_failure(
    tmp_path_factory: pytest.TempPathFactory, given: list[bytes]
) -> None:
    path = jsonl(tmp_path_factory.mktemp("any") / "docs.jsonl", *given)
    there = list(inputs(path))
    assert len(there) == count(path) == len({item.origin for item in there})
    told(path)


@pytest.mark.parametrize("name", ["docs.csv", "docs", "docs.jsonl.gz"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(ConfigurationError, match=f"{name} is no folder"):
        inputs(tmp_path / name)


def test_what_cannot_be_read_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.jsonl cannot be read: No such file"):
        list(inputs(tmp_path / "none.jsonl"))


def table(path: Path, columns: dict[str, Any], rows: int = 2) -> Path:
    parquet.write_table(pa.table(columns), path, row_group_size=rows)
    return path


def test_a_row_is_a_document(tmp_path: Path) -> None:
    path = table(
        tmp_path / "docs.parquet",
        {
            "text": ["Norway.", None, "Peru.", "Kenya.", " "],
            "id": [1, 2, 3, None, 5],
            "published": pa.array([date(2025, 7, 1)] * 5, pa.date32()),
            "rank": [0.5] * 5,
        },
    )
    assert list(told(path)) == [f"docs.parquet:{number}" for number in range(1, 6)]
    first, missing, _, unnamed, blank = inputs(path)
    assert first.read() == Document("Norway.", "2025-07-01", id="1")
    assert "There is no text" in read(missing)
    assert (missing.name, unnamed.name, blank.name) == ("2", "docs.parquet:4", "5")
    assert unnamed.read().id.startswith("sha256:")
    assert count(path) == 5


@pytest.mark.parametrize(
    "kind", [pa.timestamp("ns"), pa.timestamp("s", "UTC"), pa.date64(), pa.string()]
)
def test_days_are_known_in_any_column(tmp_path: Path, kind: pa.DataType) -> None:
    day: Any = "2025-07-01" if kind == pa.string() else datetime(2025, 7, 1, tzinfo=UTC)
    columns = {"text": ["Norway."], "published": pa.array([day], kind)}
    (item,) = inputs(table(tmp_path / "docs.parquet", columns))
    assert item.read().published == date(2025, 7, 1)


def test_a_row_in_a_wrong_encoding_costs_only_itself(tmp_path: Path) -> None:
    texts = pa.array([b"Norway.", b"\xff\xfe", b"Peru."], pa.binary())
    texts = pa.Array.from_buffers(pa.string(), 3, texts.buffers())
    first, bad, last = told(table(tmp_path / "docs.parquet", {"text": texts})).values()
    assert (first, last) == ("Norway.", "Peru.")
    assert bad.startswith("DocumentError: This row cannot be read")


@pytest.mark.parametrize("kind", [pa.timestamp("ms"), pa.timestamp("us", tz="Foo/Bar")])
def test_a_date_that_is_none_costs_only_its_row(tmp_path: Path, kind: pa.DataType) -> None:
    columns = {"text": ["Norway."] * 2, "published": pa.array([10**17, None], kind)}
    bad, good = told(table(tmp_path / "docs.parquet", columns)).values()
    assert bad.startswith("DocumentError: This row cannot be read")
    assert good == "Norway."


def test_a_table_without_text_or_none_at_all_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path / "docs.parquet", {"body": ["Norway."], "id": ["a"]})
    with pytest.raises(DocumentError, match="has no column `text`: it has body, id"):
        next(inputs(path))
    path.write_bytes(b"Norway.")
    with pytest.raises(DocumentError, match="cannot be read as Parquet"):
        next(inputs(path))


def test_rows_are_read_when_their_turn_comes(tmp_path: Path) -> None:
    """Also where all of them are in one group."""
    draw = Random(0)
    texts = pa.array([draw.randbytes(2000).hex() for _ in range(10_000)])  # 40 MB
    path = table(tmp_path / "docs.parquet", {"text": texts}, rows=10_000)
    del texts
    before = pa.total_allocated_bytes()
    most = max(pa.total_allocated_bytes() for _ in inputs(path))
    assert most - before < 10_000_000
