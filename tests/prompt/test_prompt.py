"""The prompts' own examples keep to the rules that their answers are held to."""

import json
import re
import shutil
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import defext.prompt
from defext import Document
from defext.ground import find_quote, ground
from defext.normalize.register import register
from defext.prompt import PROMPT_VERSION, Check, Example, Fill, Prompt, load
from defext.schema import Draft

HERE = Path(defext.prompt.__file__).parent
SEEDS = Path(__file__).parents[2] / "seeds"
SHAPES: dict[str, type[BaseModel]] = {"check": Check, "fill": Fill}
NAMES = sorted(file.stem for file in HERE.glob("*.toml"))
EXAMPLES = [(name, example) for name in NAMES for example in load(name).examples]
FILLED = [(Fill.model_validate(e.answer), e) for name, e in EXAMPLES if SHAPES[name] is Fill]


def test_every_prompt_has_a_shape_for_its_answers() -> None:
    assert set(NAMES) == set(SHAPES)


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_answers_in_the_shape_that_is_asked_for(name: str, example: Example) -> None:
    answer = SHAPES[name].model_validate(example.answer)
    assert answer.model_dump() == example.answer


@pytest.mark.parametrize(("answer", "example"), FILLED)
def test_an_example_names_only_who_stands_in_its_sentence(answer: Fill, example: Example) -> None:
    names = [*answer.by, *answer.to]
    assert [name for name in names if not find_quote(example.sentence, name)] == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("answer", "example"), FILLED)
def test_an_example_s_answer_would_be_grounded(answer: Fill, example: Example) -> None:
    document = Document(example.sentence)
    assert len(document.sentences) == 1
    draft = Draft(kind=example.kind, sentences=[1], by=answer.by, to=answer.to, what=answer.act)
    [kept], rejected = ground(document, [draft])
    assert rejected == []
    assert kept.draft == draft


@pytest.mark.parametrize("kind", ["talk", "request", "commitment"])
def test_each_kind_is_shown_answered_with_yes_and_with_no(kind: str) -> None:
    answers = {e.answer["answer"] for name, e in EXAMPLES if name == "check" and e.kind == kind}
    assert answers == {"yes", "no"}
    assert kind in {example.kind for _, example in FILLED}


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_no_example_shares_a_person_or_a_sentence_with_an_article(path: Path) -> None:
    article = path.read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", article))
    for _, example in EXAMPLES:
        people = register(Document(example.sentence)).people
        assert words.isdisjoint(word for seen in people for word in seen.party.name.split())
        assert find_quote(article, example.sentence) is None


@pytest.mark.parametrize("name", NAMES)
def test_a_conversation_is_the_examples_and_then_the_question(name: str) -> None:
    prompt = load(name)
    messages = prompt.messages("request", "Norway asked Chile to act.")
    turns = ["user", "assistant"] * len(prompt.examples)
    assert [message["role"] for message in messages] == ["system", *turns, "user"]
    answers = [json.loads(m["content"]) for m in messages if m["role"] == "assistant"]
    assert answers == [example.answer for example in prompt.examples]
    assert "REQUEST" in messages[-1]["content"]
    assert "Norway asked Chile to act." in messages[-1]["content"]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_last_message_changes_from_question_to_question(name: str) -> None:
    first = load(name).messages("request", "Norway asked Chile to act.")
    second = load(name).messages("talk", "They met.")
    assert first[:-1] == second[:-1]
    assert first[-1] != second[-1]


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    | st.sampled_from(["{kind}", "{sentence} {0} {}", "}{", "{{answer}}", "%s $x \\n"])
)
def test_a_sentence_stands_in_the_question_as_it_is(sentence: str) -> None:
    for name in NAMES:
        question = load(name).messages("talk", f"They met {sentence}.")[-1]["content"]
        assert " ".join(f"They met {sentence}.".split()) in question


def test_an_example_has_a_sentence_of_a_known_kind() -> None:
    prompt = load("check")
    assert isinstance(prompt, Prompt)
    assert prompt is load("check")
    with pytest.raises(ValueError, match="kind"):
        Example.model_validate({"kind": "threat", "sentence": "x", "answer": {}})


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_prompt_has_another_version(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    versions: list[str] = []
    for change in ("", "# one word more\n"):
        copy = tmp_path / f"copy_of_{name}{len(versions)}"
        shutil.copytree(HERE, copy)
        (copy / "__init__.py").write_text("", encoding="utf-8")
        with (copy / f"{name}.toml").open("a", encoding="utf-8") as file:
            file.write(change)
        versions.append(import_module(f"{copy.name}.prompt").PROMPT_VERSION)
    assert versions[0] == PROMPT_VERSION != versions[1]
