"""Hold each draft against the text: offsets for what is there, a reason for what is not."""

from defext.ground.ground import ground
from defext.ground.quote import find_quote

__all__ = ["find_quote", "ground"]
