"""Extractions without a model, for tests of what is done with them."""

from defext.document import Document
from defext.schema import Attribution, DocumentFacts, Evidence, Extraction, Party, Run, Talk
from defext.schema.outcome import Extracted, Failed, Failure


def extraction(document: Document, model: str = "openai/some", version: str = "1.0") -> Extraction:
    """One talk, which the first word of the document is evidence of."""
    words = document.text.split()[0]
    start = document.text.index(words)
    talk = Talk(
        id="t1",
        parties=[Party(name=words, kind="person", mention=words)],
        mode="phone",
        temporal="current",
        evidence=[Evidence(quote=words, start=start, end=start + len(words))],
        attribution=Attribution(source="reporter"),
        confidence=0.5,
    )
    return Extraction(
        document=DocumentFacts(
            id=document.id,
            title=document.title,
            source=document.source,
            published=document.published,
            characters=len(document.text),
        ),
        talks=[talk],
        run=Run(
            model=model,
            prompt_version=version,
            calls=1,
            input_tokens=900,
            cached_tokens=100,
            output_tokens=50,
            seconds=0.5,
        ),
    )


def extracted(origin: str, model: str = "openai/some", version: str = "1.0") -> Extracted:
    """An outcome of a document with this origin."""
    document = Document("Singh called.", id=origin)
    return Extracted(id=origin, origin=origin, extraction=extraction(document, model, version))


def failed(origin: str, error: str = "AnswerInvalid") -> Failed:
    """A failure of a document with this origin."""
    return Failed(id=origin, origin=origin, failure=Failure(error=error, message="Why."))
