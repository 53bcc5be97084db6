"""What a page states about itself is taken, and nothing is guessed."""

import json
from typing import Any

import pytest
from lxml import html

from defext.document.readers.metadata import Metadata, metadata

NOTHING = Metadata(None, None, None)


def of(head: str, body: str = "<p>Talks.") -> Metadata:
    return metadata(
        html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    )


def linked(*things: Any) -> str:
    return "".join(
        f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things
    )


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Ships &amp;\n talks",
    "datePublished": "2024-03-12T23:40:00-05:00",
    "dateModified": "2024-03-14",
    "publisher": {"@type": "Organization", "name": "The Courier"},
}


@pytest.mark.parametrize(
    "thing",
    [
        ARTICLE,
        [ARTICLE],
        {"@graph": [{"@type": "WebSite", "name": "Site"}, ARTICLE]},
        ARTICLE | {"@type": ["ReportageNewsArticle", "Article"]},
        ARTICLE | {"publisher": [{"name": "The Courier"}]},
        ARTICLE | {"publisher": "The Courier"},
        {
            "@graph": [
                {"@type": "Organization", "@id": "#us", "name": "The Courier"},
                ARTICLE | {"publisher": {"@id": "#us"}},
            ]
        },
    ],
)
def test_linked_data_tell_of_the_article(thing: Any) -> None:
    assert of(linked(thing)) == Metadata("Ships & talks", "The Courier", "2024-03-12")


def test_linked_data_that_tell_of_other_articles_are_not_the_pages() -> None:
    listed = {"@type": "ItemList", "itemListElement": [ARTICLE]}
    assert of(linked(listed, {"@type": "WebPage", "datePublished": "2024-01-01"})) == NOTHING


@pytest.mark.parametrize(
    "script", ["{", "", "7", "null", '["x"]', '{"@graph": 7}', "[" * 100_000, '{"@type": 7}']
)
def test_broken_linked_data_are_none(script: str) -> None:
    assert of(f'<script type="application/ld+json">{script}</script>') == NOTHING


@pytest.mark.parametrize(
    ("meta", "published"),
    [
        ('property="article:published_time" content="2024-03-12T18:40:00+01:00"', "2024-03-12"),
        ('name="DC.date.issued" content="2024-03-12"', "2024-03-12"),
        ('name="pubdate" content="20240312"', "2024-03-12"),
        ('name="publish-date" content="Tue, 12 Mar 2024 18:40:00 +0100"', "2024-03-12"),
        ('name="publication_date" content="March 12, 2024"', "2024-03-12"),
        ('name="date" content=" 12 March 2024 "', "2024-03-12"),
        ('name="date" content="2024/03/12 18:40"', "2024-03-12"),
        ('name="date" content="03/04/2024"', None),  # the 3rd of April or the 4th of March
        ('name="date" content="2024-13-45"', None),
        ('name="date" content="yesterday"', None),
        ('name="date" content="202403121840999"', None),
        ('name="date" content="Mon, 01 Jan 99999999999999999999 00:00:00"', None),
        ('name="date" content="Mon, 01 Jan 2024 00:00:00 +99999999999999"', None),
        ('property="article:modified_time" content="2024-03-12"', None),
        ('name="last-modified" content="2024-03-12"', None),
        ('name="copyright" content="2024-03-12"', None),
    ],
)
def test_the_day_of_publication_in_a_meta_element(meta: str, published: str | None) -> None:
    assert of(f"<meta {meta}>").published == published


def test_half_a_character_becomes_a_question_mark() -> None:
    assert of(linked(ARTICLE | {"headline": "Ships \ud800 talks"})).title == "Ships ? talks"


def test_what_is_longer_than_any_headline_is_none() -> None:
    long = "Ships " * 200
    article = ARTICLE | {"headline": long, "publisher": long}
    assert of(linked(article)) == Metadata(None, None, "2024-03-12")
    head = f'<meta property="og:title" content="{long}"><meta name="dc.title" content="Ships">'
    assert of(head) == Metadata("Ships", None, None)


def test_title_and_publisher_in_meta_elements() -> None:
    head = (
        '<meta property="og:title" content="Ships &amp; talks"><meta name="author" content="Ole">'
        '<meta name="application-name" content="App"><meta property="og:site_name" content="Site">'
    )
    assert of(head) == Metadata("Ships & talks", "Site", None)
    assert of(f"{head}{linked(ARTICLE)}").source == "The Courier"


@pytest.mark.parametrize(
    ("body", "published"),
    [
        ('<article><h1>Ships</h1><time datetime="2024-03-12T18:40">12 March</time>', "2024-03-12"),
        ('<span itemprop="datePublished" content="2024-03-12">12/3</span>', "2024-03-12"),
        ('<span itemprop="datePublished">12 March 2024</span>', "2024-03-12"),
        (
            '<div><time datetime="2024-03-12">A</time><time datetime="2024-03-12">B</time>',
            "2024-03-12",
        ),
        ('<div><time datetime="2024-03-12">A</time><time datetime="2024-03-13">B</time>', None),
        ('<p>They meet on <time datetime="2024-04-09">9 April</time>.', None),
        ('<footer><time datetime="2024-03-12">12 March</time></footer>', None),
        ('<ul><li><time datetime="2024-03-12">Other news</time></ul>', None),
        ("<p>© 2024 The Courier. Last updated: 12 March 2024.", None),
        ("<div>12 March 2024</div>", None),
    ],
)
def test_the_day_of_publication_in_the_page(body: str, published: str | None) -> None:
    assert of("", body).published == published
