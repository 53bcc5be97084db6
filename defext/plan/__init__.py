"""How a model is asked: a plan says which questions, a step yields them and reads the answers.

Steps are generators and do no I/O, so the same ones serve synchronous and asynchronous callers.
"""

from defext.plan.english import in_english
from defext.plan.plan import Finder, Odds, Plan, log_odds, plan_for, plans
from defext.plan.screen import screen, without_asides
from defext.plan.steps import Likely, Steps, drafts, find

__all__ = [
    "Finder",
    "Likely",
    "Odds",
    "Plan",
    "Steps",
    "drafts",
    "find",
    "in_english",
    "log_odds",
    "plan_for",
    "plans",
    "screen",
    "without_asides",
]
