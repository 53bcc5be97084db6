"""The plan for a small model, asked by hand: which questions, and what becomes of the answers."""

from collections.abc import Sequence
from typing import Any

import pytest
from scripted import Script, check, fill

from defext import Document
from defext.ask import Answer, Question
from defext.plan import narrow
from defext.plan.narrow import LIKELY
from defext.prompt import Check, Fill
from defext.schema import Draft, Kind

KINDS: list[Kind] = ["talk", "request", "commitment"]
QUIET = "The radar is blue. Analysts were busy."


def drafts(document: Document, script: Script) -> list[Draft]:
    plan = narrow(document)
    questions: Sequence[Question[Any]] = next(plan)
    while True:
        try:
            questions = plan.send(script.answers(questions))
        except StopIteration as done:
            found: list[Draft] = done.value
            return found


def about(question: Question[Any]) -> str:
    return question.messages[-1]["content"]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Aldana met Brekke.", "talk"),
        ("Aldana spoke to Brekke.", "talk"),
        ("The visit was long.", "talk"),
        ("Aldana urged Norway to act.", "request"),
        ("Aldana called on Norway to act.", "request"),
        ("Norway must act.", "request"),
        ("Norway will act.", "commitment"),
        ("Norway pledged ships.", "commitment"),
        ("Norway won’t act.", "commitment"),
        ("NORWAY AGREED.", "commitment"),
    ],
)
def test_a_sentence_with_a_cue_is_asked_about_its_kind(sentence: str, kind: Kind) -> None:
    questions = next(narrow(Document(f"{sentence} {QUIET}")))
    assert f"{kind.upper()}?" in "".join(about(question) for question in questions)
    assert all(sentence in about(question) for question in questions)
    assert {question.answer for question in questions} == {Check}


def test_a_sentence_without_a_cue_is_not_asked_about() -> None:
    script = Script({})
    assert drafts(Document(QUIET), script) == []
    assert script.asked == []


def test_one_sentence_may_hold_several_kinds() -> None:
    text = "Aldana met Brekke, urged Norway to act and pledged ships."
    questions = next(narrow(Document(text)))
    assert [about(question).splitlines()[-1] for question in questions] == [
        f"{kind.upper()}?" for kind in KINDS
    ]


def test_questions_share_their_beginning_and_ask_for_one_word_with_its_probability() -> None:
    questions = next(narrow(Document("Aldana met Brekke. Norway will act. Chile must act.")))
    assert len(questions) == 3
    assert len({str(question.messages[:-1]) for question in questions}) == 1
    assert {question.choice for question in questions} == {"answer"}
    assert all(question.max_tokens and question.max_tokens <= 16 for question in questions)


def test_only_what_is_likely_is_filled() -> None:
    text = "Norway will act. Chile will act. Kenya will act. Ghana will act."
    plan = narrow(Document(text))
    next(plan)
    limit = LIKELY
    fills = plan.send(
        [
            check("yes", limit),
            check("yes", limit - 0.01),
            check("no", 1 - limit - 0.01),
            check("no", 0.99),
        ]
    )
    assert [question.answer for question in fills] == [Fill, Fill]
    assert ["Norway will act." in about(fills[0]), "Kenya will act." in about(fills[1])] == [
        True,
        True,
    ]


def test_without_probabilities_the_word_is_taken() -> None:
    plan = narrow(Document("Norway will act. Chile will act."))
    next(plan)
    [question] = plan.send([check("yes", None), check("no", None)])
    assert "Norway will act." in about(question)


def test_without_probabilities_none_is_claimed() -> None:
    script = Script({("commitment", "Norway will"): (None, fill(["Norway"], "send ships", []))})
    [draft] = drafts(Document("Norway will send ships."), script)
    assert draft.probability is None


def test_a_draft_carries_its_kind_its_sentence_and_the_probability() -> None:
    script = Script(
        {
            ("commitment", "Norway will"): (
                0.8,
                fill(["Norway"], "send ships and train crews", ["Kenya"]),
            ),
            ("request", "Chile"): (0.7, fill(["Norway"], "return the ships", ["Chile"])),
            ("talk", "met"): (0.9, fill(["Aldana", "Brekke"], "trade and ships", ["Aldana"])),
        }
    )
    text = (
        f"{QUIET} Aldana met Brekke on trade and ships. Norway will send ships and train crews for "
        "Kenya. Norway asked Chile to return the ships."
    )
    common: dict[str, Any] = {"kind": "commitment", "sentences": [4], "by": ["Norway"]}
    assert drafts(Document(text), script) == [
        Draft(
            kind="talk",
            sentences=[3],
            by=["Aldana", "Brekke"],
            what="trade and ships",
            probability=0.9,
        ),
        Draft(**common, to=["Kenya"], what="send ships", probability=0.8),
        Draft(**common, to=["Kenya"], what="train crews", probability=0.8),
        Draft(
            kind="request",
            sentences=[5],
            by=["Norway"],
            to=["Chile"],
            what="return the ships",
            probability=0.7,
        ),
    ]


def test_a_sentence_is_read_with_its_lines_joined() -> None:
    [question] = next(narrow(Document("Norway\n  will\nact.")))
    assert "Norway will act." in about(question)


def test_an_answer_that_says_no_to_everything_gives_no_draft() -> None:
    answers: list[Answer[Check]] = []
    plan = narrow(Document("Norway will act."))
    answers += [check("no", 0.99) for _ in next(plan)]
    assert plan.send(answers) == []
    with pytest.raises(StopIteration) as done:
        plan.send([])
    assert done.value.value == []
