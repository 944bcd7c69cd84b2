"""Numbers in other clothes: sets as vectors, polar coordinates, and how alike two images are."""

from __future__ import annotations

from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import broadcast_together, cast, promoted
from geartrain.ops.elementwise import multiply, square, subtract
from geartrain.ops.functions import cos, log10, sin
from geartrain.ops.indexing import one_hot
from geartrain.ops.reductions import max, mean
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import FLOAT32, INT32

__all__ = ["multi_hot", "polar", "psnr"]


def multi_hot(
    inputs: Any,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: Any = None,
    sparse: bool = False,
    **kwargs: Any,
) -> Tensor:
    """1 at the places that a row of numbers names, 0 elsewhere.

    Args:
        inputs: (batch, numbers), or the numbers of one sample.
        num_classes: how many places there are (`num_tokens` is its old name).
        axis: where the new axis goes, before the numbers' own is taken away.
        dtype: None is float32.
        sparse: False: there are no sparse tensors.
        **kwargs: num_tokens, the old name of num_classes.

    >>> multi_hot([[0, 2, 2]], 4).numpy().tolist()
    [[1.0, 0.0, 1.0, 0.0]]
    """
    count = kwargs.pop("num_tokens", None) if num_classes is None else num_classes
    if count is None or kwargs:
        raise ValueError(_classes_message(kwargs))
    numbers = cast(inputs, INT32)
    hot = one_hot(numbers, count, axis, dtype, sparse)
    return max(hot, axis=1 if numbers.ndim > 1 else 0)


def psnr(x1: Any, x2: Any, max_val: float) -> Tensor:
    """The peak signal-to-noise ratio: 20 log10(max_val) - 10 log10(mean of (x1 - x2)²).

    Args:
        x1: an image.
        x2: another, of its shape.
        max_val: the largest value that there can be, such as 255.

    Raises:
        ValueError: the shapes differ.
    """
    first, second = promoted(x1, x2)
    if first.shape != second.shape:
        raise ValueError(_psnr_message(first, second))
    error = mean(square(subtract(first, second)))
    return subtract(multiply(log10(cast(max_val, error.dtype)), 20.0), multiply(log10(error), 10.0))


def polar(abs_: Any, angle: Any) -> Tensor:
    """The complex numbers of these lengths and angles: abs · (cos(angle) + i sin(angle))."""
    lengths, angles = promoted(abs_, angle, floating=True)
    if lengths.dtype.itemsize < FLOAT32.itemsize:
        lengths, angles = cast(lengths, FLOAT32), cast(angles, FLOAT32)
    length, turn = broadcast_together(lengths, angles, operation="polar")
    return primitives.complex_(multiply(length, cos(turn)), multiply(length, sin(turn)))


def _classes_message(given: dict[str, Any]) -> str:
    return explain(
        "multi_hot needs the number of places",
        given=", ".join(given) or "num_classes=None",
        expected="num_classes, the number of different numbers",
        remedy="multi_hot(inputs, num_classes=10)",
    )


def _psnr_message(first: Tensor, second: Tensor) -> str:
    return explain(
        "psnr compares images of one shape",
        given=f"x1 {format_shape(first.shape)}, x2 {format_shape(second.shape)}",
        expected="two images of one shape",
        remedy="ops.reshape(x2, x1.shape)",
    )
