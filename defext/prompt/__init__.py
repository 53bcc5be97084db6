"""What is asked: instructions and examples in TOML files, and the shapes of the answers."""

from defext.prompt.prompt import (
    Check,
    Example,
    Fill,
    Named,
    Prompt,
    Sort,
    Told,
    Translation,
    Voice,
    Whole,
    load,
)

__all__ = [
    "Check",
    "Example",
    "Fill",
    "Named",
    "Prompt",
    "Sort",
    "Told",
    "Translation",
    "Voice",
    "Whole",
    "load",
]
