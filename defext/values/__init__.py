"""What words mean: the values that records are joined on. Never calls a model."""

from defext.values.countries import states_in
from defext.values.dates import when

__all__ = ["states_in", "when"]
