"""Work in threads that nobody waits for."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from defext.ask.threads import apart, aside, within


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def own_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "defext-apart"]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    until(lambda: not own_threads())


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """What holds up the work of a test, until its end at the latest."""
    over = threading.Event()
    yield over
    over.set()


class Context(AbstractContextManager[str]):
    """Notes in which thread it is entered, and when and with what it is left."""

    def __init__(self, may_enter: threading.Event | None = None) -> None:
        self.may_enter = may_enter
        self.entering = threading.Event()
        self.thread = 0
        self.left = threading.Event()
        self.error: BaseException | None = None

    def __enter__(self) -> str:
        self.thread = threading.get_ident()
        self.entering.set()
        if self.may_enter:
            self.may_enter.wait()
        return "value"

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.error = error
        self.left.set()


async def entering(context: Context) -> None:
    async with asyncio.timeout(5):
        while not context.entering.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0)


def test_one_thread_does_one_thing_after_the_other() -> None:
    with apart() as do:
        done = [do(lambda number=number: (number, threading.get_ident())) for number in range(9)]  # type: ignore[misc]
        results = [future.result(5) for future in done]
    assert [number for number, _ in results] == [*range(9)]
    [thread] = {thread for _, thread in results}
    assert thread != threading.get_ident()


def test_a_fault_is_that_of_its_work_alone() -> None:
    with apart() as do:
        failing, fine = do(lambda: 1 / 0), do(lambda: "fine")
        with pytest.raises(ZeroDivisionError):
            failing.result(5)
        assert fine.result(5) == "fine"


def test_the_end_of_the_block_waits_for_nothing_and_begins_nothing(over: threading.Event) -> None:
    begun: list[str] = []

    def note(step: str) -> bool:
        begun.append(step)
        return True

    with apart() as do:
        do(lambda: note("first") and over.wait())
        do(lambda: note("second"))
        do(lambda: note("third")).cancel()
        until(lambda: begun)
    [thread] = own_threads()
    assert thread.daemon
    over.set()
    thread.join(5)
    assert begun == ["first"]


async def test_what_is_done_aside_does_not_hold_up_the_loop(over: threading.Event) -> None:
    doing = asyncio.create_task(aside(lambda: over.wait(5)))
    await asyncio.sleep(0.01)
    over.set()
    assert await doing is True
    with pytest.raises(ZeroDivisionError):
        await aside(lambda: 1 / 0)


def test_the_end_of_a_loop_does_not_wait_for_what_is_done_aside(over: threading.Event) -> None:
    async def main() -> None:
        doing = asyncio.create_task(aside(over.wait))
        while not own_threads():  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert not doing.done()

    asyncio.run(main())
    assert not over.is_set()


async def test_a_context_is_entered_aside_and_left_with_the_block() -> None:
    context = Context()
    async with within(context) as value:
        assert value == "value"
        assert context.thread != threading.get_ident()
        assert not context.left.is_set()
    assert context.left.is_set()
    assert context.error is None


async def test_a_context_is_told_what_the_block_raises() -> None:
    context, fault = Context(), ValueError()
    with pytest.raises(ValueError):  # noqa: PT011 (it is this very one)
        async with within(context):
            raise fault
    assert context.error is fault


async def test_a_context_that_cannot_be_entered_says_so() -> None:
    @contextmanager
    def closed() -> Iterator[None]:
        raise OSError("closed")
        yield

    with pytest.raises(OSError, match="closed"):
        async with within(closed()):
            pytest.fail("entered")


async def test_who_is_cancelled_in_the_block_leaves_the_context() -> None:
    context, inside = Context(), asyncio.Event()

    async def use() -> None:
        async with within(context):
            inside.set()
            await asyncio.Event().wait()

    using = asyncio.create_task(use())
    await inside.wait()
    using.cancel()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert isinstance(context.error, asyncio.CancelledError)


async def test_who_is_cancelled_before_the_context_is_entered_leaves_it_then(
    over: threading.Event,
) -> None:
    context = Context(may_enter=over)

    async def use() -> None:
        async with within(context):
            pytest.fail("entered")

    using = asyncio.create_task(use())
    await entering(context)
    using.cancel()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert not context.left.is_set()
    over.set()
    assert await asyncio.to_thread(context.left.wait, 5)


async def test_who_is_cancelled_when_the_context_was_just_entered_leaves_it() -> None:
    context = Context()

    async def use() -> None:
        async with within(context):
            pytest.fail("told")

    using = asyncio.create_task(use())
    await asyncio.sleep(0)  # it waits for the thread, which is done before the loop knows
    until(context.entering.is_set)
    using.cancel()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert await asyncio.to_thread(context.left.wait, 5)
