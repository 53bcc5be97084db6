"""The page: everything is on it, and no text of a document becomes a part of it."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defext.schema.outcome import Extracted, Failed, Outcome
from defext.view.html_report import page
from defext.view.plain import plain

CONTRACT = Path(__file__).parents[1] / "schema" / "contract.json"
EXTRACTION = json.loads(CONTRACT.read_text(encoding="utf-8"))
FAILURE = {"error": "RateLimited", "message": "The server still said 429: wait."}
FREE = set(
    "act action condition designation holder instrument mention model name of office organisation "
    "period place reason text title".split()
)
NASTY = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://example.org/"onmouseover="alert(1)',
    "https://example.org/\u202egro.live",
    "</style><script>alert(1)</script>",
    "</title></bdi></blockquote></details></section></body></html>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#60;&amp;amp;",
    "\u202e\u2066\u200fdesrever",
    "\x00\x1b[2J\x9b",
)
WORDS = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), min_size=1, max_size=3).map("".join)


class Page(HTMLParser):
    """What a parser of HTML finds: elements with their attributes, other markup, and the words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ends: list[str] = []
        self.other: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.ends.append(tag)
        if tag in ("dt", "td", "th"):  # shown apart
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    @property
    def links(self) -> list[str]:
        """The addresses that lead out of the page."""
        addresses = [str(attributes["href"]) for tag, attributes in self.tags if tag == "a"]
        return [address for address in addresses if not address.startswith("#")]

    @property
    def bones(self) -> Any:
        """The page without its words and without links out of it."""
        tags = [(t, a) for t, a in self.tags if "rel" not in a]
        ends = list(self.ends)
        for _ in self.links:
            ends.remove("a")
        return tags, sorted(ends), self.other


def outcomes(extraction: Any, **failure: str) -> list[Outcome]:
    """A document that gave this extraction, and one that failed."""
    failed = {"id": "missing.txt", "failure": FAILURE | failure}
    told = {"id": extraction["document"]["id"], "extraction": extraction}
    return [Extracted.model_validate(told), Failed.model_validate(failed)]


def shown(extraction: Any) -> Page:
    return Page(page(outcomes(extraction)))


@pytest.fixture
def extraction() -> Any:
    """An extraction as JSON with something in every field."""
    return deepcopy(EXTRACTION)


def records(extraction: Any) -> list[Any]:
    return [*extraction["talks"], *extraction["requests"], *extraction["commitments"]]


def test_everything_that_was_found_is_shown_in_the_order_of_the_table(extraction: Any) -> None:
    text = shown(extraction).text
    expected = (
        "Documents: 2, failed: 1",
        "Singh speaks to Hegseth 1 1 1 1",
        "missing.txt RateLimited",
        "all 1 1 1 1",
        "Singh speaks to Hegseth",
        "id sha256:f594",
        "source seeds/000_f594f1167dbfa592.txt",
        "published 2025-07-01",
        "language en",
        "characters 3018",
        "model local, 31 calls, 12.3 s",
        "Talks",
        "t1 phone · current · confidence 0.93",
        "party Rajnath Singh (Defence Minister, IND)",
        "party Pete Hegseth (Secretary of Defence, USA)",
        "when on Tuesday (2025-07-01)",
        "place Washington and Delhi",
        "topics defence cooperation; military exchanges",
        "attribution named official: Singh",
        "Requests",
        "r1 urge · past background · confidence 0.91",
        "requester Rajnath Singh",
        "addressee Pete Hegseth",
        "action expedite delivery of GE404 jet engines",
        "deadline in FY2026 (unresolved)",
        "talk t1",
        "attribution reporter",
        "Commitments",
        "c1 intended · planned · joint · continuing · negative · confidence 0.81",
        "committer US (USA)",
        "beneficiary India (IND)",
        "condition if Congress agrees",
        "instrument a new framework",
        "deadline later this year (2025-07-01 to 2025-12-31)",
        "Rejected drafts: 1",
        "request No party named 'Russia' in the text.",
        "missing.txt",
        "RateLimited: The server still said 429: wait.",
    )
    at = 0
    for words in expected:
        assert words in text[at:], words
        at = text.index(words, at) + len(words)


def test_every_quote_is_whole_and_cited(extraction: Any) -> None:
    text = shown(extraction).text
    pieces = [piece for record in records(extraction) for piece in record["evidence"]]
    assert len(pieces) == 4
    for piece in pieces:
        assert f"evidence “{piece['quote']}” [{piece['start']}:{piece['end']}]" in text


def test_a_citation_names_the_page_and_the_grade_of_a_quote(extraction: Any) -> None:
    first, second = extraction["talks"][0]["evidence"]
    first["page"] = 2
    second |= {"page": 3, "grade": "fuzzy", "similarity": 0.9}
    text = shown(extraction).text
    assert "[0:186], page 2 evidence" in text
    assert "[1927:1993], page 3, fuzzy" in text


def test_a_rejected_draft_is_folded_and_says_who_and_what(extraction: Any) -> None:
    extraction["rejected"][0]["draft"] |= {
        "sentences": [4, 5],
        "by": ["Russia", "Belarus"],
        "to": ["India"],
        "act": "sell engines",
        "label": "ask",
    }
    html = page(outcomes(extraction))
    [folded] = re.findall(r"<details>.*?</details>", html, re.DOTALL)
    assert Page(folded).text.endswith("by Russia; Belarus to India act sell engines sentences 4, 5")


def test_what_is_not_there_is_said_or_left_out(extraction: Any) -> None:
    extraction |= {"talks": [], "requests": [], "commitments": [], "rejected": []}
    extraction["document"] |= {"title": None, "source": None, "published": None, "language": None}
    read = shown(extraction)
    assert "Talks none Requests none Commitments none missing.txt" in read.text
    assert "published no publication date characters" in read.text
    assert "None" not in read.text
    assert "details" not in dict(read.tags)


def test_no_document_is_a_page_that_says_so() -> None:
    assert "Documents: 0, failed: 0" in Page(page([])).text


def test_every_document_is_linked_from_the_top(extraction: Any) -> None:
    tags = shown(extraction).tags
    sections = [attributes["id"] for tag, attributes in tags if tag == "section"]
    assert sections == ["d1", "d2"]
    assert [attributes["href"] for tag, attributes in tags if tag == "a"] == ["#d1", "#d2"]


def test_the_page_runs_nothing_and_loads_nothing(extraction: Any) -> None:
    html = page(outcomes(extraction))
    read = Page(html)
    policy = {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; style-src 'unsafe-inline'",
    }
    assert ("meta", policy) in read.tags
    assert not {"script", "link", "img", "iframe", "form", "base"} & dict(read.tags).keys()
    names = {name for _, attributes in read.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "style")]
    assert not re.search(r"url\(|@import", html)


@pytest.mark.parametrize("source", ["https://example.org/a?b=1&c='2'", "HTTP://example.org"])
def test_a_source_on_the_web_is_a_link(extraction: Any, source: str) -> None:
    extraction["document"]["source"] = source
    read = shown(extraction)
    assert read.links == [source]
    assert f"source {source} published" in read.text


@pytest.mark.parametrize(
    "source",
    [
        "javascript:alert(1)//http://example.org",
        " https://example.org",
        "https://example.org/a b",
        "https://example.org/\u202egro",
        "https://",
        "ftp://example.org",
        "//example.org",
        "Ministry of Defence",
    ],
)
def test_any_other_source_is_text(extraction: Any, source: str) -> None:
    extraction["document"]["source"] = source
    read = shown(extraction)
    assert read.links == []
    assert f"source {plain(source)} published" in read.text


def test_words_do_not_turn_the_direction_of_others(extraction: Any) -> None:
    extraction["talks"][0]["place"] = "\u202eDelhi\u2067 القدس"
    html = page(outcomes(extraction))
    assert "<dd><bdi>�Delhi� القدس</bdi></dd>" in html
    assert not re.search("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", html)


def free(value: Any) -> Iterator[tuple[Any, str]]:
    """Where any words may stand in an extraction: the object and its key."""
    if isinstance(value, list):
        for item in value:
            yield from free(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in FREE and not (inner is None and "label" in value):  # of a draft
                yield value, key
            else:
                yield from free(inner)


def spoiled(extraction: Any, words: Iterator[str]) -> list[str]:
    """Put other words into every string of an extraction; those that the page must show."""
    told = []
    for holder, key in free(extraction):
        holder[key] = next(words)
        if key != "mention" and not (key == "text" and "precision" not in holder):
            told.append(holder[key])
    talk = extraction["talks"][0]
    talk["topics"] = [next(words)]
    draft = extraction["rejected"][0]["draft"]
    draft |= {"by": [next(words)], "to": [next(words)]}
    told += talk["topics"] + draft["by"] + draft["to"]
    for number, record in enumerate(records(extraction)):
        record["id"] = f"{number}{next(words)}"
        told.append(record["id"])
        for piece in record["evidence"]:
            quote = next(words)
            piece |= {"quote": quote, "start": 0, "end": len(quote)}
            told.append(quote)
    for record in records(extraction)[1:]:
        record["talk"] = talk["id"]
    document = {key: next(words) for key in ("id", "source", "language")}
    extraction["document"] |= document
    return [*told, *document.values()]


def test_other_words_go_into_every_string(extraction: Any) -> None:
    told = spoiled(extraction, iter(f"w{number}w" for number in range(1000)))
    fixed = {"schema_version", "prompt_version", "kind", "country", "mode", "temporal", "grade"}
    fixed |= {"source", "label", "force", "strength", "polarity", "precision", "start", "end"}
    fixed |= {"type", "value", "most", "amount", "currency"}
    left = [
        (key, value)
        for key, value in re.findall(r'"(\w+)": "([^"]*)"', json.dumps(extraction))
        if value and not re.search(r"w\d+w", value) and key not in fixed | {"published"}
    ]
    assert left == []
    assert len(told) == len(set(told)) > 40


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS.filter(lambda words: bool(plain(words))), min_size=1, max_size=80))
def test_no_words_of_a_document_are_markup(words: list[str]) -> None:
    def again() -> Iterator[str]:
        while True:
            yield from words

    hostile, harmless = deepcopy(EXTRACTION), deepcopy(EXTRACTION)
    told = spoiled(hostile, again())
    spoiled(harmless, iter(["word"] * 1000))
    read = Page(page(outcomes(hostile, error=words[0], message=words[-1])))
    assert read.bones == shown(harmless).bones
    assert set(read.links) <= {hostile["document"]["source"]}
    assert all(re.match("https?://", link, re.IGNORECASE) for link in read.links)
    for expected in [*told, *words[:1], *words[-1:]]:
        assert " ".join(plain(expected).split()) in read.text
