"""How a model is asked: a plan yields questions, is sent their answers, and returns drafts.

A plan is a generator and does no I/O, so the same plan serves synchronous and asynchronous callers.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Any

from defext.ask import Answer, Question
from defext.document import Document
from defext.plan.narrow import narrow
from defext.schema import Draft

Plan = Callable[[Document], Generator[Sequence[Question[Any]], Sequence[Answer[Any]], list[Draft]]]

__all__ = ["Plan", "narrow"]
