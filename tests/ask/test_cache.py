import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from defext.ask import Answer, Asker, Patience, Question, Usage, cache
from defext.ask.cache import AnswerCache
from defext.errors import ConfigurationError, RequestRejected
from defext.prompt import Check

if TYPE_CHECKING:
    from tests.ask.conftest import Ask, FaultyServer

YES = Answer(Check(answer="yes"), {"yes": 0.7, "no": 0.3}, Usage(1, 20, 10, 2))


def question(text: str, **more: Any) -> Question[Check]:
    return Question([{"role": "user", "content": text}], Check, **more)


def asker(path: Path, model: str = "local") -> Asker:
    return Asker(model, None, Patience(attempts=1), path)


async def test_a_question_is_asked_once_also_by_a_later_asker(
    tmp_path: Path, server: "FaultyServer", ask: "Ask"
) -> None:
    path = tmp_path / "folder" / "answers"
    first = await ask(asker(path), [server.question("a"), server.question("b")])
    later = await ask(asker(path), [server.question("b"), server.question("a")])
    assert [answer.value.answer for answer in (*first, *later)] == ["yes"] * 4
    assert len(server.requests) == 2


async def test_what_is_new_is_asked_alone_and_takes_its_place(
    tmp_path: Path, server: "FaultyServer", ask: "Ask"
) -> None:
    server.script = [
        server.by_text(
            a=server.reply('{"answer":"yes"}'),
            b=server.reply('{"answer":"no"}'),
        )
    ]
    path = tmp_path / "answers"
    await ask(asker(path), [server.question("b")])
    answers = await ask(asker(path), [server.question(text) for text in "bab"])
    assert [answer.value.answer for answer in answers] == ["no", "yes", "no"]
    assert len(server.requests) == 2


async def test_an_answer_is_kept_though_another_of_its_document_fails(
    tmp_path: Path, server: "FaultyServer", ask: "Ask"
) -> None:
    server.script = [
        server.by_text(a=server.reply('{"answer":"yes"}'), b=server.status(400)),
    ]
    patient = asker(tmp_path / "answers")
    await ask(patient, [server.question("a")])
    with pytest.raises(RequestRejected):
        await ask(patient, [server.question("a"), server.question("b")])
    asked = [body["messages"][-1]["content"] for body in server.requests]
    assert asked == ["a", "b"]


async def test_an_answer_from_the_cache_says_what_it_took_and_costs_nothing(
    tmp_path: Path, server: "FaultyServer", ask: "Ask"
) -> None:
    server.script = [server.reply('{"answer":"yes"}', usage=(100, 90, 5))]
    first, later = asker(tmp_path / "answers"), asker(tmp_path / "answers")
    taken = [(await ask(each, [server.question("a")]))[0].usage for each in (first, later)]
    assert taken == [Usage(1, 100, 90, 5)] * 2
    assert (first.spent, later.spent) == (taken[0], Usage())


async def test_nothing_is_connected_to_while_every_answer_is_known(
    tmp_path: Path, server: "FaultyServer", ask: "Ask"
) -> None:
    path = tmp_path / "answers"
    await ask(asker(path), [server.question("a")])
    connected = len(server.connections)
    await ask(asker(path), [server.question("a")])
    assert len(server.connections) == connected


def test_another_model_has_other_answers(tmp_path: Path) -> None:
    AnswerCache(tmp_path / "answers", "m").put(question("a"), YES)
    assert AnswerCache(tmp_path / "answers", "m").get(question("a")) == YES
    assert AnswerCache(tmp_path / "answers", "n").get(question("a")) is None


def test_what_is_not_the_same_question_has_no_answer(tmp_path: Path) -> None:
    kept = AnswerCache(tmp_path / "answers", "m")
    kept.put(question("a"), YES)
    assert kept.get(question("a")) == YES
    assert kept.get(question("b")) is None
    assert kept.get(question("a", max_tokens=4)) is None
    assert kept.get(question("a", choice="answer")) is None


def test_an_answer_that_no_longer_fits_is_asked_again(tmp_path: Path) -> None:
    kept = AnswerCache(tmp_path / "answers", "m")
    kept.put(question("a"), YES)
    with sqlite3.connect(tmp_path / "answers") as file:
        file.execute("UPDATE kept SET value = '{}'")
    file.close()
    assert kept.get(question("a")) is None


def test_the_oldest_answers_go_when_the_file_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "LARGEST", 200_000)
    monkeypatch.setattr(cache, "_EVERY", 10)
    kept = AnswerCache(tmp_path / "answers", "m")
    for number in range(3000):
        kept.put(question(str(number)), YES)
    there = [number for number in range(3000) if kept.get(question(str(number)))]
    assert there == list(range(there[0], 3000))  # the newest, without a gap
    assert 300 < len(there) < 2000
    assert (tmp_path / "answers").stat().st_size < 2 * 200_000


def test_threads_and_processes_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answers"
    program = """if True:
        import sys
        from pathlib import Path
        from defext.ask import Answer, Question, Usage
        from defext.ask.cache import AnswerCache
        from defext.prompt import Check
        kept = AnswerCache(Path(sys.argv[1]), "m")
        answer = Answer(Check(answer="yes"), {"yes": 0.7, "no": 0.3}, Usage(1, 20, 10, 2))
        for number in range(200):
            words = f"{sys.argv[2]}{number}"
            kept.put(Question([{"role": "user", "content": words}], Check), answer)
        """
    arguments = [sys.executable, "-c", program, str(path)]
    others = [subprocess.Popen([*arguments, name]) for name in "ab"]
    kept = AnswerCache(path, "m")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: kept.put(question(f"c{n}"), YES), range(200)))
    assert [other.wait() for other in others] == [0, 0]
    for name in "abc":
        assert all(kept.get(question(f"{name}{n}")) == YES for n in range(200))


def test_a_file_that_is_no_cache_is_refused(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("These are the words of an article. " * 100)
    with pytest.raises(ConfigurationError, match=r"The cache .*answers cannot be used"):
        AnswerCache(tmp_path / "answers", "m")


def test_a_file_that_breaks_later_is_as_good_as_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = AnswerCache(tmp_path / "answers", "m")
    with sqlite3.connect(tmp_path / "answers") as file:
        file.execute("DROP TABLE kept")
    file.close()
    kept.put(question("a"), YES)
    assert kept.get(question("a")) is None
    assert "passed over" in caplog.text
