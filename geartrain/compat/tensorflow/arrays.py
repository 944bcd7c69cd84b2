"""TensorFlow's names for shapes: other ones of the same elements, joined and cut."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.sizes import Sizes, are_sizes, is_size, joined, sizes_of
from geartrain.compat.tensorflow.texts import as_texts, is_text
from geartrain.compat.tensorflow.wrapping import axes_of
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.text_tensor import TextTensor

__all__ = [
    "broadcast_to", "concat", "ensure_shape", "expand_dims", "pad", "repeat", "reshape", "reverse",
    "roll", "sequence_mask", "sort", "argsort", "split", "squeeze", "stack", "tile", "transpose",
    "unstack",
]  # fmt: skip


def _plain(x: Any) -> Any:
    """A shape, or numbers of times, as Python has them."""
    return x.value if isinstance(x, Variable) else x


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Any:
    """The same elements in another shape."""
    if isinstance(tensor, TextTensor):
        return TextTensor(np.reshape(tensor.array, tuple(np.asarray(shape).tolist())))
    return ops.reshape(tensor, _plain(shape))


def transpose(
    a: Any, perm: Any = None, conjugate: bool = False, name: str | None = "transpose"
) -> Tensor:
    """The axes in another order: reversed, if None."""
    found = ops.transpose(a, axes_of(perm))
    return ops.conj(found) if conjugate else found


def expand_dims(input: Any, axis: Any, name: str | None = None) -> Any:
    """A new axis of size 1."""
    if isinstance(input, TextTensor):
        return TextTensor(np.expand_dims(input.array, axis))
    if is_size(input) and not isinstance(input, Sizes):
        return Sizes((input,))
    return ops.expand_dims(input, int(axis))


def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Any:
    """The tensor without axes of size 1."""
    if isinstance(input, TextTensor):
        return TextTensor(np.squeeze(input.array, axes_of(axis)))
    return ops.squeeze(input, None if isinstance(axis, list) and not axis else axes_of(axis))


def concat(values: Any, axis: Any, name: str | None = "concat") -> Any:
    """Tensors one after the other along an axis; of sizes, sizes."""
    if not isinstance(values, list | tuple) or isinstance(values, Sizes):
        values = [values]
    if is_text(values):
        return TextTensor(np.concatenate([as_texts(each).array for each in values], int(axis)))
    if any(isinstance(each, Sizes) or are_sizes(each) for each in values) and _short(values):
        return joined(values)
    return ops.concatenate(values, int(axis))


def _short(values: Any) -> Any:
    """Whether all values can be sizes in one row."""
    return all(
        each.ndim == 1 and not each.is_symbolic and each.dtype.kind in "iu"
        if isinstance(each, Tensor)
        else isinstance(each, Sizes) or are_sizes(each)
        for each in values
    )


def stack(values: Any, axis: Any = 0, name: str | None = "stack") -> Any:
    """Tensors one after the other along a new axis; of sizes, sizes."""
    if are_sizes(values):
        return Sizes(int(each) if isinstance(each, Tensor) else each for each in values)
    if is_text(values):
        return TextTensor(np.stack([as_texts(each).array for each in values], int(axis)))
    return ops.stack(values, int(axis))


def unstack(value: Any, num: int | None = None, axis: int = 0, name: str | None = "unstack") -> Any:
    """The parts of an axis."""
    if isinstance(value, Sizes):
        return list(value)
    before = (slice(None),) * (axis % ops.ndim(value))
    count = sizes_of(value)[axis] if num is None else num
    return [ops.get_item(value, (*before, place)) for place in builtins.range(count)]


def split(
    value: Any,
    num_or_size_splits: Any,
    axis: Any = 0,
    num: int | None = None,
    name: str | None = "split",
) -> Any:
    """An axis cut into so many equal parts, or into parts of the sizes that are listed.

    One of the sizes may be -1: what the others leave.
    """
    at = int(axis)
    sizes = np.asarray(num_or_size_splits)
    if not sizes.ndim:
        return ops.split(value, int(sizes), at)
    if (sizes < 0).any():
        rest = sizes_of(value)[at] - int(sizes[sizes >= 0].sum())
        sizes = np.where(sizes < 0, rest, sizes)
    return ops.split(value, np.cumsum(sizes)[:-1].tolist(), at)


def tile(input: Any, multiples: Any, name: str | None = None) -> Any:
    """The whole tensor repeated along each axis."""
    if isinstance(input, TextTensor):
        return TextTensor(np.tile(input.array, np.asarray(multiples).tolist()))
    return ops.tile(input, _plain(multiples))


def repeat(input: Any, repeats: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """Each place of an axis repeated."""
    return ops.repeat(input, repeats, axis)


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """The tensor repeated to a shape."""
    return ops.broadcast_to(input, _plain(shape))


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Any:
    """The tensor itself, if it has this shape; None fits every size.

    Raises:
        ValueError: it has another one.
    """
    from geartrain.compat.tensorflow.dtypes import TensorShape

    has = tuple(ops.shape(x))
    if not TensorShape(has).is_compatible_with(shape):
        raise ValueError(f"a tensor of shape {has} has not the shape {tuple(TensorShape(shape))}")
    return ops.convert_to_tensor(x)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """The places of some axes in reverse."""
    return ops.flip(tensor, axes_of(axis))


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """The places of an axis moved on, those at the end to the beginning."""
    return ops.roll(input, axes_of(shift), axes_of(axis))


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: str | None = None,
) -> Tensor:
    """The tensor with places added at the ends of its axes."""
    how = mode.lower()
    widths = paddings.numpy().tolist() if isinstance(paddings, Tensor) else paddings
    return ops.pad(tensor, widths, how, constant_values if how == "constant" else None)


def sort(
    values: Any, axis: int = -1, direction: str = "ASCENDING", name: str | None = None
) -> Tensor:
    """The elements of an axis from the smallest to the largest, or the other way."""
    found = ops.sort(values, axis)
    return found if _ascends(direction) else ops.flip(found, axis)


def argsort(
    values: Any,
    axis: int = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """The places of the elements in their order; equal ones stay in theirs."""
    if _ascends(direction):
        return ops.cast(ops.argsort(values, axis), "int32")
    numbers = ops.convert_to_tensor(values)
    turned = ops.bitwise_not(numbers) if numbers.dtype.kind in "iu" else ops.negative(numbers)
    return ops.cast(ops.argsort(turned, axis), "int32")


def _ascends(direction: str) -> builtins.bool:
    if direction in ("ASCENDING", "DESCENDING"):
        return direction == "ASCENDING"
    raise ValueError(f"direction is 'ASCENDING' or 'DESCENDING', not {direction!r}")


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = "bool", name: str | None = None
) -> Tensor:
    """True at the first places of each row, as many as its length says."""
    counts = ops.convert_to_tensor(lengths)
    most = int(ops.max(counts)) if maxlen is None else maxlen
    places = ops.arange(most, dtype=counts.dtype)
    return ops.cast(ops.less(places, ops.expand_dims(counts, -1)), dtype)
