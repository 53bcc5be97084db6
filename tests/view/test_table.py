"""The table: everything is in it, at any width, and no text of a document steers the terminal."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from defext.schema import Extraction
from defext.view.plain import plain
from defext.view.table import render

CONTRACT = Path(__file__).parents[1] / "schema" / "contract.json"
WORDS = "Delhi’s “firm” [bold]pledge[/bold] :smile: to finalise https://example.org/" + "a" * 120


@pytest.fixture
def extraction() -> Any:
    """An extraction as JSON with something in every field."""
    return json.loads(CONTRACT.read_text(encoding="utf-8"))


def shown(extraction: Any, width: int = 100, **options: Any) -> str:
    out = io.StringIO()
    Console(file=out, width=width, **options).print(render(Extraction.model_validate(extraction)))
    return out.getvalue()


def joined(text: str) -> str:
    """Without white space: what is left when lines were broken."""
    return re.sub(r"\s", "", text)


def quote(extraction: Any, words: str) -> Any:
    """The extraction with these words as its one quote."""
    piece = {"quote": words, "start": 7, "end": 7 + len(words)}
    for kind in ("talks", "requests", "commitments"):
        extraction[kind] = extraction[kind][:1] if kind == "talks" else []
    extraction["talks"][0]["evidence"] = [piece]
    return extraction


def test_everything_that_was_found_is_shown(extraction: Any) -> None:
    text = " ".join(shown(extraction, 120).split())
    for expected in (
        "Singh speaks to Hegseth",
        "seeds/000_f594f1167dbfa592.txt",
        "published 2025-07-01 · 3018 characters · local, 31 calls, 12.3 s",
        "t1 phone · current · confidence 0.93",
        "party Rajnath Singh (Defence Minister, IND)",
        "party Pete Hegseth (Secretary of Defence, USA)",
        "when on Tuesday (2025-07-01)",
        "place Washington and Delhi",
        "topics defence cooperation; military exchanges",
        "attribution named official: Singh",
        "r1 urge · past background · confidence 0.91",
        "requester Rajnath Singh",
        "addressee Pete Hegseth",
        "action expedite delivery of GE404 jet engines",
        "equipment F404",
        "quantities 97 to 99 engines",
        "money USD 3,500,000,000 to 4,000,000,000 over four years",
        "deadline in FY2026 (unresolved)",
        "talk t1",
        "attribution reporter",
        "c1 intended · planned · joint · continuing · negative · confidence 0.81",
        "committer US (USA)",
        "beneficiary India (IND)",
        "condition if Congress agrees",
        "instrument a new framework",
        "deadline later this year (2025-07-01 to 2025-12-31)",
        "Rejected drafts: 1 request: No party named 'Russia' in the text.",
    ):
        assert expected in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_quote_is_whole_and_has_its_offsets(extraction: Any, width: int) -> None:
    text = shown(extraction, width)
    assert max(map(len, text.splitlines())) <= width
    for kind in ("talks", "requests", "commitments"):
        for piece in (piece for record in extraction[kind] for piece in record["evidence"]):
            whole = f"“{piece['quote']}” [{piece['start']}:{piece['end']}]"
            assert len(" ".join(whole.split())) > 60
            rows = re.findall(r"^    evidence +(.*(?:\n {17}.*)*)", text, re.MULTILINE)
            assert joined(whole) in map(joined, rows)


@pytest.mark.parametrize("width", [80, 120])
def test_words_that_fit_no_line_lose_no_character(extraction: Any, width: int) -> None:
    text = shown(quote(extraction, WORDS), width)
    assert joined(f"“{WORDS}” [7:{7 + len(WORDS)}]") in joined(text)


def test_words_of_a_document_are_never_markup(extraction: Any) -> None:
    styled = shown(quote(extraction, WORDS), 300, force_terminal=True, color_system="truecolor")
    assert WORDS in styled


def test_words_of_a_document_do_not_steer_the_terminal(extraction: Any) -> None:
    evil = "\x1b[2J\x1b]0;title\x07over\rwritten\x9b31m\x7f\u202eback\u2066"
    extraction = quote(extraction, evil)
    extraction["document"] |= {"title": evil, "source": evil}
    extraction["run"]["model"] = evil
    talk = extraction["talks"][0]
    talk |= {"id": evil, "place": evil, "topics": [evil]}
    talk["when"]["text"] = talk["attribution"]["holder"] = evil
    talk["parties"][0] |= {"name": evil, "office": evil, "organisation": evil}
    extraction["rejected"][0]["reason"] = evil
    text = shown(extraction, 300)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert text.count("␛[2J␛]0;title␇over written") == 13


def test_line_breaks_in_a_quote_are_spaces() -> None:
    assert plain("a\n\tb\r\n\u2028 c") == "a b c"


def test_sections_without_records_say_so(extraction: Any) -> None:
    extraction |= {"talks": [], "requests": [], "commitments": [], "rejected": []}
    lines = [line.strip() for line in shown(extraction).splitlines()]
    assert "\n".join(lines).endswith("Talks\nnone\n\nRequests\nnone\n\nCommitments\nnone\n")


def test_a_document_without_title_is_named_by_source_or_id(extraction: Any) -> None:
    extraction["document"] |= {"title": None, "published": None}
    assert shown(extraction).startswith("seeds/000_f594f1167dbfa592.txt\nno publication date · ")
    extraction["document"]["source"] = None
    assert shown(extraction).startswith("sha256:f594\n")


def test_evidence_of_a_document_with_pages_is_cited_by_page(extraction: Any) -> None:
    told = quote(extraction, "Norway will act.")
    told["talks"][0]["evidence"][0]["page"] = 12
    assert "“Norway will act.” [7:23], page 12" in " ".join(shown(told, 120).split())
