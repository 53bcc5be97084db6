"""Many items at once: which are begun when, what comes out, and that nothing is left behind."""

import asyncio
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from itertools import count, islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.stream import each, stream, synchronous

# Begun at most for each place without being fetched, as the documentation says.
AHEAD = 4


def own_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("defext-")]


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.fixture(autouse=True)
def nothing_is_left(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No thread and no word of asyncio's about what went wrong behind a caller's back."""
    yield
    until(lambda: not own_threads())
    assert [record for record in caplog.records if record.name == "asyncio"] == []


async def settle() -> None:
    """Let every task run until it waits for something that does not come by itself."""
    for _ in range(20):
        await asyncio.sleep(0)


class Source:
    """Numbers from 0, endless unless told how many; `taken` is how many were."""

    def __init__(self, length: int | None = None, fault: Exception | None = None) -> None:
        self.length = length
        self.fault = fault
        self.taken = 0
        self.closed = False

    def numbers(self) -> Iterator[int]:
        while self.length is None or self.taken < self.length:
            self.taken += 1
            yield self.taken - 1
        if self.fault:
            raise self.fault

    async def anumbers(self) -> AsyncGenerator[int]:
        try:
            for number in self.numbers():
                await asyncio.sleep(0)
                yield number
        finally:
            self.closed = True


class Work:
    """Gives an item back once it may; `may` are the items that may, or all."""

    def __init__(self, *, held: bool = False) -> None:
        self.begun: list[int] = []
        self.cancelled: list[int] = []
        self.under_way = 0
        self.most = 0
        self._held = held
        self._may: dict[int, asyncio.Event] = {}

    def let(self, *items: int) -> None:
        for item in items:
            self._may.setdefault(item, asyncio.Event()).set()

    async def __call__(self, item: int) -> int:
        self.begun.append(item)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            if self._held:
                await self._may.setdefault(item, asyncio.Event()).wait()
        except asyncio.CancelledError:
            self.cancelled.append(item)
            raise
        finally:
            self.under_way -= 1
        return item


async def fetch(results: AsyncGenerator[int], number: int) -> list[int]:
    return [await anext(results) for _ in range(number)]


@pytest.mark.parametrize("ordered", [True, False])
@settings(deadline=None)
@given(delays=st.lists(st.integers(0, 6), max_size=40), concurrency=st.integers(1, 6))
def test_whatever_the_delays_the_results_are_those_of_map(
    ordered: bool, delays: list[int], concurrency: int
) -> None:
    taken, at_work, fetched = 0, 0, 0

    async def work(item: tuple[int, int]) -> int:
        nonlocal at_work
        for _ in range(item[1]):
            await asyncio.sleep(0)
        at_work -= 1
        return item[0]

    async def items() -> AsyncGenerator[tuple[int, int]]:
        nonlocal taken, at_work
        for item in enumerate(delays):
            taken, at_work = taken + 1, at_work + 1
            assert at_work <= concurrency
            assert taken - fetched <= AHEAD * concurrency
            yield item

    async def main() -> list[int]:
        nonlocal fetched
        results = []
        async for result in stream(work, items(), concurrency, ordered=ordered):
            fetched += 1
            results.append(result)
            await asyncio.sleep(0)
        return results

    results = asyncio.run(main())
    assert (results if ordered else sorted(results)) == list(range(len(delays)))


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("asynchronous", [True, False])
async def test_an_endless_source_is_taken_as_the_results_are_fetched(
    ordered: bool, asynchronous: bool
) -> None:
    source, work = Source(), Work()
    items = source.anumbers() if asynchronous else each(source.numbers())
    async with aclosing(stream(work, items, 2, ordered=ordered)) as results:
        assert source.taken == 0
        for fetched in range(1, 30):
            await anext(results)
            assert source.taken <= fetched + AHEAD * 2
        async with asyncio.timeout(5):
            while source.taken < fetched + AHEAD * 2:  # noqa: ASYNC110
                await asyncio.sleep(0)
        await settle()
        assert source.taken == fetched + AHEAD * 2
    assert work.most <= 2


@pytest.mark.parametrize("ordered", [True, False])
async def test_nothing_is_taken_without_a_place(ordered: bool) -> None:
    source, work = Source(), Work(held=True)
    async with aclosing(stream(work, source.anumbers(), 3, ordered=ordered)) as results:
        first = asyncio.create_task(anext(results))
        await settle()
        assert (source.taken, work.begun) == (3, [0, 1, 2])
        work.let(1)
        await settle()
        assert (source.taken, work.begun) == (4, [0, 1, 2, 3])
        work.let(0)
        assert await first == (0 if ordered else 1)


async def test_in_order_a_slow_item_holds_the_others_back() -> None:
    source, work = Source(), Work(held=True)
    work.let(*range(1, 100))
    async with aclosing(stream(work, source.anumbers(), 2)) as results:
        first = asyncio.create_task(anext(results))
        await settle()
        await settle()
        assert source.taken == AHEAD * 2
        work.let(0)
        assert [await first, *await fetch(results, 20)] == [*range(21)]


async def test_as_they_are_done_a_slow_item_holds_nothing_back() -> None:
    source, work = Source(30), Work(held=True)
    work.let(*range(1, 30))
    async with aclosing(stream(work, source.anumbers(), 2, ordered=False)) as results:
        assert await fetch(results, 29) == [*range(1, 30)]
        work.let(0)
        assert await fetch(results, 1) == [0]
        with pytest.raises(StopAsyncIteration):
            await anext(results)


@pytest.mark.parametrize("ordered", [True, False])
def test_what_was_fetched_is_not_kept(ordered: bool) -> None:
    class Thing:
        pass

    async def make(_: int) -> Thing:
        return Thing()

    made = []
    things = synchronous(stream(make, each(range(200)), 2, ordered=ordered))
    for thing in things:
        made.append(weakref.ref(thing))
        assert sum(reference() is not None for reference in made) <= 5


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("asynchronous", [True, False])
async def test_a_fault_of_the_source_comes_after_the_results_of_what_it_gave(
    ordered: bool, asynchronous: bool
) -> None:
    source, work = Source(3, OSError("the disk is gone")), Work(held=True)
    items = source.anumbers() if asynchronous else each(source.numbers())
    results = stream(work, items, 5, ordered=ordered)
    first = asyncio.create_task(anext(results))
    while len(work.begun) < 3:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await settle()
    work.let(0, 1, 2)
    assert [await first, *await fetch(results, 2)] == [0, 1, 2]
    with pytest.raises(OSError, match="the disk is gone"):
        await anext(results)
    assert work.cancelled == []


async def test_what_cannot_be_iterated_is_said() -> None:
    items: Any = 7
    with pytest.raises(TypeError, match="'int' object is not iterable"):
        await anext(stream(Work(), each(items), 2))


@pytest.mark.parametrize("ordered", [True, False])
async def test_a_fault_of_the_work_is_raised_in_its_place_and_ends_the_rest(ordered: bool) -> None:
    source, work = Source(), Work(held=True)

    async def fail_at_two(item: int) -> int:
        if await work(item) == 2:
            raise ValueError("two")
        return item

    before = asyncio.all_tasks()
    results = stream(fail_at_two, source.anumbers(), 4, ordered=ordered)
    first = asyncio.create_task(anext(results))
    await settle()
    work.let(2)
    await settle()
    work.let(0)
    if ordered:
        assert await first == 0
        work.let(1)
        assert await anext(results) == 1
        first = asyncio.create_task(anext(results))
    with pytest.raises(ValueError, match="two"):
        await first
    assert asyncio.all_tasks() == before
    assert source.closed
    assert set(work.begun) - set(work.cancelled) <= {0, 1, 2}
    assert work.under_way == 0


async def test_two_faults_at_once_are_one_and_the_other_is_not_complained_of() -> None:
    async def fail(item: int) -> int:
        raise ValueError(str(item))

    with pytest.raises(ValueError, match="0"):
        await anext(stream(fail, Source(4).anumbers(), 4))


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("fetched", [0, 1, 5])
async def test_closing_leaves_nothing_under_way(ordered: bool, fetched: int) -> None:
    source, work = Source(), Work(held=True)
    work.let(*range(fetched))
    before = asyncio.all_tasks()
    results = stream(work, source.anumbers(), 3, ordered=ordered)
    await fetch(results, fetched)
    await settle()
    await results.aclose()
    assert asyncio.all_tasks() == before
    assert work.under_way == 0
    assert source.closed == (fetched > 0)  # what was never begun needs no end
    taken = source.taken
    await settle()
    assert source.taken == taken


@pytest.mark.parametrize("ordered", [True, False])
async def test_cancelling_who_waits_leaves_nothing_under_way(ordered: bool) -> None:
    source, work = Source(), Work(held=True)
    before = asyncio.all_tasks()

    async def consume() -> None:
        async with aclosing(stream(work, source.anumbers(), 3, ordered=ordered)) as results:
            async for _ in results:
                pass

    consuming = asyncio.create_task(consume())
    await settle()
    assert work.under_way == 3
    consuming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consuming
    assert asyncio.all_tasks() == before
    assert sorted(work.cancelled) == [0, 1, 2]
    assert source.closed


async def test_a_source_is_read_in_one_thread_which_is_not_the_caller_s() -> None:
    def threads() -> Iterator[int]:
        for _ in range(20):
            yield threading.get_ident()

    [reader] = {thread async for thread in each(threads())}
    assert reader != threading.get_ident()


@pytest.fixture
def blocked() -> Iterator[tuple[Iterator[int], threading.Event]]:
    """A source that gives one item and then nothing until the test is over; whether it was asked"""
    asked, over = threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        yield 0
        asked.set()
        over.wait()

    yield items(), asked
    over.set()


async def test_a_slow_source_holds_up_neither_the_loop_nor_its_end(
    blocked: tuple[Iterator[int], threading.Event],
) -> None:
    items, asked = blocked
    before = asyncio.all_tasks()
    async with aclosing(stream(Work(), each(items), 2)) as results:
        assert await anext(results) == 0
        following = asyncio.create_task(anext(results))
        async with asyncio.timeout(5):
            while not asked.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0)
        following.cancel()
        with pytest.raises(asyncio.CancelledError):
            await following
    assert asyncio.all_tasks() == before
    [reader] = own_threads()
    assert reader.daemon


async def numbers(count: int | None = None) -> AsyncGenerator[int]:
    """Results that `synchronous` could be given: a stream inside of another generator."""
    async with aclosing(stream(Work(), each(Source(count).numbers()), 4)) as results:
        async for result in results:
            yield result


def test_without_a_loop_the_results_are_the_same() -> None:
    assert list(synchronous(numbers(50))) == [*range(50)]


def test_nothing_happens_before_the_first_is_asked_for() -> None:
    source = Source()
    results = synchronous(stream(Work(), each(source.numbers()), 2))
    assert own_threads() == []
    assert next(results) == 0
    del results  # is its end as well


def test_a_caller_that_stops_leaves_nothing_behind() -> None:
    source = Source()
    for result in synchronous(stream(Work(), each(source.numbers()), 4)):
        if result == 5:
            break
    until(lambda: not own_threads())
    assert source.taken <= 6 + AHEAD * 4


@pytest.mark.parametrize("taken", range(1, 12))
def test_nested_generators_end_one_after_the_other(taken: int) -> None:
    ended = []

    async def inner() -> AsyncGenerator[int]:
        try:
            async for number in numbers():
                yield number
        finally:
            await asyncio.sleep(0)
            ended.append("inner")

    async def outer() -> AsyncGenerator[int]:
        try:
            async with aclosing(inner()) as results:
                async for number in results:
                    yield number
        finally:
            ended.append("outer")

    assert list(islice(synchronous(outer()), taken)) == [*range(taken)]
    until(lambda: ended == ["inner", "outer"])


def test_an_exception_reaches_the_caller_without_a_loop() -> None:
    async def fail(item: int) -> int:
        if item == 3:
            raise ValueError("three")
        return item

    results = synchronous(stream(fail, each(Source().numbers()), 2))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)
    assert list(results) == []


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_a_source_that_exits_is_no_end_of_the_items(kind: type[BaseException]) -> None:
    def source() -> Iterator[int]:
        yield from range(3)
        raise kind("part 2 is missing")

    async def same(item: int) -> int:
        return item

    results = synchronous(stream(same, each(source()), 2))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(RuntimeError, match="part 2 is missing") as caught:
        next(results)
    assert isinstance(caught.value.__cause__, kind)


def test_a_loop_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("too many open files")

    monkeypatch.setattr(asyncio, "new_event_loop", fail)
    with pytest.raises(OSError, match="too many open files"):
        next(synchronous(numbers(1)))


async def test_inside_a_running_loop_as_in_a_notebook() -> None:
    loop = asyncio.get_running_loop()
    assert list(synchronous(numbers(10))) == [*range(10)]
    assert asyncio.get_running_loop() is loop
    assert asyncio.get_event_loop_policy().get_event_loop() is loop


def test_from_several_threads_at_once() -> None:
    together = threading.Barrier(4)

    def collect(length: int) -> list[int]:
        together.wait()
        return list(synchronous(numbers(length)))

    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(collect, (5, 10, 20, 40))] == [[*range(n)] for n in (5, 10, 20, 40)]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT interrupts, also where a background job inherits that it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_while_waiting_ends_what_is_under_way() -> None:
    work = Work(held=True)
    work.let(0)
    asked_again = threading.Event()

    async def noted() -> AsyncGenerator[int]:
        async with aclosing(stream(work, each(count()), 2)) as results:
            yield await anext(results)
            asked_again.set()
            yield await anext(results)

    def interrupt() -> None:
        until(lambda: asked_again.is_set() and work.under_way == 2)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    results = synchronous(noted())
    assert next(results) == 0
    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        next(results)
    assert sorted(work.cancelled) == [1, 2]
    assert list(results) == []


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_between_two_results_ends_what_is_under_way() -> None:
    work = Work(held=True)
    work.let(0)

    def consume(results: Iterable[int]) -> None:
        for _ in results:
            until(lambda: work.under_way == 2)
            signal.raise_signal(signal.SIGINT)

    with suppress(KeyboardInterrupt):  # whose traceback keeps the iterator until here
        consume(synchronous(stream(work, each(count()), 2)))
    assert sorted(work.cancelled) == [1, 2]


def test_the_end_of_the_program_does_not_wait_for_the_results() -> None:
    program = """if True:
        import asyncio, itertools
        from defext.stream import each, stream, synchronous
        async def work(item):
            await asyncio.sleep(item * 60)
            return item
        results = synchronous(stream(work, each(itertools.count()), 2))
        print(next(results))
        """
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")
