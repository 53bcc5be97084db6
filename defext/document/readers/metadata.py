"""What a page states about itself: title, publisher, day of publication."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from html import unescape
from typing import Any

from lxml.etree import XPath

_ARTICLE = re.compile(r"Article$|^(?:BlogPosting|PressRelease|Report|SpecialAnnouncement)$")
_TITLE = ("og:title", "dc.title", "dcterms.title", "citation_title", "twitter:title")
_PUBLISHER = (
    "og:site_name dc.publisher dcterms.publisher citation_publisher publisher application-name"
).split()
_PUBLISHED = (
    "article:published_time og:published_time og:article:published_time datepublished"
    " dc.date.issued dcterms.issued dcterms.date.issued dcterms.available dc.date dcterms.date"
    " citation_publication_date citation_date parsely-pub-date sailthru.date pubdate publishdate"
    " publish-date publish_date publication_date publication-date publicationdate date_published"
    " article.published dc.date.created dcterms.created date"
).split()
_SCRIPTS = XPath("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]")
_ITEMS = XPath("//*[contains(concat(' ', @itemprop, ' '), ' datePublished ')]")
_TIMES = XPath(
    "//time[@datetime][not(ancestor::nav or ancestor::aside or ancestor::footer or ancestor::a"
    " or ancestor::li or ancestor::p)]"
)
LONGEST = 1_000  # characters; no headline and no name is longer
_FORMATS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says of itself; None where it says nothing. `published` is ISO 8601."""

    title: str | None
    source: str | None
    published: str | None


def metadata(page: Any) -> Metadata:
    """Title, publisher and day of publication of a parsed page, as its metadata have them.

    Metadata are JSON-LD, then `meta` elements, then microdata and `time` elements outside of
    sentences, if those name one day alone. Nothing is read out of a footer, a copyright line or
    running text.
    """
    items = list(_linked_data(page))
    named = {item["@id"]: item for item in items if isinstance(item.get("@id"), str)}
    articles = [item for item in items if _ARTICLE.search(_kind(item))]
    metas = _metas(page)
    return Metadata(
        title=_first([*(_words(item.get("headline")) for item in articles), *_of(metas, _TITLE)]),
        source=_first([*(_publisher(item, named) for item in articles), *_of(metas, _PUBLISHER)]),
        published=_first(
            [
                *(_day(item.get("datePublished")) for item in articles),
                *(_day(value) for value in _of(metas, _PUBLISHED)),
                _only_day(_ITEMS(page)),
                _only_day(_TIMES(page)),
            ]
        ),
    )


def _linked_data(page: Any) -> Iterator[dict[str, Any]]:
    """The items at the top of JSON-LD; what they contain or link to is not the page."""
    for script in _SCRIPTS(page):
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):  # broken metadata are none
            continue
        for item in data if isinstance(data, list) else [data]:
            if isinstance(item, dict):
                graph = item.get("@graph")
                yield from (
                    thing
                    for thing in (graph if isinstance(graph, list) else [item])
                    if isinstance(thing, dict)
                )


def _kind(item: dict[str, Any]) -> str:
    kinds = item.get("@type")
    return str(kinds[0] if isinstance(kinds, list) and kinds else kinds)


def _publisher(item: dict[str, Any], named: dict[str, dict[str, Any]]) -> str | None:
    given = item.get("publisher")
    if isinstance(given, list) and given:
        given = given[0]
    if isinstance(given, dict):
        given = given.get("name") or named.get(str(given.get("@id")), {}).get("name")
    return _words(given)


def _metas(page: Any) -> dict[str, str]:
    """The first content of each `meta` name that has one."""
    metas: dict[str, str] = {}
    for meta in page.iter("meta"):
        content = _words(meta.get("content"))
        name = meta.get("property") or meta.get("name")
        if name and content:
            metas.setdefault(name.strip().lower(), content)
    return metas


def _of(metas: dict[str, str], names: Iterable[str]) -> Iterator[str]:
    return (metas[name] for name in names if name in metas)


def _only_day(elements: Iterable[Any]) -> str | None:
    """The day that these name, unless they name several."""
    days = {_day(el.get("datetime") or el.get("content") or el.text_content()) for el in elements}
    days.discard(None)
    return days.pop() if len(days) == 1 else None


def _day(value: object) -> str | None:
    """An ISO 8601 date from what a page writes; None where day and month could change places."""
    text = _words(value)
    if text is None:
        return None
    if found := re.match(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)", text):
        return _iso(lambda: date(*map(int, found.groups())))
    if re.match(r"[A-Z][a-z]{2}, ", text):
        return _iso(lambda: parsedate_to_datetime(text))
    for form in _FORMATS:
        if day := _iso(partial(datetime.strptime, text, form)):
            return day
    return None


def _iso(read: Callable[[], date]) -> str | None:
    try:
        day = read()
    except (OverflowError, ValueError):
        return None
    return (day.date() if isinstance(day, datetime) else day).isoformat()


def _words(value: object) -> str | None:
    """A text as a page shows it; None for an empty or endless one and for what is no text."""
    if not isinstance(value, str):
        return None
    whole = unescape(value).encode(errors="replace").decode()  # JSON may hold half characters
    text = " ".join(whole.split())
    return text if 0 < len(text) <= LONGEST else None


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
