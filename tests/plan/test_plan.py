"""Plans as data: which model gets which, what a threshold does, and that a change shows."""

from typing import Any

import pytest

from defext import ConfigurationError, Extractor
from defext.plan import plan_for, plans


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("local", "taught"),
        ("local/other.gguf", "whole"),
        ("openai/gpt-5-mini", "whole"),
        ("anthropic/claude-sonnet", "whole"),
    ],
)
def test_a_model_has_a_plan_by_default(model: str, name: str) -> None:
    assert plan_for(model).name == name
    assert Extractor(model).plan is plans()[name]


def test_a_plan_can_be_chosen_by_name_or_made() -> None:
    assert Extractor("local", plan="whole").plan.name == "whole"
    mine = plans()["taught"].model_copy(update={"name": "mine"})
    assert Extractor("openai/x", plan=mine).plan is mine


def test_an_unknown_plan_is_refused_with_those_that_are() -> None:
    with pytest.raises(ConfigurationError, match=r"'deep'.*taught, whole"):
        Extractor("local", plan="deep")


def test_a_threshold_takes_the_place_of_the_plan_s() -> None:
    assert Extractor("local", threshold=0.8).plan.threshold == 0.8
    assert Extractor("local", threshold=0).plan.threshold == 0
    assert plans()["taught"].threshold == plan_for("local").threshold


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_is_a_probability(threshold: float) -> None:
    with pytest.raises(ConfigurationError, match="0 to 1"):
        Extractor("local", threshold=threshold)


def test_every_plan_has_its_prompts() -> None:
    assert set(plans()) == {"taught", "whole"}
    for name, plan in plans().items():
        assert plan.name == name
        assert set(plan.prompts) == set(plan.questions)


def test_the_version_names_the_plan_and_changes_with_anything_in_it() -> None:
    plan = plans()["taught"]
    changes: list[dict[str, Any]] = [
        {"threshold": 0.99},
        {"window": 700},
        {"prompts": plans()["whole"].prompts},
    ]
    versions = {plan.version, *(plan.model_copy(update=change).version for change in changes)}
    assert len(versions) == 4
    assert all(version.startswith("taught+") for version in versions)
    assert plan.version == plan_for("local").version
