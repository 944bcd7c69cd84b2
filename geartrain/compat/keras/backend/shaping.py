"""Shapes, and tensors in other ones."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.defaults import image_data_format
from geartrain.symbolic import KerasTensor
from geartrain.tensor import Dim

__all__ = [
    "batch_flatten", "cast", "concatenate", "expand_dims", "flatten", "gather", "int_shape", "ndim",
    "one_hot", "permute_dimensions", "repeat", "repeat_elements", "reshape", "resize_images",
    "resize_volumes", "reverse", "shape", "slice", "spatial_2d_padding", "spatial_3d_padding",
    "squeeze", "stack", "temporal_padding", "tile", "transpose", "unstack",
]  # fmt: skip


def shape(x: Any) -> tuple[Any, ...]:
    """The size of each axis; where it is not known, a symbol that other functions take as a size.

    >>> shape([[1.0, 2.0]])
    (1, 2)
    """
    tensor = ops.convert_to_tensor(x)
    return tuple(tensor.value.shape) if isinstance(tensor, KerasTensor) else tuple(tensor.shape)


def int_shape(x: Any) -> tuple[int | None, ...] | None:
    """The size of each axis, None where it is not known; None for what has no shape.

    >>> from geartrain import layers
    >>> int_shape(layers.Input((3,)))
    (None, 3)
    """
    if not hasattr(x, "shape"):
        return None
    return tuple(None if isinstance(size, Dim) else size for size in x.shape)


def ndim(x: Any) -> int:
    """The number of axes."""
    return len(x.shape)


def cast(x: Any, dtype: Any) -> Any:
    """The same numbers in another dtype."""
    return ops.cast(x, dtype)


def reshape(x: Any, shape: Any) -> Any:
    """The same numbers in another shape; -1 is what is left."""
    return ops.reshape(x, tuple(shape))


def flatten(x: Any) -> Any:
    """The same numbers along one axis."""
    return ops.reshape(x, (-1,))


def batch_flatten(x: Any) -> Any:
    """The numbers of each sample along one axis.

    >>> batch_flatten(np.zeros((2, 3, 4))).shape
    (2, 12)
    """
    sizes = int_shape(ops.convert_to_tensor(x)) or ()
    known = None not in sizes[1:]
    rest = int(np.prod([size or 1 for size in sizes[1:]])) if known else -1
    return ops.reshape(x, (-1 if known else shape(x)[0], rest))


def expand_dims(x: Any, axis: int = -1) -> Any:
    """A new axis of size 1."""
    return ops.expand_dims(x, axis)


def squeeze(x: Any, axis: Any) -> Any:
    """Without an axis of size 1."""
    return ops.squeeze(x, axis)


def transpose(x: Any) -> Any:
    """The axes in the opposite order."""
    return ops.transpose(x)


def permute_dimensions(x: Any, pattern: Sequence[int]) -> Any:
    """The axes in another order."""
    return ops.transpose(x, tuple(pattern))


def concatenate(tensors: Sequence[Any], axis: int = -1) -> Any:
    """Tensors one after another along an axis."""
    return ops.concatenate(list(tensors), axis=axis)


def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """Tensors side by side along a new axis."""
    return ops.stack(list(x), axis=axis)


def unstack(x: Any, num: int | None = None, axis: int = 0) -> Any:
    """The tensors that lie along an axis."""
    return ops.unstack(x, num, axis)


def gather(reference: Any, indices: Any) -> Any:
    """The entries of these numbers, along the first axis."""
    return ops.take(reference, indices, axis=0)


def one_hot(indices: Any, num_classes: int) -> Any:
    """A one at the place of each index, zeros elsewhere."""
    return ops.one_hot(indices, num_classes)


def reverse(x: Any, axes: Any) -> Any:
    """The entries along axes in the opposite order."""
    return ops.flip(x, axes)


def tile(x: Any, n: Any) -> Any:
    """The whole repeated along each axis."""
    return ops.tile(x, (n,) if isinstance(n, int) else n)


def repeat(x: Any, n: int) -> Any:
    """Rows repeated along a new second axis: (samples, units) -> (samples, n, units)."""
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each entry along an axis so many times."""
    return ops.repeat(x, rep, axis=axis)


def slice(x: Any, start: Sequence[int], size: Sequence[int]) -> Any:
    """A block: from where it starts, and how large it is; -1 takes what is left."""
    if -1 not in size:
        return ops.slice(x, start, size)
    ends = [None if n == -1 else first + n for first, n in zip(start, size, strict=True)]
    return ops.convert_to_tensor(x)[tuple(map(builtins.slice, start, ends))]


def temporal_padding(x: Any, padding: Sequence[int] = (1, 1)) -> Any:
    """Zeros around the second axis of three."""
    return ops.pad(x, ((0, 0), tuple(padding), (0, 0)))


def spatial_2d_padding(x: Any, padding: Any = ((1, 1), (1, 1)), data_format: Any = None) -> Any:
    """Zeros around rows and columns of images."""
    return _padded(x, padding, data_format)


def spatial_3d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: Any = None
) -> Any:
    """Zeros around the three axes of volumes."""
    return _padded(x, padding, data_format)


def _padded(x: Any, padding: Any, data_format: Any) -> Any:
    widths = [tuple(each) for each in padding]
    first = (data_format or image_data_format()) == "channels_first"
    return ops.pad(x, ((0, 0), (0, 0), *widths) if first else ((0, 0), *widths, (0, 0)))


def resize_images(
    x: Any,
    height_factor: int,
    width_factor: int,
    data_format: str,
    interpolation: str = "nearest",
) -> Any:
    """Images so many times as high and as wide."""
    rows, columns = (2, 3) if data_format == "channels_first" else (1, 2)
    if interpolation == "nearest":
        x = ops.repeat(x, height_factor, axis=rows)
        return ops.repeat(x, width_factor, axis=columns)
    size = x.shape[rows] * height_factor, x.shape[columns] * width_factor
    return ops.image.resize(x, size, interpolation=interpolation, data_format=data_format)


def resize_volumes(
    x: Any, depth_factor: int, height_factor: int, width_factor: int, data_format: str
) -> Any:
    """Volumes so many times as deep, as high and as wide."""
    first = 2 if data_format == "channels_first" else 1
    for axis, factor in enumerate((depth_factor, height_factor, width_factor), first):
        x = ops.repeat(x, factor, axis=axis)
    return x
