"""Normalisation: values brought to a common mean, variance or length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import choose, less_equal
from geartrain.ops.core import cast, convert_to_tensor, promoted
from geartrain.ops.elementwise import (
    absolute,
    add,
    clip,
    divide,
    maximum,
    multiply,
    negative,
    power,
    square,
)
from geartrain.ops.functions import rsqrt
from geartrain.ops.reductions import max, mean, sum, var
from geartrain.ops.shaping import expand_dims, reshape
from geartrain.tensor import Shape, Tensor, normalize_axes
from geartrain.tensor.dtypes import FLOAT32, finfo, promote

__all__ = [
    "batch_normalization",
    "layer_normalization",
    "moments",
    "normalize",
    "rms_normalization",
]

Axes = int | Sequence[int]
EPSILON = 1e-7  # Keras's


def moments(
    x: Any, axes: Axes, keepdims: bool = False, synchronized: bool = False
) -> tuple[Tensor, Tensor]:
    """The mean and the variance along some axes; narrow floats are computed in float32.

    Args:
        x: the values.
        axes: along which the moments are.
        keepdims: whether the axes stay, with size 1.
        synchronized: whether they are those of all replicas together; there is one.
    """
    (tensor,) = promoted(x, floating=True)
    wide = _widened(tensor)
    found = mean(wide, axes, keepdims), var(wide, axes, keepdims)
    first, second = (_narrowed(each, tensor.dtype) for each in found)
    return first, second


def _widened(x: Tensor) -> Tensor:
    """At least float32."""
    return cast(x, promote(x.dtype, FLOAT32))


def _narrowed(x: Tensor, dtype: Any) -> Tensor:
    """Back in a narrower dtype, within its range."""
    if x.dtype == dtype:
        return x
    limits = finfo(dtype)
    return cast(clip(x, float(limits.min), float(limits.max)), dtype)


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    axis: int,
    offset: Any = None,
    scale: Any = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """(x - mean) / sqrt(variance + epsilon) * scale + offset, for vectors along an axis.

    Args:
        x: the values.
        mean: one for each place of the axis; so are `variance`, `offset` and `scale`.
        variance: the variances.
        axis: to which the vectors belong (the channels).
        offset: what is added at the end, or None.
        scale: what is multiplied with, or None.
        epsilon: added to the variance.

    Raises:
        ValueError: the vectors are not as long as the axis.
    """
    given = {"mean": mean, "variance": variance, "offset": offset, "scale": scale}
    names = [name for name, each in given.items() if each is not None]
    tensor, *vectors = promoted(x, *(given[name] for name in names), floating=True)
    along = {
        name: _along(each, tensor, axis, name) for name, each in zip(names, vectors, strict=True)
    }
    return _normalized(
        tensor,
        along["mean"],
        along["variance"],
        along.get("scale"),
        along.get("offset"),
        epsilon,
    )


def _normalized(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    scale: Tensor | None,
    offset: Tensor | None,
    epsilon: float,
) -> Tensor:
    """x * factor + shift, with both computed on the small tensors."""
    factor = rsqrt(add(variance, epsilon))
    factor = factor if scale is None else multiply(factor, scale)
    shift = negative(multiply(mean, factor))
    shift = shift if offset is None else add(shift, offset)
    return add(multiply(x, factor), shift)


def _along(vector: Tensor, x: Tensor, axis: int, name: str) -> Tensor:
    (at,) = normalize_axes(axis, x.ndim)
    if vector.ndim != 1 or vector.shape[0] != x.shape[at]:
        raise ValueError(_vector_message(name, vector, x, axis))
    shape: Shape = tuple(vector.shape[0] if each == at else 1 for each in range(x.ndim))
    return primitives.reshape(vector, shape=shape)


def layer_normalization(
    x: Any,
    gamma: Any = None,
    beta: Any = None,
    axis: Axes = -1,
    epsilon: float | None = None,
    **kwargs: Any,
) -> Tensor:
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, with moments along `axis`.

    Computed in float32 at least, and given in the dtype of x (Ba et al. 2016).

    Args:
        x: the values.
        gamma: scales, for the places of the axes, or None.
        beta: offsets, for the places of the axes, or None.
        axis: along which each sample has its moments.
        epsilon: added to the variance; None is 1e-7.
        **kwargs: rms_scaling=True (deprecated in Keras) leaves the mean where it is.
    """
    tensor = convert_to_tensor(x)
    wide = _widened(tensor)
    epsilon = EPSILON if epsilon is None else epsilon
    axes = normalize_axes(axis, tensor.ndim)
    scale, offset = (_over(each, wide, axes) for each in (gamma, beta))
    average, variance = moments(wide, axes, keepdims=True)
    if kwargs.pop("rms_scaling", False):
        found = multiply(wide, rsqrt(add(variance, epsilon)))
        found = found if scale is None else multiply(found, scale)
    else:
        found = _normalized(wide, average, variance, scale, offset, epsilon)
    if kwargs:
        raise TypeError(_keyword_message(kwargs))
    return cast(found, tensor.dtype)


def _over(values: Any, x: Tensor, axes: Sequence[int]) -> Tensor | None:
    """Scales or offsets of the sizes of some axes, in a shape that lies over x."""
    if values is None:
        return None
    tensor = cast(values, x.dtype)
    if tensor.ndim in (0, x.ndim):
        return tensor
    return reshape(tensor, [size if at in axes else 1 for at, size in enumerate(x.shape)])


def rms_normalization(
    x: Any, scale: Any = None, axis: Axes = -1, epsilon: float | None = None
) -> Tensor:
    """x / sqrt(mean of x² + epsilon) * scale, with the mean along `axis` (Zhang, Sennrich 2019).

    Computed in float32 at least, and given in the dtype of x.

    Args:
        x: the values.
        scale: what is multiplied with at the end, broadcast, or None.
        axis: along which the mean is.
        epsilon: added to the mean; None is 1e-7.
    """
    tensor = convert_to_tensor(x)
    wide = _widened(tensor if tensor.ndim else expand_dims(tensor, 0))
    square_mean = mean(square(wide), axis, keepdims=True)
    found = multiply(wide, rsqrt(add(square_mean, EPSILON if epsilon is None else epsilon)))
    if scale is not None:
        found = multiply(found, cast(scale, wide.dtype))
    return cast(found, tensor.dtype)


def normalize(x: Any, axis: Any = -1, order: int = 2, epsilon: float | None = None) -> Tensor:
    """x over its length along an axis: (the sum of |x|^order)^(1 / order), at least epsilon.

    Args:
        x: the values.
        axis: along which the length is.
        order: 1 for the sum of sizes, 2 for Euclid's length, ...
        epsilon: the least length; None is 1e-7.

    Raises:
        ValueError: the order is not a whole number from 1 on.
    """
    if not isinstance(order, int) or order < 1:
        raise ValueError(_order_message(order))
    (tensor,) = promoted(x, floating=True)
    tensor = tensor if tensor.ndim else expand_dims(tensor, 0)
    least = EPSILON if epsilon is None else epsilon
    if order == 2:
        wide = _widened(tensor)
        squares = sum(square(wide), axis, keepdims=True)
        short = less_equal(squares, least * least)  # where a root has no finite derivative
        found = multiply(wide, choose(short, 1 / least, rsqrt(choose(short, 1.0, squares))))
        return _narrowed(found, tensor.dtype)
    if order == 1:
        return divide(tensor, maximum(sum(absolute(tensor), axis, keepdims=True), least))
    return divide(tensor, _length(tensor, axis, order, least))


def _length(x: Tensor, axis: Any, order: int, least: float) -> Tensor:
    """The length of an order, at least `least`; the largest size is divided out before powers."""
    size = absolute(x)
    top = maximum(max(size, axis, keepdims=True), least)
    total = sum(power(divide(size, top), order), axis, keepdims=True)
    short = less_equal(total, 0.0)
    root = power(choose(short, 1.0, total), 1 / order)
    return maximum(choose(short, 0.0, multiply(top, root)), least)


def _vector_message(name: str, vector: Tensor, x: Tensor, axis: int) -> str:
    return explain(
        f"batch_normalization needs a {name} for each place of the axis",
        given=f"{name} of shape {vector.shape} for x of shape {x.shape}, axis={axis}",
        expected=f"{name} of shape ({x.shape[axis]},) (the axis of x sets that)",
        axis=f"axis {axis} of x is {x.shape[axis]}",
        remedy=f"ops.reshape({name}, (-1,)), or the axis to which it belongs",
    )


def _keyword_message(given: dict[str, Any]) -> str:
    return explain(
        "layer_normalization does not know these arguments",
        given=", ".join(given),
        expected="x, gamma, beta, axis, epsilon",
        remedy="layer_normalization(x, gamma, beta, axis=-1, epsilon=1e-3)",
    )


def _order_message(order: Any) -> str:
    return explain(
        "normalize needs the order of a length",
        given=f"order={order!r}",
        expected="a whole number from 1 on",
        remedy="order=2, for Euclid's length",
    )
