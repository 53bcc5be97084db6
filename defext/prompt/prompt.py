"""Prompts: texts in TOML files, their answers as Pydantic models. No logic hides in the strings.

Each prompt is a stable prefix (system message and examples), which a server caches, and one last
message made from its template.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ShortName = Annotated[str, Field(min_length=1, max_length=100)]


class Check(BaseModel):
    """Whether a sentence holds an act of the kind asked for."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["yes", "no"]


class Sort(BaseModel):
    """What kind of act a sentence reports."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["talk", "request", "commitment", "none"]


class Voice(BaseModel):
    """Whether a sentence reports something, or speaks to the machine that reads it."""

    model_config = ConfigDict(extra="forbid")

    voice: Literal["report", "machine"]


class Fill(BaseModel):
    """Who does what in one sentence, in the sentence's own words.

    Lengths are bounded, since a small model may repeat itself without end.
    """

    model_config = ConfigDict(extra="forbid")

    by: list[ShortName] = Field(min_length=1, max_length=6)
    to: list[ShortName] = Field(max_length=4)
    act: Annotated[str, Field(min_length=1, max_length=300)]


class Told(BaseModel):
    """One act of a document, and the numbers of the sentences that tell it."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["talk", "request", "commitment"]
    sentences: list[int] = Field(min_length=1, max_length=4)
    by: list[ShortName] = Field(min_length=1, max_length=20)
    to: list[ShortName] = Field(max_length=20)
    act: Annotated[str, Field(max_length=500)]


class Whole(BaseModel):
    """All acts of a document, or of a part of it."""

    model_config = ConfigDict(extra="forbid")

    records: list[Told] = Field(max_length=100)


class Named(BaseModel):
    """A name as a sentence spells it, and in English."""

    model_config = ConfigDict(extra="forbid")

    words: ShortName
    english: ShortName


class Translation(BaseModel):
    """A sentence in English, and the names in it."""

    model_config = ConfigDict(extra="forbid")

    english: Annotated[str, Field(min_length=1, max_length=1500)]
    names: list[Named] = Field(max_length=12)


@dataclass(frozen=True)
class Example:
    """A worked case: what the template takes and what the model should answer."""

    given: Mapping[str, str]
    answer: Mapping[str, Any]


@dataclass(frozen=True)
class Prompt:
    """One prompt file."""

    system: str
    template: str
    examples: tuple[Example, ...]

    def messages(self, **given: str) -> list[dict[str, str]]:
        """The conversation up to the question about `given`, the fields of the template."""
        return [*self._beginning, _turn("user", self.template.format(**given))]

    @cached_property
    def _beginning(self) -> list[dict[str, str]]:
        turns = [_turn("system", self.system)]
        for example in self.examples:
            answer = json.dumps(example.answer, ensure_ascii=False, separators=(",", ":"))
            told = self.template.format(**example.given)
            turns += [_turn("user", told), _turn("assistant", answer)]
        return turns


def _turn(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


@cache
def load(name: str) -> Prompt:
    """The prompt in ``<name>.toml`` beside this module."""
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Prompt(
        system=data["system"].strip(),
        template=data["template"].strip(),
        examples=tuple(
            Example({k: v.strip() for k, v in example.items() if k != "answer"}, example["answer"])
            for example in data["example"]
        ),
    )
