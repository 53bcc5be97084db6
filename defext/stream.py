"""Work on many items at once: bounded, lazy, and with nothing left behind."""

import asyncio
import threading
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
)
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from defext.ask import aside

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
    for it: where the results are not fetched, or wait for an earlier one, nothing more is begun.
    The first exception of `work` or of `items` ends the stream, the latter after the results of all
    items before it. What is under way then, or when the stream is closed, is cancelled.
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


async def each(items: Iterable[T]) -> AsyncIterator[T]:
    """The items, each taken in a thread, so that a slow source does not hold up the event loop."""
    over = object()
    iterator = await aside(partial(iter, items))
    while (item := await aside(partial(next, iterator, over))) is not over:
        yield item


def synchronous(results: AsyncIterator[R]) -> Iterator[R]:
    """The same results for a caller without an event loop: one runs in a thread until the end."""
    running: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def run() -> None:
        over = asyncio.Event()
        running.set_result((asyncio.get_running_loop(), over))
        await over.wait()

    async def result() -> R:
        return await anext(results)

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="defext-many", daemon=True)
    thread.start()
    loop, over = running.result()
    try:
        while True:
            try:
                value = asyncio.run_coroutine_threadsafe(result(), loop).result()
            except StopAsyncIteration:
                return
            yield value
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
