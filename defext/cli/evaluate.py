"""`defext evaluate`: a model's records, or given ones, against gold."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from defext.cli.options import Cached, ModelAsFor, PlanNamed
from defext.errors import ConfigurationError, DocumentError


def evaluate(
    documents: Annotated[
        Path,
        typer.Argument(
            metavar="DOCS.jsonl",
            help='Documents, one a line: {"id": …, "text": …, "published": …, "title": …, '
            '"source": …}.',
            show_default=False,
        ),
    ],
    gold: Annotated[
        Path,
        typer.Argument(
            metavar="GOLD.jsonl",
            help='What they hold, one document a line: {"id": …, "items": […]}.',
            show_default=False,
        ),
    ],
    model: ModelAsFor = None,
    plan: PlanNamed = None,
    threshold: Annotated[
        float | None,
        typer.Option(metavar="P", help="The least confidence, 0 to 1; by default the plan's own."),
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.jsonl",
            help="Score these records instead of asking a model; where the file is not there, ask "
            "the model and write its records to it.",
        ),
    ] = None,
    form: Annotated[
        Literal["table", "json"], typer.Option("--format", help="For reading, or every figure.")
    ] = "table",
    sample: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Only N documents, always the same ones: those whose ids hash lowest.",
        ),
    ] = None,
    cache: Cached = True,
) -> None:
    """Print precision, recall and F1 of each type, calibration, and what was missed and invented.

    Exit status: 0 every document was extracted, 1 some failed, 2 wrong use.
    """
    try:
        from defext.evaluate import (
            as_json,
            as_table,
            read_documents,
            read_gold,
            read_predictions,
            score,
        )
    except ImportError as error:
        raise ConfigurationError(
            f'Evaluation needs numpy and scipy ({error}). Run: pip install "defext[evaluate]"'
        ) from error
    from defext.cli.evaluation import chosen, found_by, save
    from defext.extractor import Extractor

    expected = read_gold(gold)
    held = [document for document in read_documents(documents) if document.id in expected]
    if not held:
        raise DocumentError(f"{documents} and {gold} have no document in common: compare the ids.")
    asked = chosen(held, sample)
    failed = False
    if predictions is not None and predictions.exists():
        found = read_predictions(predictions)
    else:
        extractor = Extractor(model, plan=plan, threshold=threshold, cache=cache)
        outcomes = dict(found_by(asked, extractor))
        failed = None in outcomes.values()
        found = {name: records or [] for name, records in outcomes.items()}
        if predictions is not None:
            save(predictions, found)
    result = score({document.id: expected[document.id] for document in asked}, found)
    if form == "json":
        typer.echo(json.dumps(as_json(result), ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        Console().print(as_table(result, {document.id: document.text for document in asked}))
    if failed:
        raise typer.Exit(1)
