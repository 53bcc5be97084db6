"""Work on many items at once: bounded, lazy, and with nothing left behind."""

import asyncio
import threading
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
)
from concurrent.futures import Future
from functools import partial
from typing import TypeVar, cast

from defext.ask import apart

T = TypeVar("T")
R = TypeVar("R")

# Results that may wait for their turn, for each place of work.
_AHEAD = 4


async def stream(
    work: Callable[[T], Awaitable[R]],
    items: AsyncIterable[T],
    concurrency: int,
    *,
    ordered: bool = True,
) -> AsyncGenerator[R]:
    """What `work` gives for each item, in the order of the items or else as it is done.

    At most `concurrency` items are worked on at once, and no item is taken before there is a place
    for it. Work goes on while results are not fetched, or wait for an earlier one, until there are
    four for each place. An exception of `work` is raised in the place of its result, one of `items`
    after the results of all items before it; either ends the stream. Where it ends, also by being
    closed, what is under way is cancelled, and `items` is closed if it is a generator.
    """
    places = asyncio.Semaphore(concurrency)
    room = asyncio.Semaphore(_AHEAD * concurrency)
    begun: set[asyncio.Task[R]] = set()
    ready: asyncio.Queue[asyncio.Task[R] | None] = asyncio.Queue()

    async def one(item: T) -> R:
        try:
            return await work(item)
        finally:
            places.release()
            if not ordered:
                ready.put_nowait(asyncio.current_task())

    async def begin() -> None:
        iterator = aiter(items)
        try:
            while True:
                await room.acquire()
                await places.acquire()
                task = asyncio.create_task(one(await anext(iterator)))
                begun.add(task)
                if ordered:
                    ready.put_nowait(task)
        except StopAsyncIteration:
            pass
        finally:
            if isinstance(iterator, AsyncGenerator):
                await iterator.aclose()
            if begun:
                await asyncio.wait(begun)
            ready.put_nowait(None)

    beginning = asyncio.create_task(begin())
    try:
        while task := await ready.get():
            result = await task
            begun.discard(task)
            room.release()
            yield result
        await beginning
    finally:
        for left in (beginning, *begun):
            left.cancel()
        await asyncio.gather(beginning, *begun, return_exceptions=True)


async def each(items: Iterable[T]) -> AsyncGenerator[T]:
    """The items, all taken in one thread, so that a slow source does not hold up the event loop.

    Where the source exits, a RuntimeError says so: the exit itself would be the event loop's end.
    """

    def take() -> T | object:
        try:
            return next(iterator, over)
        except (SystemExit, KeyboardInterrupt, GeneratorExit) as error:
            raise RuntimeError(f"The source of the documents ended by {error!r}.") from error

    over = object()
    with apart() as do:
        iterator = await asyncio.wrap_future(do(partial(iter, items)))
        while (item := await asyncio.wrap_future(do(take))) is not over:
            yield cast(T, item)


def synchronous(results: AsyncGenerator[R]) -> Iterator[R]:
    """The same results for a caller without an event loop: one runs in a thread until the end."""
    runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
    loop, over, alone = runner.get_loop(), asyncio.Event(), asyncio.Lock()
    asked: Future[R] = Future()

    async def result() -> R:
        async with alone:
            return await anext(results)

    async def until_over() -> None:
        await over.wait()
        async with alone:  # what was asked for last has ended
            await results.aclose()

    def run() -> None:
        with runner:
            runner.run(until_over())

    thread = threading.Thread(target=run, name="defext-many", daemon=True)
    thread.start()
    try:
        while True:
            asked = asyncio.run_coroutine_threadsafe(result(), loop)
            try:
                value = asked.result()
            except StopAsyncIteration:
                return
            yield value
    finally:
        asked.cancel()
        loop.call_soon_threadsafe(over.set)
        thread.join()
