"""A run over the documents of a folder or a file: within limits, and to be gone on with."""

import asyncio
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from itertools import islice, takewhile
from pathlib import Path

from defext import errors
from defext.ask import Usage, aside
from defext.corpus.budget import Budget, BudgetReached, Limits
from defext.corpus.inputs import Input, count, inputs
from defext.corpus.journal import Journal, Past, journal, outcomes_in, past_of
from defext.document import Document
from defext.errors import AskError, ConfigurationError, DocumentError, RunStopped
from defext.extractor import Extractor
from defext.many import Outcomes, encodable, is_of_document, is_of_server
from defext.plan.estimate import estimate
from defext.schema.outcome import Extracted, Failed, Outcome
from defext.stream import each, stream


@dataclass
class Tally:
    """How far a run is.

    `before` is what earlier runs did, `total` the number of documents in the input, None until they
    are counted. `failed` counts failures by the names of their errors. `stopped` is a sentence that
    says why the run ended early, if it did, and `signal` the signal that ended it. `usage` is what
    this run took.
    """

    before: Past
    total: int | None = None
    extracted: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    usage: Usage = field(default_factory=Usage)
    stopped: str | None = None
    signal: int | None = None
    _began: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """Documents of this run that are extracted or have failed."""
        return self.extracted + self.failed.total()

    @property
    def left(self) -> int | None:
        """Documents that no run is done with, where it is known."""
        return None if self.total is None else max(0, self.total - len(self.before) - self.done)

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self._began


@dataclass
class Forecast:
    """What a run would take: `usage` for its `documents` without those that are `unreadable`."""

    documents: int = 0
    unreadable: int = 0
    usage: Usage = field(default_factory=Usage)


_UNLIMITED = Limits()

Watch = Callable[[Tally, Outcome], None]


def run(
    extractor: Extractor,
    source: Path,
    output: Path,
    watch: Watch,
    *,
    concurrency: int = 8,
    resume: bool = False,
    limits: Limits = _UNLIMITED,
) -> Tally:
    """Extract the documents that `inputs` finds in `source` into a ``.jsonl`` or ``.parquet`` file.

    A line is appended as soon as a document is done, and `watch` is called then. With `resume` an
    output that is there is gone on with. A ``.parquet`` is written when the run ends, from a
    journal beside it. The tally says how a run ended early: at its limits, by SIGINT or SIGTERM, or
    where the server kept failing, the disk was full or the input was no more to be read. Failures
    that such an end explains are not told, so that a resumed run asks those documents again.

    The extractor is the run's own. Raises ConfigurationError for an output that must not be written
    and, as WeightsError, for what every document would meet.
    """
    documents, path = inputs(source), journal_path(source, output)
    budget = Budget(extractor, limits)
    with journal(path, extractor.model, extractor.plan.version, resume=resume) as kept:
        tally = Tally(kept.past)
        keeper = _Keeper(kept, tally, watch, extractor)
        todo = islice(_others(documents, kept.past), limits.documents)
        try:
            asyncio.run(_run(todo, source, keeper, budget, concurrency, limits))
        except (DocumentError, RunStopped) as error:
            tally.stopped = str(error)
        tally.usage = extractor.usage
        if path != output:
            _write_parquet(path, output, tally)
    return tally


def check(
    extractor: Extractor,
    source: Path,
    output: Path,
    *,
    resume: bool = False,
    limits: Limits = _UNLIMITED,
) -> None:
    """Raise the ConfigurationError that `run` would, before the model's weights are fetched."""
    inputs(source)
    Budget(extractor, limits)
    past_of(journal_path(source, output), extractor.model, extractor.plan.version, resume=resume)


def forecast(
    extractor: Extractor,
    source: Path,
    output: Path,
    *,
    concurrency: int = 8,
    resume: bool = False,
    documents: int | None = None,
) -> Forecast:
    """What a run of so many documents would take. Asks and writes nothing; raises as `run`."""
    given, path = inputs(source), journal_path(source, output)
    past = past_of(path, extractor.model, extractor.plan.version, resume=resume)
    expected = Forecast()

    async def add(item: Input) -> None:
        expected.documents += 1
        try:
            usage = await aside(lambda: estimate(item.read(), extractor.plan, extractor.model))
        except (ConfigurationError, DocumentError):
            expected.unreadable += 1
        else:
            expected.usage += usage

    async def gather() -> None:
        todo = islice(_others(given, past), documents)
        async for _ in stream(add, each(todo), concurrency, ordered=False):
            pass

    asyncio.run(gather())
    return expected


def journal_path(source: Path, output: Path) -> Path:
    """Where outcomes are appended: the output itself, or for a ``.parquet`` the file beside it.

    Raises ConfigurationError for an output that is neither, that would be read as a document, or
    whose journal is lost.
    """
    here, there = source.resolve(), output.resolve()
    if there == here or (source.is_dir() and there.is_relative_to(here)):
        raise ConfigurationError(f"{output} is part of {source}, which is read: name another one.")
    if output.suffix == ".jsonl":
        return output
    if output.suffix != ".parquet":
        raise ConfigurationError(
            f"{output} ends with neither .jsonl nor .parquet: name one that does."
        )
    import_module("defext.corpus.parquet")  # fails now where it would fail at the end
    path = output.with_name(f"{output.name}.jsonl")
    if path.resolve() == here:
        raise ConfigurationError(f"{path} is the journal of {output}, and read: name another one.")
    if output.exists() and not path.exists():
        raise ConfigurationError(
            f"{output} is there, and {path}, which it would be written from again, is not: name "
            "another output."
        )
    return path


async def _run(
    todo: Iterator[Input],
    source: Path,
    keeper: "_Keeper",
    budget: Budget,
    concurrency: int,
    limits: Limits,
) -> None:
    tally = keeper.tally
    succeeded = tally.before.extracted > 0
    outcomes = Outcomes(budget.extract, concurrency, succeeded=succeeded)

    async def work(item: Input) -> None:
        async def read() -> Document:
            return await aside(item.read)

        with suppress(BudgetReached):
            keeper.keep(await outcomes.outcome(read, item.name, item.origin))

    async def ask(items: Iterable[Input]) -> None:
        begun = each(takewhile(lambda _: budget.reached is None, items))
        async with aclosing(stream(work, begun, concurrency, ordered=False)) as done:
            async for _ in done:
                pass

    with _interrupted_by_signals(tally):
        counting = asyncio.create_task(_count(source, tally))
        try:
            async with asyncio.timeout(limits.seconds) as over:
                await ask(todo)
                if again := keeper.once_more():
                    await ask(item for item in inputs(source) if item.origin in again)
            keeper.end()
            tally.stopped = budget.reached
            if limits.documents is None and not tally.stopped:
                tally.total = len(tally.before) + tally.done
        except TimeoutError:
            if not over.expired():
                raise
            tally.stopped = f"The run was stopped after {limits.seconds:g} seconds."
        except asyncio.CancelledError:
            if tally.signal is None:
                raise
        finally:
            counting.cancel()


def _others(documents: Iterator[Input], past: Past) -> Iterator[Input]:
    """What is not done. Raises ConfigurationError where another document stands in the place."""
    for item in documents:
        known = past.id(item.origin)
        if known is None:
            yield item
        elif known != encodable(item.name) != item.origin:  # where it has an id of its own
            raise ConfigurationError(
                f"{item.origin} is {item.name!r}, and was {known!r} when the output was begun: "
                "give the input as it was then (what is new comes last), or name another output."
            )


async def _count(source: Path, tally: Tally) -> None:
    with suppress(Exception):  # which the run itself will meet
        tally.total = await aside(partial(count, source))


@contextmanager
def _interrupted_by_signals(tally: Tally) -> Iterator[None]:
    """Have SIGINT and SIGTERM cancel the running task, where this is the program's main thread."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def end(number: signal.Signals) -> None:
        tally.signal, tally.stopped = number, f"The run was interrupted ({number.name})."
        if task:
            task.cancel()

    if threading.current_thread() is threading.main_thread():
        for number in numbers:
            with suppress(NotImplementedError):  # on Windows
                loop.add_signal_handler(number, end, number)
    yield


class _Keeper:
    """Appends outcomes to the journal and counts them.

    A document that the server fails for is to be asked once more at the end. What fails then, or
    before a first success, waits until something shows that the server is well: a success or,
    after a first one, a failure of another kind.
    """

    def __init__(self, kept: Journal, tally: Tally, watch: Watch, extractor: Extractor) -> None:
        self.tally = tally
        self._journal = kept
        self._watch = watch
        self._extractor = extractor
        self._waiting: list[Failed] = []
        self._again: set[str] | None = set()  # origins
        self._is_well = True  # the server, as far as the last of those tells

    def keep(self, outcome: Outcome) -> None:
        """Append an outcome, now or later. Raises RunStopped as the journal does."""
        if isinstance(outcome, Extracted):
            self._release()
        elif _was_asked(outcome):
            if self._again is not None and is_of_server(outcome.failure.error):
                self._again.add(outcome.origin or outcome.id)
                self._is_well = False
                return
            succeeded = bool(self.tally.extracted or self.tally.before.extracted)
            if not is_of_document(outcome.failure.error, succeeded=succeeded):
                self._waiting.append(outcome)
                return
            self._release()
        self._append(outcome)

    def once_more(self) -> set[str]:
        """The origins of the documents that the server failed for, to be asked again this once."""
        again, self._again = self._again or set(), None
        return again

    def end(self) -> None:
        """Append what still waits; where the server failed to the end, RunStopped and not those."""
        left = []
        for failed in self._waiting:
            if self._is_well or not is_of_server(failed.failure.error):
                self._append(failed)
            else:
                left.append(failed)
        if left:
            raise RunStopped(
                f"The server failed to the end (documents: {len(left)}): {left[-1].failure.message}"
            )

    def _release(self) -> None:
        """Append what waits, since the server is well."""
        self._is_well = True
        while self._waiting:
            self._append(self._waiting.pop(0))

    def _append(self, outcome: Outcome) -> None:
        self._journal.append(outcome)
        if isinstance(outcome, Extracted):
            self.tally.extracted += 1
        else:
            self.tally.failed[outcome.failure.error] += 1
        self.tally.usage = self._extractor.usage
        self._watch(self.tally, outcome)


def _was_asked(outcome: Failed) -> bool:
    kind = getattr(errors, outcome.failure.error, None)
    return kind is not None and issubclass(kind, AskError)


def _write_parquet(path: Path, output: Path, tally: Tally) -> None:
    from defext.corpus import parquet

    try:
        parquet.write(outcomes_in(path), output)
    except (DocumentError, RunStopped) as error:
        tally.stopped = " ".join(filter(None, (tally.stopped, str(error))))
