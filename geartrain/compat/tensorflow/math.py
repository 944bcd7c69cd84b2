"""`tf.math`: the names of arithmetic once more, and those that live here only."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.compat.tensorflow.arithmetic import *
from geartrain.compat.tensorflow.arithmetic import (
    accumulated,
    global_norm,
    imaginary_part,
    real_part,
)
from geartrain.compat.tensorflow.nn import (
    in_top_k,
    l2_normalize,
    log_softmax,
    softmax,
    softplus,
    softsign,
    top_k,
    zero_fraction,
)
from geartrain.compat.tensorflow.special import (
    bessel_i0,
    digamma,
    erfcinv,
    is_non_decreasing,
    is_strictly_increasing,
    lbeta,
    lgamma,
    ndtri,
    nextafter,
    polyval,
    scalar_mul,
    xlog1py,
)
from geartrain.compat.tensorflow.wrapping import binary, of_input, reduction, unary
from geartrain.tensor import Tensor

__all__ = [
    "accumulate_n", "angle", "bessel_i0", "bincount", "ceil", "confusion_matrix", "conj",
    "count_nonzero", "cumprod", "cumulative_logsumexp", "digamma", "divide_no_nan", "erf", "erfc",
    "erfcinv", "erfinv", "expm1", "floordiv", "floormod", "global_norm", "imag", "in_top_k",
    "invert_permutation", "is_finite", "is_inf", "is_nan", "is_non_decreasing",
    "is_strictly_increasing", "l2_normalize", "lbeta", "lgamma", "log", "log1p", "log_sigmoid",
    "log_softmax", "logical_xor", "mod", "multiply_no_nan", "ndtri", "nextafter", "polyval", "real",
    "reciprocal", "reciprocal_no_nan", "reduce_euclidean_norm", "reduce_std", "reduce_variance",
    "rint", "rsqrt", "scalar_mul", "segment_max", "segment_mean", "segment_min", "segment_prod",
    "segment_sum", "softmax", "softplus", "softsign", "squared_difference", "top_k",
    "unsorted_segment_max", "unsorted_segment_mean", "unsorted_segment_min",
    "unsorted_segment_prod", "unsorted_segment_sum", "xdivy", "xlog1py", "xlogy", "zero_fraction",
]  # fmt: skip

angle = of_input("angle", ops.angle)
real, imag = real_part, imaginary_part
ceil = unary("ceil", ops.ceil)
conj = unary("conj", ops.conj)
erf = unary("erf", ops.erf)
erfc = unary("erfc", ops.erfc)
erfinv = unary("erfinv", ops.erfinv)
expm1 = unary("expm1", ops.expm1)
is_finite = unary("is_finite", ops.isfinite)
is_inf = unary("is_inf", ops.isinf)
is_nan = unary("is_nan", ops.isnan)
log = unary("log", ops.log)
log1p = unary("log1p", ops.log1p)
log_sigmoid = unary("log_sigmoid", ops.log_sigmoid)
reciprocal = unary("reciprocal", ops.reciprocal)
rint = unary("rint", ops.round)
rsqrt = unary("rsqrt", ops.rsqrt)

divide_no_nan = binary("divide_no_nan", ops.divide_no_nan)
floordiv = binary("floordiv", ops.floor_divide)
floormod = binary("floormod", ops.mod)
mod = floormod


def logical_xor(x: Any, y: Any, name: str | None = "LogicalXor") -> Tensor:
    """Whether one of two is true, and not both."""
    return ops.logical_xor(x, y)


def squared_difference(x: Any, y: Any, name: str | None = None) -> Tensor:
    """(x - y)^2."""
    return ops.square(ops.subtract(x, y))


def xlogy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x log(y); 0 where x is 0."""
    return _unless_zero(x, lambda: ops.multiply(x, ops.log(_one_where_zero(x, y))))


def xdivy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y; 0 where x is 0."""
    return _unless_zero(x, lambda: ops.divide(x, _one_where_zero(x, y)))


def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x y; 0 where y is 0, whatever x is."""
    return _unless_zero(y, lambda: ops.multiply(_one_where_zero(y, x), y))


def _one_where_zero(x: Any, other: Any) -> Tensor:
    return ops.where(ops.equal(x, 0), ops.ones_like(other), other)


def _unless_zero(x: Any, function: Any) -> Tensor:
    found = function()
    return ops.where(ops.equal(x, 0), ops.zeros_like(found), found)


def reciprocal_no_nan(x: Any, name: str | None = None) -> Tensor:
    """1 / x; 0 where x is 0."""
    return ops.divide_no_nan(ops.ones_like(x), x)


reduce_std = reduction("reduce_std", ops.std)
reduce_variance = reduction("reduce_variance", ops.var)


def _length(x: Any, axis: Any, keepdims: bool) -> Tensor:
    """The root of the sum of squares along some axes."""
    return ops.sqrt(ops.sum(ops.square(x), axis, keepdims))


reduce_euclidean_norm = reduction("reduce_euclidean_norm", _length)


def count_nonzero(
    input: Any,
    axis: Any = None,
    keepdims: Any = None,
    dtype: Any = "int64",
    name: str | None = None,
) -> Tensor:
    """How many elements along some axes are not 0."""
    return ops.sum(ops.cast(ops.not_equal(input, 0), dtype), axis, bool(keepdims))


def accumulate_n(
    inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None
) -> Tensor:
    """The sum of several tensors of one shape."""
    return add_n(inputs)


def cumprod(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The product of the places up to each; `exclusive` leaves the place itself out."""
    return accumulated(ops.cumprod, 1, x, int(axis), exclusive=exclusive, reverse=reverse)


def cumulative_logsumexp(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The logarithm of the sum of e^x of the places up to each."""
    lowest = -float("inf")
    return accumulated(
        _running_logsumexp, lowest, x, int(axis), exclusive=exclusive, reverse=reverse
    )


def _running_logsumexp(x: Any, axis: int) -> Tensor:
    return ops.associative_scan(ops.logaddexp, x, axis=axis)


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
    axis: Any = None,
    binary_output: bool = False,
) -> Tensor:
    """How often each whole number from 0 comes; with weights, their sums."""
    numbers = ops.convert_to_tensor(arr)
    rows = ops.reshape(numbers, (-1,)) if axis is None else numbers
    found = ops.bincount(rows, weights, 0 if minlength is None else int(minlength))
    if maxlength is not None:
        found = found[..., : int(maxlength)]
    if binary_output:
        found = ops.cast(ops.greater(found, 0), dtype)
    return found if weights is not None else ops.cast(found, dtype)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    weights: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """How often each class (row) was taken for each class (column)."""
    true, taken = ops.convert_to_tensor(labels), ops.convert_to_tensor(predictions)
    if num_classes is None:
        num_classes = int(ops.max(ops.maximum(true, taken)).item().real) + 1
    places = ops.stack([ops.cast(true, "int32"), ops.cast(taken, "int32")], 1)
    counts = ops.ones((places.shape[0],), dtype) if weights is None else ops.cast(weights, dtype)
    return ops.scatter(places, counts, (num_classes, num_classes))


def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """The permutation that undoes one."""
    return ops.cast(ops.argsort(x), ops.dtype(x))


def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The sum of the rows of each segment."""
    return ops.segment_sum(data, segment_ids)


def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The product of the rows of each segment."""
    return ops.segment_prod(data, segment_ids)


def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The largest of the rows of each segment; 0 where there are none."""
    return _zero_if_empty(ops.segment_max(data, segment_ids), segment_ids)


def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The least of the rows of each segment; 0 where there are none."""
    return _zero_if_empty(ops.segment_min(data, segment_ids), segment_ids)


def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The mean of the rows of each segment; 0 where there are none."""
    return _mean(data, segment_ids, None)


def _zero_if_empty(found: Tensor, segment_ids: Any) -> Tensor:
    counts = _counts(segment_ids, found.shape[0], found)
    return ops.where(ops.equal(counts, 0), ops.zeros_like(found), found)


def _counts(segment_ids: Any, number: Any, like: Tensor) -> Tensor:
    ones = ops.ones_like(segment_ids, like.dtype)
    counts = ops.segment_sum(ones, segment_ids, number)
    return ops.reshape(counts, (-1, *(1,) * (like.ndim - 1)))


def _mean(data: Any, segment_ids: Any, number: int | None) -> Tensor:
    total = ops.segment_sum(data, segment_ids, number)
    return ops.divide_no_nan(total, _counts(segment_ids, total.shape[0], total))


def unsorted_segment_sum(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sum of the rows of each of so many segments."""
    return ops.segment_sum(data, segment_ids, int(num_segments))


def unsorted_segment_prod(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The product of the rows of each of so many segments."""
    return ops.segment_prod(data, segment_ids, int(num_segments))


def unsorted_segment_max(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The largest of the rows of each segment; the lowest number where there are none."""
    return ops.segment_max(data, segment_ids, int(num_segments))


def unsorted_segment_min(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The least of the rows of each segment; the highest number where there are none."""
    return ops.segment_min(data, segment_ids, int(num_segments))


def unsorted_segment_mean(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The mean of the rows of each of so many segments; 0 where there are none."""
    return _mean(data, segment_ids, int(num_segments))
