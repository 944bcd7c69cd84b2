"""Attention block by block: the numbers of the whole matrix, and no such matrix in memory."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from geartrain import GradientTape, jit, layers, ops
from geartrain.ops.nn import blockwise
from geartrain.tensor import Tensor

SHAPES = [  # batch, targets, sources, heads, features, value features
    (2, 5, 7, 2, 4, 3),
    (1, 70, 64, 1, 8, 8),
    (2, 33, 130, 3, 16, 5),
]


def drawn(*shape: int) -> Tensor:
    rng = np.random.default_rng(sum(shape))
    return ops.convert_to_tensor(rng.standard_normal(shape, np.float32))


def inputs(shape: tuple[int, ...]) -> list[Tensor]:
    batch, targets, sources, heads, features, width = shape
    return [
        drawn(batch, targets, heads, features),
        drawn(batch, sources, heads, features),
        drawn(batch, sources, heads, width),
    ]


def attention(*, by_blocks: bool, is_causal: bool) -> Any:
    def run(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return ops.dot_product_attention(q, k, v, is_causal=is_causal, flash_attention=by_blocks)

    return run


def derivatives(function: Any) -> Any:
    def run(*tensors: Tensor) -> list[Tensor]:
        with GradientTape() as tape:
            tape.watch(list(tensors))
            found = function(*tensors)
            loss = ops.sum(found * ops.sin(ops.cumsum(ops.ones_like(found), axis=1)))
        gradients: list[Tensor] = tape.gradient(loss, list(tensors))
        return gradients

    return run


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("is_causal", [False, True])
@pytest.mark.parametrize("compile_it", [False, True])
def test_blocks_give_the_numbers_of_the_whole(
    shape: tuple[int, ...], is_causal: bool, compile_it: bool
) -> None:
    whole, blocks = (attention(by_blocks=each, is_causal=is_causal) for each in (False, True))
    tensors = inputs(shape)
    run = jit(blocks) if compile_it else blocks
    np.testing.assert_allclose(run(*tensors), whole(*tensors), rtol=1e-5, atol=1e-5)
    back = jit(derivatives(blocks)) if compile_it else derivatives(blocks)
    for found, expected in zip(back(*tensors), derivatives(whole)(*tensors), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def sizes_in_memory(function: Any) -> list[int]:
    """How many elements each buffer of a jitted function's program has, in one turn of a loop."""
    (program,) = function.programs
    return [math.prod(map(int, each.spec.shape)) for each in program.schedule.buffers]


def test_the_scores_are_never_all_in_memory() -> None:
    tensors = inputs((1, 512, 512, 2, 8, 8))
    compiled = jit(derivatives(attention(by_blocks=True, is_causal=False)))
    compiled(*tensors)
    assert compiled.host_calls == ()
    assert max(sizes_in_memory(compiled)) <= 2 * 512 * blockwise.BLOCK
    whole = jit(derivatives(attention(by_blocks=False, is_causal=False)))
    whole(*tensors)
    assert max(sizes_in_memory(whole)) == 2 * 512 * 512


def test_many_scores_are_computed_by_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    x = drawn(2, 96, 6)
    layer = layers.MultiHeadAttention(2, 8)
    expected = layer(x, x, use_causal_mask=True)
    monkeypatch.setattr(blockwise, "LARGE", 2 * 96 * 96)
    compiled = jit(lambda x: layer(x, x, use_causal_mask=True))
    np.testing.assert_allclose(compiled(x), expected, rtol=1e-5, atol=1e-6)
    assert max(sizes_in_memory(compiled)) < 2 * 2 * 96 * 96
