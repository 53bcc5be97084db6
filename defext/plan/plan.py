"""How a model is asked, as data."""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from defext.errors import ConfigurationError
from defext.prompt import Prompt, load
from defext.schema.records import Probability


class Plan(BaseModel):
    """How a model is asked.

    `questions` names what is asked about each window of numbered sentences: "label" and then
    "records", the two that the embedded model is taught (a label for each sentence, then the
    records of those with one), or "whole" (all records at once).

    `threshold` is the least confidence of a record, where the server tells probabilities; the
    sentences below it are not asked about in the second question.

    A document longer than `window` tokens is read in parts. `languages` are those that the model
    can read, by their ISO 639-1 codes, without any: all. `prompts` holds the texts, by the names
    of the questions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    questions: tuple[Literal["label", "records", "whole"], ...]
    threshold: Probability = 0.0
    languages: tuple[str, ...] = ()
    window: Annotated[int, Field(ge=600)] = 6000
    prompts: Mapping[str, Prompt]

    @property
    def version(self) -> str:
        """The plan's name and a digest of all it says, prompts and numbers included."""
        content = self.model_dump_json().encode()
        return f"{self.name}+{hashlib.sha256(content).hexdigest()[:8]}"


def plan_for(model: str, plan: str | Plan | None = None, threshold: float | None = None) -> Plan:
    """The plan given, itself or by name, else the default for `model`; with `threshold`, if given.

    The embedded model is asked by "taught", any other model by "whole". Raises ConfigurationError
    for a name that is no plan's, and for a threshold that is no probability.
    """
    if not isinstance(plan, Plan):
        # The user's own weights are not those that the adapter was trained on.
        name = plan or ("taught" if model == "local" else "whole")
        if name not in plans():
            raise ConfigurationError(f"No plan is called {name!r}: there are {', '.join(plans())}.")
        plan = plans()[name]
    if threshold is None:
        return plan
    if not 0 <= threshold <= 1:
        raise ConfigurationError(f"The threshold {threshold} is no probability: give 0 to 1.")
    return plan.model_copy(update={"threshold": threshold})


@cache
def plans() -> Mapping[str, Plan]:
    """The plans of plans.toml, by name."""
    data = tomllib.loads(files(__package__).joinpath("plans.toml").read_text(encoding="utf-8"))
    return {name: _plan(name, fields) for name, fields in data.items()}


def _plan(name: str, fields: dict[str, object]) -> Plan:
    plan = Plan.model_validate({"name": name, "prompts": {}} | fields)
    prompts = {question: load(question) for question in plan.questions}
    return plan.model_copy(update={"prompts": prompts})
