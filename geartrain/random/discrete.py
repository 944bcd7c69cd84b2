"""Choosing: a class, the elements that stay, an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import ops, primitives
from geartrain.errors import explain
from geartrain.ops.core import whole_number
from geartrain.ops.shaping import static_size
from geartrain.random.arguments import require
from geartrain.random.continuous import unit, words_of
from geartrain.random.seed import key_of
from geartrain.tensor import Shape, Tensor, format_shape, is_floating, normalize_axis
from geartrain.tensor.dtypes import FLOAT64, INT32

WORDS = 2**32


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Tensor:
    """Classes, each as often as its probability says: e^logit over the sum of the row's.

    The class is the first at which the probabilities, added up in float64, pass a uniform number;
    it is found by halving, so that many classes cost little. A class of logit -inf never comes.

    Args:
        logits: (batch, classes): logarithms of probabilities, up to a number for each row.
        num_samples: how many classes to draw for each row.
        dtype: of the result.
        seed: a whole number, a `SeedGenerator`, or None for the global seed.

    Output shape:
        (batch, num_samples)

    Raises:
        ValueError: the logits have not two axes, or no class, or the seed is no seed.

    >>> categorical([[0.0, float("-inf"), float("-inf")]], 4, seed=1).numpy().tolist()
    [[0, 0, 0, 0]]
    """
    scores = ops.convert_to_tensor(logits)
    if scores.ndim != 2 or not scores.shape[1]:
        raise ValueError(_logits_message(scores))
    scores = ops.cast(scores, FLOAT64)
    largest = ops.max(scores, axis=1, keepdims=True)
    passed = ops.cumsum(ops.exp(ops.subtract(scores, largest)), axis=1)  # (batch, classes)
    classes = static_size(passed.shape[1], "random.categorical")
    samples = unit(key_of(seed), (scores.shape[0], whole_number(num_samples)), FLOAT64)
    total = ops.expand_dims(passed[:, -1], 1)
    # A uniform number is 1 - 2**-53 at most, and its product rounds to less than the total.
    return ops.cast(_first_above(passed, ops.multiply(samples, total), classes), dtype)


def _first_above(rising: Tensor, values: Tensor, size: int) -> Tensor:
    """For each value the first place of its row that is above it: (batch, samples)."""
    found = ops.zeros_like(values, dtype=INT32)  # places known to be not above
    for bit in reversed(range(size.bit_length())):
        tried = ops.add(found, 1 << bit)
        last = ops.minimum(ops.subtract(tried, 1), size - 1)
        is_not_above = ops.less_equal(ops.take_along_axis(rising, last, axis=1), values)
        found = ops.where(ops.logical_and(is_not_above, ops.less_equal(tried, size)), tried, found)
    return found


def dropout(
    inputs: Any, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Any = None
) -> Tensor:
    """The inputs, each set to 0 with probability `rate`, else divided by 1 - rate.

    So the expected value stays what it was. An element stays where its random word is below
    (1 - rate) 2**32.

    Args:
        inputs: a tensor of floats.
        rate: from 0 to 1.
        noise_shape: of the choices, repeated to the inputs' shape; None in it takes the inputs'
            size: `(None, 1, None)` drops whole time series of a feature.
        seed: a whole number, a `SeedGenerator`, or None for the global seed.

    Raises:
        ValueError: the inputs are no floats, the rate or the noise's shape does not fit, or the
            seed is no seed.

    >>> set(dropout(ops.ones(100), 0.5, seed=1).numpy().tolist()) == {0.0, 2.0}
    True
    """
    x = ops.convert_to_tensor(inputs)
    if not is_floating(x.dtype):
        raise ValueError(_inputs_message(x))
    chance = float(rate)
    require("dropout", "rate", chance, lambda r: (r >= 0) & (r <= 1), "0 to 1", "rate=0.5")
    if chance in (0, 1):
        return ops.zeros_like(x) if chance else x
    keep = min(round((1 - chance) * WORDS), WORDS - 1)
    bits = primitives.random_bits(key_of(seed), shape=_noise_shape(noise_shape, x))
    dropped: Tensor = ops.where(ops.less(bits, keep), ops.divide(x, 1 - chance), 0)
    return dropped


def _noise_shape(noise_shape: Sequence[int | None] | None, x: Tensor) -> Shape:
    if noise_shape is None:
        return x.shape
    sizes = tuple(noise_shape)
    if len(sizes) > x.ndim:
        raise ValueError(_noise_message(sizes, x))
    behind = x.shape[x.ndim - len(sizes) :]
    found = tuple(own if size is None else size for size, own in zip(sizes, behind, strict=True))
    if any(size not in (1, own) for size, own in zip(found, behind, strict=True)):
        raise ValueError(_noise_message(sizes, x))
    return found


def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Tensor:
    """The slices of an axis in a random order, each order equally likely.

    The places are sorted by random numbers of 64 bits; two of n are equal, and then keep their
    order, with a probability below n² / 2**65.

    Args:
        x: a tensor with one axis at least.
        axis: the one whose slices move, whole.
        seed: a whole number, a `SeedGenerator`, or None for the global seed.

    Raises:
        IndexError: there is no such axis.
        ValueError: the seed is no seed.

    >>> sorted(shuffle([3, 1, 2], seed=1).numpy().tolist())
    [1, 2, 3]
    """
    tensor = ops.convert_to_tensor(x)
    along = normalize_axis(axis, tensor.ndim)
    words = words_of(key_of(seed), (tensor.shape[along],), 2)
    high, low = (ops.cast(each, "uint64") for each in words)
    order = ops.argsort(ops.bitwise_or(ops.left_shift(high, 32), low), axis=0)
    return primitives.take(tensor, order, axis=along)


def _logits_message(logits: Tensor) -> str:
    return explain(
        "random.categorical draws from rows of classes",
        given=f"logits of shape {format_shape(logits.shape)}",
        expected="logits of shape (batch, classes), with one class at least",
        remedy="logits[None, :], if there is one row" if logits.ndim == 1 else "logits.reshape",
    )


def _inputs_message(x: Tensor) -> str:
    return explain(
        "random.dropout scales what stays, so it takes floats",
        given=f"inputs of {x.dtype.name}{format_shape(x.shape)}",
        expected="a floating-point dtype",
        remedy="random.dropout(ops.cast(x, 'float32'), rate)",
    )


def _noise_message(noise_shape: tuple[int | None, ...], x: Tensor) -> str:
    return explain(
        "random.dropout cannot repeat its choices to the inputs",
        given=f"noise_shape={noise_shape} for inputs of shape {format_shape(x.shape)}",
        expected="on each axis 1, None, or the inputs' own size",
        remedy=f"noise_shape={(None,) * x.ndim}",
    )
