"""Teaching the embedded model the task: docs/training.md."""
