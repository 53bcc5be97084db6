"""How a model is asked: which questions, in which order, and what their answers come to."""

from defext.plan.estimate import estimate
from defext.plan.plan import Plan, plan_for, plans
from defext.plan.questions import Steps, records

__all__ = ["Plan", "Steps", "estimate", "plan_for", "plans", "records"]
