"""Recording from a small server and replaying without it."""

import asyncio
import gzip
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel
from recording import HOST, Recording, cassette_path

from defext.ask import Asker, Question, RetryPolicy

pytest_plugins = ["pytester"]

HERE = Path(__file__).parent
NOWHERE = f"{HOST}/v1"
SECRETS = ("sk-secret", "session=1", "acme", "1970", "/home/someone", "127.0.0.1")


class Check(BaseModel):
    answer: Literal["yes", "no"]


class Model(BaseHTTPRequestHandler):
    """Says yes to "y" and no to everything else, and tells a lot about itself."""

    protocol_version = "HTTP/1.1"
    asked: list[str]
    faults: list[int]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        question = body["messages"][-1]["content"]
        self.asked.append(question)
        content = json.dumps({"answer": "yes" if question == "y" else "no"})
        message = {"role": "assistant", "content": content}
        answer = {
            "id": f"chatcmpl-{len(self.asked)}",
            "created": len(self.asked),
            "model": "/home/someone/model.gguf",
            "object": "chat.completion",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8},
            "timings": {"prompt_ms": len(self.asked)},
        }
        data = gzip.compress(json.dumps(answer).encode())
        self.send_response(self.faults.pop() if self.faults else 200)
        for name, value in {
            "content-type": "application/json",
            "content-encoding": "gzip",
            "content-length": str(len(data)),
            "date": "Thu, 01 Jan 1970 00:00:00 GMT",
            "openai-organization": "acme",
            "set-cookie": "session=1",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(autouse=True)
def address() -> Iterator[str]:
    """Where the small server answers."""
    Model.asked, Model.faults = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Model) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cassettes" / "test_it.json"


@pytest.fixture
def record(file: Path, address: str) -> Callable[[str], list[str]]:
    """Asks the small server a question a letter and records its answers."""

    def record(letters: str) -> list[str]:
        with Recording.use(path=file, record=True):
            return ask(address, letters)

    return record


def questions(letters: str, system: str = "Answer yes or no.") -> list[Question[Check]]:
    start = {"role": "system", "content": system}
    return [Question([start, {"role": "user", "content": x}], Check) for x in letters]


def ask(address: str, letters: str, **prompt: str) -> list[str]:
    with OpenAI(base_url=address, api_key="sk-secret") as client:
        answers = Asker("local", client, RetryPolicy()).ask(questions(letters, **prompt))
    return [answer.value.answer for answer in answers]


async def aask(address: str, letters: str, **prompt: str) -> list[str]:
    async with AsyncOpenAI(base_url=address, api_key="sk-secret") as client:
        answers = await Asker("local", client, RetryPolicy()).aask(questions(letters, **prompt))
    return [answer.value.answer for answer in answers]


def replay(file: Path, letters: str, **prompt: str) -> list[str]:
    with Recording.use(path=file, record=False) as recording:
        answers = ask(NOWHERE, letters, **prompt)
        recording.check_used()
    return answers


Record = Callable[[str], list[str]]


def test_what_was_recorded_is_replayed_without_the_server(record: Record, file: Path) -> None:
    letters = "bydaybcx" * 3
    recorded = record(letters)
    asked = len(Model.asked)
    assert replay(file, letters) == recorded == ["yes" if x == "y" else "no" for x in letters]
    assert len(Model.asked) == asked


def test_async_questions_find_the_same_answers(record: Record, file: Path) -> None:
    record("xy")
    with Recording.use(path=file, record=False):
        assert asyncio.run(aask(NOWHERE, "xyx")) == ["no", "yes", "no"]


def test_async_answers_are_recorded_alike(record: Record, file: Path, address: str) -> None:
    record("xy")
    recorded = file.read_bytes()
    with Recording.use(path=file, record=True):
        asyncio.run(aask(address, "yx"))
    assert file.read_bytes() == recorded


def test_recording_again_starts_anew_and_gives_the_same_file(record: Record, file: Path) -> None:
    record("abcxy")
    recorded = file.read_bytes()
    record("dabc")
    assert file.read_bytes() != recorded
    record("yxcba")
    assert file.read_bytes() == recorded


def test_a_cassette_is_readable_and_holds_the_prompt_once(record: Record, file: Path) -> None:
    record("dbyxac")
    [conversation] = json.loads(file.read_text(encoding="utf-8"))
    request, turns = conversation["request"], conversation["turns"]
    assert (request["method"], request["path"]) == ("POST", "/v1/chat/completions")
    assert [message["role"] for message in request["body"]["messages"]] == ["system"]
    assert [turn["message"]["content"] for turn in turns] == list("abcdxy")
    assert turns[-1]["response"]["status"] == 200
    answer = turns[-1]["response"]["body"]["choices"][0]["message"]["content"]
    assert answer == '{"answer": "yes"}'


def test_nothing_of_keys_hosts_and_machines_is_recorded(record: Record, file: Path) -> None:
    record("xy")
    text = file.read_text(encoding="utf-8")
    assert [secret for secret in SECRETS if secret in text] == []


def test_an_answer_that_failed_is_asked_for_again_and_not_recorded(
    record: Record, file: Path
) -> None:
    Model.faults = [503]
    assert record("y") == ["yes"]
    assert Model.asked == ["y", "y"]
    assert replay(file, "y") == ["yes"]


@pytest.mark.parametrize("asking", [ask, lambda *args, **kw: asyncio.run(aask(*args, **kw))])
def test_a_changed_prompt_is_looked_up_once(
    record: Record, file: Path, monkeypatch: pytest.MonkeyPatch, asking: Callable[..., list[str]]
) -> None:
    record("y")
    looked_up = []
    can_play = Recording.can_play_response_for

    def counted(self: Recording, request: Any) -> bool:
        looked_up.append(request)
        return can_play(self, request)

    monkeypatch.setattr(Recording, "can_play_response_for", counted)
    with Recording.use(path=file, record=False), pytest.raises(pytest.fail.Exception):
        asking(NOWHERE, "y", system="Answer no or yes.")
    assert len(looked_up) == 1


def test_each_test_has_a_file_of_its_own() -> None:
    test = "tests/plan/test_narrow.py::TestNarrow::test_it[a/../b é-1.5]"
    name = "cassettes/plan/test_narrow/TestNarrow-test_it-a-..-b-é-1.5.json"
    assert cassette_path(test) == Path(name)


# From here on, what pytest says: small suites with this one's configuration.

Run = Callable[..., pytest.RunResult]
FILE = "cassettes/test_it/test_it.json"


@pytest.fixture
def run(pytester: pytest.Pytester, address: str) -> Run:
    """Runs a test, where ask(client, letters) may ask; `--record` asks the small server."""
    pytester.makepyprojecttoml(HERE.with_name("pyproject.toml").read_text(encoding="utf-8"))
    conftest = (HERE / "conftest.py").read_text(encoding="utf-8")
    helpers = f"""
import pytest
from defext.local import ServerAddress

@pytest.fixture(scope="session")
def model_server(pytestconfig):
    recording = pytestconfig.getoption("record")
    return ServerAddress({address!r} if recording else "{NOWHERE}", "sk-secret")

def ask(client, letters):
    for letter in letters:
        messages = [{{"role": "user", "content": letter}}]
        client.chat.completions.create(model="local", messages=messages)
"""

    def run(test: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(**{"tests/conftest": conftest, "tests/test_it": helpers + test})
        return pytester.runpytest("-p", "no:randomly", *arguments)

    return run


def asking(letters: str) -> str:
    return f"\ndef test_it(recorded_client):\n    ask(recorded_client, {letters!r})\n"


def failure(result: pytest.RunResult) -> str:
    """All that is said of the one test that failed."""
    result.assert_outcomes(failed=1)
    lines = result.outlines
    began = next(number for number, line in enumerate(lines) if "= FAILURES =" in line)
    ended = next(number for number, line in enumerate(lines) if "short test summary" in line)
    return "\n".join(lines[began + 2 : ended])


def test_a_changed_prompt_fails_in_one_line(run: Run) -> None:
    run(asking("xy"), "--record").assert_outcomes(passed=1)
    run(asking("yx")).assert_outcomes(passed=1)
    said = f"{FILE} lacks a request (a prompt changed?). Run: make record"
    assert failure(run(asking("xyz"))) == said


def test_an_unused_answer_fails_in_one_line(run: Run) -> None:
    run(asking("xyz"), "--record").assert_outcomes(passed=1)
    assert failure(run(asking("y"))) == f"{FILE} has 2 unused answers. Run: make record"
    broken = asking("y") + "    assert 1 == 2\n"
    assert "unused answers" not in failure(run(broken))  # the test is to blame


def test_a_missing_cassette_fails_in_one_line(run: Run) -> None:
    assert failure(run(asking("x"))) == f"{FILE} does not exist. Run: make record"


def test_tests_that_can_be_recorded_are_marked(run: Run) -> None:
    both = asking("x") + "\ndef test_other():\n    assert 0\n"
    run(both, "--record", "-m", "recorded").assert_outcomes(passed=1, deselected=1)


REACHING = """
import asyncio, socket
from concurrent.futures import ThreadPoolExecutor

there = {there}

def connect():
    with socket.socket() as connection:
        connection.connect(there)

def listen():
    with socket.socket() as listener:
        listener.bind(there)

def send():
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.sendto(b"", there)

def look_up():
    socket.getaddrinfo(*there)

def in_a_thread():
    with ThreadPoolExecutor() as pool:
        pool.submit(connect).result()

def in_a_loop():
    asyncio.run(asyncio.wait_for(asyncio.open_connection(*there), timeout=1))

@pytest.mark.parametrize("way", [connect, listen, send, look_up, in_a_thread, in_a_loop])
def test_it({fixture}, way):
    way()
"""


@pytest.mark.parametrize(
    ("host", "fixture"), [("192.0.2.1", "request"), ("127.0.0.1", "recorded_client")]
)
def test_a_socket_fails_the_test(run: Run, host: str, fixture: str) -> None:
    result = run(REACHING.format(there=(host, 0), fixture=fixture))
    result.assert_outcomes(failed=6)
    assert result.outlines.count(f"The test opened a socket to {host}.") == 6


def test_the_loopback_and_event_loops_are_open(run: Run) -> None:
    test = """
import asyncio, socket

async def test_it(recorded_client):
    await asyncio.to_thread(len, "a loop has a pair of sockets of its own")

def test_other():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
"""
    run(test).assert_outcomes(passed=2)


def test_the_environment_decides_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["DEFEXT_MODEL", "DEFEXT_MODELS", "OPENAI_API_KEY", "OPENAI_BASE_URL", "https_proxy"]
    for name in names:
        monkeypatch.setenv(name, "x")
    test = f"\nimport os\n\ndef test_it():\n    assert not os.environ.keys() & {names}\n"
    run(test).assert_outcomes(passed=1)
