"""What is asked: instructions and examples in TOML files, and the shapes of the answers."""

from defext.prompt.prompt import Check, Example, Fill, Prompt, Sort, Told, Whole, load

__all__ = ["Check", "Example", "Fill", "Prompt", "Sort", "Told", "Whole", "load"]
