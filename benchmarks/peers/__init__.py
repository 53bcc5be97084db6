"""LangExtract, plain Instructor and defext on the same documents with the same embedded model.

All three ask one server at temperature 0 and are scored by `defext.evaluate`. The two peers get the
same definitions (definitions.txt) and the same invented example (example.json); defext has prompts
of its own. Each document is read by all three before the next one, and the order in which they take
their turn changes from document to document, so that a busy machine troubles all alike.
"""
