"""A text with its metadata, and its numbered sentences. Never calls a model."""

from defext.document.document import Document, as_document
from defext.document.sentences import Sentence, split

__all__ = ["Document", "Sentence", "as_document", "split"]
