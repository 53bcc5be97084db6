"""Datasets, on a real cluster of three nodes on this machine."""

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from canned import TEXT, CannedServer
from cluster import RayCluster, ray_cluster
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from ray.exceptions import ActorDiedError

from defext import DocumentError, Extractor, RunStopped
from defext.corpus import ray as datasets
from defext.corpus.parquet import row
from defext.document.jsonl import from_fields
from defext.schema.outcome import Failed, Failure

GUIDE = Path(__file__).parents[2] / "docs/ray.md"

Row = dict[str, str | None]


@pytest.fixture(scope="module")
def servers() -> Iterator[list[CannedServer]]:
    with ExitStack() as started:
        yield [started.enter_context(CannedServer(seconds=0.2)) for _ in range(3)]


@pytest.fixture(scope="module")
def cluster(servers: Sequence[CannedServer]) -> Iterator[RayCluster]:
    """Three nodes, each of which asks a server of its own."""
    with ray_cluster([server.environment["OPENAI_BASE_URL"] for server in servers]) as cluster:
        yield cluster


def rows_of(name: str, number: int) -> list[Row]:
    """Rows of which some are no documents, some have the same id, and some are equal."""
    rows: list[Row] = [
        {
            "id": f"{name}-{day % (number - 5)}",
            "text": TEXT.format(f"{name}-{day}"),
            "published": "2025-07-01",
            "title": None,
        }
        for day in range(number)
    ]
    rows += [rows[0], rows[1], {**rows[2], "id": None}]
    rows += [
        {**rows[3], "id": f"{name} blank", "text": " "},
        {**rows[3], "id": f"{name} none", "text": None},
        {**rows[3], "id": f"{name} day", "published": "soon"},
    ]
    return rows


def told_by_extract_many(rows: Sequence[Row], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a single extractor says of them, in no order."""
    documents, told = [], []
    for fields in rows:
        try:
            documents.append(from_fields(fields))
        except DocumentError as error:
            failure = Failure(error="DocumentError", message=str(error))
            told.append(Failed(id=fields["id"] or "", failure=failure))
    with CannedServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        return in_no_order(map(row, [*told, *Extractor("openai/canned").extract_many(documents)]))


def written(path: Path) -> list[dict[str, Any]]:
    """The rows of all files, none of which is broken."""
    rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return rows


def in_no_order(rows: Any) -> list[str]:
    """The rows without their origins, and without times."""
    told = []
    for each in rows:
        plain = each | {"origin": None, "seconds": None, "published": str(each["published"])}
        if extraction := plain["extraction"]:
            plain["extraction"] = json.loads(extraction)
            plain["extraction"]["run"]["seconds"] = None
        told.append(json.dumps(plain, sort_keys=True))
    return sorted(told)


def asked(servers: Sequence[CannedServer], name: str) -> Counter[str]:
    """How often each text of `rows_of` was asked about, by its day."""
    every = sum((server.asked.copy() for server in servers), Counter[str]())
    days = {words: re.search(rf"day ({name}-\d+)\.", words) for words in every}
    return Counter({day[1]: every[words] for words, day in days.items() if day})


def day_of(fields: Row) -> str:
    return (fields["text"] or "").rpartition(" ")[2].removesuffix(".")


def wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def output(process: "subprocess.Popen[str]") -> list[str]:
    with process:
        try:
            return process.communicate(timeout=120)[0].splitlines()
        finally:
            process.kill()


def test_a_worker_that_is_killed_loses_nothing_and_nothing_comes_twice(
    cluster: RayCluster,
    servers: Sequence[CannedServer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = rows_of("kill", 58)
    expected = told_by_extract_many(rows, monkeypatch)
    run = (rows, {"path": str(tmp_path), "model": "openai/canned", "workers": 3, "concurrency": 2})
    driver = cluster.drive(run, run)
    wait_for(lambda: all(asked([server], "kill") for server in servers))  # a worker on each node
    cluster.kill_worker()
    assert output(driver)[-2:] == ["done", "done"]  # Ray tells of the death before
    told = written(tmp_path)
    assert in_no_order(told) == expected
    assert {each["error"] for each in told} == {None, "DocumentError"}
    assert len({each["origin"] for each in told}) == len(rows) - 2  # two are equal to others
    once = Counter(map(day_of, rows[:-3]))
    again = asked(servers, "kill") - once
    assert asked(servers, "kill") - again == once
    assert again.total() <= 16  # the batch of the killed one, and by the second run nothing


def test_a_run_that_is_killed_leaves_whole_files_and_goes_on(
    cluster: RayCluster,
    servers: Sequence[CannedServer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = rows_of("resume", 34)
    expected = told_by_extract_many(rows, monkeypatch)
    settings = {"path": str(tmp_path), "model": "openai/canned", "concurrency": 1, "cache": True}
    run = (rows, settings)
    driver = cluster.drive(run)
    wait_for(lambda: [*tmp_path.glob("*.parquet")])
    driver.kill()
    output(driver)
    (tmp_path / ".torn.parquet.part").write_bytes(b"PAR1")
    done = Counter(each["origin"] for each in written(tmp_path))
    assert 0 < done.total() < len(rows)
    assert output(cluster.drive(run)) == ["done"]
    told = written(tmp_path)
    assert in_no_order(told) == expected
    assert done < Counter(each["origin"] for each in told)
    assert [*tmp_path.glob(".*")] == []
    # Of what a node had asked its server the cache has all but what was being waited for.
    once = Counter(map(day_of, rows[:-3]))
    assert all((asked([server], "resume") - once).total() <= 1 for server in servers)


class _Refusing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_error(401)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def refusing() -> Iterator[str]:
    """The address of a server that takes no key."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_what_every_row_would_meet_ends_the_run_with_its_own_error(
    cluster: RayCluster, refusing: str, tmp_path: Path
) -> None:
    rows = rows_of("end", 10)
    given: list[tuple[Sequence[Any], dict[str, Any]]] = [
        (rows, {"model": "openai/canned"}),
        (rows, {"model": "nosuch/model"}),
        (rows, {"model": "local"}),
        (rows, {"model": "local", "workers": 4}),
        (rows, {"model": "openai/canned", "workers": 0}),
        (rows, {"model": "openai/canned", "concurrency": 0}),
        ([{"words": "Norway"}], {"model": "openai/canned"}),
    ]
    runs = [(rows, {"workers": 1, "path": str(tmp_path), **more}) for rows, more in given]
    environment = {"OPENAI_BASE_URL": refusing, "DEFEXT_MODELS": str(tmp_path / "none")}
    told = output(cluster.drive(*runs, **environment))
    for line, said in zip(
        told,
        [
            "RunStopped AuthenticationFailed The run was stopped: .* 401",
            "ConfigurationError .*'nosuch/model': Unsupported provider",
            "WeightsMissing .*Run `defext model pull`",
            "ConfigurationError NoneType .* one worker a node, and .* 3: .* not 4",
            "ConfigurationError NoneType There would be 0 workers",
            "ConfigurationError NoneType The concurrency is 0",
            "DocumentError NoneType The dataset has no column `text`: it has words",
        ],
        strict=True,
    ):
        assert re.match(said, line)
    assert [*tmp_path.iterdir()] == []


def test_the_guide_s_program_runs(
    cluster: RayCluster, servers: Sequence[CannedServer], tmp_path: Path
) -> None:
    rows = rows_of("guide", 8)
    (tmp_path / "articles").mkdir()
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "articles/1.parquet")
    examples = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    program = "".join(examples).replace("/data/", f"{tmp_path}/")
    told = output(cluster.python(program))
    assert told[-4:] == [
        "14 rows, 11 requests",
        "guide blank DocumentError The text is empty or blank: give the words of the article.",
        "guide none DocumentError There is no text: give the words of the article as `text`.",
        "guide day DocumentError The publication date 'soon' is none: write it as 2025-07-01.",
    ]


class _Dataset:
    """Rows in tables of some size, as a dataset gives them."""

    def __init__(self, rows: Sequence[Row], size: int = 2) -> None:
        self.rows = rows
        self.size = size

    def iter_batches(self, batch_format: str) -> Iterator[pa.Table]:
        assert batch_format == "pyarrow"
        for start in range(0, len(self.rows), self.size):
            yield pa.Table.from_pylist(self.rows[start : start + self.size])


ROWS = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from([None, "a"]), "text": st.sampled_from("xyz")})
)


@given(rows=ROWS, done=ROWS, size=st.integers(1, 3))
def test_what_is_done_and_what_is_left_are_together_all_rows(
    rows: list[Row], done: list[Row], size: int
) -> None:
    def origins(some: Sequence[Row], past: Counter[str]) -> Counter[str]:
        return Counter(each["origin"] for each in datasets._rows(_Dataset(some, size), past))

    every, before = origins(rows, Counter()), origins(done, Counter())
    assert every.total() == len(rows)
    assert origins(rows, before.copy()) == every - before


def test_a_row_in_no_text_s_encoding_is_a_document_that_fails() -> None:
    broken = pa.array([b"Norway \xff"], pa.binary()).view(pa.string())

    class Dataset:
        def iter_batches(self, batch_format: str) -> Iterator[pa.Table]:
            yield pa.table({"id": ["a"], "text": broken})

    [fields] = datasets._rows(Dataset(), Counter())
    with pytest.raises(DocumentError, match="decode it first"):
        from_fields(fields)


@pytest.mark.parametrize("kind", [pa.timestamp("ms"), pa.timestamp("us", tz="Foo/Bar")])
def test_a_date_that_is_none_is_a_document_that_fails(kind: pa.DataType) -> None:
    class Dataset:
        def iter_batches(self, batch_format: str) -> Iterator[pa.Table]:
            yield pa.table({"text": ["Norway."], "published": pa.array([10**17], kind)})

    [fields] = datasets._rows(Dataset(), Counter())
    with pytest.raises(DocumentError, match="publication date 'of timestamp"):
        from_fields(fields)


async def test_a_batch_that_is_tried_again_is_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = datasets._Worker(str(tmp_path), "openai/canned", 2, cache=False)
    rows = [*datasets._rows(_Dataset(rows_of("twice", 8)), Counter())]
    with CannedServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        for _ in range(2):
            assert await worker.extract(rows, "1.parquet") is None
    origins = [each["origin"] for each in written(tmp_path)]
    assert sorted(origins) == sorted(each["origin"] for each in rows)


def test_a_worker_that_dies_again_and_again_stops_the_run() -> None:
    class Pool:
        def get_next_unordered(self) -> None:
            raise ActorDiedError

    with pytest.raises(RunStopped, match="A worker died 11 times"):
        datasets._await_one(Pool())


def test_without_ray_the_error_names_what_to_install() -> None:
    script = "import sys; sys.modules['ray'] = None; import defext.corpus.ray"
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ran.returncode
    [said] = [line for line in ran.stderr.splitlines() if "ConfigurationError: " in line]
    assert 'pip install "defext[ray]"' in said


def test_ray_is_imported_for_datasets_alone() -> None:
    script = "import sys, defext, defext.corpus; assert 'ray' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
