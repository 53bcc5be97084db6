"""What a reader makes of a file."""

from dataclasses import dataclass

from defext.errors import DocumentError

MAX_CHARACTERS = 10_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a file and what it states about itself; `pages` is where each page starts.

    `published` is an ISO 8601 date, and `source` whoever publishes the text.
    """

    text: str
    title: str | None = None
    source: str | None = None
    published: str | None = None
    pages: tuple[int, ...] = ()


def check_length(text: str) -> None:
    """Raise DocumentError for a text that is longer than any article."""
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(
            f"The text has {len(text):,} characters, more than {MAX_CHARACTERS:,}: give each "
            "article as a document of its own."
        )
