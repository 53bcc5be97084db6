"""Extractions in the formats of others."""

from defext.export.plover import EventCode, event_code, events

__all__ = ["EventCode", "event_code", "events"]
