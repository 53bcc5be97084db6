"""No test reaches a network; those that ask the embedded model replay what it answered once.

`pytest --record -m recorded`, which is `make record`, asks it anew and writes cassettes/ again.
"""

import os
import re
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from openai import AsyncOpenAI, OpenAI
from recording import HOST, Recording, cassette_path

from defext import Extractor
from defext.local import ServerAddress, adapter_path, shared_server, weights_path

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record", action="store_true", help="ask the embedded model, write cassettes/"
    )


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _uses_cassette(item):
            item.add_marker("recorded")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    yield
    if _uses_cassette(item):
        item.funcargs["cassette"].check_used()  # type: ignore[attr-defined] # a Function


def _uses_cassette(item: pytest.Item) -> bool:
    return "cassette" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def model_server(pytestconfig: pytest.Config) -> ServerAddress:
    """The embedded model's server while recording, else an address where nothing is."""
    if pytestconfig.getoption("record"):
        return shared_server(weights_path(), adapter=adapter_path())
    return ServerAddress(f"{HOST}/v1", "replay")


@pytest.fixture
def cassette(request: pytest.FixtureRequest) -> Iterator[Recording]:
    """The test's recording, between the test and the network."""
    path = request.config.rootpath / cassette_path(request.node.nodeid)
    with Recording.use(path=path, record=request.config.getoption("record")) as recording:
        yield recording


@pytest.fixture
def recorded_client(cassette: Recording, model_server: ServerAddress) -> Iterator[OpenAI]:
    with OpenAI(base_url=model_server.base_url, api_key=model_server.api_key) as client:
        yield client
        for thread in threading.enumerate():
            if thread.name.startswith("defext-"):  # asks on, although the test has failed
                thread.join()


@pytest.fixture
async def arecorded_client(
    cassette: Recording, model_server: ServerAddress
) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=model_server.base_url, api_key=model_server.api_key) as client:
        yield client


@pytest.fixture
def recorded(recorded_client: OpenAI) -> Extractor:
    """An extractor on the embedded model's recorded answers."""
    return Extractor("local", client=recorded_client)


@pytest.fixture
def arecorded(arecorded_client: AsyncOpenAI) -> Extractor:
    """The same for `aextract`."""
    return Extractor("local", client=arecorded_client)


@pytest.fixture(autouse=True)
def _plain_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What the developer's machine sets or keeps decides nothing."""
    for name in list(os.environ):
        if re.match(r"(ANTHROPIC|DEFEXT|OPENAI)_|.*_PROXY$", name, re.IGNORECASE):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(autouse=True)
def _closed_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket beyond this machine fails the test; any socket at all fails a test that replays."""
    replayed = _uses_cassette(request.node) and not request.config.getoption("record")
    allowed = frozenset[str]() if replayed else LOOPBACK

    def check(host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in allowed:
            pytest.fail(f"The test opened a socket to {name}.", pytrace=False)

    def guard_method(name: str) -> None:
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, *arguments: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                check(arguments[-1][0])  # the address comes last
            return real(self, *arguments)

        monkeypatch.setattr(socket.socket, name, guarded)

    for name in ("bind", "connect", "connect_ex", "sendto"):
        guard_method(name)
    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *arguments: Any, **keywords: Any) -> Any:
        check(host)
        return look_up(host, *arguments, **keywords)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
