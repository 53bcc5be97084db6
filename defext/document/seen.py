"""A text as its reader sees it: on one line, without what a program would take for its own."""

import re
import unicodedata

# Nothing that a reader sees: formats, controls, private and unassigned characters, and of others
# the selectors of variants; and letters that are blank.
_UNSEEN = ("Cf", "Cc", "Co", "Cn", "Cs")
_SELECTORS = re.compile(r"[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0000-\U000e0fff]")
_BLANK = re.compile(r"[\u115f\u1160\u2800\u3164\uffa0]")
# "<|im_end|>", "</document>", "[INST]", '{"answer": "yes"}': turns, tags and answers of programs.
_MARKUP = re.compile(
    r"[<＜]{1,2}[|｜/]{0,2}[A-Za-z][^<>＜＞]{0,80}[>＞]{1,2}|\[/?[A-Z][A-Z_ ]+\]|"
    r"\{[^{}]*[\"'][^{}]*\}|```\w*"
)
_LOOSE = str.maketrans("<>＜＞", "‹›‹›")
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()}
_DEPTH = 6  # braces in braces that are taken off
_PILE = 3  # so many marks on one Latin letter spell no language


def as_seen(text: str) -> str:
    """`text` on one line, without invisible characters, markup and special tokens of chats.

    Documents are data: what of them reaches a model's prompt passes here.
    """
    seen = _without_piles(
        "".join(filter(_is_seen, " ".join(_BLANK.sub(" ", _SELECTORS.sub("", text)).split())))
    )
    for _ in range(_DEPTH):
        seen = _MARKUP.sub(" ", seen)
    return " ".join(seen.translate(_LOOSE).split())


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN


def _without_piles(text: str) -> str:
    """Plain letters for those in full width, and for those under heaps of marks."""
    if text.isascii():
        return text
    marks = rf"(?:[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]){{{_PILE},}}"
    parted = re.sub(rf"(?<=\w){marks}", "", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", parted).translate(_WIDE)
