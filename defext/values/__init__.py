"""What words mean: the values that records are joined on. Never calls a model."""

from defext.values.countries import states_in
from defext.values.dates import when
from defext.values.money import Money, money

__all__ = ["Money", "money", "states_in", "when"]
