import sqlite3
from pathlib import Path
from typing import Any

import pytest
from scripted import PLAIN, Script, fill

from defext import Extractor
from defext.ask import Answer, Asker, Question, Usage
from defext.ask.cache import AnswerCache
from defext.prompt import Check

TEXT = "Minister Elena Aldana urged Norway to return the ships. Norway will return the ships."


def question(text: str, **more: Any) -> Question[Check]:
    return Question([{"role": "user", "content": text}], Check, **more)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    given = Script(
        {("request", "urged"): (0.9, fill(["Elena Aldana"], "return the ships", ["Norway"]))}
    )

    async def answers(self: Asker, questions: Any) -> list[Answer[Any]]:
        return given.answers(questions)

    monkeypatch.setattr(Asker, "ask", lambda self, questions: given.answers(questions))
    monkeypatch.setattr(Asker, "aask", answers)
    return given


async def test_a_question_is_asked_once_also_by_a_later_extractor(
    tmp_path: Path, script: Script
) -> None:
    path = tmp_path / "folder" / "answers"
    first = Extractor("openai/x", plan=PLAIN, cache=path).extract(TEXT)
    asked = len(script.asked)
    later = Extractor("openai/x", plan=PLAIN, cache=path)
    assert later.extract(TEXT).requests == first.requests != []
    assert (await later.aextract(TEXT)).requests == first.requests
    assert len(script.asked) == asked


def test_a_new_sentence_is_asked_alone(tmp_path: Path, script: Script) -> None:
    extractor = Extractor("openai/x", plan=PLAIN, cache=tmp_path / "answers")
    extractor.extract(TEXT)
    asked = len(script.asked)
    extractor.extract(f"{TEXT} Chile will wait.")
    assert len(script.asked) == asked + 1


def test_another_model_is_asked_anew(tmp_path: Path, script: Script) -> None:
    for model in ("openai/x", "openai/y"):
        Extractor(model, plan=PLAIN, cache=tmp_path / "answers").extract(TEXT)
    assert len(script.asked) % 2 == 0
    assert len(script.asked) == 2 * len({str(q.messages) for q in script.asked})


def test_what_is_not_the_same_question_has_no_answer(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "answers", "m")
    cache.put(question("a"), Answer(Check(answer="yes"), {"yes": 0.7, "no": 0.3}, Usage(calls=1)))
    told = Answer(Check(answer="yes"), {"yes": 0.7, "no": 0.3}, Usage())  # at no cost
    assert cache.get(question("a")) == told
    assert cache.get(question("b")) is None
    assert cache.get(question("a", max_tokens=4)) is None
    assert cache.get(question("a", choice="answer")) is None


def test_an_answer_that_no_longer_fits_is_asked_again(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "answers", "m")
    cache.put(question("a"), Answer(Check(answer="yes"), None, Usage()))
    with sqlite3.connect(tmp_path / "answers") as file:
        file.execute("UPDATE answers SET value = '{}'")
    file.close()
    assert cache.get(question("a")) is None
