"""How many calls a model's server is asked at once, as it lets us know."""

import asyncio
import math
import re
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager

from defext.ask.faults import is_busy, retry_after

# What OpenAI and the servers that follow it say of requests and of tokens; a server that says it
# otherwise is known by its 429.
_LIMITS = ("requests", "tokens")
_DURATION = re.compile(r"([\d.]+)(ms|h|m|s)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class RateLimiter:
    """The places for calls to one server, which threads and event loops share.

    There are as many as wanted until the server is busy (429, or another fault with a Retry-After):
    then half as many, and one more after about as many answers as there are, while all are taken.
    No more are taken than the server says that requests remain of its limit. While it asks to wait,
    or nothing remains, no call is begun; `longest` is the most seconds that it is waited for.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._lock = threading.Lock()
        self._places = math.inf
        self._taken = 0
        self._waiting: deque[Future[None]] = deque()
        self._closed_until = 0.0
        self._remaining = math.inf, 0.0  # as many calls, until then
        self._halved_at = -math.inf

    @contextmanager
    def place(self, sleep: Callable[[float], None]) -> Iterator[None]:
        """A place for one call, waited for; what the block raises tells how busy the server is."""
        place = self._queue()
        try:
            place.result()
            sleep(self._wait())
            while wait := self._wait():  # it asked for more meanwhile
                sleep(wait)
            with self._heeding():
                yield
        finally:
            self._leave(place)

    @asynccontextmanager
    async def aplace(self) -> AsyncIterator[None]:
        """As `place`, without blocking the event loop."""
        place = self._queue()
        try:
            if not place.done():
                await asyncio.wrap_future(place)
            while wait := self._wait():  # noqa: ASYNC110 (the server says when, no event does)
                await asyncio.sleep(wait)
            with self._heeding():
                yield
        finally:
            self._leave(place)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Keep to what an answer's headers say of the server's limits."""
        for limit in _LIMITS:
            try:
                remaining = int(headers[f"x-ratelimit-remaining-{limit}"])
                seconds = _duration(headers[f"x-ratelimit-reset-{limit}"])
            except (KeyError, ValueError):
                continue
            if remaining < 0:  # some say so for no limit
                continue
            with self._lock:
                if remaining == 0:
                    self._close(seconds)
                elif limit == "requests":
                    self._remaining = remaining, time.monotonic() + seconds

    @contextmanager
    def _heeding(self) -> Iterator[None]:
        begun = time.monotonic()
        try:
            yield
        except Exception as error:
            if is_busy(error):
                self._halve(begun, retry_after(error) or 0.0)
            raise
        with self._lock:
            if self._taken + 1 > self._places:  # more may be wanted
                self._places += 1 / self._places

    def _queue(self) -> "Future[None]":
        place: Future[None] = Future()
        with self._lock:
            self._waiting.append(place)
            self._admit()
        return place

    def _admit(self) -> None:
        remaining, until = self._remaining
        most = min(self._places, remaining if time.monotonic() < until else math.inf)
        while self._waiting and self._taken + 1 <= most:
            place = self._waiting.popleft()
            if place.set_running_or_notify_cancel():
                self._taken += 1
                place.set_result(None)

    def _leave(self, place: "Future[None]") -> None:
        if not place.cancel():  # it was given
            with self._lock:
                self._taken -= 1
                self._admit()

    def _wait(self) -> float:
        return max(0.0, self._closed_until - time.monotonic())

    def _halve(self, begun: float, seconds: float) -> None:
        with self._lock:
            self._close(seconds)
            if begun > self._halved_at:  # else it was asked before the last halving
                places = self._taken if self._places == math.inf else self._places
                self._places = max(1.0, places / 2)
                self._halved_at = time.monotonic()

    def _close(self, seconds: float) -> None:
        if seconds <= self._longest:
            self._closed_until = max(self._closed_until, time.monotonic() + seconds)


def _duration(text: str) -> float:
    """Seconds of "20ms", "1s", "6m0s"; ValueError for anything else."""
    parts = _DURATION.findall(text)
    if not parts or "".join(map("".join, parts)) != text:
        raise ValueError(text)
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)
