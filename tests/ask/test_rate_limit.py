"""How many calls are under way at once, as the server lets us know."""

import asyncio
import random
import threading
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.ask.rate_limit import RateLimiter

SOON = 0.02  # seconds that a test may take
LONGEST = 100.0


class Status(Exception):
    """What a provider's client raises for an answer with this status."""

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(status)
        self.status_code = status
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.response = SimpleNamespace(headers=told)


def limited(places: int) -> RateLimiter:
    """A limiter with so many places, since the server was busy with twice as many calls."""
    limiter = RateLimiter(LONGEST)
    with suppress(Status), ExitStack() as calls:
        for _ in range(2 * places):
            calls.enter_context(limiter.place(no_wait))
        raise Status(429)
    return limiter


def no_wait(seconds: float) -> None:
    assert seconds == 0.0


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Calls:
    """Calls of one loop, each under way until it is told how it ends."""

    def __init__(self, limiter: RateLimiter, number: int = 0) -> None:
        self.limiter = limiter
        self.under_way: list[int] = []
        self._ends: list[asyncio.Future[None]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.begin(number)

    def begin(self, number: int) -> None:
        for _ in range(number):
            self._ends.append(asyncio.get_running_loop().create_future())
            self.tasks.append(asyncio.create_task(self._call(len(self.tasks))))

    async def _call(self, number: int) -> None:
        async with self.limiter.aplace():
            self.under_way.append(number)
            try:
                await self._ends[number]
            finally:
                self.under_way.remove(number)

    def end(self, number: int, error: Exception | None = None) -> None:
        if self._ends[number].done():
            return
        if error:
            self._ends[number].set_exception(error)
        else:
            self._ends[number].set_result(None)

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def places(limiter: RateLimiter) -> int:
    """How many calls it lets begin, which changes nothing: they are cancelled."""
    calls = Calls(limiter, 50)
    await settle()
    try:
        return len(calls.under_way)
    finally:
        await calls.close()


def held(limiter: RateLimiter) -> float:
    """Seconds for which no call is begun."""
    asked: list[float] = []

    def sleep(seconds: float) -> None:
        asked.append(seconds)
        raise CancelledError

    with suppress(CancelledError), limiter.place(sleep):
        pass
    return asked[0]


async def answer(limiter: RateLimiter, error: Exception | None = None) -> None:
    """One call, which ends like this."""
    with suppress(Status):
        async with limiter.aplace():
            if error:
                raise error


async def test_without_a_limit_everything_is_asked_at_once() -> None:
    calls = Calls(RateLimiter(LONGEST), 1000)
    await settle()
    assert len(calls.under_way) == 1000
    await calls.close()


async def test_no_more_calls_are_under_way_than_there_are_places() -> None:
    calls = Calls(limited(4), 9)
    await settle()
    assert calls.under_way == [0, 1, 2, 3]
    calls.end(2)
    await settle()
    assert calls.under_way == [0, 1, 3, 4]  # who came first is first
    calls.end(0, Status(500))
    calls.end(4, Status(400))
    await settle()
    assert calls.under_way == [1, 3, 5, 6]
    await calls.close()


async def test_threads_and_loops_share_the_places() -> None:
    limiter = limited(3)
    with ExitStack() as taken:
        taken.enter_context(limiter.place(no_wait))
        calls = Calls(limiter, 4)
        await settle()
        assert calls.under_way == [0, 1]
    await settle()
    assert calls.under_way == [0, 1, 2]
    entered = threading.Event()

    def call() -> None:
        with limiter.place(no_wait):
            entered.set()

    calls.end(2)
    await settle()
    assert calls.under_way == [0, 1, 3]
    thread = threading.Thread(target=call)
    thread.start()
    assert not entered.wait(SOON)
    calls.end(0)
    await settle()
    thread.join(5)
    assert entered.is_set()
    await calls.close()


async def test_calls_that_were_under_way_together_halve_the_places_once() -> None:
    limiter = RateLimiter(LONGEST)
    calls = Calls(limiter, 8)
    await settle()
    for number in range(8):
        calls.end(number, Status(429))
        await settle()
    assert await places(limiter) == 4
    await calls.close()


async def test_a_call_begun_later_halves_them_again_and_one_place_remains() -> None:
    limiter = limited(8)
    seen: list[int] = []
    for _ in range(5):
        await answer(limiter, Status(429))
        seen.append(await places(limiter))
    assert seen == [4, 2, 1, 1, 1]


async def test_where_there_was_no_limit_half_of_what_was_taken_remains() -> None:
    limiter = RateLimiter(LONGEST)
    calls = Calls(limiter, 6)
    await settle()
    calls.end(0, Status(429))
    await settle()
    await calls.close()
    assert await places(limiter) == 3


@pytest.mark.parametrize(
    ("error", "halves"),
    [
        (Status(429), True),
        (Status(503, retry_after="0"), True),
        (Status(503), False),
        (Status(500), False),
        (Status(400), False),
        (TimeoutError(), False),
        (ValueError(), False),
    ],
)
async def test_only_a_server_that_says_it_is_busy_is_given_less(
    error: Exception, halves: bool
) -> None:
    limiter = limited(8)
    calls = Calls(limiter, 8)
    await settle()
    calls.end(0, error)
    await settle()
    await calls.close()
    assert await places(limiter) == (4 if halves else 8)


async def test_answers_bring_the_places_back_one_by_one() -> None:
    calls = Calls(limiter := limited(3), 60)
    await settle()
    seen: list[int] = []
    while len(seen) < 30:
        seen.append(len(calls.under_way))
        calls.end(calls.under_way[0])
        await settle()
    await calls.close()
    assert seen == sorted(seen)
    assert set(seen) >= {3, 4, 5, 6}
    assert seen.count(3) in (3, 4)  # about as many answers as there are places
    assert seen.count(5) in (5, 6)
    assert await places(limiter) == seen[-1]


async def test_places_that_nobody_wants_are_not_counted_up() -> None:
    limiter = limited(3)
    for _ in range(50):
        await answer(limiter)
    assert await places(limiter) == 3


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after_ms": "1500", "retry_after": "7"}, 1.5),
        ({"retry_after": "100"}, 100),
        ({"retry_after": "101"}, 0),  # longer than anybody waits
        ({"retry_after": "86400"}, 0),
        ({}, 0),
    ],
)
async def test_a_retry_after_holds_every_call(headers: dict[str, str], seconds: float) -> None:
    limiter = RateLimiter(LONGEST)
    await answer(limiter, Status(429, **headers))
    assert held(limiter) == pytest.approx(seconds, abs=0.5)


@pytest.mark.parametrize("limit", ["requests", "tokens"])
@pytest.mark.parametrize(
    ("remaining", "reset", "seconds"),
    [
        ("0", "20s", 20),
        ("0", "1m2.5s", 62.5),
        ("0", "250ms", 0.25),
        ("0", "1h0m0s", 0),  # longer than anybody waits
        ("1", "20s", 0),
        ("0", "", 0),
        ("0", "20", 0),
        ("0", "soon", 0),
        ("0", "20s ago", 0),
        ("none", "20s", 0),
        ("-1", "20s", 0),
    ],
)
def test_a_limit_that_is_used_up_holds_every_call_until_it_is_set_back(
    limit: str, remaining: str, reset: str, seconds: float
) -> None:
    limiter = RateLimiter(LONGEST)
    limiter.heed({f"x-ratelimit-remaining-{limit}": remaining, f"x-ratelimit-reset-{limit}": reset})
    assert held(limiter) == pytest.approx(seconds, abs=0.2)


def remain(limiter: RateLimiter, requests: int, seconds: float) -> None:
    """Have the server say that so many requests remain for so long."""
    limiter.heed(
        {
            "x-ratelimit-remaining-requests": str(requests),
            "x-ratelimit-reset-requests": f"{1000 * seconds:g}ms",
        }
    )


async def test_less_than_nothing_that_remains_is_no_limit() -> None:
    limiter = RateLimiter(LONGEST)
    remain(limiter, -1, 20)
    assert await places(limiter) > 3


async def test_no_more_calls_are_begun_than_the_server_says_remain() -> None:
    limiter = RateLimiter(LONGEST)
    remain(limiter, 3, 20)
    limiter.heed({"x-ratelimit-remaining-tokens": "2", "x-ratelimit-reset-tokens": "20s"})
    assert await places(limiter) == 3  # how many calls two tokens are is not known
    remain(limiter, 5, 20)
    assert await places(limiter) == 5
    limiter = limited(4)
    remain(limiter, 5, 20)
    assert await places(limiter) == 4


async def test_what_remained_says_nothing_once_the_limit_is_set_back() -> None:
    limiter = RateLimiter(LONGEST)
    remain(limiter, 2, SOON)
    calls = Calls(limiter, 9)
    await settle()
    assert calls.under_way == [0, 1]
    await asyncio.sleep(SOON)
    calls.end(0)
    await settle()
    assert calls.under_way == [*range(1, 9)]
    await calls.close()


def test_headers_of_other_servers_say_nothing() -> None:
    limiter = RateLimiter(LONGEST)
    limiter.heed({"content-type": "application/json", "x-ratelimit-remaining-requests": "0"})
    assert held(limiter) == 0


async def test_calls_that_are_held_are_begun_when_the_time_is_over() -> None:
    limiter = RateLimiter(LONGEST)
    until = time.monotonic() + SOON
    await answer(limiter, Status(429, retry_after=str(SOON)))
    async with limiter.aplace():
        assert time.monotonic() >= until
    with limiter.place(no_wait):
        pass


def hold(limiter: RateLimiter, seconds: float) -> None:
    """Have the server say that nothing remains for so long."""
    reset = f"{1000 * seconds:g}ms"
    limiter.heed({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": reset})


async def test_calls_that_are_held_are_held_on_where_the_server_asks_for_more() -> None:
    limiter = RateLimiter(LONGEST)
    hold(limiter, 0.05)

    async def begun() -> float:
        async with limiter.aplace():
            return time.monotonic()

    call = asyncio.create_task(begun())
    await settle()
    until = time.monotonic() + 0.08
    hold(limiter, 0.08)
    assert await call >= until


def test_threads_that_are_held_are_held_on_where_the_server_asks_for_more() -> None:
    limiter, slept = RateLimiter(LONGEST), []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time.sleep(seconds)
        if len(slept) < 4:
            hold(limiter, 0.005)

    with limiter.place(sleep):
        assert len(slept) == 4
    assert slept[0] == 0.0
    assert slept[1:] == pytest.approx([0.005] * 3, abs=0.005)


async def test_who_is_cancelled_while_waiting_leaves_no_place_taken() -> None:
    limiter = limited(1)
    calls = Calls(limiter, 4)
    await settle()
    for number in (1, 2):
        calls.tasks[number].cancel()
    calls.end(0, Status(500))
    await settle()
    assert calls.under_way == [3]
    calls.end(3, Status(500))
    await asyncio.gather(*calls.tasks, return_exceptions=True)
    assert await places(limiter) == 1


async def test_who_is_cancelled_when_the_place_is_just_given_gives_it_back() -> None:
    limiter = limited(1)
    calls = Calls(limiter, 3)
    await settle()
    calls.end(0, Status(500))
    await asyncio.sleep(0)  # it has given its place to the next, who does not know yet
    assert calls.under_way == []
    calls.tasks[1].cancel()
    await settle()
    assert calls.under_way == [2]
    await calls.close()
    assert await places(limiter) == 1


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_who_is_cancelled_while_held_gives_the_place_back(asynchronous: bool) -> None:
    limiter = limited(1)
    reset = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "40ms"}
    limiter.heed(reset)
    if asynchronous:
        calls = Calls(limiter, 1)
        await settle()
        await calls.close()
    else:
        assert held(limiter) > 0
    assert held(limiter) > 0
    await asyncio.sleep(0.04)
    assert await places(limiter) == 1


def test_a_loop_that_ends_with_calls_waiting_takes_no_place_along() -> None:
    limiter = limited(1)

    async def main() -> None:
        calls = Calls(limiter, 3)
        await settle()
        assert calls.under_way == [0]

    asyncio.run(main())
    assert asyncio.run(places(limiter)) == 1


ERRORS = {"busy": Status(429), "fail": Status(500)}
STEPS = st.tuples(st.sampled_from(["begin", "cancel", *ERRORS]), st.integers(0, 9), st.booleans())


@settings(deadline=None, max_examples=50)
@given(limit=st.integers(1, 5), steps=st.lists(STEPS, max_size=50))
def test_whatever_happens_no_place_is_lost_and_none_is_taken_twice(
    limit: int, steps: list[tuple[str, int, bool]]
) -> None:
    async def main() -> None:
        calls = Calls(limited(limit))
        for step, number, at_once in steps:
            if step == "begin":
                calls.begin(1 + number % 3)
            elif step == "cancel" and calls.tasks:
                calls.tasks[number % len(calls.tasks)].cancel()
            elif step != "cancel" and calls.under_way:
                calls.end(calls.under_way[number % len(calls.under_way)], ERRORS[step])
            if not at_once:
                await settle()
            assert len(calls.under_way) <= limit
        await calls.close()
        there = await places(calls.limiter)
        assert 1 <= there <= limit
        assert there == limit or any(step == "busy" for step, *_ in steps)

    asyncio.run(main())


@pytest.mark.parametrize("seed", range(3))
def test_threads_and_loops_together_never_take_more_places_than_there_are(seed: int) -> None:
    most, limiter = 3, limited(3)
    lock = threading.Lock()
    inside = seen = 0

    def enter(step: int) -> None:
        nonlocal inside, seen
        with lock:
            inside += step
            seen = max(seen, inside)

    def threaded(number: int) -> None:
        chance = random.Random(seed * 100 + number)
        for _ in range(30):
            with suppress(Status), limiter.place(no_wait):
                enter(1)
                time.sleep(chance.random() / 5000)
                enter(-1)
                raise Status(500)  # so that the places stay as many

    async def looped(number: int) -> None:
        chance = random.Random(seed * 100 + number)

        async def call() -> None:
            with suppress(Status):
                async with limiter.aplace():
                    enter(1)
                    try:
                        await asyncio.sleep(chance.random() / 5000)
                    finally:
                        enter(-1)
                    raise Status(500)

        for _ in range(10):
            tasks = [asyncio.create_task(call()) for _ in range(5)]
            await asyncio.sleep(chance.random() / 5000)
            tasks[chance.randrange(5)].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    with ThreadPoolExecutor(6) as threads:
        ended = [threads.submit(threaded, number) for number in range(4)]
        ended += [threads.submit(asyncio.run, looped(number)) for number in (4, 5)]
        for end in ended:
            end.result(20)
    assert (inside, seen) == (0, most)
    assert asyncio.run(places(limiter)) == most
