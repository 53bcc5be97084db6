"""Teach the adapter on: python -m training.train ADAPTER OUT FILE... [--epochs N] [--rate R].

Reads documents with their records, goes on from ADAPTER, and writes OUT, both in GGUF. Says
beforehand what it will cost. docs/training.md tells more.
"""

import argparse
import math
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from defext.local import weights_path
from training.documents import Taught, read
from training.examples import Example, examples
from training.model import Adapter, Model, load, loss, read_adapter, write_adapter

# Tokens of a step, at the least; the share of steps in which the rate rises; the largest gradient.
_STEP, _WARM_UP, _NORM = 4000, 0.06, 1.0


def steps(examples: Sequence[Example], rng: random.Random) -> Iterator[list[Example]]:
    """All examples in a random order, as many to a step as have the tokens of one."""
    batch: list[Example] = []
    for example in rng.sample(examples, len(examples)):
        batch.append(example)
        if sum(map(len, batch)) >= _STEP:
            yield batch
            batch = []
    if batch:
        yield batch


def train(
    model: Model,
    adapter: Adapter,
    parameters: Sequence[Tensor],
    batches: Sequence[Sequence[Example]],
    rate: float,
    progress: Callable[[int, float], None] = lambda step, loss: None,
) -> None:
    """Train these parameters of `adapter`, a step a batch: AdamW, the rate on a cosine.

    `progress` hears of each step its number and its loss a token.
    """
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01, betas=(0.9, 0.99))
    for number, batch in enumerate(batches):
        warm = min(1.0, (number + 1) / max(1.0, _WARM_UP * len(batches)))
        cosine = 0.5 * (1 + math.cos(math.pi * number / len(batches)))
        for group in optimizer.param_groups:
            group["lr"] = rate * warm * (0.05 + 0.95 * cosine)
        total, tokens = 0.0, 0
        for example in batch:
            value, count = loss(model, adapter, example)
            value.backward()
            total, tokens = total + value.item(), tokens + count
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.grad /= tokens
        torch.nn.utils.clip_grad_norm_(parameters, _NORM)
        optimizer.step()
        optimizer.zero_grad()
        progress(number + 1, total / tokens)


def mean_loss(model: Model, adapter: Adapter, examples: Iterable[Example]) -> float:
    """The loss a token of examples that are not trained on."""
    with torch.no_grad():
        values = [loss(model, adapter, example) for example in examples]
    total: float = sum(value.item() for value, _ in values)
    return total / sum(count for _, count in values)


def _documents(files: Sequence[Path], texts: Path | None) -> list[Taught]:
    return [document for file in files for document in read(file, texts)]


def main() -> None:
    """Train by the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("adapter", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--texts", type=Path, help="a folder with the texts of a manifest")
    parser.add_argument("--held-out", type=Path, help="documents to watch the loss by")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--first", type=int, default=0, help="the first block that is trained")
    options = parser.parse_args()

    rng = random.Random(0)
    encode = tokenizer()
    documents = _documents(options.files, options.texts)
    epochs = [
        [example for document in documents for example in examples(document, encode, rng)]
        for _ in range(options.epochs)
    ]
    batches = [batch for epoch in epochs for batch in steps(epoch, rng)]
    tokens = sum(len(example) for epoch in epochs for example in epoch)
    print(f"{len(documents)} documents, {tokens:,} tokens, {len(batches)} steps", flush=True)

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = load(weights_path(), device)
    adapter = read_adapter(options.adapter, device)
    parameters = adapter.trainable(options.first)
    held_out = [
        example
        for document in (_documents([options.held_out], None) if options.held_out else ())
        for example in examples(document, encode, random.Random(0))
    ]
    if held_out:
        print(f"held out: {mean_loss(model, adapter, held_out):.4f}", flush=True)
    began, done = time.monotonic(), 0

    def progress(step: int, value: float) -> None:
        nonlocal done
        done += sum(map(len, batches[step - 1]))
        speed = done / (time.monotonic() - began)
        left = (tokens - done) / speed / 60
        print(
            f"{step}/{len(batches)} loss {value:.4f}, {speed:.0f} tokens/s, {left:.0f} min left",
            flush=True,
        )
        if step % 25 == 0 or step == len(batches):
            write_adapter(adapter, options.out)
            if held_out:
                print(f"held out: {mean_loss(model, adapter, held_out):.4f}", flush=True)

    train(model, adapter, parameters, batches, options.rate, progress)


def tokenizer() -> Callable[[str], list[int]]:
    """The tokenizer of the embedded model, from its GGUF file."""
    from transformers import AutoTokenizer

    path = weights_path()
    read = AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name)
    return lambda text: list(read(text, add_special_tokens=False).input_ids)


if __name__ == "__main__":
    main()
