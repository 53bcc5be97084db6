"""What a run may take, and who keeps to it."""

from dataclasses import dataclass

from defext.ask import Usage
from defext.document import Document
from defext.errors import ConfigurationError, DefextError
from defext.extractor import Extractor
from defext.plan.estimate import estimate
from defext.schema import Extraction


@dataclass(frozen=True)
class Limits:
    """The most that a run may do: begin so many `documents`, spend so much, take so many `seconds`.

    No document is begun that is expected to take the run beyond its dollars or its tokens, of input
    and output; what is under way when the seconds are over is broken off.
    """

    documents: int | None = None
    usd: float | None = None
    tokens: int | None = None
    seconds: float | None = None


_STOPPED = "The run was stopped, since another document may take it"


class BudgetReached(DefextError):
    """This document, and any after it, may take the run beyond its budget."""


class Budget:
    """An extractor of documents that fit into the limits.

    `reached` says why no document is begun any more. Raises ConfigurationError where dollars limit
    a model without a known price.
    """

    def __init__(self, extractor: Extractor, limits: Limits) -> None:
        if limits.usd is not None and extractor.cost_usd(Usage()) is None:
            raise ConfigurationError(
                f"No price of {extractor.model!r} is known, so dollars cannot limit the run: limit "
                "its tokens instead."
            )
        self.reached: str | None = None
        self._extractor = extractor
        self._limits = limits
        self._under_way: list[Usage] = []

    async def extract(self, document: Document) -> Extraction:
        """As `Extractor.aextract`; raises BudgetReached before anything is asked."""
        if self._limits.usd is None and self._limits.tokens is None:
            return await self._extractor.aextract(document)
        expected = estimate(document, self._extractor.plan, self._extractor.model)
        spent = sum([*self._under_way, expected], self._extractor.usage)
        self.reached = self.reached or self._beyond(spent)
        if self.reached:
            raise BudgetReached(self.reached)
        self._under_way.append(expected)
        try:
            return await self._extractor.aextract(document)
        finally:
            self._under_way.remove(expected)

    def _beyond(self, usage: Usage) -> str | None:
        usd, tokens = self._limits.usd, self._limits.tokens
        if tokens is not None and usage.input_tokens + usage.output_tokens > tokens:
            return f"{_STOPPED} beyond {tokens:,} tokens."
        if usd is not None and (self._extractor.cost_usd(usage) or 0.0) > usd:
            return f"{_STOPPED} beyond ${usd:g}."
        return None
