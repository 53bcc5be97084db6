"""Prompts: texts in TOML files, their answers as Pydantic models. No logic hides in the strings.

Each prompt is a stable prefix (system message and examples), which a server caches, and one last
message made from its template.
"""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


def _digest() -> str:
    here = files(__package__).iterdir()
    prompts = {file.name: file.read_bytes() for file in here if file.name.endswith(".toml")}
    return hashlib.sha256(b"\0".join(prompts[name] for name in sorted(prompts))).hexdigest()


# Stands in every extraction; another one with every change of a prompt.
PROMPT_VERSION = f"1.0+{_digest()[:8]}"

Name = Annotated[str, Field(min_length=1)]


class Check(BaseModel):
    """Whether a sentence holds an act of the kind asked for."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["yes", "no"]


class Fill(BaseModel):
    """Who does what in one sentence, in the sentence's own words."""

    model_config = ConfigDict(extra="forbid")

    by: list[Name] = Field(min_length=1, max_length=6)
    to: list[Name] = Field(max_length=4)
    act: Name


class Example(BaseModel):
    """A worked case: what the template takes and what the model should answer."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["talk", "request", "commitment"]
    sentence: str
    answer: dict[str, str | list[str]]


@dataclass(frozen=True)
class Prompt:
    """One prompt file."""

    system: str
    template: str
    examples: tuple[Example, ...]

    def messages(self, kind: str, sentence: str) -> list[dict[str, str]]:
        """The conversation up to the question about `sentence`."""
        turns = [("system", self.system)]
        for example in self.examples:
            answer = json.dumps(example.answer, ensure_ascii=False, separators=(",", ":"))
            turns += [("user", self._user(example.kind, example.sentence)), ("assistant", answer)]
        turns.append(("user", self._user(kind, sentence)))
        return [{"role": role, "content": content} for role, content in turns]

    def _user(self, kind: str, sentence: str) -> str:
        return self.template.format(kind=kind.upper(), sentence=" ".join(sentence.split()))


@cache
def load(name: str) -> Prompt:
    """The prompt in ``<name>.toml`` beside this module."""
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Prompt(
        system=data["system"].strip(),
        template=data["template"].strip(),
        examples=tuple(Example.model_validate(example) for example in data["example"]),
    )
