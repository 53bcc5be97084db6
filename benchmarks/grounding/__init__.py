"""LangExtract's resolver and defext's grounding on the same quotes: time, and where they end up.

Time: five mangled quotes in one text of 120,000 characters, from scratch, by turns. Accuracy:
generated cases, each a text, a quote that was mangled in one known way, the sentence that a model
would cite, and the place that is meant, or none. A placement is right when it and that place share
nine tenths of the characters that either has.

LangExtract's quotes go through ``Resolver.align`` as in its pipeline: with the whole text, and
again with only the chunk of 1,000 characters in which it would have asked about the cited sentence.
Each is told by its defaults; with no placement where it says itself that it found a part of the
quote; and with its option that has it look on instead.

    python -m benchmarks.grounding              the comparison
    python -m benchmarks.grounding.threshold    how alike is alike enough
"""
