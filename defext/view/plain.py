"""Text of documents, made safe to show in a terminal."""

# ESC becomes ␛ and so on; what has no picture (C1 controls, halves of characters, marks that turn
# the direction of what follows) becomes �.
_DIRECTIONS = [0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_CONTROLS: dict[int, int] = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000), *_DIRECTIONS], 0xFFFD),
}


def plain(text: str) -> str:
    """The text on one line, runs of white space as one space, control characters as pictures."""
    return " ".join(text.split()).translate(_CONTROLS)
