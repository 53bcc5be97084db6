"""Say exactly who, when and how: ISO 3166 states, intervals of days, offices apart from people."""

from defext.normalize.normalize import normalize

__all__ = ["normalize"]
