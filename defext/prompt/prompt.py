"""Prompts: texts in TOML files. No logic hides in the strings.

Each prompt is a stable prefix (system message and examples), which a server caches, and one last
message made from its template.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any


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
    examples: tuple[Example, ...] = ()

    def messages(self, **given: str) -> list[dict[str, str]]:
        """The conversation up to the question about `given`, the fields of the template."""
        return [*self._beginning, _turn("user", self.template.format(**given))]

    @cached_property
    def _beginning(self) -> list[dict[str, str]]:
        turns = [_turn("system", self.system)]
        for example in self.examples:
            answer = json.dumps(example.answer, ensure_ascii=False, separators=(",", ":"))
            asked = self.template.format(**example.given)
            turns += [_turn("user", asked), _turn("assistant", answer)]
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
            for example in data.get("example", ())
        ),
    )
