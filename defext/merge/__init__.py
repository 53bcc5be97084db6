"""One record an occasion, a wanted act, a target, with all its evidence."""

from defext.merge.merge import merge

__all__ = ["merge"]
