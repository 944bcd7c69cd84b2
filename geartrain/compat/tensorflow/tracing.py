"""Names of TensorFlow's top level about shapes, bits, and whether a function is being traced."""

from __future__ import annotations

import builtins
from itertools import zip_longest
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.creation import convert_to_tensor
from geartrain.compat.tensorflow.dtypes import TensorShape
from geartrain.symbolic import is_keras_tensor
from geartrain.tensor import Tensor
from geartrain.tensor import as_dtype as number_dtype
from geartrain.tensor.interpreter import duty

__all__ = [
    "batch_to_space", "bitcast", "broadcast_dynamic_shape", "broadcast_static_shape", "identity_n",
    "inside_function", "is_symbolic_tensor", "realdiv", "shape_n", "space_to_batch",
    "space_to_batch_nd", "truncatediv", "truncatemod", "tuple", "unravel_index",
]  # fmt: skip


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """The shape of two tensors that are stretched to one.

    >>> broadcast_static_shape((3, 1), (4,))
    TensorShape([3, 4])
    """
    first, second = (TensorShape(each).as_list()[::-1] for each in (shape_x, shape_y))
    return TensorShape([_common(*each) for each in zip_longest(first, second, fillvalue=1)][::-1])


def _common(first: int | None, second: int | None) -> int | None:
    """The size of an axis of both; None is not known, and a size above 1 is then the one."""
    if 1 in (first, second):
        return second if first == 1 else first
    if None not in (first, second) and first != second:
        raise ValueError(
            f"sizes {first} and {second} cannot be stretched to one: tf.reshape(x, ...)"
        )
    return second if first is None else first


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """The same, of shapes that are tensors."""
    first, second = (
        builtins.tuple(np.asarray(each).reshape(-1).tolist()) for each in (shape_x, shape_y)
    )
    return ops.convert_to_tensor(np.array(np.broadcast_shapes(first, second), "int32"))


def identity_n(input: Any, name: str | None = None) -> list[Tensor]:
    """The same tensors."""
    return [convert_to_tensor(each) for each in input]


def tuple(tensors: Any, control_inputs: Any = None, name: str | None = None) -> list[Tensor]:
    """The same tensors, when all of them are there, as they are."""
    return identity_n(tensors)


def shape_n(input: Any, out_type: Any = "int32", name: str | None = None) -> list[Tensor]:
    """The shapes of several tensors."""
    return [ops.convert_to_tensor(np.array(ops.shape(each), out_type)) for each in input]


def is_symbolic_tensor(tensor: Any) -> bool:
    """Whether a tensor has no numbers yet."""
    return is_keras_tensor(tensor) or (isinstance(tensor, Tensor) and tensor.is_symbolic)


def inside_function() -> bool:
    """Whether a function is being traced."""
    return duty.eager is None


def realdiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y of floats."""
    return ops.divide(x, y)


def truncatediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The whole part of x / y, towards 0."""
    first, second = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    sign = ops.multiply(ops.sign(first), ops.sign(second))
    return ops.multiply(sign, ops.floor_divide(ops.abs(first), ops.abs(second)))


def truncatemod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """What is left of x, with its sign."""
    first, second = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    return ops.multiply(ops.sign(first), ops.mod(ops.abs(first), ops.abs(second)))


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Tensor:
    """The places on each axis, of places in a row.

    >>> unravel_index([5], (2, 3)).tolist()
    [[1], [2]]
    """
    sizes = builtins.tuple(np.asarray(dims).tolist())
    found = ops.stack(list(ops.unravel_index(indices, sizes)))
    return ops.cast(found, ops.convert_to_tensor(indices).dtype)


def bitcast(input: Any, type: Any, name: str | None = None) -> Tensor:
    """The same bits as another dtype, of the same size or of whole parts of it; on the host."""
    numbers = np.ascontiguousarray(np.asarray(ops.convert_to_tensor(input)))
    wanted = number_dtype(type)
    if wanted.itemsize == numbers.dtype.itemsize:
        return ops.convert_to_tensor(numbers.view(wanted))
    if wanted.itemsize < numbers.dtype.itemsize:
        return ops.convert_to_tensor(numbers[..., None].view(wanted))
    return ops.convert_to_tensor(numbers.view(wanted)[..., 0])


def space_to_batch(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Tensor:
    """Every so many-th place of the axes behind the batch as a batch of its own."""
    blocks = np.atleast_1d(np.asarray(block_shape)).tolist()
    tensor, widths = ops.convert_to_tensor(input), np.asarray(paddings).tolist()
    rest = tensor.ndim - 1 - len(blocks)
    tensor = ops.pad(tensor, [(0, 0), *map(builtins.tuple, widths), *[(0, 0)] * rest])
    batch, *sizes = tensor.shape
    inner = sizes[len(blocks) :]
    outer = [size // block for size, block in zip(sizes, blocks, strict=False)]
    parts = [each for pair in zip(outer, blocks, strict=True) for each in pair]
    split = ops.reshape(tensor, (batch, *parts, *inner))
    moved = [*range(2, 2 * len(blocks) + 1, 2), 0, *range(1, 2 * len(blocks), 2)]
    kept = range(1 + 2 * len(blocks), split.ndim)
    turned = ops.transpose(split, (*moved, *kept))
    return ops.reshape(turned, (batch * int(np.prod(blocks)), *outer, *inner))


space_to_batch_nd = space_to_batch


def batch_to_space(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Tensor:
    """The other way round: batches of their own put between each other, and the ends cut off."""
    blocks = np.atleast_1d(np.asarray(block_shape)).tolist()
    tensor, count = ops.convert_to_tensor(input), len(blocks)
    whole, *sizes = tensor.shape
    batch, outer, inner = whole // int(np.prod(blocks)), sizes[:count], sizes[count:]
    split = ops.reshape(tensor, (*blocks, batch, *outer, *inner))
    pairs = [each for at in range(count) for each in (count + 1 + at, at)]
    turned = ops.transpose(split, (count, *pairs, *range(2 * count + 1, split.ndim)))
    grown = [size * block for size, block in zip(outer, blocks, strict=True)]
    found = ops.reshape(turned, (batch, *grown, *inner))
    cuts = zip(np.asarray(crops).tolist(), grown, strict=True)
    places = [slice(first, size - last) for (first, last), size in cuts]
    return ops.get_item(found, (slice(None), *places))
