"""Where sentences end: splitters side by side on the cases of the tests.

    python -m benchmarks.sentences

sentencex, pysbd, syntok and spaCy's rules, each as it is installed, and defext, which mends
sentencex. A case is right if all its sentences are. A peer that is not installed is left out:
pip install ".[benchmark]".
"""

import importlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.machine import machine

CASES = Path(__file__).parents[1] / "tests/document/sentences.txt"

Split = Callable[[str], list[str]]


def _sentencex(module: Any) -> Split:
    return lambda text: list(module.segment("en", text))


def _pysbd(module: Any) -> Split:
    segmenter = module.Segmenter(language="en", clean=False)
    return lambda text: list(segmenter.segment(text))


def _syntok(module: Any) -> Split:
    def split(text: str) -> list[str]:
        sentences = [each for paragraph in module.analyze(text) for each in paragraph]
        spans = [(each[0].offset, each[-1].offset + len(each[-1].value)) for each in sentences]
        return [text[start:end] for start, end in spans]

    return split


def _spacy(module: Any) -> Split:
    pipeline = module.blank("en")
    pipeline.add_pipe("sentencizer")
    return lambda text: [each.text for each in pipeline(text).sents]


def _defext(module: Any) -> Split:
    return lambda text: [each.text for each in module.split(text)]


SPLITTERS: dict[str, tuple[str, Callable[[Any], Split]]] = {
    "sentencex": ("sentencex", _sentencex),
    "pysbd": ("pysbd", _pysbd),
    "syntok": ("syntok.segmenter", _syntok),
    "spacy": ("spacy", _spacy),
    "defext": ("defext.document", _defext),
}


def main() -> None:
    """Print the share of right cases of each, and the figures as one JSON object last."""
    lines = CASES.read_text(encoding="utf-8").splitlines()
    cases = [line.removeprefix("? ").split(" | ") for line in lines if not line.startswith("#")]
    figures: dict[str, dict[str, float]] = {}
    for name, (module, made) in SPLITTERS.items():
        try:
            split = made(importlib.import_module(module))
        except ImportError as error:
            print(f"{name:10}  left out: {error}")
            continue
        split("One. Two.")
        began = time.process_time()
        right = sum([each.strip() for each in split(" ".join(case))] == case for case in cases)
        took = (time.process_time() - began) / len(cases)
        figures[name] = {"right": round(right / len(cases), 3), "ms": round(1000 * took, 3)}
        print(f"{name:10}  {right:4} of {len(cases)} right  {1000 * took:7.3f} ms a case")
    print(json.dumps({"name": "sentences", "machine": machine(), "systems": figures}))


if __name__ == "__main__":
    main()
