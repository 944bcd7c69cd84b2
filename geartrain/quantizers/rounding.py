"""Floats as whole numbers with a scale: by the largest magnitude, or between two ends.

    abs_max_quantize            q = round(x * scale)              scale = high / max|x|
    ..._grouped_with_zero_point q = round(x / scale) + zero       scale = (max - min) / (high - low)

Source: Jacob et al., "Quantization and training of neural networks for efficient integer-
arithmetic-only inference" (2018), section 2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain
from geartrain.tensor import Tensor, Variable, as_dtype, format_shape, is_floating

Axis = int | Sequence[int] | None


def abs_max_quantize(
    inputs: Any,
    axis: Axis,
    value_range: Sequence[float] = (-127, 127),
    dtype: Any = "int8",
    epsilon: float = 1e-7,
    to_numpy: bool = False,
) -> tuple[Tensor, Tensor]:
    """Whole numbers, and what the inputs were multiplied with: high / (max|x| + epsilon).

    Args:
        inputs: floats.
        axis: over which the largest magnitude is looked for; None: over all.
        value_range: the least and the greatest whole number.
        dtype: of the whole numbers.
        epsilon: keeps the scale of zeros finite.
        to_numpy: whether to compute by NumPy, outside of any trace.

    Returns:
        The whole numbers, and the scale, with size 1 along `axis`.

    >>> numbers, scale = abs_max_quantize([[1.0, -2.0]], axis=-1)
    >>> numbers.numpy().tolist(), float(scale[0, 0])
    ([[64, -127]], 63.5)
    """
    low, high = value_range
    x = _floats(inputs, to_numpy)
    if axis is not None and not isinstance(axis, int) and len(axis) == 0:
        largest = ops.absolute(x)
    else:
        largest = ops.max(ops.absolute(x), axis=axis, keepdims=True)
    scale = ops.divide(float(high), ops.add(largest, epsilon))
    numbers = ops.clip(ops.round(ops.multiply(x, scale)), low, high)
    return ops.cast(numbers, dtype), scale


def abs_max_quantize_grouped_with_zero_point(
    inputs: Any,
    block_size: int,
    value_range: Sequence[float] = (-8, 7),
    dtype: Any = "int8",
    epsilon: float = 1e-7,
    to_numpy: bool = False,
) -> tuple[Tensor, Tensor, Tensor]:
    """Whole numbers between two ends, for each group of `block_size` rows and each column.

    Args:
        inputs: a matrix, `(rows, columns)`.
        block_size: rows of a group; the last one may have fewer.
        value_range: the least and the greatest whole number.
        dtype: of the whole numbers and of the zero points.
        epsilon: the least scale is this, over the number of steps.
        to_numpy: whether to compute by NumPy, outside of any trace. As in Keras, a group of equal
            numbers lies between itself - 1 and + 1 without it, and zeros fill up a group that is
            larger than the matrix with it.

    Returns:
        The whole numbers, the scales and the zero points, both `(groups, columns)`.

    Raises:
        ValueError: the input is no matrix, or the block size is no positive number.
    """
    x = _floats(inputs, to_numpy)
    if x.ndim != 2 or not isinstance(block_size, int) or block_size < 1:
        raise ValueError(_block_message(x.shape, block_size))
    rows, columns = map(int, x.shape)
    low, high = value_range
    block_size = block_size if to_numpy else min(block_size, rows)
    groups = -(-rows // block_size)
    missing = groups * block_size - rows
    whole = ops.pad(x, [(0, missing), (0, 0)]) if missing else x
    parts = ops.reshape(whole, (groups, block_size, columns))
    least, most = (find(parts, axis=1, keepdims=True) for find in (ops.min, ops.max))
    if not to_numpy:
        equal = ops.cast(ops.equal(least, most), x.dtype)
        least, most = ops.subtract(least, equal), ops.add(most, equal)
    scale = ops.divide(ops.add(ops.subtract(most, least), epsilon), float(high - low))
    zero = ops.clip(ops.round(ops.subtract(float(low), ops.divide(least, scale))), low, high)
    numbers = ops.clip(ops.round(ops.add(ops.divide(parts, scale), zero)), low, high)
    numbers = ops.reshape(numbers, (groups * block_size, columns))[:rows]
    return ops.cast(numbers, dtype), scale[:, 0], ops.cast(zero[:, 0], dtype)


def _floats(inputs: Any, to_numpy: bool) -> Tensor:
    """The inputs as floats, whose numbers are known where `to_numpy` says so."""
    if to_numpy:
        known = inputs.numpy() if isinstance(inputs, Tensor | Variable) else np.asarray(inputs)
        inputs = known
    x = ops.convert_to_tensor(inputs)
    return x if is_floating(x.dtype) else ops.cast(x, as_dtype("float32"))


def _block_message(shape: Any, block_size: Any) -> str:
    return explain(
        "Groups of rows are quantized",
        given=f"inputs of shape {format_shape(shape)}, block_size={block_size!r}",
        expected="a matrix, and a whole number of rows from 1",
        remedy="x.reshape(rows, columns), block_size=128",
    )
