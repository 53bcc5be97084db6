"""The invented articles: gold for every rule of the guide, and records as good as measured."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from articles import SEEDS

from defext import Document, Extractor
from defext.cli.evaluation import chosen
from defext.evaluate import items, read_documents, read_gold, score
from defext.evaluate.datasets import read_lines
from defext.normalize.register import register
from defext.plan import plans
from defext.values import equipment_in, quantities_in

HERE = SEEDS / "invented"
DOCUMENTS = read_documents(HERE / "docs.jsonl")
GOLD = read_gold(HERE / "gold.jsonl")
RULES = {line["id"]: line["rules"] for _, line in read_lines(HERE / "gold.jsonl")}

# What `defext evaluate` finds of the same part: --sample 10.
PART = chosen(DOCUMENTS, 10)
# Two recordings gave 0.76 and 0.74, 0.45 and 0.40: batches change the last digits of a probability.
DETECTION, STRICT = 0.74, 0.39


def test_there_are_articles_of_every_kind() -> None:
    assert len(DOCUMENTS) == len({document.id for document in DOCUMENTS}) >= 30
    assert {document.id for document in DOCUMENTS} == GOLD.keys()
    assert sum(not told for told in GOLD.values()) >= 8


def test_every_rule_and_close_call_of_the_guide_is_there_twice() -> None:
    seen = Counter(rule for rules in RULES.values() for rule in set(rules))
    assert {f"close.{number}" for number in range(1, 15)} <= seen.keys()
    wanted = [rule for rule in seen if not rule.startswith("none.")]
    assert {rule for rule in wanted if seen[rule] < 2} == set()
    assert len(wanted) >= 55


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.id)
def test_gold_is_borne_out_by_its_text(document: Document) -> None:
    for item in GOLD[document.id]:
        assert all(document.text[start:end].strip() for start, end in item.spans)
        for actor in (*item.by, *item.to):
            assert any(name in document.text for name in actor.split("|")), actor


def test_the_values_of_gold_are_read_off_its_acts() -> None:
    acts = [item for told in GOLD.values() for item in told if item.type != "talk"]
    counts = [len(item.equipment or ()) + len(item.quantities or ()) for item in acts]
    assert sum(counts) >= 25
    wrong = [
        item.what
        for item in acts
        if (
            [value.designation for _, value in equipment_in(item.what)],
            [f"{value.value:f}" for _, value in quantities_in(item.what)],
        )
        != (item.equipment, item.quantities)
    ]
    # "Falke rockets" are of no listed type, "the other three" of nothing, and a sum in florins,
    # which ISO 4217 has under other names, looks like many florins.
    assert len(wrong) <= 3, wrong


def test_a_part_of_the_articles_is_read_as_well_as_measured(recorded: Extractor) -> None:
    read = {document.id: recorded.extract(document) for document in PART}
    found = {name: items(extraction) for name, extraction in read.items()}
    for document in PART:
        for item in found[document.id]:
            assert document.text[item.start : item.end] == item.quote != ""
    measured = score({name: GOLD[name] for name in found}, found).counts["all"]
    assert measured.detection_f1 >= DETECTION
    assert measured.strict_f1 >= STRICT
    values = score({name: GOLD[name] for name in found}, found).values
    assert (values["quantities"].recall or 0) >= 0.7
    told = "".join(extraction.model_dump_json() for extraction in read.values())
    assert [name for name in _names_in_examples() if re.search(rf"\b{name}\b", told)] == []


def _names_in_examples() -> Iterator[str]:
    """Who and what the prompts' examples name; none of it stands in the articles."""
    texts = "".join(document.text for document in DOCUMENTS)
    for plan in plans().values():
        for prompt in plan.prompts.values():
            for example in prompt.examples:
                for given in example.given.values():
                    known = register(Document(given))
                    for seen in (*known.people, *known.states):
                        for name in seen.party.name.split():
                            if not re.search(rf"\b{name}\b", texts):
                                yield name
