"""LangExtract, plain Instructor and defext at a server that misbehaves, with the same documents.

All three ask once for a document, each with its own prompt, and meet the same at the same call of
the same document: see `benchmarks.misbehaving`. What the embedded model answered to each of them is
in recordings/, written by `python -m benchmarks.faults --record`; it is no cassette, since no test
replays it. "taught" is defext with two questions for each of the documents
that are in cassettes/.
"""
