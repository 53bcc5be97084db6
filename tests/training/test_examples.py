"""An example asks what the plan asks, and answers with what the document is annotated with."""

import json
import random
import re

import pytest

from defext.plan import plans
from defext.prompt import Records
from training.documents import Taught, taught
from training.examples import Example, examples

TEXT = (
    "Minister Ilva Torn called Oru Benn on Monday. It rained. She asked Oru Benn to open the port. "
    "He will open it in May."
)


def record(sentence: int, kind: str, by: str, to: str, act: str, label: str) -> dict[str, object]:
    names = {"by": [by], "to": [to] if to else []}
    rest = {"act": act, "label": label, "when": "", "temporal": "current"}
    return {"sentences": [sentence], "kind": kind, **names, **rest}


def document(text: str = TEXT) -> Taught:
    return taught(
        {
            "id": "d1",
            "title": "Ports",
            "source": "Coast Wire",
            "published": "2024-01-02",
            "records": [
                record(1, "talk", "Ilva Torn", "", "", "phone"),
                record(3, "request", "Ilva Torn", "Oru Benn", "open the port", "ask"),
                record(4, "commitment", "Oru Benn", "", "open the port", "firm"),
            ],
        },
        text,
    )


def encode(text: str) -> list[int]:
    return list(text.encode())


def turns(example: Example) -> list[tuple[str, str]]:
    """The question and the answer of each branch."""
    return [
        (
            bytes([*example.common, *branch.tokens[: branch.answer]]).decode(),
            bytes(branch.tokens[branch.answer :]).decode(),
        )
        for branch in example.branches
    ]


def test_both_questions_are_the_plans_and_share_their_beginning() -> None:
    [example] = examples(document(), encode, random.Random(1))
    label, records = turns(example)
    prompts = plans()["taught"].prompts
    numbered = (
        "Ports\nCoast Wire, published 2024-01-02\n1 Minister Ilva Torn called Oru Benn on Monday.\n"
        "2 It rained.\n3 She asked Oru Benn to open the port.\n4 He will open it in May."
    )
    [system, user] = prompts["label"].messages(document=numbered)
    assert label[0] == (
        f"<|im_start|>system\n{system['content']}<|im_end|>\n<|im_start|>user\n{user['content']}"
        "<|im_end|>\n<|im_start|>assistant\n"
    )
    assert label[1] == '{"1":"talk","2":"none","3":"request","4":"commitment"}<|im_end|>'
    assert numbered in bytes(example.common).decode()
    assert "Records of: " in records[0]
    answer = records[1].removesuffix("<|im_end|>")
    told = Records.model_validate_json(answer).records
    assert [each.model_dump() for each in told] == [
        each.model_dump() for each in document().records
    ]
    assert answer == json.dumps(json.loads(answer), ensure_ascii=False, separators=(",", ":"))


def test_pairs_that_are_no_records_are_asked_about_and_not_answered() -> None:
    asked = set()
    for seed in range(20):
        [example] = examples(document(), encode, random.Random(seed))
        question, answer = turns(example)[1]
        [pairs] = re.findall("Records of: (.*)<", question)
        asked.add(pairs)
        assert {"1 talk", "3 request", "4 commitment"} <= set(pairs.split("; "))
        assert answer.count('"kind"') == 3
    assert len(asked) > 1


def test_without_a_record_only_the_label_is_asked() -> None:
    plain = Taught(document().document, ())
    counts = {
        len(example.branches)
        for seed in range(20)
        for example in examples(plain, encode, random.Random(seed))
    }
    assert counts == {1, 2}


@pytest.mark.parametrize("seed", range(5))
def test_a_long_document_is_cut_and_every_record_is_taught_once(seed: int) -> None:
    filler = "\n\n".join(f"Ship {n} of the fleet left the harbour at dawn." for n in range(200))
    cut = list(examples(document(f"{TEXT}\n\n{filler}"), encode, random.Random(seed)))
    assert len(cut) > 1
    answers = [turns(example)[-1][1] for example in cut]
    assert sum(answer.count('"kind":"talk"') for answer in answers) == 1


def test_a_name_is_taught_as_the_window_has_it() -> None:
    filler = "\n\n".join(f"Ship {n} of the fleet left the harbour at dawn." for n in range(200))
    late = taught(
        {
            "id": "d2",
            "title": "",
            "source": "",
            "published": "2024-01-02",
            "records": [record(202, "request", "Ilva Torn", "Oru Benn", "wait", "ask")],
        },
        f"Ilva Torn and Oru Benn are here.\n\n{filler}\n\nTorn asked Benn to wait.",
    )
    *_, last = examples(late, encode, random.Random(0))
    assert '"by":["Torn"],"to":["Benn"]' in turns(last)[1][1]
