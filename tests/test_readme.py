"""What the README and the page on many documents show works as written."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from scripted import Script, act

from defext.ask import Answer, Asker, Question

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXT = "Defence Minister Elena Aldana urged Norway on Tuesday to return the ships."


@pytest.fixture(autouse=True)
def _answered(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(
        {
            "urged": (
                0.9,
                act("request", ["Elena Aldana"], "return the ships", ["Norway"], label="urge"),
            )
        }
    )

    def ask(self: Asker, questions: Sequence[Question[Any]]) -> Sequence[Answer[Any]]:
        return script.answers(questions)

    async def aask(self: Asker, questions: Sequence[Question[Any]]) -> Sequence[Answer[Any]]:
        return script.answers(questions)

    monkeypatch.setattr(Asker, "ask", ask)
    monkeypatch.setattr(Asker, "aask", aask)


def told_by(page: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What each Python example on a page prints."""
    told = []
    for example in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(compile(example, "example", "exec"), {"text": TEXT, "documents": [TEXT, " "]})
        told.append(capsys.readouterr().out)
    return told


def test_the_python_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, many, *_ = told_by(README, capsys)
    assert first.startswith("Elena Aldana urge return the ships")
    assert '"quote": "Defence Minister Elena Aldana urged' in second
    assert many.splitlines()[0].endswith(" extracted")
    assert "error='DocumentError'" in many.splitlines()[1]


def test_the_example_of_many_documents_runs(capsys: pytest.CaptureFixture[str]) -> None:
    [told] = told_by((ROOT / "docs/many.md").read_text(encoding="utf-8"), capsys)
    extracted, failed, spent = told.splitlines()
    assert extracted.endswith(" 1 requests")
    assert failed.startswith("document 2 DocumentError The text is empty")
    assert spent.endswith(" None")


def test_the_examples_of_values_hold(capsys: pytest.CaptureFixture[str]) -> None:
    *_, shown = told_by(README, capsys)
    assert shown.splitlines() == ["2026-08-31 RUS", "F404 53750000000"]
    assert told_by((ROOT / "docs/values.md").read_text(encoding="utf-8"), capsys) == [""]
    assert told_by((ROOT / "docs/events.md").read_text(encoding="utf-8"), capsys) == [""]


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"^    make (\w+)$", README, re.MULTILINE)))
)
def test_every_make_target_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\((?!https?:)([^)]+)\)", README))))
def test_every_link_leads_somewhere(path: str) -> None:
    assert (ROOT / path).exists()
