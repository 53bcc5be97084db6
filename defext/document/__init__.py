"""A text with its metadata, and its numbered sentences. Never calls a model."""

from defext.document.document import Document, as_document
from defext.document.language import ENGLISH
from defext.document.sanitize import sanitize
from defext.document.sentences import Sentence, split

__all__ = ["ENGLISH", "Document", "Name", "Sentence", "as_document", "sanitize", "split"]
