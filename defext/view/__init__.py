"""Extractions made readable for people."""
