"""Pooling: the largest or the mean of what lies under a window."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.ops.comparison import choose
from geartrain.ops.core import convert_to_tensor, promoted
from geartrain.ops.elementwise import divide
from geartrain.ops.nn.spatial import (
    channels_moved_back,
    channels_moved_last,
    check_rank,
    for_each_axis,
    sweeps_for,
)
from geartrain.ops.shaping import static_size
from geartrain.primitives.windows import Sweep, Sweeps
from geartrain.tensor import Tensor

__all__ = ["adaptive_average_pool", "adaptive_max_pool", "average_pool", "max_pool"]

Numbers = int | Sequence[int]


def max_pool(
    inputs: Any,
    pool_size: Numbers,
    strides: Numbers | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The largest element under each window; the derivative goes to the first that has it.

    Args:
        inputs: (batch, ..., channels), with one to three spatial axes.
        pool_size: the window's size; one number for all axes, or one for each.
        strides: how far the window moves; None: by its own size.
        padding: "valid" (windows stay inside) or "same" (a window for each stride of the input;
            what lies outside does not count).
        data_format: "channels_last" (None means that) or "channels_first".

    Raises:
        ValueError: the window is larger than the input.

    >>> max_pool([[[1.0], [3.0], [2.0], [0.0]]], 2).numpy().tolist()
    [[[3.0], [2.0]]]
    """
    tensor = channels_moved_last(convert_to_tensor(inputs), data_format)
    window, sweeps = _windows("max_pool", tensor, pool_size, strides, padding)
    found = primitives.window_max(tensor, window=window, sweeps=sweeps)
    return channels_moved_back(found, data_format)


def average_pool(
    inputs: Any,
    pool_size: Numbers,
    strides: Numbers | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The mean of the elements under each window; what lies outside of the input does not count.

    Args:
        inputs: (batch, ..., channels), with one to three spatial axes.
        pool_size: the window's size; one number for all axes, or one for each.
        strides: how far the window moves; None: by its own size.
        padding: "valid" (windows stay inside) or "same" (a window for each stride of the input).
        data_format: "channels_last" (None means that) or "channels_first".

    Raises:
        ValueError: the window is larger than the input.

    >>> average_pool([[[1.0], [3.0], [2.0]]], 2, padding="same").numpy().tolist()
    [[[2.0], [2.0]]]
    """
    (tensor,) = promoted(inputs, floating=True)
    tensor = channels_moved_last(tensor, data_format)
    window, sweeps = _windows("average_pool", tensor, pool_size, strides, padding)
    total = primitives.window_sum(tensor, window=window, sweeps=sweeps)
    mean = divide(total, _counts(tensor, window, sweeps))
    return channels_moved_back(mean, data_format)


def _windows(
    name: str, x: Tensor, pool_size: Any, strides: Any, padding: str
) -> tuple[tuple[int, ...], Sweeps]:
    rank = check_rank(name, x)
    window = for_each_axis("pool_size", pool_size, rank)
    steps = window if strides is None else for_each_axis("strides", strides, rank)
    return window, sweeps_for(name, x.shape[1:-1], window, steps, padding, (1,) * rank)


def _counts(x: Tensor, window: tuple[int, ...], sweeps: Sweeps) -> Any:
    """How many elements lie under each window: a number, where it is the same for all."""
    if not any(sweep.low or sweep.high for sweep in sweeps):
        return float(math.prod(window))
    sizes = [static_size(size, "average_pool") for size in x.shape[1:-1]]
    ones = np.ones((1, *sizes, 1), x.dtype)
    return Tensor(primitives.window_sum.evaluate(ones, window=window, sweeps=sweeps))


def adaptive_max_pool(inputs: Any, output_size: Numbers, data_format: str | None = None) -> Tensor:
    """The largest elements of as many parts of each axis as are asked for.

    Part i of an axis goes from place floor(i * size / parts) up to but not including
    ceil((i + 1) * size / parts), so parts may share a place.

    Args:
        inputs: (batch, ..., channels), with one to three spatial axes.
        output_size: the number of parts; one for all axes, or one for each.
        data_format: "channels_last" (None means that) or "channels_first".
    """
    tensor = convert_to_tensor(inputs)
    return _adaptive("adaptive_max_pool", tensor, output_size, data_format, _largest_of_parts)


def adaptive_average_pool(
    inputs: Any, output_size: Numbers, data_format: str | None = None
) -> Tensor:
    """The means of as many parts of each axis as are asked for, as `adaptive_max_pool` has them.

    Args:
        inputs: (batch, ..., channels), with one to three spatial axes.
        output_size: the number of parts; one for all axes, or one for each.
        data_format: "channels_last" (None means that) or "channels_first".
    """
    (tensor,) = promoted(inputs, floating=True)
    return _adaptive("adaptive_average_pool", tensor, output_size, data_format, _means_of_parts)


def _adaptive(
    name: str,
    x: Tensor,
    output_size: Any,
    data_format: str | None,
    pool: Callable[[Tensor, int, list[range]], Tensor],
) -> Tensor:
    """Axis by axis, the places of each part are taken and pooled."""
    rank = check_rank(name, x)
    x = channels_moved_last(x, data_format)
    for axis, count in enumerate(for_each_axis("output_size", output_size, rank), 1):
        size = static_size(x.shape[axis], name)
        starts = (part * size // count for part in range(count))
        ends = (-(-(part + 1) * size // count) for part in range(count))
        x = pool(x, axis, [range(*each) for each in zip(starts, ends, strict=True)])
    return channels_moved_back(x, data_format)


def _largest_of_parts(x: Tensor, axis: int, parts: list[range]) -> Tensor:
    """The last place of a short part stands again where others have one more."""
    widest = max(map(len, parts))
    places = np.array([part[min(at, len(part) - 1)] for part in parts for at in range(widest)])
    taken = primitives.take(x, Tensor(places.astype(np.int32)), axis=axis)
    window = tuple(widest if each == axis else 1 for each in range(1, x.ndim - 1))
    sweeps = tuple(map(Sweep, window))
    return primitives.window_max(taken, window=window, sweeps=sweeps)


def _means_of_parts(x: Tensor, axis: int, parts: list[range]) -> Tensor:
    """Zeros stand where others have one place more."""
    widest = max(map(len, parts))
    places = np.array([part[min(at, len(part) - 1)] for part in parts for at in range(widest)])
    real = np.array([at < len(part) for part in parts for at in range(widest)])
    along = tuple(-1 if each == axis else 1 for each in range(x.ndim))
    taken = primitives.take(x, Tensor(places.astype(np.int32)), axis=axis)
    kept = taken if real.all() else choose(real.reshape(along), taken, 0.0)
    window = tuple(widest if each == axis else 1 for each in range(1, x.ndim - 1))
    total = primitives.window_sum(kept, window=window, sweeps=tuple(map(Sweep, window)))
    counts = np.array([len(part) for part in parts]).reshape(along)
    return divide(total, Tensor(counts.astype(x.dtype)))
