"""What words mean: the values that records are joined on. Never calls a model."""
