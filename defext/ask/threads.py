"""Work side by side in threads that nobody has to wait for."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import (
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@contextmanager
def side_by_side(
    work: Callable[[T, threading.Event], R], items: Sequence[T], limit: int
) -> Iterator[list[Future[R]]]:
    """The futures of `work` on each item, at most `limit` of them under way at once.

    After a failure nothing more is begun. When the block ends, what has not begun is cancelled, and
    what is under way can tell by the event that `work` is given. Neither the block nor the end of
    the program waits for that: the threads are daemons.
    """
    over = threading.Event()
    futures: list[Future[R]] = [Future() for _ in items]
    waiting: SimpleQueue[tuple[Future[R], T]] = SimpleQueue()
    for pair in zip(futures, items, strict=True):
        waiting.put(pair)

    def run() -> None:
        with suppress(Empty):
            while not over.is_set():
                future, item = waiting.get_nowait()
                try:
                    if future.set_running_or_notify_cancel():
                        future.set_result(work(item, over))
                except BaseException as error:
                    over.set()
                    future.set_exception(error)

    for number in range(min(limit, len(items))):
        threading.Thread(target=run, name=f"defext-{number}", daemon=True).start()
    try:
        yield futures
    finally:
        over.set()
        for future in futures:
            future.cancel()


@contextmanager
def apart() -> Iterator[Callable[[Callable[[], Any]], Future[Any]]]:
    """One thread for the block, which does what it is given, one after the other.

    When the block ends, what has not begun is left undone. Neither the block nor the end of the
    program waits for what is under way: the thread is a daemon.
    """
    over = threading.Event()
    given: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()

    def run() -> None:
        while (pair := given.get()) and not over.is_set():
            future, work = pair
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except BaseException as error:
                    future.set_exception(error)

    def do(work: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        given.put((future, work))
        return future

    threading.Thread(target=run, name="defext-apart", daemon=True).start()
    try:
        yield do
    finally:
        over.set()
        given.put(None)


async def aside(work: Callable[[], R]) -> R:
    """What `work` gives, in a thread that the event loop does not wait for, even at its end."""
    with apart() as do:
        done: Future[R] = do(work)
        return await asyncio.wrap_future(done)


@asynccontextmanager
async def within(context: AbstractContextManager[R]) -> AsyncIterator[R]:
    """`context` around a block, entered in a thread as by `aside`, and left whatever happens."""
    stack = ExitStack()
    with apart() as do:
        entered: Future[R] = do(partial(stack.enter_context, context))
        try:
            value = await asyncio.wrap_future(entered)
        except BaseException:
            entered.add_done_callback(lambda _: stack.close())
            raise
    with stack:
        yield value
