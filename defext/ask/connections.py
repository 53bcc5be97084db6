"""The connections to one model, made on first use and kept."""

import os
import threading
import weakref

from defext.ask.client import Connection, Heed, connect
from defext.ask.loops import of_running_loop
from defext.errors import ConfigurationError


class Connections:
    """Connections to `model`: one that a process's threads share, and one for each event loop.

    With `given`, a connection over the caller's own client, that one alone.
    """

    def __init__(self, model: str, timeout: float, heed: Heed, given: Connection | None) -> None:
        self._model = model
        self._timeout = timeout
        self._heed = heed
        self._given = given
        self._lock = threading.Lock()
        self._of_process: dict[int, Connection] = {}

    def get(self) -> Connection:
        """A synchronous connection. Raises as `check_synchronous`."""
        self.check_synchronous()
        return self._given or self._of_this_process()

    def check_synchronous(self) -> None:
        """Raise ConfigurationError if the caller's client serves an event loop of the caller's."""
        if self._given and self._given.asynchronous:
            raise ConfigurationError(
                "An asynchronous client serves aextract and aextract_many alone: give a "
                "synchronous one, such as openai.OpenAI, for extract and extract_many."
            )

    async def aget(self) -> Connection:
        """A connection for the running loop; synchronous only if the caller's client is."""
        return self._given or await of_running_loop(self, self._connect)

    def _of_this_process(self) -> Connection:
        # A forked process on its parent's sockets would get its parent's answers.
        process = os.getpid()
        with self._lock:
            if process not in self._of_process:
                self._of_process[process] = connection = self._connect(asynchronous=False)
                if close := connection.closer():
                    weakref.finalize(self, close)
            return self._of_process[process]

    def _connect(self, *, asynchronous: bool = True) -> Connection:
        return connect(self._model, self._timeout, self._heed, asynchronous=asynchronous)
