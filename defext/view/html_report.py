"""Outcomes as one page of HTML that stands alone, for a browser or for paper."""

import re
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from defext.schema import Evidence
from defext.schema.outcome import Extracted, Outcome
from defext.view.fields import attribution, fields, labels
from defext.view.plain import plain

_KINDS = ("talks", "requests", "commitments", "rejected")


def page(outcomes: Sequence[Outcome]) -> str:
    """The counts, then each document with its records, quotes and rejected drafts, or its error.

    The page has no script and loads nothing. Words of a document are never markup, come out as
    `plain` makes them, and do not turn the direction of what is around them. Only a source that is
    an address of the web is a link.
    """
    environment = Environment(
        loader=PackageLoader("defext.view", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "attribution": attribution,
        "citation": _citation,
        "fields": fields,
        "labels": labels,
        "plain": plain,
    }
    environment.tests["address"] = _is_address
    extractions = [outcome.extraction for outcome in outcomes if isinstance(outcome, Extracted)]
    template = environment.get_template("report.html")
    return template.render(outcomes=outcomes, extractions=extractions, kinds=_KINDS)


def _citation(evidence: Evidence) -> str:
    """Where the quote stands, and how the model's words stand in it unless they are the same."""
    parts = [f"[{evidence.start}:{evidence.end}]"]
    if evidence.page is not None:
        parts.append(f"page {evidence.page}")
    if evidence.grade != "exact":
        parts.append(evidence.grade)
    return ", ".join(parts)


def _is_address(source: str) -> bool:
    return plain(source) == source and bool(re.fullmatch(r"https?://\S+", source, re.IGNORECASE))
