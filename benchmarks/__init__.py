"""Benchmarks of defext beside its peers; each runs as `python -m benchmarks.<name>`."""
