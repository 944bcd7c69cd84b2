"""Products of tensors: dot, matmul, tensordot, ... All of them are one primitive, `contract`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import cast, promoted
from geartrain.ops.creation import zeros_like
from geartrain.ops.elementwise import multiply, subtract
from geartrain.ops.joining import stack, unstack
from geartrain.ops.rounding import conj
from geartrain.ops.shaping import moveaxis
from geartrain.primitives.loop_text import LETTERS
from geartrain.tensor import Shape, Size, Tensor, broadcast_shapes, format_shape, normalize_axis
from geartrain.tensor.alignment import draw_marked
from geartrain.tensor.dtypes import INT8
from geartrain.tensor.shape import Count

__all__ = ["cross", "dot", "inner", "matmul", "outer", "tensordot", "vdot"]


def dot(x1: Any, x2: Any) -> Tensor:
    """The dot product by NumPy's rule: the last axis of x1 with the last but one of x2.

    Vectors have one axis to offer; a scalar multiplies. `(2, 3)` with `(3, 5)` gives `(2, 5)`,
    `(2, 3, 4)` with `(5, 4, 6)` gives `(2, 3, 5, 6)`.

    Raises:
        ValueError: the two axes differ in size.

    >>> dot([[1., 2.], [3., 4.]], [1., 1.]).numpy().tolist()
    [3.0, 7.0]
    """
    x, y = promoted(x1, x2)
    if not x.shape or not y.shape:
        return multiply(x, y)
    return _contracted("dot", x, y, [x.ndim - 1], [y.ndim - 2 if y.ndim > 1 else 0])


def tensordot(x1: Any, x2: Any, axes: int | Sequence[Any] = 2) -> Tensor:
    """The sum over pairs of axes: the last n of x1 with the first n of x2, or those named."""
    x, y = promoted(x1, x2)
    if isinstance(axes, int):
        if not 0 <= axes <= min(x.ndim, y.ndim):
            raise ValueError(_axes_message(x, y, axes))
        return _contracted("tensordot", x, y, range(x.ndim - axes, x.ndim), range(axes))
    first, second = ((each,) if isinstance(each, int) else each for each in axes)
    left = [normalize_axis(axis, x.ndim) for axis in first]
    return _contracted("tensordot", x, y, left, [normalize_axis(axis, y.ndim) for axis in second])


def inner(x1: Any, x2: Any) -> Tensor:
    """The dot product over the last axis of both; a scalar multiplies."""
    x, y = promoted(x1, x2)
    if not x.shape or not y.shape:
        return multiply(x, y)
    return _contracted("inner", x, y, [x.ndim - 1], [y.ndim - 1])


def vdot(x1: Any, x2: Any) -> Tensor:
    """The dot product of all elements in one row; those of x1 conjugated, if complex."""
    x, y = (primitives.reshape(each, shape=(-1,)) for each in promoted(x1, x2))
    return _contracted("vdot", conj(x), y, [0], [0])


def cross(
    x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Tensor:
    """The cross product of vectors in space: perpendicular to both.

    Vectors of 2 elements lie in a plane; of two such only the third component is returned.

    Args:
        x1: the first vectors.
        x2: the second vectors.
        axisa: the axis of x1 along which its vectors lie.
        axisb: the axis of x2 along which its vectors lie.
        axisc: the axis of the result along which its vectors lie.
        axis: one axis for all three, if given.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = promoted(x1, x2)
    x, y = moveaxis(x, axisa, -1), moveaxis(y, axisb, -1)
    if {x.shape[-1], y.shape[-1]} - {2, 3}:
        raise ValueError(_cross_message(x, y))
    (a, b, c), (d, e, f) = (_components(each) for each in (x, y))
    third = subtract(multiply(a, e), multiply(b, d))
    if x.shape[-1] == y.shape[-1] == 2:
        return third
    first = subtract(multiply(b, f), multiply(c, e))
    second = subtract(multiply(c, d), multiply(a, f))
    return stack([first, second, third], axisc)


def _components(vectors: Tensor) -> list[Any]:
    """The three components of vectors; 0 for the third of those in a plane."""
    found: list[Any] = list(unstack(vectors, axis=-1))
    return found if len(found) == 3 else [*found, zeros_like(found[0])]


def outer(x1: Any, x2: Any) -> Tensor:
    """The tensor product of two vectors: every element of x1 times every element of x2."""
    x, y = (primitives.reshape(each, shape=(-1,)) for each in promoted(x1, x2))
    return primitives.contract(x, y, lhs="i", rhs="j", out="ij")


def matmul(x1: Any, x2: Any) -> Tensor:
    """The matrix product over the last two axes; axes before them are a batch and broadcast.

    Products of int8 are summed in int32, as Keras does.

    Raises:
        ValueError: the last axis of x1 is not as long as the last but one of x2.
    """
    x, y = with_room(*promoted(x1, x2))
    if not x.shape or not y.shape:
        raise ValueError(_scalar_message(x, y))
    if x.ndim > 1 and y.ndim > 2:
        return _batched(x, y)
    return _contracted("matmul", x, y, [x.ndim - 1], [y.ndim - 2 if y.ndim > 1 else 0])


def with_room(*factors: Tensor) -> tuple[Tensor, ...]:
    """Factors whose products are summed: int32 in the place of int8, which they would overflow."""
    if any(each.dtype != INT8 for each in factors):
        return factors
    return tuple(cast(each, "int32") for each in factors)


def _scalar_message(x: Tensor, y: Tensor) -> str:
    return explain(
        "matmul multiplies matrices and vectors",
        given=f"shapes {format_shape(x.shape)} and {format_shape(y.shape)}",
        expected="an axis at least of both",
        remedy="x * y, which multiplies by a number",
    )


def _axes_message(x: Tensor, y: Tensor, axes: int) -> str:
    return explain(
        "tensordot sums over axes that both have",
        given=f"axes={axes} for shapes {format_shape(x.shape)} and {format_shape(y.shape)}",
        expected=f"a number from 0 to {min(x.ndim, y.ndim)}, or a pair of lists of axes",
        remedy="ops.tensordot(x, y, axes=1)",
    )


def _cross_message(x: Tensor, y: Tensor) -> str:
    return explain(
        "cross multiplies vectors of 2 or 3 elements",
        given=f"vectors of {x.shape[-1]} and of {y.shape[-1]} elements",
        expected="2 or 3 elements along the axis of the vectors",
        remedy="ops.cross(x, y, axis=0), if the vectors lie along another axis",
    )


def _batched(x: Tensor, y: Tensor) -> Tensor:
    _check_axes("matmul", x, y, x.ndim - 1, y.ndim - 2)
    rank = max(x.ndim, y.ndim)
    letters = LETTERS[: rank - 2]
    batch = broadcast_shapes(x.shape[:-2], y.shape[:-2], operation="matmul")
    x, y = (primitives.broadcast_to(each, shape=(*batch, *each.shape[-2:])) for each in (x, y))
    return primitives.contract(x, y, lhs=letters + "uw", rhs=letters + "wv", out=letters + "uv")


def _contracted(
    name: str, x: Tensor, y: Tensor, x_axes: Sequence[int], y_axes: Sequence[int]
) -> Tensor:
    """Sum over pairs of axes; the other axes of x come first, then those of y."""
    for left, right in zip(x_axes, y_axes, strict=True):
        _check_axes(name, x, y, left, right)
    lhs, rhs, out = _letters(x.ndim, y.ndim, tuple(x_axes), tuple(y_axes))
    return primitives.contract(x, y, lhs=lhs, rhs=rhs, out=out)


@lru_cache(maxsize=256)
def _letters(
    x_rank: int, y_rank: int, x_axes: tuple[int, ...], y_axes: tuple[int, ...]
) -> tuple[str, str, str]:
    """The letters of the axes of both factors, and of their product: pairs have one letter."""
    lhs = list(LETTERS[:x_rank])
    rhs = list(LETTERS[x_rank : x_rank + y_rank])
    for left, right in zip(x_axes, y_axes, strict=True):
        rhs[right] = lhs[left]
    summed = {lhs[axis] for axis in x_axes}
    out = [letter for letter in lhs + rhs if letter not in summed]
    return "".join(lhs), "".join(rhs), "".join(out)


def _check_axes(name: str, x: Tensor, y: Tensor, x_axis: int, y_axis: int) -> None:
    if x.shape[x_axis] == y.shape[y_axis]:
        return
    drawn = [draw_marked(*each) for each in (("x", x.shape, [x_axis]), ("y", y.shape, [y_axis]))]
    raise ValueError(
        explain(
            f"{name} cannot multiply shapes {format_shape(x.shape)} and {format_shape(y.shape)}",
            given="\n".join(drawn),
            expected=f"axis {x_axis} of x as long as axis {y_axis} of y: they are summed over",
            axis=f"axis {x_axis} of x is {x.shape[x_axis]}, "
            f"axis {y_axis} of y is {y.shape[y_axis]}",
            remedy=_product_remedy(name, x.shape, y.shape, x.shape[x_axis], y.shape[y_axis]),
        )
    )


def _product_remedy(name: str, x: Shape, y: Shape, x_size: Size, y_size: Size) -> str:
    """The line that turns a matrix round, or flattens images, where that makes the axes meet."""
    if len(y) == 2 and x_size == y[1]:
        return f"ops.{name}(x, y.T)"
    if len(x) == 2 and x[0] == y_size:
        return f"ops.{name}(x.T, y)"
    flat = Count.of(x[1:]).over(Count.of((y_size,)))
    if len(x) > 2 and flat == 1:
        return f"ops.{name}(x.reshape({x[0]}, {y_size}), y)"
    return f"an x whose last axis has {y_size} places, or a y whose axis has {x_size}"
