"""Plans asked by hand: which questions, and what becomes of the answers."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from scripted import PLAIN, USAGE, Script, check, fill, sort

from defext import Document
from defext.ask import Answer, Question
from defext.plan import Likely, Odds, Plan, drafts, find, plans
from defext.prompt import Check, Fill, Sort, Told, Whole, load
from defext.schema import Draft, Kind

KINDS: list[Kind] = ["talk", "request", "commitment"]
QUIET = "The radar is blue. Analysts were busy."


def told(document: Document, script: Script) -> list[Draft]:
    steps = drafts(document, PLAIN)
    questions: Sequence[Question[Any]] = next(steps)
    while True:
        try:
            questions = steps.send(script.answers(questions))
        except StopIteration as done:
            return [_rounded(draft) for draft in done.value]


def _rounded(draft: Draft) -> Draft:
    p = draft.probability
    return draft if p is None else draft.model_copy(update={"probability": round(p, 6)})


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
    questions = next(drafts(Document(f"{sentence} {QUIET}"), PLAIN))
    assert f"{kind.upper()}?" in "".join(about(question) for question in questions)
    assert all(sentence in about(question) for question in questions)
    assert {question.answer for question in questions} == {Check}


@pytest.mark.parametrize(
    "sentence",
    [
        "The treaty will cut costs.",
        "The new framework agreement would open markets.",
        "It will complement the road.",
        "There will be rain.",
        "Its founders shared a commitment to free trade.",
        "A press officer took notes.",
        "The rules were aimed at a review.",
        "She expressed her thanks for the support of Kenya.",
        "Ships may sink, should they leave.",
    ],
)
def test_what_a_thing_will_do_is_nobody_s_act(sentence: str) -> None:
    assert next(drafts(Document(sentence), PLAIN)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Norway signed the treaty and it will open its ports.",
        "The government will act.",
        "She stressed the U.S. commitment to Kenya.",
        "Our commitment to Kenya remains.",
    ],
)
def test_a_side_s_own_act_is_asked_about(sentence: str) -> None:
    questions = next(drafts(Document(sentence), PLAIN))
    assert "COMMITMENT?" in "".join(about(question) for question in questions)


def test_a_sentence_without_a_cue_is_not_asked_about() -> None:
    script = Script({})
    assert told(Document(QUIET), script) == []
    assert script.asked == []


def test_one_sentence_may_hold_several_kinds() -> None:
    text = "Aldana met Brekke, urged Norway to act and pledged ships."
    questions = next(drafts(Document(text), PLAIN))
    assert [about(question).splitlines()[-1] for question in questions] == [
        f"{kind.upper()}?" for kind in KINDS
    ]


def test_questions_share_their_beginning_and_ask_for_one_word_with_its_probability() -> None:
    questions = next(drafts(Document("Aldana met Brekke. Norway will act. Chile must act."), PLAIN))
    assert len(questions) == 3
    assert len({str(question.messages[:-1]) for question in questions}) == 1
    assert {question.choice for question in questions} == {"answer"}
    assert all(question.max_tokens and question.max_tokens <= 16 for question in questions)


def test_only_what_is_likely_is_filled() -> None:
    text = "Norway will act. Chile will act. Kenya will act. Ghana will act."
    steps = drafts(Document(text), PLAIN)
    next(steps)
    least = PLAIN.threshold
    fills = steps.send([check(least + 0.01), check(least - 0.01), check(0.99), check(0.01)])
    assert [question.answer for question in fills] == [Fill, Fill]
    assert ["Norway will act." in about(fills[0]), "Kenya will act." in about(fills[1])] == [
        True,
        True,
    ]


def test_without_probabilities_the_word_is_taken() -> None:
    steps = drafts(Document("Norway will act. Chile will act."), PLAIN)
    next(steps)
    no = Answer(Check(answer="no"), None, USAGE)
    [question] = steps.send([check(None), no])
    assert "Norway will act." in about(question)


def test_without_probabilities_none_is_claimed() -> None:
    script = Script({("commitment", "Norway will"): (None, fill(["Norway"], "send ships", []))})
    [draft] = told(Document("Norway will send ships."), script)
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
    assert told(Document(text), script) == [
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
    [question] = next(drafts(Document("Norway\n  will\nact."), PLAIN))
    assert "Norway will act." in about(question)


def test_an_answer_that_says_no_to_everything_gives_no_draft() -> None:
    answers: list[Answer[Check]] = []
    steps = drafts(Document("Norway will act."), PLAIN)
    answers += [check(0.01) for _ in next(steps)]
    assert steps.send(answers) == []
    with pytest.raises(StopIteration) as done:
        steps.send([])
    assert done.value.value == []


BOTH = PLAIN.model_copy(
    update={
        "find": ("check", "sort"),
        "odds": dict.fromkeys(KINDS, Odds(constant=-1, check=0.5, sort=2)),
        "prompts": {**PLAIN.prompts, "sort": load("sort")},
    }
)


def found(document: Document, plan: Plan, *answers: list[Answer[Any]]) -> list[Likely]:
    steps = find(document.sentences, plan)
    given = iter(answers)
    try:
        next(steps)
        while True:
            steps.send(next(given))
    except StopIteration as done:
        likely: list[Likely] = done.value
        return likely


def test_each_finder_s_answer_counts_by_its_slope() -> None:
    document = Document("Norway will act.")
    [likely] = found(document, BOTH, [check(0.9)], [sort(commitment=0.8)])
    odds = -1 + 0.5 * math.log(9) + 2 * math.log(4)
    assert likely.confidence == pytest.approx(1 / (1 + math.exp(-odds)))
    assert (likely.sentence.number, likely.kind) == (1, "commitment")


def test_a_sentence_is_sorted_once_for_all_its_kinds() -> None:
    document = Document("Aldana met Brekke, urged Norway to act and pledged ships.")
    steps = find(document.sentences, BOTH)
    assert len(next(steps)) == 3
    [question] = steps.send([check(0.9)] * 3)
    assert question.answer is Sort
    assert question.choice == "kind"
    with pytest.raises(StopIteration) as done:
        steps.send([sort(talk=0.2, request=0.7, commitment=0.1)])
    assert [each.kind for each in done.value.value] == ["request"]


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_an_answer_without_doubt_is_a_number_still(p: float) -> None:
    plan = BOTH.model_copy(update={"threshold": 0.0})
    [likely] = found(Document("Norway will act."), plan, [check(p)], [sort(commitment=p)])
    assert likely.confidence == pytest.approx(p, abs=0.01)


def test_words_without_probabilities_find_and_claim_nothing() -> None:
    document = Document("Norway will act. Chile will act.")
    yes, no = check(None), Answer(Check(answer="no"), None, USAGE)
    kinds = [Answer(Sort(kind=kind), None, USAGE) for kind in ("commitment", "none")]
    [likely] = found(document, BOTH, [yes, no], kinds)
    assert (likely.sentence.number, likely.confidence) == (1, None)


WHOLE = plans()["whole"]


def test_a_document_read_whole_is_one_question() -> None:
    document = Document("Aldana met Brekke.\n\nNorway\nwill act.", title="Readout", source="MoD")
    steps = drafts(document, WHOLE)
    [question] = next(steps)
    assert question.answer is Whole
    assert about(question) == "Readout\nMoD\n1 Aldana met Brekke.\n2 Norway will act."
    record = Told(kind="commitment", sentences=[2], by=["Norway"], to=[], act="act")
    with pytest.raises(StopIteration) as done:
        steps.send([Answer(Whole(records=[record]), None, USAGE)])
    assert done.value.value == [Draft(kind="commitment", sentences=[2], by=["Norway"], what="act")]


def test_a_document_read_whole_adds_little_to_what_is_read() -> None:
    """Counted in words and numbers, which are what a tokenizer splits at."""
    sentence = "The minister of the republic spoke at length about the new bridge over the river. "
    document = Document(sentence * 60)
    [question] = next(drafts(document, WHOLE))
    read = sum(len(message["content"].split()) for message in question.messages)
    beginning = sum(len(message["content"].split()) for message in question.messages[:-1])
    assert read - beginning - len(document.text.split()) < 0.05 * read


OPENING = (
    "Kenyan Defence Minister Odile Fennick met Chilean Foreign Minister Rurik Talvane in Lima."
)
QUIET_PARAGRAPH = "\n\n" + " ".join(["The sea of the old harbour was calm on that day."] * 40)
LONG = Document(
    f"{OPENING}{QUIET_PARAGRAPH * 3}\n\nShe will send ships.", title="Readout", source="MoD"
)
SMALL = WHOLE.model_copy(update={"window": 600})


def test_a_long_document_read_whole_is_one_question_a_window() -> None:
    questions = next(drafts(LONG, SMALL))
    assert len(questions) > 3
    assert {question.answer for question in questions} == {Whole}
    lines = [line for question in questions for line in about(question).splitlines()]
    numbered = [line for line in lines if line[0].isdigit()]
    assert numbered == [f"{s.number} {s.text}" for s in LONG.sentences]


def test_each_window_begins_with_what_the_document_is_and_what_was_told_before() -> None:
    first, *later = next(drafts(LONG, SMALL))
    assert about(first).splitlines()[:3] == ["Readout", "MoD", f"1 {OPENING}"]
    for question in later:
        title, source, named, talk, sentence = about(question).splitlines()[:5]
        assert (title, source) == ("Readout", "MoD")
        assert named == (
            "Named before: Kenyan Defence Minister Odile Fennick; Chilean Foreign Minister "
            "Rurik Talvane"
        )
        assert talk == f"Told before: {OPENING}"
        assert sentence[0].isdigit()


def test_what_each_window_tells_is_told_of_the_document() -> None:
    steps = drafts(LONG, SMALL)
    script = Script(
        {
            ("talk", "Fennick met"): (None, fill(["Fennick", "Talvane"], "met")),
            ("commitment", "She will"): (None, fill(["She"], "send ships")),
        }
    )
    with pytest.raises(StopIteration) as done:
        steps.send(script.answers(next(steps)))
    told = [(draft.kind, draft.sentences) for draft in done.value.value]
    assert told == [("talk", [1]), ("commitment", [len(LONG.sentences)])]


def test_a_long_document_asked_about_narrowly_is_asked_window_by_window() -> None:
    text = "\n\n".join(["Norway will send ships."] * 120)
    plan = PLAIN.model_copy(update={"window": 600})
    script = Script({("commitment", "Norway"): (0.9, fill(["Norway"], "send ships"))})
    steps = drafts(Document(text), plan)
    rounds: list[Sequence[Question[Any]]] = [next(steps)]
    told: list[Draft] = []
    while not told:
        try:
            rounds.append(steps.send(script.answers(rounds[-1])))
        except StopIteration as done:
            told = done.value
    assert len(rounds) > 2
    assert [{q.answer for q in each} for each in rounds] == [{Check}, {Fill}] * (len(rounds) // 2)
    assert [draft.sentences for draft in told] == [[n] for n in range(1, 121)]
