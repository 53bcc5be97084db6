"""The connections to one model, made on first use and kept."""

import asyncio
import inspect
import os
import threading
from collections.abc import AsyncGenerator

from defext.ask.client import Connection, connect
from defext.errors import ConfigurationError


class Connections:
    """Connections to `model`: one that a process's threads share, and one for each event loop.

    With `given`, a connection over the caller's own client, that one alone.
    """

    def __init__(self, model: str, timeout: float, given: Connection | None) -> None:
        self._model = model
        self._timeout = timeout
        self._given = given
        self._lock = threading.Lock()
        self._made: dict[asyncio.AbstractEventLoop | int, Connection] = {}
        self._keepers: dict[asyncio.AbstractEventLoop, AsyncGenerator[None, None]] = {}

    def get(self) -> Connection:
        """A synchronous connection. Raises ConfigurationError for an asynchronous client."""
        # Of this process: a forked one that used its parent's sockets would get its answers.
        connection = self._given or self._connect(os.getpid())
        if connection.asynchronous:
            raise ConfigurationError(
                "An asynchronous client serves aextract alone: give a synchronous one, such as "
                "openai.OpenAI, for extract."
            )
        return connection

    async def aget(self) -> Connection:
        """A connection for the running loop; synchronous only if the caller's client is."""
        if self._given is not None:
            return self._given
        loop = asyncio.get_running_loop()
        connection = self._made.get(loop)
        if connection is None:
            # Imports and the start of the embedded server take seconds.
            connection = await asyncio.to_thread(self._connect, loop)
        if loop not in self._keepers:
            self._keepers[loop] = self._keep(loop)
            await anext(self._keepers[loop])
        return connection

    def _connect(self, user: asyncio.AbstractEventLoop | int) -> Connection:
        """The connection of an event loop or a process."""
        with self._lock:
            if user not in self._made:
                asynchronous = not isinstance(user, int)
                self._made[user] = connect(self._model, self._timeout, asynchronous=asynchronous)
            return self._made[user]

    async def _keep(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[None, None]:
        """Close the loop's connection when the loop ends, which shuts down its generators first."""
        try:
            yield
        finally:
            del self._keepers[loop]
            close = getattr(self._made.pop(loop).client.client, "close", None)
            if inspect.iscoroutinefunction(close):
                await close()
