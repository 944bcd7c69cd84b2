"""Statistics: quantiles, what leaves NaN out, counts, correlations."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain, unknown_name
from geartrain.ops.comparison import choose, equal, isnan, logical_not
from geartrain.ops.core import cast, convert_to_tensor, promoted
from geartrain.ops.creation import full_like
from geartrain.ops.cumulative import without_nan
from geartrain.ops.elementwise import add, clip, divide, maximum, multiply, square, subtract
from geartrain.ops.functions import sqrt
from geartrain.ops.indexing import take_along_axis
from geartrain.ops.matrices import diagonal
from geartrain.ops.products import matmul, outer
from geartrain.ops.reductions import (
    all,
    any,
    argmax,
    argmin,
    in_single,
    max,
    mean,
    min,
    prod,
    sum,
)
from geartrain.ops.rounding import ceil, floor, round
from geartrain.ops.shaping import (
    broadcast_to,
    expand_dims,
    flip,
    ravel,
    reshape,
    squeeze,
    static_size,
    transpose,
)
from geartrain.ops.sorting import sort
from geartrain.tensor import DType, Shape, Tensor, format_shape, normalize_axes, promote
from geartrain.tensor.dtypes import INT32

Axis = int | Sequence[int] | None

__all__ = [
    "bincount",
    "corrcoef",
    "correlate",
    "histogram",
    "median",
    "nanargmax",
    "nanargmin",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanpercentile",
    "nanprod",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
    "percentile",
    "quantile",
]


def quantile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """The value below which a share `q` of the elements lies; NaN where an element is NaN.

    Args:
        x: the tensor.
        q: a number from 0 to 1, or a vector of them, which becomes the first axis.
        axis: along which axes; None takes all elements.
        method: between two elements: "linear", "lower", "higher", "midpoint" or "nearest".
        keepdims: whether the axes stay, with size 1.
    """
    rows, shape, wanted = _rows(x, axis)
    found = _at_quantile(rows, q, method, skip_nan=False)
    broken = any(isnan(rows), -1)
    found = choose(broken, full_like(found, float("nan")), found)
    return _restored(cast(found, wanted), shape, axis, keepdims)


def nanquantile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """As `quantile`, of the elements that are not NaN."""
    rows, shape, wanted = _rows(x, axis)
    found = _at_quantile(rows, q, method, skip_nan=True)
    return _restored(cast(found, wanted), shape, axis, keepdims)


def _rows(x: Any, axis: Axis) -> tuple[Tensor, Shape, DType]:
    """The reduced axes in one last axis; the shape that x had, and the dtype of the result."""
    (tensor,) = promoted(x, floating=True)
    axes = normalize_axes(axis, tensor.ndim)
    kept = [at for at in range(tensor.ndim) if at not in axes]
    moved = primitives.transpose(tensor, perm=(*kept, *axes))
    rows = (
        reshape(moved, (*(tensor.shape[at] for at in kept), -1)) if axes else expand_dims(moved, -1)
    )
    return in_single(rows), tensor.shape, tensor.dtype


def _at_quantile(rows: Tensor, q: Any, method: str, *, skip_nan: bool) -> Tensor:
    """For each share, the value of each row: shape (*q.shape, *rows.shape[:-1])."""
    if method not in ROUNDINGS:
        raise ValueError(
            unknown_name("method", method, ROUNDINGS, remedy="ops.quantile(x, q, method={})")
        )
    shares = convert_to_tensor(q, rows.dtype)
    size = static_size(rows.shape[-1], "quantile")
    ordered = sort(rows, -1)
    count = sum(cast(logical_not(isnan(rows)), rows.dtype), -1) if skip_nan else float(size)
    lone = reshape(shares, (*shares.shape, *(1,) * (rows.ndim - 1)))
    place = maximum(multiply(lone, subtract(count, 1.0)), 0.0)
    place = broadcast_to(place, (*shares.shape, *rows.shape[:-1]))
    low, high, share = ROUNDINGS[method](place)
    first, second = (_pick(ordered, each) for each in (low, high))
    mixed = add(multiply(first, subtract(1.0, share)), multiply(second, share))
    return choose(equal(first, second), first, mixed)  # infinities meet here as well


def _pick(ordered: Tensor, places: Tensor) -> Tensor:
    """The element at a place of each row; places have the shares' axes in front."""
    extra = places.ndim - (ordered.ndim - 1)
    shape = (*places.shape[:extra], *ordered.shape)
    wide = broadcast_to(ordered, shape)
    top = static_size(ordered.shape[-1], "quantile") - 1
    inside = clip(cast(places, INT32), 0, top)
    return squeeze(take_along_axis(wide, expand_dims(inside, -1), -1), -1)


Places = tuple[Tensor, Tensor, Any]


def _linear(place: Tensor) -> Places:
    return floor(place), ceil(place), subtract(place, floor(place))


def _lower(place: Tensor) -> Places:
    return floor(place), floor(place), 0.0


def _higher(place: Tensor) -> Places:
    return ceil(place), ceil(place), 0.0


def _midpoint(place: Tensor) -> Places:
    return floor(place), ceil(place), 0.5


def _nearest(place: Tensor) -> Places:
    return round(place), round(place), 0.0


ROUNDINGS = {
    "linear": _linear,
    "lower": _lower,
    "higher": _higher,
    "midpoint": _midpoint,
    "nearest": _nearest,
}


def _restored(found: Tensor, shape: Shape, axis: Axis, keepdims: bool) -> Tensor:
    if not keepdims:
        return found
    axes = normalize_axes(axis, len(shape))
    kept = tuple(1 if at in axes else size for at, size in enumerate(shape))
    extra = found.ndim - (len(shape) - len(axes))
    return reshape(found, (*found.shape[:extra], *kept))


def percentile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """As `quantile`, with shares from 0 to 100."""
    return quantile(x, divide(q, 100.0), axis, method, keepdims)


def nanpercentile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """As `nanquantile`, with shares from 0 to 100."""
    return nanquantile(x, divide(q, 100.0), axis, method, keepdims)


def median(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The middle element; of an even number the mean of the two in the middle."""
    return quantile(x, 0.5, axis, keepdims=keepdims)


def nanmedian(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """As `median`, of the elements that are not NaN."""
    return nanquantile(x, 0.5, axis, keepdims=keepdims)


def nansum(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """As `sum`, with NaN counted as 0."""
    return sum(without_nan(x, 0), axis, keepdims)


def nanprod(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """As `prod`, with NaN counted as 1."""
    return prod(without_nan(x, 1), axis, keepdims)


def nanmax(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """As `max`, of the elements that are not NaN; NaN where there are none."""
    return _nan_extreme(max, x, axis, keepdims, float("-inf"))


def nanmin(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """As `min`, of the elements that are not NaN; NaN where there are none."""
    return _nan_extreme(min, x, axis, keepdims, float("inf"))


def _nan_extreme(extreme: Any, x: Any, axis: Axis, keepdims: bool, beyond: float) -> Tensor:
    tensor = convert_to_tensor(x)
    if tensor.dtype.kind in "biu":
        return cast(extreme(tensor, axis, keepdims), tensor.dtype)
    found = extreme(without_nan(tensor, beyond), axis, keepdims)
    nothing = all(isnan(tensor), axis, keepdims)
    return choose(nothing, full_like(found, float("nan")), found)


def nanmean(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """As `mean`, of the elements that are not NaN."""
    (tensor,) = promoted(x, floating=True)
    wide = in_single(tensor)
    count = sum(cast(logical_not(isnan(wide)), wide.dtype), axis, keepdims)
    return cast(divide(nansum(wide, axis, keepdims), count), tensor.dtype)


def nanvar(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """As `var`, of the elements that are not NaN."""
    (tensor,) = promoted(x, floating=True)
    wide = in_single(tensor)
    distances = subtract(wide, nanmean(wide, axis, True))
    return cast(nanmean(square(distances), axis, keepdims), tensor.dtype)


def nanstd(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The square root of `nanvar`."""
    return sqrt(nanvar(x, axis, keepdims))


def nanargmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """As `argmax`, of the elements that are not NaN; -1 where there are none."""
    return _nan_place(argmax, x, axis, keepdims, float("-inf"))


def nanargmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """As `argmin`, of the elements that are not NaN; -1 where there are none."""
    return _nan_place(argmin, x, axis, keepdims, float("inf"))


def _nan_place(place: Any, x: Any, axis: int | None, keepdims: bool, beyond: float) -> Tensor:
    tensor = convert_to_tensor(x)
    found = place(without_nan(tensor, beyond), axis, keepdims)
    if tensor.dtype.kind in "biu":
        return cast(found, INT32)
    return choose(all(isnan(tensor), axis, keepdims), full_like(found, -1), found)


def corrcoef(x: Any) -> Tensor:
    """Pearson's correlation of every pair of rows: covariance over both deviations."""
    (rows,) = promoted(x, floating=True)
    if rows.ndim == 1:
        rows = expand_dims(rows, 0)
    centred = subtract(rows, mean(rows, 1, True))
    covariance = matmul(centred, transpose(centred))
    deviation = sqrt(diagonal(covariance))
    found = divide(covariance, outer(deviation, deviation))
    return squeeze(found) if found.shape == (1, 1) else clip(found, -1.0, 1.0)


def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Tensor:
    """How often each whole number occurs, or the sum of its weights; row by row for a matrix.

    The result's size depends on the numbers, so that it cannot be traced.
    """
    numbers = convert_to_tensor(x, sparse=sparse)
    if numbers.dtype.kind not in "iub" or numbers.ndim not in (1, 2):
        raise ValueError(_bincount_message(numbers))
    found = numbers.numpy().astype(np.int64)
    size = builtins.max(int(found.max(initial=-1)) + 1, int(minlength))
    factors = convert_to_tensor(1 if weights is None else weights)
    if weights is not None:
        factors = cast(factors, promote(numbers.dtype, factors.dtype))
    if numbers.dtype.kind != "i":
        numbers = cast(numbers, INT32)
    one_each = broadcast_to(factors, numbers.shape)
    zeros = primitives.fill(shape=(*numbers.shape[:-1], size), value=0, dtype=one_each.dtype)
    if numbers.ndim == 1:
        return primitives.scatter_add(zeros, one_each, numbers)
    rows = primitives.iota(shape=numbers.shape, axis=0, dtype=numbers.dtype)
    return primitives.scatter_add(zeros, one_each, rows, numbers)


def histogram(x: Any, bins: int = 10, range: Any = None) -> tuple[Tensor, Tensor]:
    """How many elements lie between each two neighbouring edges (as floats), and the edges.

    Args:
        x: the elements.
        bins: how many intervals of equal width.
        range: the first and the last edge; None takes the smallest and the largest element.
    """
    if not isinstance(bins, int) or bins < 1 or (range is not None and len(range) != 2):
        raise ValueError(_histogram_message(bins, range))
    values = ravel(convert_to_tensor(x))
    edges = np.histogram_bin_edges(values.numpy(), bins, None if range is None else tuple(range))
    counts, _ = np.histogram(values.numpy(), edges)
    return Tensor(counts.astype(np.float32)), Tensor(edges.astype(np.float32))


def correlate(x1: Any, x2: Any, mode: str = "valid") -> Tensor:
    """The sliding dot product of two vectors: out[k] = sum over n of x1[n + k] * x2[n].

    "valid" keeps the places where they overlap wholly, "same" as many as the longer one has,
    "full" all where they overlap.
    """
    x, y = promoted(x1, x2)
    if x.ndim != 1 or y.ndim != 1 or mode not in ("valid", "same", "full"):
        raise ValueError(_correlate_message(x, y, mode))
    first, second = (static_size(each.shape[0], "correlate") for each in (x, y))
    if first < second:
        return flip(correlate(y, x, mode))
    before, after = {
        "full": (second - 1, second - 1),
        "same": (second // 2, second - 1 - second // 2),
        "valid": (0, 0),
    }[mode]
    length = first + before + after
    padded = primitives.embed(x, shape=(length,), starts=(before,), steps=(1,), value=0)
    places = np.add.outer(np.arange(length - second + 1), np.arange(second)).astype(np.int32)
    return matmul(primitives.take(padded, Tensor(places), axis=0), y)


def _bincount_message(x: Tensor) -> str:
    return explain(
        "bincount counts whole numbers",
        given=f"a tensor of shape {format_shape(x.shape)}, {x.dtype.name}",
        expected="integers, not negative, in a vector or a matrix of rows",
        remedy="ops.bincount(ops.cast(ops.ravel(x), 'int32'))",
    )


def _histogram_message(bins: Any, limits: Any) -> str:
    return explain(
        "histogram needs a number of intervals, and two limits if any",
        given=f"bins={bins!r}, range={limits!r}",
        expected="bins from 1 on, range None or (first, last)",
        remedy="ops.histogram(x, bins=10, range=(0.0, 1.0))",
    )


def _correlate_message(x: Tensor, y: Tensor, mode: Any) -> str:
    return explain(
        "correlate slides one vector along another",
        given=f"shapes {format_shape(x.shape)} and {format_shape(y.shape)}, mode={mode!r}",
        expected="two vectors, and mode 'valid', 'same' or 'full'",
        remedy="ops.correlate(x, y, mode='full')",
    )
