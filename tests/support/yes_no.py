"""The smallest question: an answer of one closed word."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from defext.ask import Choice


class Check(BaseModel):
    """Yes or no."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["yes", "no"]


YES_OR_NO = Choice("answer", ("yes", "no"))
