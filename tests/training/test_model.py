"""Training, on a model of two blocks with random weights."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra train")
gguf = pytest.importorskip("gguf", reason="training needs the extra train")

from training.examples import Branch, Example
from training.model import (
    Adapter,
    Model,
    load,
    loss,
    read_adapter,
    write_adapter,
)
from training.train import mean_loss, steps, train

HIDDEN, INNER, HEADS, KEY_HEADS, BLOCKS, TOKENS = 32, 64, 4, 2, 2, 50
KEYS = HIDDEN // HEADS * KEY_HEADS
EXAMPLE = Example([1, 2, 3, 4, 5], (Branch([6, 7, 8, 9], 2), Branch([10, 11, 12, 13, 14, 15], 3)))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "tiny.gguf"
    numbers = np.random.default_rng(0)
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_block_count(BLOCKS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(1e-6)

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(name, numbers.normal(0, 0.3, shape).astype(np.float32))

    add("token_embd.weight", TOKENS, HIDDEN)
    add("output_norm.weight", HIDDEN)
    for block in range(BLOCKS):
        for norm in ("attn_norm", "ffn_norm"):
            add(f"blk.{block}.{norm}.weight", HIDDEN)
        for layer, out, into in (
            ("attn_q", HIDDEN, HIDDEN),
            ("attn_k", KEYS, HIDDEN),
            ("attn_v", KEYS, HIDDEN),
            ("attn_output", HIDDEN, HIDDEN),
            ("ffn_gate", INNER, HIDDEN),
            ("ffn_up", INNER, HIDDEN),
            ("ffn_down", HIDDEN, INNER),
        ):
            add(f"blk.{block}.{layer}.weight", out, into)
        for layer, out in (("attn_q", HIDDEN), ("attn_k", KEYS), ("attn_v", KEYS)):
            add(f"blk.{block}.{layer}.bias", out)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def model(weights: Path) -> Model:
    return load(weights)


def adapter_for(model: Model, spread: float = 0.05) -> Adapter:
    """An adapter for each matrix of the blocks, which changes the less the smaller `spread` is."""
    random = torch.Generator().manual_seed(1)
    a, b = {}, {}
    for name, weight in model.weights.items():
        if name.startswith("blk.") and weight.ndim == 2:
            out, into = weight.shape
            a[name] = torch.randn(4, into, generator=random) / into**0.5
            b[name] = torch.randn(out, 4, generator=random) * spread
    return Adapter(8.0, a, b)


def test_a_branch_is_read_as_if_it_stood_alone(model: Model) -> None:
    adapter = adapter_for(model)
    together, count = loss(model, adapter, EXAMPLE)
    alone = [loss(model, adapter, replace(EXAMPLE, branches=(b,))) for b in EXAMPLE.branches]
    assert count == sum(each for _, each in alone) == 5
    assert together.item() == pytest.approx(sum(value.item() for value, _ in alone), rel=0.02)


def test_an_adapter_changes_what_the_model_answers_and_one_of_zeros_does_not(model: Model) -> None:
    plain, zeros, some = (
        loss(model, adapter, EXAMPLE)[0]
        for adapter in (Adapter(1.0, {}, {}), adapter_for(model, 0.0), adapter_for(model))
    )
    assert zeros == plain != some


def test_two_steps_lower_the_loss_and_change_only_what_is_trainable(
    model: Model, tmp_path: Path
) -> None:
    adapter = adapter_for(model)
    parameters = adapter.trainable(1)
    before = mean_loss(model, adapter, [EXAMPLE])
    kept = {name: tensor.detach().clone() for name, tensor in adapter.b.items()}
    heard: list[tuple[int, float]] = []
    train(model, adapter, parameters, [[EXAMPLE]] * 2, 1e-2, lambda *step: heard.append(step))

    assert [number for number, _ in heard] == [1, 2]
    assert heard[0][1] == pytest.approx(before, rel=1e-3)
    assert mean_loss(model, adapter, [EXAMPLE]) < before
    for name, tensor in adapter.b.items():
        assert torch.equal(tensor, kept[name]) == name.startswith("blk.0.")

    path = tmp_path / "adapter.gguf"
    write_adapter(adapter, path)
    again = read_adapter(path)
    assert again.alpha == adapter.alpha
    assert again.a.keys() == adapter.a.keys()
    for name, tensor in adapter.a.items():
        assert torch.equal(again.a[name], tensor.detach().half().float())


def test_steps_hold_every_example_once() -> None:
    examples = [replace(EXAMPLE, common=[number] * 900) for number in range(11)]
    batches = list(steps(examples, random.Random(0)))
    assert sorted(e.common[0] for batch in batches for e in batch) == list(range(11))
    assert len(batches) == 3
