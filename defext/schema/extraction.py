"""What came out of one document."""

from collections import Counter
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from defext.schema.draft import Rejected
from defext.schema.records import Commitment, Record, Request, Talk

SCHEMA_VERSION = "1.1"

Count = Annotated[int, Field(ge=0)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DocumentFacts(_Value):
    """Which document it was; the text itself stays with the caller."""

    id: str = Field(description="The caller's id, else `sha256:` and the digest of the text.")
    title: str | None = None
    source: str | None = Field(default=None, description="Publisher or address.")
    published: date | None = None
    language: str | None = Field(
        default=None, description="ISO 639-1 code of the language that the text was seen to be in."
    )
    characters: int = Field(gt=0, description="Length of the text that offsets count in.")


class Run(_Value):
    """How the extraction was made, and what it took.

    An answer from the cache counts as when it was given.
    """

    model: str = Field(description="The model as it was asked for.")
    prompt_version: str = Field(description="Version of the prompts.")
    calls: Count = Field(description="Answers received from the model.")
    input_tokens: Count
    cached_tokens: Count = Field(description="Input tokens that the server had read before.")
    output_tokens: Count
    repaired_answers: Count = Field(
        default=0, description="Answers that were not plain JSON of their schema, but were read."
    )
    cost_usd: float | None = Field(default=None, description="Null where no price is known.")
    seconds: float = Field(ge=0.0, description="Wall time.")


class Extraction(_Value):
    """The talks, requests and commitments of one document, each with its evidence."""

    schema_version: str = Field(default=SCHEMA_VERSION, pattern=r"^\d+\.\d+$")
    document: DocumentFacts
    talks: list[Talk] = Field(default_factory=list)
    requests: list[Request] = Field(default_factory=list)
    commitments: list[Commitment] = Field(default_factory=list)
    rejected: list[Rejected] = Field(
        default_factory=list, description="What the model said and the text does not bear out."
    )
    run: Run

    @field_validator("schema_version")
    @classmethod
    def _version(cls, version: str) -> str:
        """An extraction of an earlier minor version is one of this version too."""
        major, minor = map(int, SCHEMA_VERSION.split("."))
        theirs = tuple(map(int, version.split(".")))
        if theirs[0] != major or theirs[1] > minor:
            raise ValueError(
                f"{version} is not read by this version of defext, which reads {major}.0 to "
                f"{SCHEMA_VERSION}"
            )
        return SCHEMA_VERSION

    @model_validator(mode="after")
    def _laws(self) -> Self:
        acts: list[Request | Commitment] = [*self.requests, *self.commitments]
        records: list[Record] = [*self.talks, *acts]
        repeated = [name for name, times in Counter(r.id for r in records).items() if times > 1]
        if repeated:
            raise ValueError(f"ids are not unique: {', '.join(repeated)}")
        talks = {talk.id for talk in self.talks}
        for act in acts:
            if act.talk is not None and act.talk not in talks:
                raise ValueError(f"{act.id} names the talk {act.talk}, which is not there")
        for record in records:
            for evidence in record.evidence:
                if evidence.end > self.document.characters:
                    raise ValueError(f"{record.id} quotes beyond the end of the document")
        return self
