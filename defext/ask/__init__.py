"""Ask a model: the only stage that does I/O. Knows nothing of countries or dates."""

from defext.ask.ask import Asker
from defext.ask.cache import CachedAsker
from defext.ask.client import check_model, choose_model, is_local
from defext.ask.patience import Patience
from defext.ask.question import Answer, Question, Usage

__all__ = [
    "Answer",
    "Asker",
    "CachedAsker",
    "Patience",
    "Question",
    "Usage",
    "check_model",
    "choose_model",
    "is_local",
]
