"""The documents of a Ray dataset, extracted by workers all over its cluster."""

import hashlib
import json
import os
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from functools import cached_property
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from defext.ask import is_local
from defext.document import Document
from defext.document.jsonl import FIELDS, from_fields
from defext.errors import ConfigurationError, DefextError, DocumentError, RunStopped
from defext.extractor import Extractor
from defext.many import Outcomes
from defext.schema.outcome import Outcome
from defext.stream import each, stream

try:
    import pyarrow as pa
    import ray
    from ray.data import Dataset
    from ray.exceptions import RayActorError
    from ray.util import ActorPool
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    from defext.corpus.parquet import UNREADABLE
    from defext.corpus.parts import located, past, write_part
except ImportError as error:
    raise ConfigurationError(
        f'Datasets need the packages ray and pyarrow ({error}). Run: pip install "defext[ray]"'
    ) from error

# Documents of a batch, and so of a file, for each that is under way in a worker.
_BATCH = 8
# How often a worker is started again that died.
_RESTARTS = 10


def extract_dataset(
    dataset: Dataset,
    path: str | os.PathLike[str],
    *,
    model: str | None = None,
    workers: int | None = None,
    concurrency: int = 8,
    cache: Path | bool = False,
) -> None:
    """Write what becomes of each row to Parquet files in the folder `path`, or go on with it.

    A row has the column `text`, and `id`, `published`, `title` and `source` where there are such;
    one that is no document gives a failure. The files have the columns of
    `defext.corpus.parquet.SCHEMA`; each is a batch of rows, and there when it is whole. `path` may
    be a URL such as ``s3://bucket/folder``. Every node must reach it.

    The work is done by `workers` processes, each with `concurrency` documents under way; without a
    number there is one on every node. The embedded model takes all cores, so it has no more than
    that. A worker that dies is started again, up to ten times, and its batch with it. `model` and
    `cache` are those of `Extractor`; the cache is each node's own.

    The `origin` of an outcome is the digest of its row. A row is passed over as often as its origin
    is in `path`, failed or not; so rows with the same id are documents of their own, and so are
    equal rows. What was under way when a run ended is asked again, unless the cache has it. Two
    runs must not write to one `path` at once.

    Raises ConfigurationError, WeightsError and RunStopped as `Extractor.extract_many` does;
    RunStopped also where `path` cannot be written or a worker dies too often; DocumentError for a
    dataset without the column `text`.
    """
    if concurrency < 1:
        raise ConfigurationError(f"The concurrency is {concurrency}: give 1 or more.")
    extractor = Extractor(model)
    nodes = _nodes(extractor.model, workers)
    folder = located(path)
    rows = _rows(dataset, past(folder, extractor.model, extractor.plan.version))
    started = [_started(node, folder, extractor.model, concurrency, cache) for node in nodes]
    try:
        _work(ActorPool(started), rows, _BATCH * concurrency)
    finally:
        for worker in started:
            ray.kill(worker)


def _nodes(model: str, workers: int | None) -> list[str]:
    """The node of each worker."""
    there = [n["NodeID"] for n in ray.nodes() if n["Alive"] and n["Resources"].get("CPU")]
    wanted = len(there) if workers is None else workers
    if wanted < 1:
        raise ConfigurationError(f"There would be {wanted} workers: give 1 or more.")
    if is_local(model) and wanted > len(there):
        raise ConfigurationError(
            f"The embedded model has one worker a node, and the nodes with processors are "
            f"{len(there)}: give no more workers than that, not {wanted}."
        )
    return list(islice(cycle(there), wanted))


def _started(node: str, *settings: Any) -> Any:
    """A worker on this node, or on another where that has gone."""
    options = {
        "num_cpus": 0,  # it waits for a model; the cores are for reading the dataset
        "memory": 256 * 2**20,  # where an actor asks for nothing, Ray passes over its node
        "scheduling_strategy": NodeAffinitySchedulingStrategy(node, soft=True),
        "max_restarts": _RESTARTS,
        "max_task_retries": -1,  # any number would be used up before a lost node is known as such
    }
    return ray.remote(_Worker).options(**options).remote(*settings)


def _work(pool: ActorPool, rows: Iterator[dict[str, Any]], size: int) -> None:
    """Give the rows to the workers, a batch to each that is free."""
    run = uuid.uuid4().hex[:8]
    for number, batch in enumerate(iter(lambda: list(islice(rows, size)), [])):
        if not pool.has_free():
            _await_one(pool)
        name = f"{run}-{number:06}.parquet"  # the same when it is tried again
        pool.submit(lambda worker, given: worker.extract.remote(*given), (batch, name))
    while pool.has_next():
        _await_one(pool)


def _await_one(pool: ActorPool) -> None:
    try:
        stopped = pool.get_next_unordered()
    except RayActorError as error:
        raise RunStopped(
            f"A worker died {1 + _RESTARTS} times: see that its node has the memory that it needs, "
            f"and what Ray's logs say of it. {str(error).splitlines()[0]}"
        ) from error
    if stopped:
        raise stopped[0] from stopped[1]


class _Worker:
    """An extractor in a process of its own."""

    def __init__(self, folder: str, model: str, concurrency: int, cache: Path | bool) -> None:
        self._folder = folder
        self._model = model
        self._concurrency = concurrency
        self._cache = cache

    async def extract(
        self, rows: Sequence[Mapping[str, Any]], name: str
    ) -> tuple[DefextError, BaseException | None] | None:
        """Write what becomes of the rows. What every row would meet is returned, with its cause."""
        try:
            results = stream(self._outcome, each(rows), self._concurrency, ordered=False)
            async with aclosing(results):
                write_part([outcome async for outcome in results], self._folder, name)
        except DefextError as error:
            cause = error.__cause__  # pickling drops it, and a provider's own may not survive it
            return error, cause if isinstance(cause, DefextError) else None
        return None

    @cached_property
    def _outcomes(self) -> Outcomes:
        extractor = Extractor(self._model, cache=self._cache)
        return Outcomes(extractor.aextract, self._concurrency)

    async def _outcome(self, fields: Mapping[str, Any]) -> Outcome:
        async def read() -> Document:
            return from_fields(fields)

        name = str(fields.get("id") or fields["origin"])
        return await self._outcomes.outcome(read, name, fields["origin"])


def _rows(dataset: Dataset, done: Counter[str]) -> Iterator[dict[str, Any]]:
    """The fields of each row that is not done, with its `origin`."""
    for table in dataset.iter_batches(batch_format="pyarrow"):
        columns = [name for name in FIELDS if name in table.column_names]
        if "text" not in columns:
            there = ", ".join(table.column_names)
            raise DocumentError(f"The dataset has no column `text`: it has {there}.")
        for batch in table.select(columns).to_batches():
            for number in range(len(batch)):
                fields = _fields(batch.slice(number, 1))
                values = json.dumps([fields.get(name) for name in FIELDS], default=str)
                origin = f"row {hashlib.sha256(values.encode()).hexdigest()[:32]}"
                if done[origin]:
                    done[origin] -= 1
                else:
                    yield fields | {"origin": origin}


def _fields(row: pa.RecordBatch) -> dict[str, Any]:
    """The fields of one row; one that Python has no value for as what a document refuses."""
    try:
        [fields] = row.to_pylist()
    except UNREADABLE:
        fields = {name: _value(row.column(name)[0]) for name in row.schema.names}
    return dict(fields)


def _value(given: Any) -> object:
    try:
        return given.as_py()
    except UNREADABLE:
        is_text = given.type in (pa.string(), pa.large_string())
        return given.as_buffer().to_pybytes() if is_text else f"of {given.type}, out of range"
