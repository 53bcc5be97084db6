"""What is in cassettes/: nothing secret, readable, and a test for each file."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from recording import cassette_path

ROOT = Path(__file__).parent.parent
FILES = sorted(path for path in (ROOT / "cassettes").rglob("*") if path.is_file())

SECRET = re.compile(
    r"""
      bearer\s | \bsk-\w | api[-_]?key | authorization | cookie
    | openai-(organi[sz]ation|project|version) | x-request-id | cf-ray
    | \w+://(?!(?:\w+\.)+invalid/) | localhost | \b\d{1,3}(\.\d{1,3}){3}\b
    | \.(local|internal|lan)\b
    | /(home|root|tmp|users|var|work)/ | [a-z]:\\\\ | \.gguf\b
    | "(created|date)":
    """,
    re.IGNORECASE | re.VERBOSE,
)


def test_no_cassette_holds_a_secret() -> None:
    assert FILES, "Run: make record"
    leaks = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in FILES
        for match in SECRET.finditer(path.read_text(encoding="utf-8"))
    ]
    assert leaks == []


@pytest.mark.parametrize(
    "text",
    [
        '"authorization": ["x"]',
        "Bearer abc",
        "sk-proj1234",
        '"Set-Cookie"',
        "openai-organization",
        "http://127.0.0.1:8080/v1",
        "https://api.openai.com",
        "10.0.0.7",
        "ci-3.internal",
        "/home/someone/models",
        '"model": "C:\\\\models"',
        '"created": 1795360070',
    ],
)
def test_the_search_finds(text: str) -> None:
    assert SECRET.search(text)


def test_every_body_is_readable_json() -> None:
    bodies = []
    for path in FILES:
        for conversation in json.loads(path.read_text(encoding="utf-8")):
            bodies.append(conversation["request"]["body"])
            bodies += [turn["response"]["body"] for turn in conversation["turns"]]
    assert bodies
    assert all(isinstance(body, dict) for body in bodies)


def test_every_cassette_belongs_to_a_test() -> None:
    collect = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "recorded"]
    told = subprocess.run(
        [*collect, "-p", "no:cacheprovider"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tests = [line for line in told.stdout.splitlines() if "::" in line]
    assert set(FILES) <= {ROOT / cassette_path(test) for test in tests}
    assert tests
