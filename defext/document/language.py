"""Which language a text is in."""

import re
from itertools import islice

ENGLISH = "en"
# Fewer letters tell too little. Scripts of one or few languages tell more.
_LETTERS, _LETTERS_BEYOND_LATIN = 120, 20
_SAMPLE = 20_000  # characters
# Every seventh word of an English text is one of these; hardly one of any other.
_ENGLISH = re.compile(r"\b(?:the|of|and)\b", re.IGNORECASE)
_SHARE = 0.06
_WORDS = re.compile(r"[^\W\d_]+")
_BEYOND_LATIN = re.compile(r"[^\W\d_a-zA-Z\u00aa-\u024f\u1e00-\u1eff]")


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the language that most of `text` is in; None where it is too short."""
    sample = text[:_SAMPLE]
    few = _SHARE * len(sample.split())
    if few > 1 and next(islice(_ENGLISH.finditer(sample), int(few), None), None):
        return ENGLISH
    letters = "".join(_WORDS.findall(sample))
    if len(letters) < _LETTERS and len(_BEYOND_LATIN.findall(letters)) < _LETTERS_BEYOND_LATIN:
        return None
    from py3langid import classify  # reads its model, which takes half a second

    return str(classify(sample)[0])
