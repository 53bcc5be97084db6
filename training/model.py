"""The embedded model in torch, from its GGUF file, with a low-rank adapter (LoRA) that is trained.

LoRA: Hu et al. 2021, https://arxiv.org/abs/2106.09685. The model is Qwen2's decoder: RMS norm,
grouped-query attention with rotary positions, SwiGLU.
"""

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.examples import Example


@dataclass(frozen=True)
class Shape:
    """The sizes of a Qwen2 model."""

    blocks: int
    heads: int
    key_heads: int
    base: float
    epsilon: float


@dataclass(frozen=True)
class Model:
    """Weights by their GGUF names; norms and biases in float32."""

    shape: Shape
    weights: dict[str, Tensor]


def load(path: Path, device: str = "cpu") -> Model:
    """The model in a GGUF file of the architecture `qwen2`, dequantized."""
    reader = gguf.GGUFReader(path)
    fields = {key: field.contents() for key, field in reader.fields.items() if "qwen2." in key}
    weights = {}
    for tensor in reader.tensors:
        values = torch.from_numpy(gguf.dequantize(tensor.data, tensor.tensor_type).copy())
        matrix = values.ndim > 1
        weights[tensor.name] = values.to(device, _precision(device) if matrix else torch.float32)
    weights.setdefault("output.weight", weights["token_embd.weight"])
    shape = Shape(
        blocks=fields["qwen2.block_count"],
        heads=fields["qwen2.attention.head_count"],
        key_heads=fields["qwen2.attention.head_count_kv"],
        base=fields["qwen2.rope.freq_base"],
        epsilon=fields["qwen2.attention.layer_norm_rms_epsilon"],
    )
    return Model(shape, weights)


def _precision(device: str) -> torch.dtype:
    """Half of float32 where the processor computes in it; others would emulate it."""
    slow = device == "cpu" and torch.backends.cpu.get_cpu_capability() != "AVX512"
    return torch.float32 if slow else torch.bfloat16


@dataclass(frozen=True)
class Adapter:
    """Two thin matrices for each weight that it changes: the weight plus `alpha / rank` of b a."""

    alpha: float
    a: dict[str, Tensor]
    b: dict[str, Tensor]

    def trainable(self, first: int) -> list[Tensor]:
        """What is trained if blocks from `first` on are; from then on gradients are kept for it."""
        return [
            tensor.requires_grad_()
            for tensors in (self.a, self.b)
            for name, tensor in tensors.items()
            if int(name.split(".")[1]) >= first
        ]

    def changed(self, name: str, x: Tensor, y: Tensor) -> Tensor:
        """The output of the weight `name` for the input `x`, which is `y` without the adapter."""
        a, b = self.a[name].to(x.dtype), self.b[name].to(x.dtype)
        return torch.addmm(y, functional.linear(x, a) * (self.alpha / len(a)), b.T)


def read_adapter(path: Path, device: str = "cpu") -> Adapter:
    """The adapter in a GGUF file."""
    reader = gguf.GGUFReader(path)
    sides: dict[str, dict[str, Tensor]] = {"a": {}, "b": {}}
    for tensor in reader.tensors:
        name, side = tensor.name.rsplit(".lora_", 1)
        values = np.array(tensor.data, dtype=np.float32)
        sides[side][name] = torch.from_numpy(values).to(device)
    return Adapter(float(reader.fields["adapter.lora.alpha"].contents()), sides["a"], sides["b"])


def write_adapter(adapter: Adapter, path: Path) -> None:
    """Write an adapter as llama.cpp loads it, in half precision."""
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", adapter.alpha)
    for name in adapter.a:
        for side, tensors in (("a", adapter.a), ("b", adapter.b)):
            values = tensors[name].detach().half().cpu().numpy()
            writer.add_tensor(f"{name}.lora_{side}", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def loss(model: Model, adapter: Adapter, example: Example) -> tuple[Tensor, int]:
    """The summed cross-entropy of the answers of an example, and of how many tokens it is.

    The common tokens are read once. Each branch goes on from them and does not see the other.
    """
    weights = model.weights
    device = weights["token_embd.weight"].device
    tokens, positions, branch = _layout(example)
    tokens, positions, branch = tokens.to(device), positions.to(device), branch.to(device)
    order = torch.arange(len(tokens), device=device)
    earlier = order[:, None] >= order[None, :]
    visible = earlier & ((branch[None, :] == 0) | (branch[None, :] == branch[:, None]))
    half = weights["blk.0.attn_q.weight"].shape[0] // model.shape.heads // 2
    angles = positions[:, None] / model.shape.base ** (torch.arange(half, device=device) / half)
    turn = torch.cat((angles, angles), -1)

    x = functional.embedding(tokens, weights["token_embd.weight"])
    for block in range(model.shape.blocks):
        x = _block(model, adapter, f"blk.{block}", x, (turn.cos(), turn.sin()), visible)

    # A token is predicted by the one before it on its branch, the first of a branch by none here.
    taught = _taught(example).to(device)
    hidden = _norm(x[taught - 1], weights["output_norm.weight"], model.shape.epsilon)
    logits = functional.linear(hidden, weights["output.weight"]).float()
    return functional.cross_entropy(logits, tokens[taught], reduction="sum"), len(taught)


def _layout(example: Example) -> tuple[Tensor, Tensor, Tensor]:
    """Each token, its position in its question, and its branch, 0 for the common ones."""
    tokens = list(example.common)
    positions = list(range(len(tokens)))
    branches = [0] * len(tokens)
    for number, branch in enumerate(example.branches, 1):
        tokens += branch.tokens
        positions += range(len(example.common), len(example.common) + len(branch.tokens))
        branches += [number] * len(branch.tokens)
    return torch.tensor(tokens), torch.tensor(positions), torch.tensor(branches)


def _taught(example: Example) -> Tensor:
    """Where the tokens of the answers stand."""
    places: list[int] = []
    end = len(example.common)
    for branch in example.branches:
        places += range(end + branch.answer, end + len(branch.tokens))
        end += len(branch.tokens)
    return torch.tensor(places)


def _block(
    model: Model,
    adapter: Adapter,
    block: str,
    x: Tensor,
    turn: tuple[Tensor, Tensor],
    visible: Tensor,
) -> Tensor:
    def linear(layer: str, x: Tensor) -> Tensor:
        name = f"{block}.{layer}.weight"
        bias = model.weights.get(f"{block}.{layer}.bias")
        y = functional.linear(x, model.weights[name], None if bias is None else bias.to(x.dtype))
        return adapter.changed(name, x, y) if name in adapter.a else y

    def heads(x: Tensor, number: int) -> Tensor:
        return x.view(len(x), number, -1).transpose(0, 1)

    shape = model.shape
    h = _norm(x, model.weights[f"{block}.attn_norm.weight"], shape.epsilon)
    query = _turned(heads(linear("attn_q", h), shape.heads), turn)
    key = _turned(heads(linear("attn_k", h), shape.key_heads), turn)
    value = heads(linear("attn_v", h), shape.key_heads)
    group = shape.heads // shape.key_heads
    mixed = functional.scaled_dot_product_attention(
        query[None],
        key.repeat_interleave(group, 0)[None],
        value.repeat_interleave(group, 0)[None],
        attn_mask=visible,
    )[0]
    x = x + linear("attn_output", mixed.transpose(0, 1).reshape(x.shape))
    h = _norm(x, model.weights[f"{block}.ffn_norm.weight"], shape.epsilon)
    return x + linear("ffn_down", functional.silu(linear("ffn_gate", h)) * linear("ffn_up", h))


def _norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    wide = x.float()
    return (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + epsilon) * weight).to(x.dtype)


def _turned(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions: Su et al. 2021, https://arxiv.org/abs/2104.09864."""
    cos, sin = turn
    first, second = x.float().chunk(2, -1)
    return (x.float() * cos + torch.cat((-second, first), -1) * sin).to(x.dtype)
