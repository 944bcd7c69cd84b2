"""Patches of images: cut out and put back, and channels exchanged for places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import convert_to_tensor
from geartrain.ops.elementwise import add
from geartrain.ops.joining import stack
from geartrain.ops.nn.spatial import is_channels_first
from geartrain.ops.shaping import static_size
from geartrain.primitives.convolution import over, times
from geartrain.primitives.windows import Sweep, Sweeps, all_taps
from geartrain.tensor import Size, Tensor, format_shape

__all__ = ["depth_to_space", "fold", "space_to_depth", "unfold"]

Pair = int | Sequence[int]


def unfold(
    x: Any, kernel_size: Pair, dilation: Pair = 1, padding: Pair = 0, stride: Pair = 1
) -> Tensor:
    """The patches of images, each as a column (im2col).

    Args:
        x: (batch, channels, height, width).
        kernel_size: the patch's size.
        dilation: how far a patch's places lie apart.
        padding: zeros on each side.
        stride: how far one patch lies from the next.

    Returns:
        (batch, channels * kernel places, patches).

    >>> unfold([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]], 2).numpy().tolist()
    [[[1.0, 2.0], [2.0, 3.0], [4.0, 5.0], [5.0, 6.0]]]
    """
    tensor = _images("unfold", x, 4, "(batch, channels, height, width)")
    window = _pair(kernel_size)
    sizes = [static_size(size, "unfold") for size in tensor.shape[2:]]
    sweeps = _sweeps(dilation, padding, stride)
    counts = _counts("unfold", sizes, window, sweeps)
    batch, channels = tensor.shape[:2]
    padded = _padded(tensor, sizes, sweeps)
    patches = [
        primitives.slice_(
            padded, starts=(0, 0, *starts), sizes=(batch, channels, *counts), steps=(1, 1, *steps)
        )
        for starts, steps in _tap_places(window, sweeps)
    ]
    columns = (times(channels, window[0] * window[1]), counts[0] * counts[1])
    return primitives.reshape(stack(patches, axis=2), shape=(batch, *columns))


def _padded(x: Tensor, sizes: Sequence[int], sweeps: Sweeps) -> Tensor:
    if not any(sweep.low for sweep in sweeps):
        return x
    whole = (size + 2 * sweep.low for size, sweep in zip(sizes, sweeps, strict=True))
    starts = (0, 0, *(sweep.low for sweep in sweeps))
    shape = (*x.shape[:2], *whole)
    return primitives.embed(x, shape=shape, starts=starts, steps=(1, 1, 1, 1), value=0)


def fold(
    x: Any,
    output_size: Pair,
    kernel_size: Pair,
    dilation: Pair = 1,
    padding: Pair = 0,
    stride: Pair = 1,
) -> Tensor:
    """Patches put back where `unfold` took them from; where they overlap, they are added (col2im).

    Args:
        x: (batch, channels * kernel places, patches).
        output_size: the images' (height, width).
        kernel_size: the patch's size.
        dilation: how far a patch's places lie apart.
        padding: zeros that `unfold` put on each side.
        stride: how far one patch lies from the next.

    Returns:
        (batch, channels, height, width).
    """
    tensor = _images("fold", x, 3, "(batch, channels * kernel places, patches)")
    window, sizes = _pair(kernel_size), _pair(output_size)
    sweeps = _sweeps(dilation, padding, stride)
    counts = _counts("fold", sizes, window, sweeps)
    places, count = window[0] * window[1], counts[0] * counts[1]
    batch, rows, patches = tensor.shape
    if int(str(rows)) % places or patches != count:
        raise ValueError(_fold_message(tensor, places, count))
    channels = over(rows, places)
    parts = primitives.reshape(tensor, shape=(batch, channels, places, *counts))
    placed = (
        _put_back(parts, number, starts, steps, sizes, sweeps)
        for number, (starts, steps) in enumerate(_tap_places(window, sweeps))
    )
    return reduce(add, placed)


def _put_back(
    parts: Tensor,
    number: int,
    starts: Sequence[int],
    steps: Sequence[int],
    sizes: Sequence[int],
    sweeps: Sweeps,
) -> Tensor:
    """What lies under one tap of all patches, in zeros of the images' size."""
    batch, channels, _, *counts = parts.shape
    one = primitives.slice_(
        parts,
        starts=(0, 0, number, 0, 0),
        sizes=(batch, channels, 1, *counts),
        steps=(1, 1, 1, 1, 1),
    )
    first = (start - sweep.low for start, sweep in zip(starts, sweeps, strict=True))
    return primitives.embed(
        primitives.reshape(one, shape=(batch, channels, *counts)),
        shape=(batch, channels, *sizes),
        starts=(0, 0, *first),
        steps=(1, 1, *steps),
        value=0,
    )


def _tap_places(
    window: Sequence[int], sweeps: Sweeps
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """For each tap, its first place on each padded axis, and how far it is to the next."""
    steps = tuple(sweep.stride for sweep in sweeps)
    for tap in all_taps(window):
        yield tuple(at * sweep.spacing for at, sweep in zip(tap, sweeps, strict=True)), steps


def _sweeps(dilation: Pair, padding: Pair, stride: Pair) -> Sweeps:
    given = zip(_pair(stride), _pair(padding), _pair(dilation), strict=True)
    return tuple(Sweep(step, around, around, spacing) for step, around, spacing in given)


def _pair(value: Pair) -> tuple[int, int]:
    height, width = (value, value) if isinstance(value, int) else value
    return height, width


def _counts(
    name: str, sizes: Sequence[int], window: Sequence[int], sweeps: Sweeps
) -> tuple[int, ...]:
    """How many patches there are along each axis."""
    each = zip(sweeps, sizes, window, strict=True)
    counts = tuple(sweep.places(size, taps) for sweep, size, taps in each)
    if all(counts):
        return counts
    raise ValueError(
        explain(
            f"{name}: the patches are larger than the images",
            given=f"images of {tuple(sizes)}, patches of {tuple(window)}",
            expected="patches that fit into the images and their padding",
            axis=f"spatial axis {counts.index(0)}",
            remedy="a smaller kernel_size, or padding",
        )
    )


def depth_to_space(x: Any, block_size: int, data_format: str = "channels_last") -> Tensor:
    """Channels laid out as blocks of places: block_size² times fewer channels.

    Args:
        x: (batch, height, width, channels), or channels first.
        block_size: a block's height and width.
        data_format: "channels_last" or "channels_first".

    Returns:
        (batch, height * block_size, width * block_size, channels / block_size²).

    Raises:
        ValueError: the channels are no multiple of block_size².
    """
    tensor = _images("depth_to_space", x, 4, "images in batches")
    first = is_channels_first(data_format)
    batch, height, width, channels = _sizes(tensor, channels_first=first)
    if int(str(channels)) % block_size**2:
        raise ValueError(_block_message("depth_to_space", tensor, block_size, "the channels"))
    depth = over(channels, block_size**2)
    big = times(height, block_size), times(width, block_size)
    if first:
        apart = (batch, depth, block_size, block_size, height, width)
        return _moved(tensor, apart, (0, 1, 4, 2, 5, 3), (batch, depth, *big))
    columns = (batch, height, width, block_size, block_size, depth)
    return _moved(tensor, columns, (0, 1, 3, 2, 4, 5), (batch, *big, depth))


def space_to_depth(x: Any, block_size: int, data_format: str = "channels_last") -> Tensor:
    """Blocks of places laid out as channels: the inverse of `depth_to_space`.

    Args:
        x: (batch, height, width, channels), or channels first.
        block_size: a block's height and width.
        data_format: "channels_last" or "channels_first".

    Returns:
        (batch, height / block_size, width / block_size, channels * block_size²).

    Raises:
        ValueError: height or width is no multiple of block_size.
    """
    tensor = _images("space_to_depth", x, 4, "images in batches")
    first = is_channels_first(data_format)
    batch, height, width, channels = _sizes(tensor, channels_first=first)
    if int(str(height)) % block_size or int(str(width)) % block_size:
        raise ValueError(_block_message("space_to_depth", tensor, block_size, "height and width"))
    depth = times(channels, block_size**2)
    small = over(height, block_size), over(width, block_size)
    if first:
        apart = (batch, channels, small[0], block_size, small[1], block_size)
        return _moved(tensor, apart, (0, 1, 3, 5, 2, 4), (batch, depth, *small))
    rows = (batch, small[0], block_size, small[1], block_size, channels)
    return _moved(tensor, rows, (0, 1, 3, 2, 4, 5), (batch, *small, depth))


def _sizes(x: Tensor, *, channels_first: bool) -> tuple[Size, Size, Size, Size]:
    """Batch, height, width, channels."""
    order = (0, 2, 3, 1) if channels_first else (0, 1, 2, 3)
    batch, height, width, channels = (x.shape[axis] for axis in order)
    return batch, height, width, channels


def _moved(
    x: Tensor, apart: tuple[Size, ...], perm: tuple[int, ...], shape: tuple[Size, ...]
) -> Tensor:
    moved = primitives.transpose(primitives.reshape(x, shape=apart), perm=perm)
    return primitives.reshape(moved, shape=shape)


def _images(name: str, x: Any, rank: int, layout: str) -> Tensor:
    tensor = convert_to_tensor(x)
    if tensor.ndim == rank:
        return tensor
    raise ValueError(
        explain(
            f"{name} cannot take this input",
            given=f"x of shape {format_shape(tensor.shape)}",
            expected=f"rank {rank}: {layout}",
            axis=f"rank {tensor.ndim}",
            remedy="ops.expand_dims(x, 0) for a batch of one",
        )
    )


def _fold_message(x: Tensor, places: int, count: int) -> str:
    return explain(
        "fold cannot put these patches back",
        given=f"x of shape {format_shape(x.shape)}",
        expected=f"(batch, a multiple of {places}, {count}): {places} places in a patch, "
        f"{count} patches in an image (output_size, kernel_size, padding and stride set that)",
        axis=f"axis 1 is {x.shape[1]}, axis 2 is {x.shape[2]}",
        remedy="the output_size, kernel_size, dilation, padding and stride that unfold had",
    )


def _block_message(name: str, x: Tensor, block_size: int, what: str) -> str:
    return explain(
        f"{name} cannot divide these images into blocks",
        given=f"x of shape {format_shape(x.shape)}, block_size={block_size}",
        expected=f"{what} a multiple of {block_size if name[0] == 's' else block_size**2}",
        remedy="ops.pad(x, ...), or another block_size",
    )
