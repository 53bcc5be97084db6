"""The prompts' own examples keep to the rules that their answers are held to."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import defext.prompt
from defext import Document
from defext.ground import find_quote, ground
from defext.normalize.register import register
from defext.prompt import Example, FullRecords, RecordAnswer, load
from defext.schema import Draft

HERE = Path(defext.prompt.__file__).parent
SEEDS = Path(__file__).parents[2] / "seeds"
GIVEN = {
    "label": {"document": "1 Norway asked Chile to act."},
    "records": {"document": "1 Norway asked Chile to act.", "asked": "1 request"},
    "whole": {"document": "1 Norway asked Chile to act."},
}
NAMES = sorted(file.stem for file in HERE.glob("*.toml"))
EXAMPLES = [(name, example) for name in NAMES for example in load(name).examples]


def _told() -> Iterator[tuple[str, RecordAnswer]]:
    """Each record of an example, with the document that it stands in."""
    for _, example in EXAMPLES:
        text = re.sub(r"(?m)^\d+ ", "", example.given["document"])
        for told in FullRecords.model_validate(example.answer).records:
            yield text, told


TOLD = list(_told())


def test_the_two_taught_prompts_have_no_example() -> None:
    assert set(NAMES) == set(GIVEN)
    assert {name for name, _ in EXAMPLES} == {"whole"}


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_answers_in_the_shape_that_is_asked_for(name: str, example: Example) -> None:
    answer = FullRecords.model_validate(example.answer)
    assert answer.model_dump(exclude_none=True) == example.answer


@pytest.mark.parametrize(("text", "told"), TOLD)
def test_an_example_names_only_who_stands_in_its_text(text: str, told: RecordAnswer) -> None:
    names = [*told.by, *told.to]
    assert [name for name in names if not find_quote(text, name)] == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("text", "told"), TOLD)
def test_an_example_s_answer_would_be_grounded(text: str, told: RecordAnswer) -> None:
    draft = Draft.model_validate(told.model_dump())
    [kept], rejected = ground(Document(text), [draft])
    assert rejected == []
    assert kept.draft == draft
    topics = told.act.split("; ")
    assert all(topic in kept.evidence[0].quote for topic in topics)


def test_each_kind_is_shown() -> None:
    assert {told.kind for _, told in TOLD} == {"talk", "request", "commitment"}


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_no_example_shares_a_person_or_a_sentence_with_an_article(path: Path) -> None:
    article = path.read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", article))
    for _, example in EXAMPLES:
        sentence = example.given["document"]
        people = register(Document(sentence)).people
        assert words.isdisjoint(word for seen in people for word in seen.party.name.split())
        assert find_quote(article, sentence) is None


@pytest.mark.parametrize("name", NAMES)
def test_a_conversation_is_the_examples_and_then_the_question(name: str) -> None:
    prompt = load(name)
    messages = prompt.messages(**GIVEN[name])
    turns = ["user", "assistant"] * len(prompt.examples)
    assert [message["role"] for message in messages] == ["system", *turns, "user"]
    answers = [json.loads(m["content"]) for m in messages if m["role"] == "assistant"]
    assert answers == [example.answer for example in prompt.examples]
    assert all(given in messages[-1]["content"] for given in GIVEN[name].values())


@pytest.mark.parametrize("name", NAMES)
def test_only_the_last_message_changes_from_question_to_question(name: str) -> None:
    first = load(name).messages(**GIVEN[name])
    second = load(name).messages(**{field: f"{text} Not." for field, text in GIVEN[name].items()})
    assert first[:-1] == second[:-1]
    assert first[-1] != second[-1]


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    | st.sampled_from(["{asked}", "{document} {0} {}", "}{", "{{answer}}", "%s $x \\n"])
)
def test_a_text_stands_in_the_question_as_it_is(text: str) -> None:
    for name in NAMES:
        given = dict.fromkeys(GIVEN[name], f"They met {text}.")
        assert f"They met {text}." in load(name).messages(**given)[-1]["content"]
