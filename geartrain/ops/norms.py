"""Norms of vectors and matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import not_equal
from geartrain.ops.core import cast, promoted
from geartrain.ops.elementwise import absolute, add, multiply, power
from geartrain.ops.functions import sqrt
from geartrain.ops.matrix_arguments import computed
from geartrain.ops.reductions import max, min, sum
from geartrain.ops.shaping import expand_dims, moveaxis, ravel, reshape
from geartrain.tensor import Tensor, format_shape, normalize_axis

__all__ = ["norm"]

INFINITY = float("inf")
OF_COLUMNS = {1: max, -1: min}  # of the sums of each column
OF_ROWS = {INFINITY: max, -INFINITY: min}
OF_VALUES = {2: max, -2: min, "nuc": sum}  # of the singular values


def norm(
    x: Any,
    ord: Any = None,
    axis: int | Sequence[int] | None = None,
    keepdims: bool = False,
) -> Tensor:
    """The norm of vectors (one axis) or of matrices (two axes).

    Args:
        x: the elements; integers become float32.
        ord: of vectors: None or 2 is the length, 1 the sum of sizes, inf and -inf the largest
            and smallest size, 0 the number of elements that are not 0, any other p
            (sum |x|^p)^(1/p). Of matrices: None or "fro" is the length of all elements,
            "nuc" the sum of the singular values, 2 and -2 the largest and smallest of them, 1 and
            -1 the largest and smallest sum of a column's sizes, inf and -inf of a row's.
        axis: the axis of the vectors, or the two of the matrices' rows and columns. None takes
            all elements as one vector if `ord` is None, else `x` as a vector or matrix.
        keepdims: whether the axes stay, with size 1.

    Raises:
        ValueError: `ord` is none of these, or there are more than two axes.

    >>> float(norm([3.0, 4.0])), float(norm([[1.0, -2.0], [3.0, 4.0]], 1))
    (5.0, 6.0)
    """
    (tensor,) = promoted(x, floating=True)
    if axis is None and ord is None:
        length = _length(ravel(tensor), 0)
        return reshape(length, (1,) * tensor.ndim) if keepdims else length
    axes = _normalized(tensor, axis)
    if len(axes) == 1:
        return _vector_norm(tensor, ord, axes[0], keepdims)
    if len(axes) != 2 or axes[0] == axes[1]:
        raise ValueError(_axes_message(tensor, axis))
    return _matrix_norm(tensor, ord, axes, keepdims)


def _normalized(x: Tensor, axis: int | Sequence[int] | None) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    given = (axis,) if isinstance(axis, int) else tuple(axis)
    return tuple(normalize_axis(each, x.ndim) for each in given)


def _length(x: Tensor, axis: int | tuple[int, ...], keepdims: bool = False) -> Tensor:
    """The square root of the sum of squares."""
    if x.dtype.kind != "c":
        return sqrt(sum(multiply(x, x), axis, keepdims))
    parts = (primitives.real(x), primitives.imag(x))
    squares = [multiply(each, each) for each in parts]
    return sqrt(sum(add(*squares), axis, keepdims))


def _vector_norm(x: Tensor, ord: Any, axis: int, keepdims: bool) -> Tensor:
    if isinstance(ord, str):
        raise ValueError(_ord_message(x, ord, "a number: this is the norm of vectors"))
    if ord is None or ord == 2:
        return _length(x, axis, keepdims)
    sizes = absolute(x)
    if ord in OF_ROWS:
        return OF_ROWS[ord](sizes, axis, keepdims)
    if ord == 0:
        return sum(cast(not_equal(sizes, 0), sizes.dtype), axis, keepdims)
    if ord == 1:
        return sum(sizes, axis, keepdims)
    return power(sum(power(sizes, float(ord)), axis, keepdims), 1.0 / float(ord))


def _matrix_norm(x: Tensor, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    if ord is None or ord == "fro":
        return _length(x, axes, keepdims)
    row, column = axes
    if ord in OF_COLUMNS:
        reduced = OF_COLUMNS[ord](sum(absolute(x), row, True), column, True)
    elif ord in OF_ROWS:
        reduced = OF_ROWS[ord](sum(absolute(x), column, True), row, True)
    elif ord in OF_VALUES:
        values = computed(primitives.singular_values, moveaxis(x, axes, (-2, -1)))
        reduced = expand_dims(OF_VALUES[ord](values, -1), axes)
    else:
        raise ValueError(_ord_message(x, ord, "None, 'fro', 'nuc', 1, -1, 2, -2, inf or -inf"))
    if keepdims:
        return reduced
    kept = tuple(size for at, size in enumerate(x.shape) if at not in axes)
    return reshape(reduced, kept)


def _axes_message(x: Tensor, axis: Any) -> str:
    return explain(
        "norm is of vectors or of matrices",
        given=f"axis={axis} for a tensor of shape {format_shape(x.shape)}",
        expected="one axis, or two different ones",
        remedy="ops.norm(ops.ravel(x), ord)",
    )


def _ord_message(x: Tensor, ord: Any, expected: str) -> str:
    return explain(
        "norm does not know this order",
        given=f"ord={ord!r} for a tensor of shape {format_shape(x.shape)}",
        expected=expected,
        remedy="ops.norm(x), which is the length",
    )
