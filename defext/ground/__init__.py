"""Hold each draft against the text: offsets for what is there, a reason for what is not."""

from defext.ground.ground import ground
from defext.ground.quote import Missing, find_quote, ground_quote

__all__ = ["Missing", "find_quote", "ground", "ground_quote"]
