"""The prompts' own examples keep to the rules that their answers are held to."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import defext.prompt
from defext import Document
from defext.ground import find_quote, ground
from defext.normalize.register import register
from defext.prompt import Check, Example, Fill, Sort, Told, Translation, Voice, Whole, load
from defext.schema import Draft

HERE = Path(defext.prompt.__file__).parent
SEEDS = Path(__file__).parents[2] / "seeds"
SHAPES: dict[str, type[BaseModel]] = {
    "check": Check,
    "fill": Fill,
    "sort": Sort,
    "translate": Translation,
    "voice": Voice,
    "whole": Whole,
}
GIVEN = {
    "check": {"kind": "REQUEST", "sentence": "Norway asked Chile to act."},
    "fill": {"kind": "REQUEST", "sentence": "Norway asked Chile to act."},
    "sort": {"sentence": "Norway asked Chile to act."},
    "translate": {"sentence": "La Norvège a demandé au Chili d’agir."},
    "voice": {"sentence": "Norway asked Chile to act."},
    "whole": {"document": "1 Norway asked Chile to act."},
}
NAMES = sorted(file.stem for file in HERE.glob("*.toml"))
EXAMPLES = [(name, example) for name in NAMES for example in load(name).examples]


def _told() -> Iterator[tuple[str, Told]]:
    """Each record of an example, with the sentences that it stands in."""
    for name, example in EXAMPLES:
        if name == "fill":
            kind = example.given["kind"].lower()
            answer = Told.model_validate({"kind": kind, "sentences": [1]} | dict(example.answer))
            yield example.given["sentence"], answer
        elif name == "whole":
            lines = re.sub(r"(?m)^\d+ ", "", example.given["document"])
            for told in Whole.model_validate(example.answer).records:
                yield lines, told


TOLD = list(_told())


def test_every_prompt_has_a_shape_for_its_answers() -> None:
    assert set(NAMES) == set(SHAPES)


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_answers_in_the_shape_that_is_asked_for(name: str, example: Example) -> None:
    answer = SHAPES[name].model_validate(example.answer)
    assert answer.model_dump() == example.answer


@pytest.mark.parametrize(("text", "told"), TOLD)
def test_an_example_names_only_who_stands_in_its_text(text: str, told: Told) -> None:
    names = [*told.by, *told.to]
    assert [name for name in names if not find_quote(text, name)] == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("example", [example for name, example in EXAMPLES if name == "translate"])
def test_an_example_of_a_translation_names_only_who_stands_in_both(example: Example) -> None:
    told = Translation.model_validate(example.answer)
    for name in told.names:
        assert find_quote(example.given["sentence"], name.words)
        assert find_quote(told.english, name.english)


@pytest.mark.parametrize(("text", "told"), TOLD)
def test_an_example_s_answer_would_be_grounded(text: str, told: Told) -> None:
    document = Document(text)
    draft = Draft(kind=told.kind, sentences=told.sentences, by=told.by, to=told.to, what=told.act)
    [kept], rejected = ground(document, [draft])
    assert rejected == []
    assert kept.draft == draft
    topics = told.act.split("; ")
    assert all(topic in kept.evidence[0].quote for topic in topics)


def test_each_kind_is_shown_in_every_prompt() -> None:
    checks = [e for name, e in EXAMPLES if name == "check"]
    assert {(e.given["kind"], e.answer["answer"]) for e in checks} == {
        (kind, answer) for kind in ("TALK", "REQUEST", "COMMITMENT") for answer in ("yes", "no")
    }
    sorts = {e.answer["kind"] for name, e in EXAMPLES if name == "sort"}
    assert sorts == {"talk", "request", "commitment", "none"}
    for name in ("fill", "whole"):
        kinds = {told.kind for text, told in TOLD if (name == "whole") == ("\n" in text)}
        assert kinds == {"talk", "request", "commitment"}


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_no_example_shares_a_person_or_a_sentence_with_an_article(path: Path) -> None:
    article = path.read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", article))
    for _, example in EXAMPLES:
        [sentence] = [text for field, text in example.given.items() if field != "kind"]
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
    | st.sampled_from(["{kind}", "{sentence} {0} {}", "}{", "{{answer}}", "%s $x \\n"])
)
def test_a_text_stands_in_the_question_as_it_is(text: str) -> None:
    for name in NAMES:
        given = dict.fromkeys(GIVEN[name], f"They met {text}.")
        assert f"They met {text}." in load(name).messages(**given)[-1]["content"]
