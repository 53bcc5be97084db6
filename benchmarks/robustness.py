"""Whether the same records come out when nothing that matters has changed.

Each document is read as it is, and then with three sentences before it (so that all numbers
shift), with other names in place of its names, with the prompts' examples in the opposite order,
and with the prompts' definitions in other words. Printed is how many of the first reading's records
the second has too: the same act or occasion ("kept"), and with the same actors ("same actors"); and
how many records of the second are new.

    python -m benchmarks.robustness [DOCS.jsonl] [--model M] [--sample N]
"""

import argparse
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from defext import Document, Extractor
from defext.cli.evaluation import chosen
from defext.evaluate import GoldItem, Item, items, read_documents
from defext.evaluate.score import match
from defext.plan import Plan, plan_for

_INVENTED = Path(__file__).parents[1] / "seeds/invented/docs.jsonl"

# Says nothing of anybody.
_BEFORE = "The morning was mild. Gulls sat on the roofs of the harbour. A bell rang somewhere.\n\n"

# For capitalised names of one word, in turn; of no language's most common names.
_NAMES = (
    "Abrenko Baldrey Cassavin Dornelis Elvarez Fenwold Garrano Hestvik Ilmari Jorvath Kestrelin "
    "Lomanov Mirabeck Norvalis Ostrander Pellegro Quintara Rosvald Silvanek Torbayne Ulverin "
    "Vandrell Westmark Xandrel Yorvane Zelmark Arvidel Brunholt Carneval Delmarco Esterhaz Falkner "
    "Grenvall Holmarin Istvald Jandrek Kolvane Lindqual Marsden Nortega Olvarez Prendel Quorvald"
).split()


@dataclass(frozen=True)
class Change:
    """What is changed about a document and a plan; `back` undoes it in a record of the outcome."""

    document: Document
    plan: Plan
    back: Callable[[Item], Item] = lambda item: item


def main() -> None:
    """Measure, print the shares, and the figures as one JSON object in the last line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness", description=__doc__)
    parser.add_argument("documents", metavar="DOCS.jsonl", type=Path, nargs="?", default=_INVENTED)
    parser.add_argument("--model", metavar="M", default="local")
    parser.add_argument("--sample", type=int, metavar="N", help="only N documents, always the same")
    arguments = parser.parse_args()
    documents = chosen(read_documents(arguments.documents), arguments.sample)
    plan = plan_for(arguments.model)
    extractors: dict[str, Extractor] = {}

    def read(document: Document, plan: Plan) -> list[Item]:
        extractor = extractors.setdefault(plan.version, Extractor(arguments.model, plan=plan))
        return items(extractor.extract(document))

    first = {document.id: read(document, plan) for document in documents}
    told: dict[str, dict[str, float | int | None]] = {}
    for name, change in _CHANGES.items():
        changed = [change(document, plan) for document in documents]
        second = {c.document.id: [c.back(i) for i in read(c.document, c.plan)] for c in changed}
        told[name] = _compare(first, second)
        print(f"{name:28}" + "  ".join(f"{k} {_figure(v)}" for k, v in told[name].items()))
    result = {"model": arguments.model, "plan": plan.version, "documents": len(documents)}
    print(json.dumps({"name": "robustness", "machine": machine()} | result | {"changes": told}))


def _compare(
    first: dict[str, list[Item]], second: dict[str, list[Item]]
) -> dict[str, float | int | None]:
    matched = [match(id_, [_as_gold(i) for i in first[id_]], second[id_]) for id_ in first]
    pairs = [pair for document in matched for pair in document.pairs]
    before, after = (sum(map(len, read.values())) for read in (first, second))
    return {
        "records": before,
        "kept": len(pairs) / before if before else None,
        "same actors": sum(pair.strict for pair in pairs) / before if before else None,
        "new": 1 - len(pairs) / after if after else None,
    }


def _as_gold(item: Item) -> GoldItem:
    told = item.model_dump(include={"type", "by", "to", "what", "mode", "force", "strength"})
    return GoldItem(**told, spans=[(item.start or 0, item.end or 0)])


def _shifted(document: Document, plan: Plan) -> Change:
    text = _BEFORE + document.text
    moved = Document(text, document.published, document.title, document.source, document.id)
    return Change(moved, plan, lambda item: _moved(item, -len(_BEFORE)))


def _moved(item: Item, by: int) -> Item:
    return item.model_copy(update={"start": (item.start or 0) + by, "end": (item.end or 0) + by})


def _renamed(document: Document, plan: Plan) -> Change:
    """Every capitalised word that stands inside a sentence and nowhere in lower case, replaced."""
    words = set(re.findall(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b", document.text))
    lower = set(re.findall(r"\b[a-z]+\b", document.text)) | _KEPT
    names = sorted(word for word in words if word.lower() not in lower)
    fresh = dict(zip(names, (n for n in _NAMES if n not in document.text), strict=False))
    old = {new: name for name, new in fresh.items()}

    def change(text: str, names: dict[str, str]) -> str:
        return re.sub(r"\b[A-Z][a-z]+\b", lambda m: names.get(m.group(), m.group()), text)

    def back(item: Item) -> Item:
        by, to = ([change(name, old) for name in side] for side in (item.by, item.to))
        update: dict[str, Any] = {
            "by": by,
            "to": to,
            "what": change(item.what, old),
            "start": None,
            "end": None,
        }
        quote = change(item.quote, old)
        if (start := document.text.find(quote)) >= 0:
            update |= {"start": start, "end": start + len(quote)}
        return item.model_copy(update=update)

    title, source = (text and change(text, fresh) for text in (document.title, document.source))
    text = change(document.text, fresh)
    return Change(Document(text, document.published, title, source, document.id), plan, back)


# Capitalised words of offices, bodies and the calendar: no names.
_KEPT = set(
    """
    admiral affairs alliance ambassador army assembly chairman chamber chancellor chief colonel
    command commission committee commodore council defence defense department deputies deputy
    director envoy external federation first foreign forces general government governor group
    head high house joint king law league minister ministers ministry mission mrs navy office
    parliament permanent president press prime prince princess queen republic secretary senate
    senator service speaker spokesman staff state supreme trade treasury union united nations under
    january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday
    """.split()
)


def _reordered(document: Document, plan: Plan) -> Change:
    prompts = {
        name: replace(prompt, examples=tuple(reversed(prompt.examples)))
        for name, prompt in plan.prompts.items()
    }
    return Change(document, plan.model_copy(update={"prompts": prompts}))


def _reworded(document: Document, plan: Plan) -> Change:
    texts = json.loads(files("benchmarks").joinpath("reworded.json").read_text(encoding="utf-8"))
    prompts = {name: replace(prompt, system=texts[name]) for name, prompt in plan.prompts.items()}
    return Change(document, plan.model_copy(update={"prompts": prompts}))


_CHANGES: dict[str, Callable[[Document, Plan], Change]] = {
    "sentence numbers shifted": _shifted,
    "other names": _renamed,
    "examples in another order": _reordered,
    "definitions in other words": _reworded,
}


def _figure(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
