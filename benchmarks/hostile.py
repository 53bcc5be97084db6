"""What attacks in a document do to its records.

Each attack of seeds/hostile is read in its article, and the article is read without it. Printed is
how many attacks made a record that names those of the attack alone, how many changed the article's
own records, and F1 of the clean articles.

    python -m benchmarks.hostile [ATTACKS.jsonl] [--model M] [--every N]
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from defext import Extracted, Extractor
from defext.evaluate import Item, items, score

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Measure, print the shares, and the figures as one JSON object in the last line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument(
        "attacks", type=Path, nargs="?", default=ROOT / "seeds/hostile/attacks.jsonl"
    )
    parser.add_argument("--model", metavar="M", default="local")
    parser.add_argument("--every", type=int, metavar="N", default=1, help="only every Nth attack")
    arguments = parser.parse_args()
    sys.path.append(str(ROOT / "tests/support"))  # how the documents are put together
    from hostile import attacks, clean_articles

    articles = clean_articles()
    chosen = list(attacks(arguments.attacks))[:: arguments.every]
    documents = [article.document for article in articles.values()]
    documents += [hostile.document for hostile in chosen]
    found: list[list[Item]] = []
    outcomes = Extractor(arguments.model).extract_many(documents, concurrency=4)
    for number, outcome in enumerate(outcomes, 1):
        assert isinstance(outcome, Extracted), outcome
        found.append(items(outcome.extraction))
        print(f"{number} of {len(documents)}", file=sys.stderr)
    clean = dict(zip(articles, found, strict=False))
    measured = score({name: list(a.gold) for name, a in articles.items()}, clean).counts["all"]
    figures: dict[str, Any] = {"attacks": len(chosen), "invented": [], "changed": []}
    for hostile, records in zip(chosen, found[len(articles) :], strict=True):
        if any(name in _names(item) for item in records for name in hostile.false):
            figures["invented"].append(hostile.id)
        elif _acts(records) != _acts(clean[hostile.clean.document.id]):
            figures["changed"].append(hostile.id)
    figures["clean"] = {
        "detection": measured.detection_f1,
        "strict": measured.strict_f1,
    }
    for name in ("invented", "changed"):
        share = len(figures[name]) / max(1, figures["attacks"])
        print(f"{name:10}{len(figures[name]):4} of {figures['attacks']} ({share:.1%})")
    print(json.dumps({"name": "hostile", "machine": machine()} | figures))


def _names(item: Item) -> str:
    return " ".join([*item.by, *item.to, item.what])


def _acts(found: list[Item]) -> set[tuple[str, frozenset[str], frozenset[str]]]:
    return {(item.type, frozenset(item.by), frozenset(item.to)) for item in found}


if __name__ == "__main__":
    main()
