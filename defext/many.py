"""Many documents: an outcome for each, and an early end where every one would fail."""

import logging
from collections.abc import Awaitable, Callable

from defext.document import Document
from defext.errors import (
    AskError,
    AuthenticationFailed,
    ConfigurationError,
    DefextError,
    DocumentError,
    RateLimited,
    RunStopped,
    ServerUnavailable,
)
from defext.schema import Extraction
from defext.schema.outcome import Extracted, Failed, Failure, Outcome

_ENOUGH = 10

_logger = logging.getLogger("defext")


class Outcomes:
    """Turns documents into outcomes by `extract`, `concurrency` of them at once.

    What every document would meet is raised: ConfigurationError and WeightsError as they are, and
    RunStopped where the server refuses the key, where it fails for `concurrency` and ten documents
    in a row, or where the answers to so many are of no use before a first one succeeds.
    """

    def __init__(
        self, extract: Callable[[Document], Awaitable[Extraction]], concurrency: int
    ) -> None:
        self._extract = extract
        self._most = concurrency + _ENOUGH
        self._in_a_row = 0
        self._succeeded = False

    async def outcome(
        self, read: Callable[[], Awaitable[Document]], name: str, origin: str | None = None
    ) -> Outcome:
        """What becomes of the document that `read` gives; it has this `name` if it gives none."""
        document = None
        try:
            document = await read()
            name = document.id
            extraction = await self._extract(document)
        except AskError as error:
            self._count(error)
            return failed(name, origin, error)
        except DocumentError as error:
            return failed(name, origin, error)
        except DefextError as error:
            if document or not isinstance(error, ConfigurationError):
                raise
            return failed(name, origin, error)  # nothing that reads its kind is installed
        except Exception as error:
            _logger.exception("%s: a fault of defext itself", name)
            self._count(error)
            return failed(name, origin, error)
        self._in_a_row, self._succeeded = 0, True
        return Extracted(id=document.id, origin=origin, extraction=extraction)

    def _count(self, error: Exception) -> None:
        if isinstance(error, AuthenticationFailed):
            raise RunStopped(f"The run was stopped: {error}") from error
        if self._succeeded and not is_of_server(type(error).__name__):
            self._in_a_row = 0  # something of the document's own
            return
        self._in_a_row += 1
        if self._in_a_row >= self._most:
            raise RunStopped(
                f"The run was stopped, since {self._in_a_row} documents in a row failed: {error}"
            ) from error


def is_of_server(error: str) -> bool:
    """Whether an error of this name is the server's, so that the document may succeed later."""
    return error in (RateLimited.__name__, ServerUnavailable.__name__)


def failed(name: str, origin: str | None, error: Exception) -> Failed:
    """A failure as a value."""
    failure = Failure(error=type(error).__name__, message=encodable(str(error)))
    return Failed(
        id=encodable(name), origin=None if origin is None else encodable(origin), failure=failure
    )


def encodable(text: str) -> str:
    """The text with a question mark for each byte of a file name that is no character."""
    return text.encode(errors="replace").decode()
