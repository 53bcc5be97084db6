"""What a reader makes of a file."""

from dataclasses import dataclass


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
