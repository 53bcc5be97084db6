"""What the README shows works as written."""

import re
from pathlib import Path

import pytest
from scripted import Script, fill

from defext.ask import Asker

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXT = "Defence Minister Elena Aldana urged Norway on Tuesday to return the ships."


def test_the_python_examples_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Script(
        {("request", "urged"): (0.9, fill(["Elena Aldana"], "return the ships", ["Norway"]))}
    )
    monkeypatch.setattr(Asker, "ask", lambda self, questions: script.answers(questions))
    examples = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        exec(compile(example, "README.md", "exec"), {"text": TEXT, "documents": [TEXT]})
    told = capsys.readouterr().out
    assert told.startswith("Elena Aldana urge return the ships")
    assert '"quote": "Defence Minister Elena Aldana urged' in told


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"^    make (\w+)$", README, re.MULTILINE)))
)
def test_every_make_target_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\((?!https?:)([^)]+)\)", README))))
def test_every_link_leads_somewhere(path: str) -> None:
    assert (ROOT / path).exists()
