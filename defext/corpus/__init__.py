"""Many documents in, an outcome for each of them out, in runs that can be gone on with."""
