"""Checks what the main job made of an article: `check_main_job.py EXTRACTION.json ARTICLE.txt`.

The extraction must fit the published schema, every quote must stand at its offsets in the article,
records of all three kinds must be there, and a model must have been asked.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

KINDS = ("talks", "requests", "commitments")
SCHEMAS = Path(__file__).parent.parent / "schemas"


def main(extraction_file: str, article_file: str) -> None:
    """Print what was checked, or exit with everything that is wrong."""
    extraction = json.loads(Path(extraction_file).read_text(encoding="utf-8"))
    article = Path(article_file).read_bytes().decode("utf-8")
    schema_file = SCHEMAS / extraction["schema_version"] / "extraction.json"
    schema = json.loads(schema_file.read_text(encoding="utf-8"))

    if unfit := [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(extraction)
    ]:
        sys.exit("\n".join(["The extraction does not fit the schema:", *unfit]))

    evidence = [
        (record["id"], piece)
        for kind in KINDS
        for record in extraction[kind]
        for piece in record["evidence"]
    ]
    wrong = [
        f"{record}: the quote is not at its offsets: {piece}"
        for record, piece in evidence
        if article[piece["start"] : piece["end"]] != piece["quote"]
    ]
    wrong += [f"There are no {kind}." for kind in KINDS if not extraction[kind]]
    if not extraction["run"]["calls"]:
        wrong.append("No model was asked.")
    if wrong:
        sys.exit("\n".join(wrong))

    counts = ", ".join(f"{len(extraction[kind])} {kind}" for kind in KINDS)
    print(f"{counts}; schema valid; all {len(evidence)} quotes at their offsets")


if __name__ == "__main__":
    main(*sys.argv[1:])
