"""The published types as JSON Schema."""

import json
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from defext.schema.extraction import Extraction
from defext.schema.outcome import Outcome


def json_schemas() -> dict[str, str]:
    """The content of each JSON Schema file, by name: a function of the types alone."""
    return {"extraction.json": _text(Extraction), "outcome.json": _text(Outcome)}


class _Printed(GenerateJsonSchema):
    """Every field is required: null and empty ones are printed as well."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True


def _text(published: Any) -> str:
    schema = TypeAdapter(published).json_schema(mode="serialization", schema_generator=_Printed)
    dialect = {"$schema": GenerateJsonSchema.schema_dialect}
    return json.dumps(dialect | schema, ensure_ascii=False, indent=2) + "\n"
