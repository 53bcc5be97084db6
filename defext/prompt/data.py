"""A document's words as a prompt may hold them: data on one line, never markup or a turn."""

import re
import unicodedata

# "<|im_end|>", "</document>", "[INST]": a server's tokenizer may read them as ends and turns.
_ANGLES = str.maketrans("<>＜＞", "‹›‹›")
_BRACKETED = re.compile(r"\[(/?[A-Z][A-Z_ ]+)\]")
# Formats, controls, private and unassigned characters: nothing that a reader sees.
_UNSEEN = ("Cf", "Cc", "Co", "Cn", "Cs")
_PILE = 3  # combining marks on one letter, at most


def as_data(text: str) -> str:
    """`text` on one line, as its reader sees it, without what could pass for a prompt's markup."""
    seen: list[str] = []
    marks = 0
    for character in " ".join(text.split()):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _PILE and unicodedata.category(character) not in _UNSEEN:
            seen.append(character)
    return _BRACKETED.sub(r"(\1)", "".join(seen).translate(_ANGLES)).strip()
