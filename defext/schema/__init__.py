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
    Record,
    Request,
    Source,
    Strength,
    Talk,
    Temporal,
)
from defext.schema.values import Equipment, Money, Precision, Quantity, When

__all__ = [
    "SCHEMA_VERSION",
    "Attribution",
    "Commitment",
    "DocumentFacts",
    "Draft",
    "Equipment",
    "Evidence",
    "Extraction",
    "Force",
    "Grade",
    "Grounded",
    "Kind",
    "Mode",
    "Money",
    "Party",
    "PartyKind",
    "Precision",
    "Quantity",
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
