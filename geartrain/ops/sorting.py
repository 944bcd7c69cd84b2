"""Sorting, and finding places in what is sorted."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import (
    equal,
    greater,
    greater_equal,
    isfinite,
    less,
    logical_and,
    logical_not,
    where,
)
from geartrain.ops.core import cast, convert_to_tensor, promoted
from geartrain.ops.creation import full_like, zeros_like
from geartrain.ops.elementwise import minimum, subtract
from geartrain.ops.indexing import take_along_axis
from geartrain.ops.joining import concatenate
from geartrain.ops.reductions import sum
from geartrain.ops.shaping import cut_out, expand_dims, flip, ravel, squeeze, static_size
from geartrain.tensor import Tensor, format_shape, normalize_axis
from geartrain.tensor.dtypes import BOOL, INT32

__all__ = [
    "argpartition",
    "argsort",
    "digitize",
    "in_top_k",
    "isin",
    "searchsorted",
    "sort",
    "top_k",
    "unique",
]


def argsort(x: Any, axis: int | None = -1) -> Tensor:
    """The places of an axis from the smallest element to the largest; equal ones keep their order.

    None sorts the elements in one row.
    """
    tensor = convert_to_tensor(x)
    if axis is None or not tensor.ndim:
        return primitives.argsort(ravel(tensor), axis=0)
    return primitives.argsort(tensor, axis=normalize_axis(axis, tensor.ndim))


def sort(x: Any, axis: int | None = -1) -> Tensor:
    """The elements of an axis from the smallest to the largest; NaN last."""
    tensor = convert_to_tensor(x)
    if axis is None:
        tensor, axis = ravel(tensor), 0
    return take_along_axis(tensor, argsort(tensor, axis), axis) if tensor.ndim else tensor


def top_k(x: Any, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """The k largest elements of the last axis, the largest first, and their places.

    `sorted=False` allows another order; they come sorted all the same.
    """
    tensor = convert_to_tensor(x)
    size = static_size(tensor.shape[-1], "top_k") if tensor.ndim else 0
    if not 0 <= k <= size:
        raise ValueError(_top_k_message(k, tensor))
    # Sorted from the end, so that of equal elements the first comes first.
    order = argsort(flip(tensor, -1), -1)
    last = cut_out(order, tensor.ndim - 1, size - k, size)
    places = subtract(size - 1, flip(last, -1))
    return take_along_axis(tensor, places, -1), places


def in_top_k(targets: Any, predictions: Any, k: int) -> Tensor:
    """Whether the class of each sample is among its k largest predictions.

    A class that ties with the k-th is among them; one that is not finite is not, and neither is
    one that there is not.
    """
    classes, scores = convert_to_tensor(targets), convert_to_tensor(predictions)
    count = scores.shape[-1]
    is_class = logical_and(greater_equal(classes, 0), less(classes, count))
    places = where(is_class, classes, zeros_like(classes))
    own = take_along_axis(scores, expand_dims(places, -1), -1)
    larger = sum(cast(greater(scores, own), INT32), -1)
    is_among = logical_and(less(larger, k), isfinite(squeeze(own, -1)))
    return logical_and(is_among, is_class)


def argpartition(x: Any, kth: int, axis: int = -1) -> Tensor:
    """Places such that the kth is where it is when sorted, smaller before it and larger behind.

    They come fully sorted, which fulfils that.
    """
    tensor = convert_to_tensor(x)
    at = normalize_axis(axis, tensor.ndim)
    normalize_axis(kth, static_size(tensor.shape[at], "argpartition"))
    return argsort(tensor, at)


def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Tensor:
    """The place at which each value would go into a sorted vector, so that it stays sorted.

    Args:
        sorted_sequence: a vector, from its smallest element to its largest.
        values: what would be put in.
        side: "left" goes before equal elements, "right" behind them.
    """
    order, wanted = promoted(sorted_sequence, values)
    if order.ndim != 1 or side not in ("left", "right"):
        raise ValueError(_search_message(order, side))
    return primitives.searchsorted(order, wanted, side=side)


def isin(x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Whether each element of x1 is one of x2's, or is none of them, if `invert`.

    `assume_unique` is taken for the sake of NumPy's users; it changes nothing.
    """
    wanted, among = promoted(x1, x2)
    order = sort(ravel(among))
    size = static_size(order.shape[0], "isin")
    if not size:
        return full_like(wanted, invert, dtype=BOOL)
    places = minimum(searchsorted(order, wanted), size - 1)
    found = equal(primitives.take(order, places, axis=0), wanted)
    return logical_not(found) if invert else found


def digitize(x: Any, bins: Any) -> Tensor:
    """The number of the bin of each element: of bins [1, 2, 3], 0 is below 1, 3 is from 3 on."""
    edges = convert_to_tensor(bins)
    if edges.ndim != 1:
        raise ValueError(_search_message(edges, "right"))
    return searchsorted(edges, x, "right")


def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The different elements (or slices of an axis), from the smallest to the largest.

    Args:
        x: the tensor; without an axis its elements are taken in one row.
        sorted: whether they must be sorted; they always are.
        return_index: whether the first place of each is returned.
        return_inverse: whether the number of each element among them is returned.
        return_counts: whether it is returned how often each occurs.
        axis: of which axis the slices are compared; None compares elements.
        size: how many are returned: more are cut, fewer are filled up.
        fill_value: what fills up; None is the smallest element.
    """
    tensor = convert_to_tensor(x)
    _, *places = np.unique(
        tensor.numpy(), return_index=True, return_inverse=True, return_counts=True, axis=axis
    )
    index, inverse, counts = (each.astype(np.int32) for each in places)
    row, at = (tensor, axis) if axis is not None else (ravel(tensor), 0)
    found = primitives.take(row, Tensor(index), axis=normalize_axis(at, row.ndim))
    shape = tensor.shape if axis is None else (tensor.shape[axis],)

    def kept(part: Tensor, along: int, fill: Any) -> Tensor:
        return part if size is None else _to_length(part, along, size, fill)

    results = [kept(found, at, fill_value)]
    if return_index:
        results.append(kept(Tensor(index), 0, None))
    if return_inverse:
        results.append(Tensor(inverse.reshape(shape)))
    if return_counts:
        results.append(kept(Tensor(counts), 0, 0))
    return results[0] if len(results) == 1 else tuple(results)


def _to_length(x: Tensor, axis: int, size: int, fill: Any) -> Tensor:
    """Cut an axis to a size, or fill it up with a number (or its first place)."""
    at = normalize_axis(axis, x.ndim)
    count = static_size(x.shape[at], "unique")
    if size <= count:
        return cut_out(x, at, 0, size)
    first = cut_out(x, at, 0, 1)
    filler = first if fill is None else full_like(first, fill)
    return concatenate([x, *[filler] * (size - count)], at)


def _top_k_message(k: int, x: Tensor) -> str:
    return explain(
        "top_k has too few elements to choose from",
        given=f"k={k}, x of shape {format_shape(x.shape)}",
        expected="a k that is not above the size of the last axis",
        remedy="ops.top_k(x, min(k, x.shape[-1]))",
    )


def _search_message(order: Tensor, side: Any) -> str:
    return explain(
        "searchsorted looks places up in one sorted vector",
        given=f"a tensor of shape {format_shape(order.shape)}, side={side!r}",
        expected="a vector, and side 'left' or 'right'",
        remedy="ops.searchsorted(ops.sort(ops.ravel(x)), values)",
    )
