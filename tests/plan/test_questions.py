"""Plans asked by hand: which questions, word for word, and what becomes of the answers."""

from collections.abc import Sequence
from typing import Any

import pytest
from scripted import PLAIN, Script, act, labels, plan

from defext import Document, LanguageUnread
from defext.ask import Answer, Question, Usage
from defext.plan import Plan, plans, records
from defext.prompt import KINDS, LABELS, FullRecords, Records
from defext.schema import Draft

MET = "Odile Fennick met Aron Vance in Lima on Monday."
URGED = "Vance urged Norway to repair the bridge."
WILL = "Norway will repair the bridge by June."
QUIET = "The sea was calm."
TEXT = f"{MET} {URGED} {QUIET} {WILL}"
GERMAN = (
    "Die kenianische Verteidigungsministerin Odile Fennick traf am Montag in Lima den Minister. "
    "Norwegen wird dem Nachbarland im Herbst zwei neue Fähren für den langen See schicken."
)
TALK = act("talk", ["Odile Fennick", "Aron Vance"], "", label="in_person", when="on Monday")
REQUEST = act("request", ["Aron Vance"], "repair the bridge", ["Norway"], label="urge")
PROMISE = act("commitment", ["Norway"], "repair the bridge", when="by June")
ACTS = {"met": (0.9, TALK), "urged": (0.8, REQUEST), "will": (0.7, PROMISE)}
DOCUMENT = Document(TEXT, published="2025-07-01", title="A meeting", source="Wire")


def found(document: Document, script: Script, asked_by: Plan = PLAIN) -> list[Draft]:
    steps = records(document, asked_by)
    questions: Sequence[Question[Any]] = next(steps)
    while True:
        try:
            questions = steps.send(script.answers(questions))
        except StopIteration as done:
            drafts: list[Draft] = done.value
            return drafts


def words(question: Question[Any]) -> list[str]:
    return [message["content"] for message in question.messages]


def test_the_two_questions_are_the_adapter_s_word_for_word() -> None:
    script = Script(ACTS)
    found(DOCUMENT, script)
    system = (
        "You read a document whose sentences are numbered, for talks, requests and commitments."
    )
    shown = f"A meeting\nWire, published 2025-07-01\n1 {MET}\n2 {URGED}\n3 {QUIET}\n4 {WILL}\n\n"
    label, second = script.asked
    assert words(label) == [system, f"{shown}Label each sentence."]
    assert words(second) == [system, f"{shown}Records of: 1 talk; 2 request; 4 commitment"]
    assert second.answer is Records
    assert label.answer.model_json_schema()["required"] == ["1", "2", "3", "4"]


def test_without_metadata_the_lines_are_there_all_the_same() -> None:
    script = Script({})
    found(Document(QUIET), script)
    assert words(script.asked[0])[1] == f"\n, published None\n1 {QUIET}\n\nLabel each sentence."


def test_the_order_of_the_keys_is_the_adapter_s() -> None:
    schemas = Records.model_json_schema()["$defs"]
    for name in ("TalkAnswer", "RequestAnswer", "CommitmentAnswer"):
        assert list(schemas[name]["properties"]) == [
            "sentences", "kind", "by", "to", "act", "label", "when", "temporal",
        ]  # fmt: skip


def test_a_record_is_what_the_model_says_with_its_sentence_s_probability() -> None:
    talk, request, promise = found(DOCUMENT, Script(ACTS))
    assert talk == Draft(sentences=[1], probability=0.9, **TALK)
    assert request == Draft(sentences=[2], probability=0.8, **REQUEST)
    assert promise == Draft(sentences=[4], probability=0.7, **PROMISE)


def test_a_sentence_below_the_threshold_is_not_asked_about() -> None:
    script = Script(ACTS)
    assert [draft.kind for draft in found(DOCUMENT, script, plan(threshold=0.75))] == [
        "talk",
        "request",
    ]
    assert words(script.asked[1])[1].endswith("Records of: 1 talk; 2 request")


def test_a_document_without_labels_is_asked_one_question() -> None:
    script = Script(ACTS)
    assert found(Document(f"{QUIET} {QUIET}"), script) == []
    assert len(script.asked) == 1


def answer(*told: dict[str, Any]) -> list[Answer[Any]]:
    return [Answer(Records.model_validate({"records": told}), None, Usage())]


def test_what_is_likely_and_left_out_is_asked_for_once_more_alone() -> None:
    steps = records(DOCUMENT, plan(threshold=0.2))
    next(steps)
    likely = labels({1: {"talk": 0.9}, 2: {"request": 0.8}, 3: {}, 4: {"commitment": 0.4}})
    [second] = steps.send([likely])
    assert words(second)[1].endswith("Records of: 1 talk; 2 request; 4 commitment")
    [third] = steps.send(answer({"sentences": [1], **TALK}))
    assert words(third)[1].endswith("Records of: 2 request")  # 4 is not likely
    with pytest.raises(StopIteration) as done:
        steps.send(answer({"sentences": [2], **REQUEST}))
    assert [(draft.kind, draft.probability) for draft in done.value.value] == [
        ("talk", 0.9),
        ("request", 0.8),
    ]


def test_what_is_left_out_twice_is_no_record() -> None:
    steps = records(DOCUMENT, PLAIN)
    next(steps)
    steps.send([labels({1: {"talk": 0.9}, 2: {}, 3: {}, 4: {}})])
    steps.send(answer())
    with pytest.raises(StopIteration) as done:
        steps.send(answer())
    assert done.value.value == []


def test_without_probabilities_the_labels_decide_and_no_confidence_is_told() -> None:
    script = Script({words: (None, record) for words, (_, record) in ACTS.items()})
    drafts = found(DOCUMENT, script, plan(threshold=0.99))
    assert [draft.kind for draft in drafts] == list(KINDS)
    assert {draft.probability for draft in drafts} == {None}


def test_a_sentence_may_show_two_kinds() -> None:
    steps = records(Document(TEXT), PLAIN)
    next(steps)
    odds = dict.fromkeys(LABELS, 0.0) | {"request+commitment": 0.5, "request": 0.3, "none": 0.2}
    none = dict.fromkeys(LABELS, 0.0) | {"none": 1.0}
    value = labels({1: {}, 2: {"request": 1, "commitment": 1}, 3: {}, 4: {}}).value
    [second] = steps.send([Answer(value, [none, odds, none, none], Usage())])
    assert words(second)[1].endswith("Records of: 2 request")  # 0.8, and 0.5 of the other


def test_a_later_window_shows_the_two_sentences_before_it() -> None:
    script = Script({})
    text = "\n\n".join(f"{QUIET[:-1]} on day {number}." for number in range(120))
    found(Document(text), script, plan(window=600))
    first, second = (words(question)[1].splitlines() for question in script.asked[:2])
    assert not first[2].startswith("(before)")
    last = first[-3].partition(" ")[2]
    assert second[2].startswith("(before) The sea was calm on day ")
    assert second[2].endswith(last)
    numbers = [
        line.split()[0]
        for q in script.asked
        for line in words(q)[1].splitlines()
        if " sea " in line
    ]
    assert [n for n in numbers if n != "(before)"] == [str(n) for n in range(1, 121)]


WHOLE = plans()["whole"]
FULL = {"source": "reporter", "holder": None}


def test_a_strong_model_is_asked_once_and_says_more() -> None:
    promise = {**PROMISE, **FULL, "polarity": "negative", "continuing": True}
    promise |= {"condition": "if it is calm", "instrument": None}
    script = Script({"met": (None, {**TALK, **FULL, "place": "Lima"}), "will": (None, promise)})
    talk, commitment = found(DOCUMENT, script, WHOLE)
    [question] = script.asked
    assert question.answer is FullRecords
    assert words(question)[-1].startswith("A meeting\nWire\nPublished 2025-07-01\n1 Odile")
    assert (talk.place, talk.source, talk.holder, talk.probability) == (
        "Lima",
        "reporter",
        None,
        None,
    )
    assert (commitment.polarity, commitment.continuing) == ("negative", True)
    assert commitment.condition == "if it is calm"


def test_the_probability_of_its_kind_is_the_record_s_where_the_server_tells() -> None:
    steps = records(DOCUMENT, WHOLE.model_copy(update={"threshold": 0.5}))
    next(steps)
    told = [{"sentences": [1], **TALK, **FULL, "place": None}] * 2
    answer = FullRecords.model_validate({"records": told})
    odds = [{"talk": p, "request": 1 - p, "commitment": 0.0} for p in (0.8, 0.4)]
    with pytest.raises(StopIteration) as done:
        steps.send([Answer(answer, odds, Usage())])
    assert [draft.probability for draft in done.value.value] == [0.8]


def test_a_long_document_is_asked_about_in_parts_at_once_with_who_was_named() -> None:
    opening = "Kenyan Defence Minister Odile Fennick met Chilean Envoy Rurik Talvane in Lima."
    text = "\n\n".join([opening, *[QUIET] * 200])
    questions = next(records(Document(text), WHOLE.model_copy(update={"window": 600})))
    assert len(questions) > 2
    named = "Named before: Kenyan Defence Minister Odile Fennick; Chilean Envoy Rurik Talvane"
    assert named not in words(questions[0])[-1]
    assert all(named in words(question)[-1] for question in questions[1:])


def test_a_language_that_the_plan_does_not_read_is_said() -> None:
    german = Document(GERMAN)
    with pytest.raises(LanguageUnread, match=r"'de'.*'plain'.*larger model"):
        next(records(german, plan(languages=("en",))))
    assert next(records(german, PLAIN))
