"""Words to values: parties, days. Never calls a model."""

from defext.normalize.normalize import normalize
from defext.normalize.register import introduced

__all__ = ["introduced", "normalize"]
