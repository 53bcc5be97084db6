"""Many documents: an outcome for each, and an early end where every one would fail."""

import logging
from collections.abc import Awaitable, Callable

from defext.document import Document
from defext.errors import (
    AnswerRefused,
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

_OF_SERVER = {kind.__name__ for kind in (AuthenticationFailed, RateLimited, ServerUnavailable)}
_ENOUGH = 10
_FORBIDDEN = 403  # what filters on the way to a server say of a document too

_logger = logging.getLogger("defext")


class Outcomes:
    """Turns documents into outcomes by `extract`, `concurrency` of them at once.

    What every document would meet is raised: ConfigurationError and WeightsError as they are, and
    RunStopped where the server refuses the key, where it fails for `concurrency` and ten documents
    in a row, or where the answers to so many are of no use before a first one has succeeded, in
    this run or, as `succeeded` tells, in one before it.
    """

    def __init__(
        self,
        extract: Callable[[Document], Awaitable[Extraction]],
        concurrency: int,
        *,
        succeeded: bool = False,
    ) -> None:
        self._extract = extract
        self._most = concurrency + _ENOUGH
        self._in_a_row = 0
        self._succeeded = succeeded

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
        forbidden = getattr(error.__cause__, "status_code", None) == _FORBIDDEN and self._succeeded
        if isinstance(error, AuthenticationFailed) and not forbidden:
            raise RunStopped(f"The run was stopped: {error}") from error
        if is_of_document(type(error).__name__, succeeded=self._succeeded):
            self._in_a_row = 0  # something of the document's own
            return
        self._in_a_row += 1
        if self._in_a_row >= self._most:
            raise RunStopped(
                f"The run was stopped, since {self._in_a_row} documents in a row failed: {error}"
            ) from error


def is_of_server(error: str) -> bool:
    """Whether an error of this name is the server's, so that the document may succeed later."""
    return error in _OF_SERVER


def is_of_document(error: str, *, succeeded: bool) -> bool:
    """Whether an error of this name is a document's own; most are, once another has `succeeded`."""
    return error == AnswerRefused.__name__ or (succeeded and not is_of_server(error))


def failed(name: str, origin: str | None, error: Exception) -> Failed:
    """A failure as a value."""
    failure = Failure(error=type(error).__name__, message=encodable(str(error)))
    return Failed(
        id=encodable(name), origin=None if origin is None else encodable(origin), failure=failure
    )


def encodable(text: str) -> str:
    """The text with a question mark for each byte of a file name that is no character."""
    return text.encode(errors="replace").decode()
