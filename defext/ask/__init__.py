"""Ask a model: the only stage that does I/O. Knows nothing of countries or dates."""

from defext.ask.ask import Asker
from defext.ask.cache import answers_file
from defext.ask.client import check_model, choose_model, is_local
from defext.ask.price import cost_usd
from defext.ask.question import Answer, Choice, Question, Usage
from defext.ask.retry_policy import RetryPolicy
from defext.ask.threads import apart, aside

__all__ = [
    "Answer",
    "Asker",
    "Choice",
    "Question",
    "RetryPolicy",
    "Usage",
    "answers_file",
    "apart",
    "aside",
    "check_model",
    "choose_model",
    "cost_usd",
    "is_local",
]
