"""What became of one document of many: one line of JSONL."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from defext.schema.extraction import Extraction

Origin = Annotated[
    str | None, Field(description="The file, its line or its row that the document was read from.")
]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Failure(_Value):
    """Why a document gave no extraction."""

    error: str = Field(min_length=1, description="Name of the exception, such as `RateLimited`.")
    message: str = Field(description="What was wrong and what to do about it.")


class Extracted(_Value):
    """A document and its extraction."""

    id: str = Field(min_length=1, description="The document's id.")
    origin: Origin = None
    extraction: Extraction


class Failed(_Value):
    """A document and why it gave no extraction."""

    id: str = Field(
        min_length=1, description="The document's id; the name it was asked for by if unreadable."
    )
    origin: Origin = None
    failure: Failure


Outcome = Extracted | Failed
