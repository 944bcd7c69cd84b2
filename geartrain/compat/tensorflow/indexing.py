"""TensorFlow's names for choosing elements by their places, and for putting some in place."""

from __future__ import annotations

import builtins
from typing import Any, NamedTuple

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.sizes import Sizes, sizes_of
from geartrain.compat.tensorflow.texts import as_texts, is_text
from geartrain.compat.tensorflow.wrapping import axes_of
from geartrain.tensor import Tensor
from geartrain.tensor.text_tensor import TextTensor

__all__ = [
    "boolean_mask", "dynamic_partition", "gather", "gather_nd", "histogram_fixed_width", "one_hot",
    "scatter_nd", "searchsorted", "slice", "strided_slice", "tensor_scatter_nd_add",
    "tensor_scatter_nd_max", "tensor_scatter_nd_min", "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update", "unique", "unique_with_counts", "where",
]  # fmt: skip


class Unique(NamedTuple):
    """The different elements, in the order of their first places, and where each belongs."""

    y: Any
    idx: Tensor


class UniqueWithCounts(NamedTuple):
    """The same, and how often each comes."""

    y: Any
    idx: Tensor
    count: Any


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: Any = None,
    batch_dims: int = 0,
    name: str | None = None,
) -> Any:
    """The places along an axis that the indices name; with `batch_dims`, each sample its own."""
    if isinstance(params, TextTensor) or is_text(params):
        return TextTensor(np.take(as_texts(params).array, np.asarray(indices), axis or 0))
    if batch_dims:
        return _gathered_in_batches(params, indices, axis, batch_dims)
    return ops.take(params, indices, 0 if axis is None else int(axis))


def _gathered_in_batches(params: Any, indices: Any, axis: Any, batch_dims: int) -> Tensor:
    """out[b, ..., i, ...] = params[b, ..., indices[b, i], ...]."""
    tensor, places = ops.convert_to_tensor(params), ops.convert_to_tensor(indices)
    at = batch_dims if axis is None else int(axis) % tensor.ndim
    front = ops.moveaxis(tensor, at, batch_dims)
    asked = ops.reshape(places, (*sizes_of(places)[:batch_dims], -1))
    wide = ops.reshape(asked, (*sizes_of(asked), *(1,) * (front.ndim - batch_dims - 1)))
    found = ops.take_along_axis(front, wide, batch_dims)
    inner = (*sizes_of(places)[batch_dims:], *sizes_of(found)[batch_dims + 1 :])
    whole = ops.reshape(found, (*sizes_of(found)[:batch_dims], *inner))
    count = places.ndim - batch_dims
    origins = builtins.range(batch_dims, batch_dims + count)
    return ops.moveaxis(whole, list(origins), [each + at - batch_dims for each in origins])


def gather_nd(
    params: Any,
    indices: Any,
    batch_dims: int = 0,
    name: str | None = None,
    bad_indices_policy: str = "",
) -> Tensor:
    """The elements, or parts, whose places the last axis of the indices names."""
    places = ops.convert_to_tensor(indices)
    count = int(sizes_of(places)[-1])
    named = builtins.tuple(places[..., at] for at in builtins.range(count))
    if not batch_dims:
        return ops.get_item(params, named)
    batches = [_places_along(places, at) for at in builtins.range(batch_dims)]
    return ops.get_item(params, (*batches, *named))


def _places_along(places: Tensor, axis: int) -> Tensor:
    shape = [1] * (places.ndim - 1)
    shape[axis] = sizes_of(places)[axis]
    return ops.reshape(ops.arange(sizes_of(places)[axis], dtype=places.dtype), shape)


def boolean_mask(tensor: Any, mask: Any, axis: Any = None, name: str = "boolean_mask") -> Any:
    """The parts where the mask is true, in one row."""
    chosen = np.asarray(mask, bool)
    at = 0 if axis is None else int(axis)
    key = (*[builtins.slice(None)] * at, chosen)
    if isinstance(tensor, TextTensor):
        return tensor[key]
    return ops.get_item(tensor, key)


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """`on_value` (1) at the place that each number names, `off_value` (0) elsewhere."""
    at = -1 if axis is None else int(axis)
    if on_value is None and off_value is None:
        return ops.one_hot(indices, int(depth), at, dtype or "float32")
    chosen = ops.one_hot(indices, int(depth), at, "bool")
    on, off = (1 if on_value is None else on_value), (0 if off_value is None else off_value)
    return ops.cast(ops.where(chosen, on, off), dtype or ops.dtype(on))


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """x where the condition holds, else y; without them, the places, one row for each."""
    if x is None and y is None:
        return ops.cast(ops.stack(list(ops.nonzero(condition)), 1), "int64")
    if is_text(x) or is_text(y):
        found = np.where(np.asarray(condition), *(each.array for each in map(as_texts, (x, y))))
        return as_texts(found)
    return ops.where(condition, x, y)


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Any:
    """A part of a given size, from given places on; -1 goes to the end of an axis."""
    if isinstance(input_, Sizes):
        return input_[int(begin[0]) : int(begin[0]) + int(size[0])]
    starts, sizes = (list(each) for each in (begin, size))
    if all(not isinstance(each, Tensor) or not each.is_symbolic for each in starts):
        pairs = zip(starts, sizes, strict=True)
        ends = [None if int(n) < 0 else int(first) + int(n) for first, n in pairs]
        key = [builtins.slice(int(a), b) for a, b in zip(starts, ends, strict=True)]
        return ops.get_item(input_, builtins.tuple(key))
    return ops.slice(input_, begin, size)


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Any:
    """x[begin:end:strides], where bits of masks say what an axis has instead of a cut.

    Args:
        input_: the tensor.
        begin: the first place of each axis.
        end: the place after the last one.
        strides: how far apart places are; None: 1.
        begin_mask: from the beginning.
        end_mask: to the end.
        ellipsis_mask: `...`.
        new_axis_mask: a new axis.
        shrink_axis_mask: one place, without the axis.
        var: None: parts of a variable are assigned by `v[key].assign`.
        name: taken.
    """
    steps = [1] * len(begin) if strides is None else strides
    key: list[Any] = []
    for at, (first, last, step) in enumerate(zip(begin, end, steps, strict=True)):
        if ellipsis_mask >> at & 1:
            key.append(...)
        elif new_axis_mask >> at & 1:
            key.append(None)
        elif shrink_axis_mask >> at & 1:
            key.append(int(first))
        else:
            start = None if begin_mask >> at & 1 else int(first)
            stop = None if end_mask >> at & 1 else int(last)
            key.append(builtins.slice(start, stop, int(step)))
    return ops.get_item(input_, builtins.tuple(key))


def scatter_nd(
    indices: Any,
    updates: Any,
    shape: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Tensor:
    """Zeros with updates at the places that the last axis of the indices names, added up."""
    return ops.scatter(indices, updates, shape)


def tensor_scatter_nd_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """The tensor with updates in the places that the indices name."""
    return ops.scatter_update(tensor, indices, updates)


def _scattering(name: str, reduction: str, does: str) -> Any:
    def function(
        tensor: Any,
        indices: Any,
        updates: Any,
        bad_indices_policy: str = "",
        name: str | None = None,
    ) -> Tensor:
        return ops.scatter_update(tensor, indices, updates, reduction)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The tensor with updates {does} the places that the indices name."
    return function


tensor_scatter_nd_add = _scattering("tensor_scatter_nd_add", "add", "added to")
tensor_scatter_nd_max = _scattering("tensor_scatter_nd_max", "max", "where they are larger in")
tensor_scatter_nd_min = _scattering("tensor_scatter_nd_min", "min", "where they are smaller in")


def tensor_scatter_nd_sub(
    tensor: Any,
    indices: Any,
    updates: Any,
    bad_indices_policy: str = "",
    name: str | None = None,
) -> Tensor:
    """The tensor with updates taken away from the places that the indices name."""
    return ops.scatter_update(tensor, indices, ops.negative(updates), "add")


def unique(x: Any, out_idx: Any = "int32", name: str | None = None) -> Unique:
    """The different elements in the order in which they come, and the number of each place."""
    found = unique_with_counts(x, out_idx)
    return Unique(found.y, found.idx)


def unique_with_counts(x: Any, out_idx: Any = "int32", name: str | None = None) -> UniqueWithCounts:
    """The same, and how often each comes."""
    texts = is_text(x)
    numbers = as_texts(x).array if texts else ops.convert_to_numpy(x)
    found, first, inverse, counts = np.unique(
        numbers, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first)
    place = np.argsort(order)
    values = as_texts(found[order]) if texts else ops.convert_to_tensor(found[order])
    return UniqueWithCounts(
        values,
        ops.convert_to_tensor(place[inverse.reshape(-1)], out_idx),
        ops.convert_to_tensor(counts[order], out_idx),
    )


def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """Where values belong in a row that is sorted."""
    rows = ops.convert_to_tensor(sorted_sequence)
    if rows.ndim == 1:
        return ops.cast(ops.searchsorted(rows, values, side), out_type)
    pairs = zip(ops.unstack(rows, axis=0), ops.unstack(values, axis=0), strict=True)
    return ops.stack([searchsorted(row, asked, side, out_type) for row, asked in pairs])


def histogram_fixed_width(
    values: Any, value_range: Any, nbins: int = 100, dtype: Any = "int32", name: str | None = None
) -> Tensor:
    """How many values lie in each part of a range; the outer parts take what is beyond."""
    low, high = (ops.cast(each, ops.dtype(values)) for each in (value_range[0], value_range[1]))
    places = ops.floor(ops.multiply(ops.divide(values - low, high - low), nbins))
    inside = ops.cast(ops.clip(places, 0, nbins - 1), "int32")
    ones = ops.ones_like(ops.reshape(inside, (-1,)))
    return ops.cast(ops.segment_sum(ones, ops.reshape(inside, (-1,)), nbins), dtype)


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Any]:
    """The parts of each number: a list of tensors."""
    numbers = np.asarray(partitions)
    return [boolean_mask(data, numbers == each) for each in builtins.range(num_partitions)]


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Each sample with its first places in reverse, as many as its length says."""
    tensor = ops.convert_to_tensor(input)
    along, batch = int(axes_of(seq_axis)), int(axes_of(batch_axis or 0))
    lengths = _placed(ops.cast(seq_lengths, "int32"), batch, tensor.ndim)
    places = _placed(ops.arange(sizes_of(tensor)[along]), along, tensor.ndim)
    turned = ops.where(ops.less(places, lengths), lengths - 1 - places, places)
    return ops.take_along_axis(tensor, turned, along)


def _placed(vector: Tensor, axis: int, rank: int) -> Tensor:
    """A vector along one axis of several."""
    return ops.reshape(vector, [-1 if at == axis else 1 for at in builtins.range(rank)])


__all__ += ["reverse_sequence"]
