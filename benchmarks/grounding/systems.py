"""Where each system puts a quote, and what it calls that."""

from functools import lru_cache
from typing import Any, NamedTuple

from langextract.chunking import ChunkIterator
from langextract.core.data import Extraction
from langextract.core.tokenizer import RegexTokenizer
from langextract.resolver import Resolver

from benchmarks.grounding.cases import Case, common
from defext.ground import Missing, ground_quote

_CHUNK = 1000  # characters; the default of lx.extract


class Placement(NamedTuple):
    """The span of a quote in the text, or None, and the grade that the system gives it."""

    span: tuple[int, int] | None
    grade: str


def placements(case: Case) -> dict[str, Placement]:
    """Of a case, by system."""
    start, end = max(_chunks(case.text), key=lambda chunk: common(chunk, case.cited))
    whole, chunk = (case.text, case.quote, 0), (case.text[start:end], case.quote, start)
    return {
        "defext": _grounded(case),
        "LX text": (by_default := _aligned(*whole)),
        "LX text none": _without_partial(by_default),
        "LX text off": _aligned(*whole, accept_match_lesser=False),
        "LX chunk": (by_default := _aligned(*chunk)),
        "LX chunk none": _without_partial(by_default),
        "LX chunk off": _aligned(*chunk, accept_match_lesser=False),
    }


def align(text: str, quotes: list[str], offset: int = 0, **options: bool) -> list[Any]:
    """LangExtract's aligned extractions of the quotes, by its resolver's defaults but `options`."""
    extractions = [Extraction("quote", quote) for quote in quotes]
    return list(Resolver().align(extractions, text, 0, offset, **options))


def _grounded(case: Case) -> Placement:
    found = ground_quote(case.text, case.quote, case.cited)
    if isinstance(found, Missing):
        return Placement(None, "missing")
    return Placement((found.start, found.end), found.grade)


def _without_partial(placement: Placement) -> Placement:
    return Placement(None, "none") if placement.grade == "match_lesser" else placement


def _aligned(text: str, quote: str, offset: int, **options: bool) -> Placement:
    (extraction,) = align(text, [quote], offset, **options)
    place, status = extraction.char_interval, extraction.alignment_status
    span = (place.start_pos, place.end_pos) if place else None
    return Placement(span, status.value if status else "none")


@lru_cache(maxsize=8)
def _chunks(text: str) -> list[tuple[int, int]]:
    chunks = ChunkIterator(text, max_char_buffer=_CHUNK, tokenizer_impl=RegexTokenizer())
    intervals = (chunk.char_interval for chunk in chunks)
    return [(interval.start_pos, interval.end_pos) for interval in intervals]
