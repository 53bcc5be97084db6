"""A text as its reader sees it: on one line, without what a program would take for its own."""

import re
import unicodedata

# Nothing that a reader sees, beside formats, controls, private and unassigned characters: the
# selectors of variants; and letters that are blank.
_SELECTORS = re.compile(r"[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0000-\U000e0fff]")
_BLANK = re.compile(r"[\u115f\u1160\u2800\u3164\uffa0]")
# "<|im_end|>", "</document>", "[INST]", '{"answer": "yes"}': turns, tags and answers of programs.
_MARKUP = re.compile(
    r"[<＜]{1,2}[|｜/]{0,2}[A-Za-z][^<>＜＞]{0,80}[>＞]{1,2}|\[/?[A-Z][A-Z_ ]+\]|"
    r"\{[^{}]*[\"'][^{}]*\}|```\w*"
)
_OPENING = re.compile(r"[<>＜＞\[{`]")
_LOOSE = str.maketrans("<>＜＞", "‹›‹›")
_DEPTH = 6  # braces in braces that are taken off
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
# Three marks on one Latin letter spell no language. The letter is looked at after the first mark,
# which re finds faster.
_MARK = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILES = re.compile(rf"{_MARK}(?<=\w.){_MARK}{{2,}}")


def sanitize(text: str) -> str:
    """`text` on one line, without invisible characters, markup and special tokens of chats.

    Documents are data: what of them reaches a model's prompt passes here.
    """
    if not text.isascii():
        text = _BLANK.sub(" ", _SELECTORS.sub("", text))
    line = " ".join(text.split())
    if not line.isprintable():
        line = " ".join("".join(filter(str.isprintable, line)).split())
    return _without_markup(_without_piles(line))


def _without_piles(text: str) -> str:
    """Plain letters for those in full width, and for those under heaps of marks."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFC", _PILES.sub("", unicodedata.normalize("NFD", text)))
    return _WIDE.sub(lambda wide: chr(ord(wide.group()) - 0xFEE0), plain)


def _without_markup(text: str) -> str:
    if not _OPENING.search(text):
        return text
    for _ in range(_DEPTH):
        text = _MARKUP.sub(" ", text)
    return " ".join(text.translate(_LOOSE).split())
