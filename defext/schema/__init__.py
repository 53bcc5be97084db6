"""The published types. This package imports nothing of defext."""

from defext.schema.draft import Draft, Grounded, Kind, Rejected
from defext.schema.extraction import SCHEMA_VERSION, DocumentFacts, Extraction, Run
from defext.schema.records import (
    Attribution,
    Commitment,
    Evidence,
    Force,
    Grade,
    Mode,
    Party,
    PartyKind,
    Precision,
    Record,
    Request,
    Source,
    Strength,
    Talk,
    Temporal,
    When,
)

__all__ = [
    "SCHEMA_VERSION",
    "Attribution",
    "Commitment",
    "DocumentFacts",
    "Draft",
    "Evidence",
    "Extraction",
    "Force",
    "Grade",
    "Grounded",
    "Kind",
    "Mode",
    "Party",
    "PartyKind",
    "Precision",
    "Record",
    "Rejected",
    "Request",
    "Run",
    "Source",
    "Strength",
    "Talk",
    "Temporal",
    "When",
]
