"""The connections of each event loop, closed when the loop ends."""

import asyncio
import inspect
import weakref
from collections.abc import AsyncGenerator, Callable
from typing import Any

from defext.ask.client import Connection
from defext.ask.threads import aside


async def of_running_loop(owner: object, connect: Callable[[], Connection]) -> Connection:
    """The connection of `owner` in the running event loop, made on first use."""
    loop = asyncio.get_running_loop()
    if loop not in _loops:
        for ended in [known for known in list(_loops) if known.is_closed()]:
            _loops.pop(ended, None)  # another thread may have found it too
        _loops[loop] = _Loop()
        await anext(_loops[loop].end)
    return await _loops[loop].connection(owner, connect)


class _Loop:
    """The connections of one event loop.

    They are closed when the loop ends, or, where the owner is garbage before, when a new one is
    made. A loop tells its end only by closing its asynchronous generators, so `end` is one.
    """

    def __init__(self) -> None:
        self.end = self._close_at_end()
        self._lock = asyncio.Lock()
        self._made: dict[weakref.ref[Any], Connection] = {}

    async def connection(self, owner: object, connect: Callable[[], Connection]) -> Connection:
        key = weakref.ref(owner)
        async with self._lock:
            if key not in self._made:
                await self._close(*(key for key in self._made if key() is None))
                # Imports and the start of the embedded server take seconds.
                self._made[key] = await aside(connect)
            return self._made[key]

    async def _close_at_end(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            _loops.pop(asyncio.get_running_loop(), None)
            await self._close(*self._made)

    async def _close(self, *keys: weakref.ref[Any]) -> None:
        for key in keys:
            close = self._made.pop(key).closer()
            if inspect.iscoroutinefunction(close):
                await close()


_loops: dict[asyncio.AbstractEventLoop, _Loop] = {}
