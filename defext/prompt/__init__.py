"""What is asked: instructions and examples in TOML files, and the shapes of the answers."""

from defext.prompt.prompt import PROMPT_VERSION, Check, Example, Fill, Prompt, load

__all__ = ["PROMPT_VERSION", "Check", "Example", "Fill", "Prompt", "load"]
