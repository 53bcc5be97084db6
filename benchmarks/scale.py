"""What millions of articles take, of an API model and of the embedded one, by their number.

An article is the first one. Its tokens are those that are expected of it (`python -m
benchmarks.cost` tells how near that comes), money is the provider's list price of today as
genai-prices has it, and times are the ones below, measured where a command is named.

    python -m benchmarks.scale [ARTICLES]
"""

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import machine
from defext import Document, Extractor
from defext.ask import Usage, is_local
from defext.ask.price import cost_usd
from defext.plan.estimate import estimate

_ARTICLE = Path(__file__).parents[1] / "seeds/000_f594f1167dbfa592.txt"
_MODELS = "openai/gpt-5-mini", "local"

CORES = 2  # of each machine
# Seconds for which the article keeps such a machine busy: the embedded model by `make demo`; all
# but the model, where that is elsewhere, by `benchmarks.overhead` for so many records.
BUSY = {"openai/gpt-5-mini": 0.0048 / CORES, "local": 42.4}
# Not measured. Seconds until an API answers, and US dollars for an hour of a rented core.
LATENCY = 10.0
CORE_HOUR = 0.04

NOTHING = Usage()
THOUGHT = Usage(output_tokens=100)


@dataclass(frozen=True)
class Need:
    """What all articles take of one model: `usage` and `hours` of one machine."""

    model: str
    articles: int
    usage: Usage
    hours: float

    @property
    def tokens(self) -> float:
        """Those of all articles that the provider has to read or to write."""
        return self.articles * (self.usage.input_tokens + self.usage.output_tokens)

    def usd(self, more: Usage = NOTHING) -> float:
        """For the tokens, and for some more of them an article."""
        return self.articles * (cost_usd(self.model, self.usage + more) or 0.0)

    def within(self, days: float) -> dict[str, float]:
        """What must work at once, so that the last article is done after so many days."""
        told: dict[str, float] = {"machines": math.ceil(self.hours / 24 / days)}
        if is_local(self.model):
            return told
        return told | {
            "calls at once": math.ceil(self.articles * LATENCY / 86400 / days),
            "million tokens a minute": self.tokens / 1e6 / 1440 / days,
        }


def needs(articles: int) -> list[Need]:
    """Those of each model."""
    document = Document.from_file(_ARTICLE, published="2025-07-01")
    return [
        Need(
            model,
            articles,
            estimate(document, Extractor(model).plan, model),
            articles * BUSY[model] / 3600,
        )
        for model in _MODELS
    ]


def figures(need: Need) -> dict[str, float]:
    """What is printed of a model."""
    usage, usd = need.usage, need.usd()
    uncached = Usage(cached_tokens=-usage.cached_tokens)
    return {
        "calls an article": usage.calls,
        "tokens read an article": usage.input_tokens,
        "of them from a cache": usage.cached_tokens,
        "tokens written an article": usage.output_tokens,
        "billions of tokens": need.tokens / 1e9,
        "$ for tokens": usd,
        "$ more where nothing is cached": need.usd(uncached) - usd,
        "$ more for each 100 tokens of thought": need.usd(THOUGHT) - usd,
        "hours of one machine": need.hours,
        "$ for machines": need.hours * CORES * CORE_HOUR,
        **{
            f"{name}, to end in {span}": number
            for span, days in (("a day", 1), ("a week", 7))
            for name, number in need.within(days).items()
        },
    }


def main() -> None:
    """Calculate, print, and the figures as one JSON object in the last line."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    told = {need.model: figures(need) for need in needs(articles)}
    size = len(_ARTICLE.read_text(encoding="utf-8"))
    print(f"{articles:,} articles of {size:,} characters, machines of {CORES} cores")
    print(f"{'':44}" + "".join(f"{model:>20}" for model in told))
    for name in dict.fromkeys(name for row in told.values() for name in row):
        print(f"{name:44}" + "".join(_cell(row.get(name)) for row in told.values()))
    result = {"name": "scale", "machine": machine(), "articles": articles, "systems": told}
    print(json.dumps(result))


def _cell(number: float | None) -> str:
    if number is None:
        return f"{'':20}"
    return f"{number:20,.{0 if number >= 100 or number == int(number) else 1}f}"


if __name__ == "__main__":
    main()
