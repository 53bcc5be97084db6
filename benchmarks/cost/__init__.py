"""What documents are expected to take, against what they took."""
