"""Drafts in the text's words become records: parties, intervals, labels."""

from defext.normalize.foreign import state_called
from defext.normalize.normalize import normalize
from defext.normalize.register import introduced
from defext.normalize.things import THINGS

__all__ = ["THINGS", "introduced", "normalize", "state_called"]
