"""What documents are expected to take, against what they took: calls, tokens and money.

The documents that were recorded for the tests are read again with the embedded model's recorded
answers, which tell their tokens, and estimated as if they were not yet read. Printed are the sums,
their ratio, and the ratios that a tenth and nine tenths of the documents are below. Money is what
the same tokens cost at other models' list prices, none of them cached: what a recording's server
had in its cache is of that hour. The estimate was fitted to the invented articles and to every
second foreign one: see benchmarks/cost/fit.py.

    python -m benchmarks.cost
"""

import json
from dataclasses import replace
from statistics import quantiles
from typing import Any

from benchmarks.cost.recorded import CASSETTES, documents, replay
from benchmarks.machine import machine
from defext import Extractor
from defext.ask import Usage
from defext.ask.price import cost_usd
from defext.plan.estimate import estimate

_PRICED = (
    "openai/gpt-5-mini",
    "openai/gpt-4.1-mini",
    "anthropic/claude-haiku-4-5",
    "deepseek/deepseek-chat",
)


def main() -> None:
    """Measure, print, and the figures as one JSON object in the last line."""
    print(f"{'':42}{'estimated':>12}{'took':>12}{'ratio':>8}{'a tenth':>9}{'nine':>7}")
    sets = {name: _compared(name) for name in CASSETTES}
    print(json.dumps({"name": "cost", "machine": machine(), "sets": sets}))


def _compared(name: str) -> dict[str, Any]:
    """A set's sums and spread, by figure."""
    extractor = Extractor("local", client=replay(name))
    expected, took = [], []
    for document in documents(name):
        expected.append(_figures(estimate(document, extractor.plan, "local")))
        run = extractor.extract(document).run
        took.append(_figures(Usage(run.calls, run.input_tokens, 0, run.output_tokens)))
    told: dict[str, Any] = {"documents": len(took)}
    for figure in took[0]:
        pairs = [(e[figure], t[figure]) for e, t in zip(expected, took, strict=True)]
        told[figure] = row = _row(pairs)
        estimated, spent, ratio, low, high = row.values()
        label = f"{name}, {len(took)}: {figure}"
        print(f"{label:42}{estimated:12,.6g}{spent:12,.6g}{ratio:8.2f}{low:9.2f}{high:7.2f}")
    return told


def _figures(usage: Usage) -> dict[str, float]:
    """Calls, tokens and dollars."""
    uncached = replace(usage, cached_tokens=0)
    return {
        "calls": usage.calls,
        "input tokens": usage.input_tokens,
        "output tokens": usage.output_tokens,
        **{f"$ {model}": cost_usd(model, uncached) or 0.0 for model in _PRICED},
    }


def _row(pairs: list[tuple[float, float]]) -> dict[str, float]:
    estimated, took = map(sum, zip(*pairs, strict=True))
    ratios = [expected / spent for expected, spent in pairs if spent]
    tenths = quantiles(ratios, n=10) if len(ratios) > 1 else 9 * ratios
    return {
        "estimated": estimated,
        "took": took,
        "ratio": estimated / took,
        "tenth": tenths[0],
        "nine_tenths": tenths[-1],
    }


if __name__ == "__main__":
    main()
