"""Patches: small images cut out of a large one, at regular places."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import convert_to_tensor, whole_number
from geartrain.ops.image.layout import (
    Layout,
    as_batch,
    check_choice,
    from_batch,
    is_channels_first,
)
from geartrain.ops.padding import pad
from geartrain.ops.shaping import cut_out, reshape, static_size, transpose
from geartrain.tensor import Tensor, format_shape

__all__ = ["extract_patches", "extract_patches_3d"]


def extract_patches(
    images: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The patches of images, or of volumes, each as one row of numbers.

    Args:
        images: an image or a batch of images; with three sizes a volume or a batch of volumes.
            Any dtype, which the result has as well.
        size: the (height, width) of a patch, or one number for both; (depth, height, width) for
            volumes.
        strides: how far a patch lies from the one before, on each axis; None takes `size`, so
            that patches lie side by side.
        dilation_rate: how far the pixels of a patch lie from each other, on each axis.
        padding: "valid" takes the patches that lie inside; "same" puts zeros around the images,
            so that there is a patch for each `strides` pixels.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, channels) or (batch, height, width, channels); with "channels_first" the
        channels stand before the height.

    Output shape:
        The same, with the numbers of patches for height and width, and a patch's elements for the
        channels: its rows, in these its pixels, in these their channels.

    Raises:
        TypeError: `size` is neither a number nor some numbers.
        ValueError: a shape, a number or a name cannot be used, or no patch lies inside.

    >>> import numpy as np
    >>> extract_patches(np.arange(16.0).reshape(4, 4, 1), 2)[0, 0].numpy().tolist()
    [0.0, 1.0, 4.0, 5.0]
    """
    if not isinstance(size, int | np.integer | list | tuple):
        raise TypeError(_size_message("extract_patches", size, "one number, or two, or three"))
    rank = 2 if isinstance(size, int | np.integer) else len(size)
    if rank not in (2, 3):
        raise ValueError(_size_message("extract_patches", size, "one number, or two, or three"))
    arguments = (images, size, strides, dilation_rate, padding, data_format)
    return _patches("extract_patches", rank, *arguments)


def extract_patches_3d(
    volumes: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The patches of volumes, each as one row of numbers: `extract_patches` for three axes.

    Args:
        volumes: (depth, height, width, channels), or a batch of such; with "channels_first" the
            channels stand before the depth.
        size: the (depth, height, width) of a patch, or one number for all.
        strides: how far a patch lies from the one before, on each axis; None takes `size`.
        dilation_rate: how far the voxels of a patch lie from each other, on each axis.
        padding: "valid" or "same".
        data_format: "channels_last" (if None) or "channels_first".

    Raises:
        TypeError: `size` is neither a number nor three.
        ValueError: a shape, a number or a name cannot be used, or no patch lies inside.
    """
    is_number = isinstance(size, int | np.integer)
    if not is_number and (not isinstance(size, list | tuple) or len(size) != 3):
        raise TypeError(_size_message("extract_patches_3d", size, "one number, or three"))
    arguments = (volumes, size, strides, dilation_rate, padding, data_format)
    return _patches("extract_patches_3d", 3, *arguments)


def _patches(
    operation: str,
    rank: int,
    images: Any,
    size: Any,
    strides: Any,
    dilation_rate: Any,
    padding: str,
    data_format: str | None,
) -> Tensor:
    tensor, layout = _read(operation, images, rank, data_format)
    name = padding.lower() if isinstance(padding, str) else padding
    check_choice(operation, "padding", name, ("valid", "same"))
    sizes = _numbers(operation, "size", size, rank)
    steps = sizes if strides is None else _numbers(operation, "strides", strides, rank)
    gaps = _numbers(operation, "dilation_rate", dilation_rate, rank)
    batch = as_batch(tensor, layout)
    for number, (length, step, gap) in enumerate(zip(sizes, steps, gaps, strict=True)):
        axis = 1 + 2 * number  # each axis done has become two
        if name == "same":
            batch = _same(operation, batch, axis, length, step, gap)
        batch = _windows(operation, batch, axis, length, step, gap)
    return from_batch(_flattened(batch, rank), layout)


def _read(operation: str, images: Any, rank: int, data_format: str | None) -> tuple[Tensor, Layout]:
    tensor = convert_to_tensor(images)
    first = is_channels_first(operation, data_format)
    if tensor.ndim not in (rank + 1, rank + 2):
        raise ValueError(_rank_message(operation, tensor, rank))
    return tensor, Layout(tensor.ndim, first, rank)


def _numbers(operation: str, argument: str, value: Any, rank: int) -> list[int]:
    """One number for each axis of an image, from 1 on."""
    given = list(value) if isinstance(value, list | tuple | np.ndarray) else [value] * rank
    if len(given) != rank:
        raise ValueError(_numbers_message(operation, argument, value, rank))
    numbers = [whole_number(each) for each in given]
    if min(numbers) < 1:
        raise ValueError(_numbers_message(operation, argument, value, rank))
    return numbers


def _same(operation: str, x: Tensor, axis: int, length: int, step: int, gap: int) -> Tensor:
    """Zeros at the ends of an axis, so that it has a window for each `step` places."""
    places = static_size(x.shape[axis], operation)
    count = -(-places // step)
    missing = max(0, (count - 1) * step + (length - 1) * gap + 1 - places)
    widths = [(0, 0)] * x.ndim
    widths[axis] = (missing // 2, missing - missing // 2)
    return pad(x, widths)


def _windows(operation: str, x: Tensor, axis: int, length: int, step: int, gap: int) -> Tensor:
    """An axis as two: the windows, and the places in them."""
    places = static_size(x.shape[axis], operation)
    count = 1 + (places - (length - 1) * gap - 1) // step
    if count < 1:
        raise ValueError(_inside_message(operation, places, length, gap))
    if step == length and gap == 1:  # side by side: no element is needed twice
        whole = x if count * length == places else cut_out(x, axis, 0, count * length)
        return reshape(whole, (*x.shape[:axis], count, length, *x.shape[axis + 1 :]))
    where = np.arange(count)[:, None] * step + np.arange(length) * gap
    return primitives.take(x, Tensor(where.astype(np.int32)), axis=axis)


def _flattened(x: Tensor, rank: int) -> Tensor:
    """(batch, rows, places, columns, places, ..., channels) as (batch, rows, columns, all)."""
    windows = tuple(range(1, 1 + 2 * rank, 2))
    places = tuple(range(2, 2 + 2 * rank, 2))
    moved = transpose(x, (0, *windows, *places, x.ndim - 1))
    inside = [static_size(size, "extract_patches") for size in moved.shape[rank + 1 :]]
    return reshape(moved, (*moved.shape[: rank + 1], int(np.prod(inside))))


def _size_message(operation: str, size: Any, expected: str) -> str:
    return explain(
        f"{operation} cannot read the size of a patch",
        given=f"size={size!r}",
        expected=expected,
        remedy="size=16",
    )


def _numbers_message(operation: str, argument: str, value: Any, rank: int) -> str:
    return explain(
        f"{operation} needs a number for each axis of a patch",
        given=f"{argument}={value!r}",
        expected=f"one number for all, or {rank}, each a whole number from 1 on",
        remedy=f"{argument}={(1,) * rank}",
    )


def _rank_message(operation: str, x: Tensor, rank: int) -> str:
    axes = "height, width" if rank == 2 else "depth, height, width"
    return explain(
        f"{operation} takes one {'image' if rank == 2 else 'volume'}, or a batch",
        given=f"shape {format_shape(x.shape)}, and patches of {rank} axes",
        expected=f"rank {rank + 1}, ({axes}, channels), or rank {rank + 2}, with a batch axis",
        remedy="x[..., None], for one without channels",
    )


def _inside_message(operation: str, places: int, length: int, gap: int) -> str:
    return explain(
        f"{operation} finds no patch inside",
        given=f"patches of {length} places, {gap} apart, on an axis of {places}",
        expected=f"{(length - 1) * gap + 1} places at least (set by size and dilation_rate)",
        remedy="padding='same', or a smaller size",
    )
