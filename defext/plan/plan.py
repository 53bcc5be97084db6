"""Plans as data: how a model is asked, and how sure its answers make us."""

import hashlib
import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from defext.ask import is_local
from defext.errors import ConfigurationError
from defext.prompt import Prompt, load
from defext.schema import Kind
from defext.schema.records import Probability

Finder = Literal["check", "sort"]


class Odds(BaseModel):
    """Log-odds that a sentence holds an act of a kind, from those of each finder's answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    constant: float
    check: float = 0.0
    sort: float = 0.0


class Plan(BaseModel):
    """How a model is asked.

    `find` names the questions about single sentences that find those which hold an act: "check"
    (does it hold a request? yes or no) and "sort" (which kind of act does it hold, if any?).
    `odds` turns the probabilities of their answers into the confidence of a kind, and what has
    less than `threshold` is read no further. With nothing to find by, the document is read whole.

    `tell` says how the records are told: "fill" asks who does what in one sentence, "whole" for all
    records of the document in one answer.

    A record is rejected where "voice" finds its sentence to speak to the machine that reads it, at
    least as likely as `machine`.

    A document longer than `window` tokens is read in parts. One in another language is read in
    English, into which "translate" puts it; `languages` are those that the model can read, by their
    ISO 639-1 codes, without any: all. `prompts` holds the texts, by the names of the
    questions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    find: tuple[Finder, ...] = ()
    tell: Literal["fill", "whole"]
    threshold: Probability = 0.0
    languages: tuple[str, ...] = ()
    machine: Probability = 0.28
    window: Annotated[int, Field(ge=600)] = 6000
    odds: Mapping[Kind, Odds] = {}
    prompts: Mapping[str, Prompt]

    @property
    def version(self) -> str:
        """The plan's name and a digest of all it says, prompts and numbers included."""
        told = self.model_dump_json().encode()
        return f"{self.name}+{hashlib.sha256(told).hexdigest()[:8]}"

    def confidence(self, kind: Kind, answers: Mapping[Finder, float]) -> float:
        """The probability of an act of `kind`, given each finder's probability of one."""
        odds = self.odds[kind]
        total = odds.constant + sum(
            getattr(odds, finder) * log_odds(p) for finder, p in answers.items()
        )
        return 1 / (1 + math.exp(-total))


def plan_for(model: str, plan: str | Plan | None = None, threshold: float | None = None) -> Plan:
    """The plan given, itself or by name, else the default for `model`; with `threshold`, if given.

    The embedded model is asked by "narrow", any other model by "whole". Raises ConfigurationError
    for a name that is no plan's, and for a threshold that is no probability or has no use.
    """
    if not isinstance(plan, Plan):
        name = plan or ("narrow" if is_local(model) else "whole")
        if name not in plans():
            raise ConfigurationError(f"No plan is called {name!r}: there are {', '.join(plans())}.")
        plan = plans()[name]
    if threshold is None:
        return plan
    if not 0 <= threshold <= 1:
        raise ConfigurationError(f"The threshold {threshold} is no probability: give 0 to 1.")
    if not plan.find:
        raise ConfigurationError(
            f"The plan {plan.name!r} has no use for a threshold, since its confidence is not told: "
            "leave it out, or choose the plan 'narrow'."
        )
    return plan.model_copy(update={"threshold": threshold})


@cache
def plans() -> Mapping[str, Plan]:
    """The plans of plans.toml, by name."""
    told = tomllib.loads(files(__package__).joinpath("plans.toml").read_text(encoding="utf-8"))
    return {name: _plan(name, fields) for name, fields in told.items()}


def _plan(name: str, fields: dict[str, object]) -> Plan:
    plan = Plan.model_validate({"name": name, "prompts": {}} | fields)
    prompts = {
        question: load(question) for question in (*plan.find, plan.tell, "translate", "voice")
    }
    return plan.model_copy(update={"prompts": prompts})


def log_odds(p: float) -> float:
    """The logarithm of the odds of a probability."""
    p = min(max(p, 1e-4), 1 - 1e-4)  # the probability of a token may be rounded to 0 or 1
    return math.log(p / (1 - p))
