import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from yes_no import YES_OR_NO, Check

from defext.ask import Answer, Asker, Question, RetryPolicy, Usage, cache
from defext.ask.cache import AnswerCache
from defext.ask.client import fingerprint
from defext.errors import ConfigurationError, RequestRejected
from defext.local import ADAPTER

if TYPE_CHECKING:
    from tests.ask.conftest import Ask, FaultyServer

SUPPORT = Path(__file__).parents[1] / "support"
YES = Answer(Check(answer="yes"), [{"yes": 0.7, "no": 0.3}], Usage(1, 20, 10, 2))


def question(text: str, **more: Any) -> Question[Check]:
    return Question([{"role": "user", "content": text}], Check, **more)


def asker(path: Path, model: str = "local") -> Asker:
    return Asker(model, None, RetryPolicy(attempts=1), path)


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
    one = asker(tmp_path / "answers")
    await ask(one, [server.question("a")])
    with pytest.raises(RequestRejected):
        await ask(one, [server.question("a"), server.question("b")])
    asked = [body["messages"][-1]["content"] for body in server.requests]
    assert asked == ["a", "b"]


async def test_an_answer_from_the_cache_says_what_it_took_and_costs_nothing(
    tmp_path: Path, server: "FaultyServer", ask: "Ask"
) -> None:
    server.script = [server.reply('{"answer":"yes"}', usage=(100, 90, 5))]
    first, later = asker(tmp_path / "answers"), asker(tmp_path / "answers")
    taken = [(await ask(each, [server.question("a")]))[0].usage for each in (first, later)]
    assert taken == [Usage(1, 100, 90, 5)] * 2
    assert (first.usage, later.usage) == (taken[0], Usage())


async def test_nothing_is_connected_to_while_every_answer_is_known(
    tmp_path: Path, server: "FaultyServer", ask: "Ask"
) -> None:
    path = tmp_path / "answers"
    await ask(asker(path), [server.question("a")])
    connected = len(server.connections)
    await ask(asker(path), [server.question("a")])
    assert len(server.connections) == connected


async def test_who_asks_the_same_at_once_is_given_the_same_answer(
    tmp_path: Path, server: "FaultyServer"
) -> None:
    server.script = [server.stall(0.02)]  # then yes
    one = asker(tmp_path / "answers")
    asked = [[server.question(letter) for letter in letters] for letters in ("ab", "bba", "c")]
    answers = await asyncio.gather(*map(one.aask, asked))
    assert [len(some) for some in answers] == [2, 3, 1]
    assert {answer.value.answer for some in answers for answer in some} == {"yes"}
    assert sorted(body["messages"][0]["content"] for body in server.requests) == ["a", "b", "c"]
    assert one.usage.calls == 3
    assert {answer.usage.calls for some in answers for answer in some} == {1}


def test_loops_of_several_threads_ask_the_same_once(tmp_path: Path, server: "FaultyServer") -> None:
    server.script = [server.stall(0.05)]
    one, together = asker(tmp_path / "answers"), threading.Barrier(4)

    async def main() -> str:
        (answer,) = await one.aask([server.question("a")])
        return answer.value.answer

    def in_a_loop(_: int) -> str:
        together.wait()
        return asyncio.run(main())

    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(in_a_loop, range(4))] == ["yes"] * 4
    assert len(server.requests) == 1


@pytest.mark.parametrize("end", ["fails", "is cancelled"])
async def test_where_the_first_fails_or_is_cancelled_the_next_asks(
    tmp_path: Path, server: "FaultyServer", end: str
) -> None:
    server.script = [server.stall(0.02) if end == "is cancelled" else server.status(400)]
    server.script = [*server.script, server.reply('{"answer":"no"}')]
    one = asker(tmp_path / "answers")
    first, *others = [asyncio.create_task(one.aask([server.question("a")])) for _ in range(3)]
    while not server.requests:  # noqa: ASYNC110
        await asyncio.sleep(0)
    if end == "is cancelled":
        first.cancel()
    with pytest.raises((RequestRejected, asyncio.CancelledError)):
        await first
    answers = await asyncio.gather(*others)
    assert [answer.value.answer for (answer,) in answers] == ["no", "no"]
    assert len(server.requests) == 2


async def test_who_is_cancelled_while_another_asks_disturbs_nobody(
    tmp_path: Path, server: "FaultyServer"
) -> None:
    server.script = [server.stall(0.02)]
    one = asker(tmp_path / "answers")
    tasks = [asyncio.create_task(one.aask([server.question("a")])) for _ in range(4)]
    while not server.requests:  # noqa: ASYNC110
        await asyncio.sleep(0)
    tasks[1].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks.pop(1)
    assert [answer.value.answer for (answer,) in await asyncio.gather(*tasks)] == ["yes"] * 3
    assert len(server.requests) == 1


def test_another_model_has_other_answers(tmp_path: Path) -> None:
    AnswerCache(tmp_path / "answers", "m").put(question("a"), YES)
    assert AnswerCache(tmp_path / "answers", "m").get(question("a")) == YES
    assert AnswerCache(tmp_path / "answers", "n").get(question("a")) is None


async def test_other_fingerprint_the_same_name_have_other_answers(
    tmp_path: Path, server: "FaultyServer", ask: "Ask", monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answers"
    await ask(asker(path), [server.question("a")])
    monkeypatch.setattr("defext.local.ADAPTER", replace(ADAPTER, sha256="0" * 64))
    await ask(asker(path), [server.question("a")])
    assert len(server.requests) == 2


def test_a_model_file_that_was_replaced_is_another_model(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"GGUF")
    first = fingerprint(f"local/{file}")
    assert fingerprint(f"local/{file}") == first
    file.write_bytes(b"GGUF and more")
    assert fingerprint(f"local/{file}") != first
    assert fingerprint("openai/gpt-5-mini") == "openai/gpt-5-mini"


def test_what_is_not_the_same_question_has_no_answer(tmp_path: Path) -> None:
    kept = AnswerCache(tmp_path / "answers", "m")
    kept.put(question("a"), YES)
    assert kept.get(question("a")) == YES
    assert kept.get(question("b")) is None
    assert kept.get(question("a", max_tokens=4)) is None
    assert kept.get(question("a", choice=YES_OR_NO)) is None


@pytest.mark.parametrize(
    "change", ["value = '{}'", """usage = '{"calls": 1, "new": 2}'""", "probabilities = '{'"]
)
def test_an_answer_that_no_longer_fits_is_asked_again(tmp_path: Path, change: str) -> None:
    kept = AnswerCache(tmp_path / "answers", "m")
    kept.put(question("a"), YES)
    with sqlite3.connect(tmp_path / "answers") as file:
        file.execute(f"UPDATE kept SET {change}")
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


def test_a_process_that_puts_few_answers_makes_room_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = AnswerCache(tmp_path / "answers", "m")
    for number in range(100):
        first.put(question(str(number)), YES)
    monkeypatch.setattr(cache, "LARGEST", 10_000)
    AnswerCache(tmp_path / "answers", "m").put(question("new"), YES)
    there = [number for number in range(100) if first.get(question(str(number)))]
    assert there == list(range(20, 100))
    assert first.get(question("new")) == YES


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_has_a_connection_of_its_own(tmp_path: Path) -> None:
    program = """if True:
        import os, sqlite3, sys
        from pathlib import Path
        from defext.ask import Answer, Question, Usage
        from defext.ask.cache import AnswerCache
        from yes_no import Check
        kept = AnswerCache(Path(sys.argv[1]), "m")
        answer = Answer(Check(answer="yes"), None, Usage(1, 20, 10, 2))
        ask = lambda words: Question([{"role": "user", "content": words}], Check)
        kept.put(ask("before"), answer)
        child = os.fork()
        for number in range(50):
            kept.put(ask(f"{child > 0} {number}"), answer)
        assert kept.get(ask("before")) == answer
        if not child:
            del kept
            sys.exit()
        assert os.waitpid(child, 0)[1] == 0
        for number in range(50):
            kept.put(ask(f"later {number}"), answer)
        for name in ("True", "False", "later"):
            assert all(kept.get(ask(f"{name} {number}")) == answer for number in range(50))
        file = sqlite3.connect(sys.argv[1])
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        file.close()
        """
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "answers")],
        env=os.environ | {"PYTHONPATH": str(SUPPORT)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_threads_and_processes_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answers"
    program = """if True:
        import sys
        from pathlib import Path
        from defext.ask import Answer, Question, Usage
        from defext.ask.cache import AnswerCache
        from yes_no import Check
        kept = AnswerCache(Path(sys.argv[1]), "m")
        answer = Answer(Check(answer="yes"), [{"yes": 0.7, "no": 0.3}], Usage(1, 20, 10, 2))
        for number in range(200):
            words = f"{sys.argv[2]}{number}"
            kept.put(Question([{"role": "user", "content": words}], Check), answer)
        """
    arguments = [sys.executable, "-c", program, str(path)]
    others = [
        subprocess.Popen([*arguments, name], env=os.environ | {"PYTHONPATH": str(SUPPORT)})
        for name in "ab"
    ]
    kept = AnswerCache(path, "m")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: kept.put(question(f"c{n}"), YES), range(200)))
    assert [other.wait() for other in others] == [0, 0]
    for name in "abc":
        assert all(kept.get(question(f"{name}{n}")) == YES for n in range(200))


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """New files are readable by all where nobody says otherwise."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_umask")
@pytest.mark.skipif(os.name == "nt", reason="this system has other permissions")
def test_what_was_read_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "answers"
    AnswerCache(path, "m").put(question("a"), YES)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


@pytest.mark.skipif(os.name == "nt", reason="this system has other permissions")
def test_an_older_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "answers"
    AnswerCache(path, "m").put(question("a"), YES)
    for file in tmp_path.iterdir():
        file.chmod(0o644)
    assert AnswerCache(path, "m").get(question("a")) == YES
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_a_file_that_is_no_cache_is_refused(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("These are the words of an article. " * 100)
    with pytest.raises(ConfigurationError, match=r"The cache .*answers cannot be used.*no-cache"):
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
    [warning] = [each for each in caplog.records if each.levelname == "WARNING"]
    assert "passed over" in warning.getMessage()
