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
from typing import TypeVar

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


@asynccontextmanager
async def within(context: AbstractContextManager[R]) -> AsyncIterator[R]:
    """`context` around a block, entered in a thread as by `aside`, and left whatever happens."""
    stack = ExitStack()
    enter = partial(stack.enter_context, context)
    with side_by_side(lambda do, _: do(), [enter], 1) as (entered,):
        try:
            value = await asyncio.wrap_future(entered)
        except asyncio.CancelledError:
            entered.add_done_callback(lambda _: stack.close())
            raise
    with stack:
        yield value


async def aside(work: Callable[[], R]) -> R:
    """What `work` gives, in a thread that the event loop does not wait for, even at its end."""
    with side_by_side(lambda do, _: do(), [work], 1) as (done,):
        return await asyncio.wrap_future(done)
