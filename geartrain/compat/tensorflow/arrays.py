"""TensorFlow's names for making tensors, and for their shapes and places."""

from __future__ import annotations

import builtins
from typing import Any

from geartrain import ops
from geartrain.errors import explain
from geartrain.ops.comparison import choose
from geartrain.tensor import Tensor

__all__ = [
    "broadcast_to",
    "cast",
    "concat",
    "constant",
    "convert_to_tensor",
    "expand_dims",
    "eye",
    "fill",
    "gather",
    "identity",
    "linspace",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "range",
    "rank",
    "repeat",
    "reshape",
    "reverse",
    "shape",
    "size",
    "split",
    "squeeze",
    "stack",
    "stop_gradient",
    "tile",
    "transpose",
    "unstack",
    "where",
    "zeros",
    "zeros_like",
]


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor of a value; one number is repeated to `shape`."""
    tensor = ops.convert_to_tensor(value, dtype)
    if shape is None:
        return tensor
    return ops.reshape(tensor, shape) if tensor.size > 1 else ops.broadcast_to(tensor, shape)


def convert_to_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """A tensor of a value."""
    return ops.convert_to_tensor(value, dtype)


def zeros(shape: Any, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """A tensor of zeros."""
    return ops.zeros(shape, dtype)


def ones(shape: Any, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """A tensor of ones."""
    return ops.ones(shape, dtype)


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """One number in every place of a shape."""
    number = ops.convert_to_tensor(value)
    return ops.broadcast_to(number, dims)


def zeros_like(input: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Zeros in the shape of a tensor."""
    return ops.zeros_like(input, dtype)


def ones_like(input: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Ones in the shape of a tensor."""
    return ops.ones_like(input, dtype)


def eye(
    num_rows: int, num_columns: int | None = None, dtype: Any = "float32", name: str | None = None
) -> Tensor:
    """The matrix with ones on its diagonal."""
    return ops.eye(num_rows, num_columns, dtype=dtype)


def range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = None
) -> Tensor:
    """Numbers from `start` (0 if only one is given) up to but not including `limit`."""
    return ops.arange(start, limit, delta, dtype)


def linspace(start: Any, stop: Any, num: int, name: str | None = None, axis: int = 0) -> Tensor:
    """`num` numbers at equal distances from `start` to `stop`."""
    numbers: Tensor = ops.linspace(start, stop, num, axis=axis)
    return numbers


def cast(x: Any, dtype: Any, name: str | None = None) -> Tensor:
    """The tensor in another dtype."""
    return ops.cast(x, dtype)


def shape(input: Any, out_type: Any = "int32", name: str | None = None) -> Tensor:
    """The size of each axis, as a tensor."""
    return ops.convert_to_tensor([int(str(size)) for size in ops.shape(input)], out_type)


def rank(input: Any, name: str | None = None) -> Tensor:
    """The number of axes, as a tensor."""
    return ops.convert_to_tensor(ops.ndim(input))


def size(input: Any, out_type: Any = "int32", name: str | None = None) -> Tensor:
    """The number of elements, as a tensor."""
    return ops.convert_to_tensor(ops.size(input), out_type)


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same elements in another shape."""
    return ops.reshape(tensor, shape)


def transpose(a: Any, perm: Any = None, conjugate: bool = False, name: str | None = None) -> Tensor:
    """The axes in another order: reversed, if None."""
    found = ops.transpose(a, perm)
    return ops.conj(found) if conjugate else found


def expand_dims(input: Any, axis: int, name: str | None = None) -> Tensor:
    """A new axis of size 1."""
    return ops.expand_dims(input, axis)


def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """The tensor without axes of size 1."""
    return ops.squeeze(input, axis)


def concat(values: Any, axis: int, name: str | None = None) -> Tensor:
    """Tensors one after the other along an axis."""
    return ops.concatenate(values, axis)


def stack(values: Any, axis: int = 0, name: str | None = None) -> Tensor:
    """Tensors one after the other along a new axis."""
    return ops.stack(values, axis)


def unstack(value: Any, num: int | None = None, axis: int = 0, name: str | None = None) -> Any:
    """The parts of an axis."""
    return ops.unstack(value, num, axis)


def split(value: Any, num_or_size_splits: Any, axis: int = 0, name: str | None = None) -> Any:
    """An axis cut into so many equal parts, or into parts of the sizes that are listed."""
    if isinstance(num_or_size_splits, int):
        return ops.split(value, num_or_size_splits, axis)
    edges = [builtins.sum(num_or_size_splits[: at + 1]) for at, _ in enumerate(num_or_size_splits)]
    return ops.split(value, edges[:-1], axis)


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """The whole tensor repeated along each axis."""
    return ops.tile(input, multiples)


def repeat(input: Any, repeats: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """Each place of an axis repeated."""
    return ops.repeat(input, repeats, axis)


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """The tensor repeated to a shape."""
    return ops.broadcast_to(input, shape)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """The places of some axes in reverse."""
    return ops.flip(tensor, axis)


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: str | None = None,
) -> Tensor:
    """The tensor with places added at the ends of its axes."""
    how = mode.lower()
    return ops.pad(tensor, paddings, how, constant_values if how == "constant" else None)


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: int = 0,
    batch_dims: int = 0,
    name: str | None = None,
) -> Tensor:
    """The places along an axis that the indices name."""
    if batch_dims:
        raise ValueError(_batch_message(batch_dims))
    return ops.take(params, indices, axis)


def one_hot(
    indices: Any,
    depth: int,
    on_value: Any = None,
    off_value: Any = None,
    axis: int = -1,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """`on_value` (1) at the place that each number names, `off_value` (0) elsewhere."""
    chosen = ops.one_hot(indices, depth, axis, "bool")
    on, off = (1 if on_value is None else on_value), (0 if off_value is None else off_value)
    return ops.cast(choose(chosen, on, off), dtype or "float32")


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """x where the condition holds, else y; without them, the places, one row for each."""
    if x is None and y is None:
        return ops.stack(list(ops.nonzero(condition)), 1)
    return ops.where(condition, x, y)


def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """The value itself, through which no derivative goes."""
    return ops.stop_gradient(input)


def identity(input: Any, name: str | None = None) -> Tensor:
    """The value itself."""
    return ops.convert_to_tensor(input)


def _batch_message(batch_dims: int) -> str:
    return explain(
        "gather takes the same places for every sample",
        given=f"batch_dims={batch_dims}",
        expected="batch_dims=0",
        remedy="geartrain.ops.take_along_axis(params, indices, axis)",
    )
