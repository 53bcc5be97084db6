"""Recording and replaying, shown on small test suites that ask a small server."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]

Run = Callable[..., pytest.RunResult]

HERE = Path(__file__).parent
SECRETS = ("sk-secret", "session=1", "acme", "Thu, 01 Jan", "/home/someone", "127.0.0.1")

SERVER = """
import pytest
from defext.local import ServerAddress

@pytest.fixture(scope="session")
def model_server(pytestconfig):
    host = "127.0.0.1:{port}" if pytestconfig.getoption("record") else "model.invalid"
    return ServerAddress(f"http://{{host}}/v1", "sk-secret")
"""
ASK = """
import time
from typing import Literal
from pydantic import BaseModel
from defext.ask import Asker, Patience, Question

class Check(BaseModel):
    answer: Literal["yes", "no"]

def questions(*texts, system="Answer yes or no."):
    start = {"role": "system", "content": system}
    return [Question([start, {"role": "user", "content": text}], Check) for text in texts]

def ask(client, *texts, **keywords):
    answers = Asker("local", client, Patience()).ask(questions(*texts, **keywords))
    return [answer.value.answer for answer in answers]
"""

TEST = "def test_it(recorded_client):\n    assert ask(recorded_client, {questions}) == {answers}\n"
MANY = TEST.format(questions="*'bcdaybcx'", answers="['no', 'no', 'no', 'no', 'yes'] + ['no'] * 3")


class Model(BaseHTTPRequestHandler):
    """Says yes to "y" and no to everything else, and tells a lot about itself."""

    protocol_version = "HTTP/1.1"
    asked: list[str]
    faults: list[int]

    def do_POST(self) -> None:  # noqa: N802 # the base class's name
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        question = body["messages"][-1]["content"]
        self.asked.append(question)
        content = json.dumps({"answer": "yes" if question == "y" else "no"})
        message = {"role": "assistant", "content": content}
        answer = {
            "id": "chatcmpl-1",
            "created": 1,
            "model": "/home/someone/model.gguf",
            "object": "chat.completion",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8},
            "timings": {"prompt_ms": 1.5},
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


@pytest.fixture
def model() -> Iterator[ThreadingHTTPServer]:
    Model.asked, Model.faults = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Model) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def run(pytester: pytest.Pytester, model: ThreadingHTTPServer) -> Run:
    """Runs a test in a suite configured as this one; `--record` asks the small server."""
    pytester.makepyprojecttoml(HERE.with_name("pyproject.toml").read_text(encoding="utf-8"))
    conftest = (HERE / "conftest.py").read_text(encoding="utf-8")
    server = SERVER.format(port=model.server_port)

    def run(test: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(**{"tests/conftest": conftest, "tests/test_it": server + ASK + test})
        return pytester.runpytest("-p", "no:randomly", *arguments)

    return run


@pytest.fixture
def cassette(pytester: pytest.Pytester) -> Path:
    return pytester.path / "cassettes" / "test_it" / "test_it.json"


def failure(result: pytest.RunResult) -> str:
    """All that is said of the one test that failed."""
    result.assert_outcomes(failed=1)
    lines = result.outlines
    began = next(number for number, line in enumerate(lines) if "= FAILURES =" in line)
    ended = next(number for number, line in enumerate(lines) if "short test summary" in line)
    return "\n".join(lines[began + 2 : ended])


def test_what_was_recorded_is_replayed_without_the_server(run: Run) -> None:
    run(MANY, "--record").assert_outcomes(passed=1)
    asked = len(Model.asked)
    run(MANY).assert_outcomes(passed=1)
    assert len(Model.asked) == asked


def test_async_questions_find_the_same_answers(run: Run, cassette: Path) -> None:
    run(TEST.format(questions="*'xy'", answers="['no', 'yes']"), "--record")
    test = """
async def test_it(arecorded_client):
    answers = await Asker("local", arecorded_client, Patience()).aask(questions(*"xy"))
    assert [answer.value.answer for answer in answers] == ["no", "yes"]
"""
    run(test).assert_outcomes(passed=1)
    recorded = cassette.read_text(encoding="utf-8")
    run(test, "--record").assert_outcomes(passed=1)
    assert cassette.read_text(encoding="utf-8") == recorded


def test_recording_twice_gives_the_same_file(run: Run, cassette: Path) -> None:
    run(MANY, "--record")
    first = cassette.read_text(encoding="utf-8")
    run(MANY, "--record")
    assert cassette.read_text(encoding="utf-8") == first


def test_recording_forgets_what_is_asked_no_more(run: Run) -> None:
    run(MANY, "--record")
    test = TEST.format(questions="'x'", answers="['no']")
    run(test, "--record")
    run(test).assert_outcomes(passed=1)


def test_a_cassette_is_readable_and_holds_the_prompt_once(run: Run, cassette: Path) -> None:
    run(MANY, "--record")
    [conversation] = json.loads(cassette.read_text(encoding="utf-8"))
    request, turns = conversation["request"], conversation["turns"]
    assert (request["method"], request["path"]) == ("POST", "/v1/chat/completions")
    assert [message["role"] for message in request["body"]["messages"]] == ["system"]
    assert [turn["message"]["content"] for turn in turns] == list("abcdxy")
    assert turns[-1]["response"]["status"] == 200
    answer = turns[-1]["response"]["body"]["choices"][0]["message"]["content"]
    assert answer == '{"answer": "yes"}'


def test_nothing_of_keys_hosts_and_machines_is_recorded(run: Run, cassette: Path) -> None:
    run(MANY, "--record")
    text = cassette.read_text(encoding="utf-8")
    assert [secret for secret in SECRETS if secret in text] == []


def test_an_answer_that_failed_is_asked_for_again_and_not_recorded(run: Run) -> None:
    Model.faults = [503]
    test = TEST.format(questions="'y'", answers="['yes']")
    run(test, "--record").assert_outcomes(passed=1)
    assert Model.asked == ["y", "y"]
    run(test).assert_outcomes(passed=1)


@pytest.mark.parametrize("client", ["recorded_client", "arecorded_client"])
def test_a_changed_prompt_fails_at_once_in_one_line(run: Run, client: str) -> None:
    run(MANY, "--record")
    changed = f"""
async def test_it({client}, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: 1 / 0)  # nothing waits to try again
    asker = Asker("local", {client}, Patience())
    await asker.aask(questions(*"abcdxy", system="Answer no or yes."))
"""
    said = "cassettes/test_it/test_it.json lacks a request (a prompt changed?). Run: make record"
    assert failure(run(changed)) == said


def test_a_missing_cassette_fails_in_one_line(run: Run) -> None:
    said = "cassettes/test_it/test_it.json does not exist. Run: make record"
    assert failure(run(MANY)) == said


def test_an_unused_answer_fails_in_one_line(run: Run) -> None:
    run(MANY, "--record")
    result = run(TEST.format(questions="*'abcd'", answers="['no'] * 4"))
    said = "cassettes/test_it/test_it.json has 2 unused answers. Run: make record"
    assert failure(result) == said


def test_a_failed_test_is_not_blamed_for_unused_answers(run: Run) -> None:
    run(MANY, "--record")
    result = run("def test_it(recorded_client):\n    assert 1 == 2\n")
    assert "assert 1 == 2" in failure(result)
    assert "unused" not in result.stdout.str()


def test_recorded_tests_are_marked(run: Run) -> None:
    both = MANY + "\ndef test_other():\n    assert 0\n"
    result = run(both, "--record", "-m", "recorded")
    result.assert_outcomes(passed=1, deselected=1)


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


def test_the_loopback_and_an_event_loop_are_open(run: Run) -> None:
    test = """
import asyncio, socket

async def test_it(recorded_client):
    await asyncio.to_thread(len, "a loop of its own needs a pair of sockets")

def test_other():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
"""
    run(test).assert_outcomes(passed=2)


def test_the_environment_decides_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["DEFEXT_MODEL", "DEFEXT_MODELS", "OPENAI_API_KEY", "OPENAI_BASE_URL", "https_proxy"]
    for name in names:
        monkeypatch.setenv(name, "x")
    test = f"import os\ndef test_it():\n    assert not os.environ.keys() & {names}\n"
    run(test).assert_outcomes(passed=1)
