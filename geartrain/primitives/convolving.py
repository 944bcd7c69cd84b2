"""How NumPy convolves: as few and as large matrix products as there can be.

Which way is quickest depends on the shapes:

- *columns*: the windows, copied side by side, times the kernel as one matrix (most convolutions);
- *taps*: for each tap of the window, all that it meets times its weights (an input with gaps);
- *places*: the same with the windows as columns, where there are fewer places than taps (the
  derivative by a kernel, whose taps are the places of the convolution itself).

Each goes in blocks that stay in the cache, copied in the order in which x lies in memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from geartrain.primitives.windows import Sweeps, all_taps, met_at_place, met_by_tap
from geartrain.tensor import Array
from geartrain.tensor.dtypes import FLOAT32

BLOCK_BYTES = 1 << 21  # of the copies that a block makes: about half of a core's cache
FEW_CHANNELS = 4  # of a group: fewer are multiplied one by one, more as matrices


def convolve_arrays(x: Array, w: Array, sweeps: Sweeps, groups: int) -> Array:
    """The convolution of x (batch, ..., channel) with w (..., channel, feature).

    Narrow floats are computed in float32.
    """
    narrow = x.dtype.kind not in "iubc" and x.dtype.itemsize < FLOAT32.itemsize
    if narrow:
        return convolve_arrays(x.astype(FLOAT32), w.astype(FLOAT32), sweeps, groups).astype(x.dtype)
    places = [
        sweep.places(size, taps)
        for sweep, size, taps in zip(sweeps, x.shape[1:-1], w.shape[:-2], strict=True)
    ]
    out = np.zeros((x.shape[0], *places, w.shape[-1]), x.dtype)
    if groups > 1:
        _convolve_groups(x, w, sweeps, groups, out)
    elif out.size and w.size:
        _convolve_whole(x, w, sweeps, out)
    return out


def _convolve_whole(x: Array, w: Array, sweeps: Sweeps, out: Array) -> None:
    few_places = math.prod(out.shape[1:-1]) < math.prod(w.shape[:-2])
    if any(sweep.gap > 1 for sweep in sweeps):
        (_place_by_place if few_places else _by_taps)(x, w, sweeps, out)
    else:
        (_by_places if few_places else _by_columns)(x, w, sweeps, out)


def _blocks(count: int, bytes_each: int) -> Iterator[slice]:
    """Parts of so many things whose copies take no more than a block."""
    step = max(BLOCK_BYTES // max(bytes_each, 1), 1)
    return (slice(start, min(start + step, count)) for start in range(0, count, step))


def _copied(view: Array, width: int) -> Iterator[tuple[tuple[slice, slice], Array]]:
    """Blocks along the first two axes of a view, each copied as a matrix of so many columns.

    All are copied to the same place: new memory would have to be fetched for each.
    """
    if view.flags.c_contiguous:
        everything = (slice(None), slice(None))
        yield everything, view.reshape(-1, width)
        return
    row_bytes = math.prod(view.shape[2:]) * view.itemsize
    whole_bytes = row_bytes * view.shape[1]
    rows = [slice(0, view.shape[1])]
    if whole_bytes > BLOCK_BYTES:
        rows = list(_blocks(view.shape[1], row_bytes))
    space = np.empty(max(BLOCK_BYTES, row_bytes) // view.itemsize, view.dtype)
    for images in _blocks(view.shape[0], whole_bytes):
        for some in rows:
            block = view[images, some]
            copy = space[: block.size].reshape(block.shape)
            np.copyto(copy, block)
            yield (images, some), copy.reshape(-1, width)


def _by_columns(x: Array, w: Array, sweeps: Sweeps, out: Array) -> None:
    """Windows, copied side by side as the rows of a matrix, times the kernel as a matrix."""
    windows = _windows(_padded(x, sweeps), w.shape[:-2], sweeps, out.shape[1:-1])
    weights = w.reshape(-1, w.shape[-1])
    for block, columns in _copied(windows, weights.shape[0]):
        into = out[block]
        into[...] = (columns @ weights).reshape(into.shape)


def _padded(x: Array, sweeps: Sweeps) -> Array:
    """x with zeros before and behind its axes, or cut where the padding is negative."""
    if all(sweep.low <= 0 and sweep.high <= 0 for sweep in sweeps):
        return x[(slice(None), *(_inner(*each) for each in zip(sweeps, x.shape[1:], strict=False)))]
    sizes = [
        size + sweep.low + sweep.high for sweep, size in zip(sweeps, x.shape[1:], strict=False)
    ]
    padded = _zeros_as(x, (x.shape[0], *sizes, x.shape[-1]))
    into, seen = [], []
    for sweep, size, whole in zip(sweeps, x.shape[1:-1], sizes, strict=True):
        first, last = max(sweep.low, 0), min(sweep.low + size, whole)
        into.append(slice(first, last))
        seen.append(slice(first - sweep.low, last - sweep.low))
    padded[(slice(None), *into)] = x[(slice(None), *seen)]
    return padded


def _zeros_as(x: Array, shape: tuple[int, ...]) -> Array:
    """Zeros whose axes lie in memory in the order of those of x."""
    order = sorted(range(x.ndim), key=lambda axis: -x.strides[axis])
    zeros = np.zeros([shape[axis] for axis in order], x.dtype)
    return zeros.transpose([order.index(axis) for axis in range(x.ndim)])


def _inner(sweep: Any, size: int) -> slice:
    return slice(-sweep.low, size + sweep.high)


def _windows(x: Array, taps: Any, sweeps: Sweeps, places: Any) -> Array:
    """A view (batch, place..., tap..., channel) of a padded x."""
    batch, *moves, channel = x.strides
    by_place = [move * sweep.stride for move, sweep in zip(moves, sweeps, strict=True)]
    by_tap = [move * sweep.spacing for move, sweep in zip(moves, sweeps, strict=True)]
    shape = (x.shape[0], *places, *taps, x.shape[-1])
    return as_strided(x, shape, (batch, *by_place, *by_tap, channel), writeable=False)


def _by_taps(x: Array, w: Array, sweeps: Sweeps, out: Array) -> None:
    """For each tap, all that it meets times its weights, added to where it goes."""
    sizes, places, taps = x.shape[1:-1], out.shape[1:-1], w.shape[:-2]
    image_bytes = math.prod(sizes) * (x.shape[-1] + w.shape[-1]) * x.itemsize
    for images in _blocks(x.shape[0], image_bytes):
        block = np.ascontiguousarray(x[images])
        rows = block.reshape(-1, x.shape[-1])
        for tap in all_taps(taps):
            into, seen = met_by_tap(sweeps, tap, sizes, places)
            terms = (rows @ w[tap]).reshape(*block.shape[:-1], w.shape[-1])
            out[(images, *into)] += terms[(slice(None), *seen)]


def _by_places(x: Array, w: Array, sweeps: Sweeps, out: Array) -> None:
    """The windows of all places as the columns of a matrix, summed against the kernel.

    The matrix is copied in the order in which x lies in memory, so that the copy is quick.
    """
    windows = _windows(_padded(x, sweeps), w.shape[:-2], sweeps, out.shape[1:-1])
    kept = (*range(1, w.ndim - 1), 0)  # place..., batch
    summed = sorted(range(w.ndim - 1, windows.ndim), key=lambda axis: -windows.strides[axis])
    columns = windows.transpose(*summed, *kept)
    weights = w.transpose([axis - w.ndim + 1 for axis in summed] + [w.ndim - 1])
    total = np.zeros((math.prod(windows.shape[axis] for axis in kept), w.shape[-1]), x.dtype)
    for block, left in _copied(columns, total.shape[0]):
        total += left.T @ weights[block].reshape(-1, w.shape[-1])
    out[...] = np.moveaxis(total.reshape(*out.shape[1:-1], x.shape[0], -1), -2, 0)


def _place_by_place(x: Array, w: Array, sweeps: Sweeps, out: Array) -> None:
    """For each place, all that meets there as a matrix, times the weights that it meets."""
    order = sorted(range(1, x.ndim), key=lambda axis: -x.strides[axis])
    summed, kernel = (*order, 0), (*(axis - 1 for axis in order), w.ndim - 1)
    for place in all_taps(out.shape[1:-1]):
        taps, seen = met_at_place(sweeps, place, x.shape[1:-1], w.shape[:-2])
        left = x[(slice(None), *seen)].transpose(summed).reshape(-1, x.shape[0])
        right = w[taps].transpose(kernel).reshape(-1, w.shape[-1])
        out[place_of(place)] = left.T @ right


def place_of(place: tuple[int, ...]) -> Any:
    """One place of every image, as an index."""
    return (slice(None), *place)


def _convolve_groups(x: Array, w: Array, sweeps: Sweeps, groups: int, out: Array) -> None:
    """Each group as a convolution of its own, unless its matrices would be slivers."""
    channels, features = w.shape[-2], w.shape[-1] // groups
    few_places = math.prod(out.shape[1:-1]) < math.prod(w.shape[:-2])
    if few_places and x.shape[0] * features < FEW_CHANNELS**2:
        _groups_by_places(x, w, sweeps, groups, out)
    elif not few_places and channels < FEW_CHANNELS:
        _groups_by_taps(x, w, sweeps, groups, out)
    else:
        for group in range(groups):
            ins = slice(group * channels, (group + 1) * channels)
            outs = slice(group * features, (group + 1) * features)
            out[..., outs] = convolve_arrays(x[..., ins], w[..., outs], sweeps, 1)


def _groups_by_taps(x: Array, w: Array, sweeps: Sweeps, groups: int, out: Array) -> None:
    """For each tap and channel of a group, its images times one weight for each feature."""
    channels, features = w.shape[-2], w.shape[-1] // groups
    sizes, places = x.shape[1:-1], out.shape[1:-1]
    parts = x.reshape(*x.shape[:-1], groups, channels)
    into_parts = out.reshape(*out.shape[:-1], groups, features)
    weights = w.reshape(*w.shape[:-1], groups, features)
    for images in _blocks(x.shape[0], out.nbytes // max(out.shape[0], 1)):
        for tap in all_taps(w.shape[:-2]):
            into, seen = met_by_tap(sweeps, tap, sizes, places)
            for channel, feature in np.ndindex(channels, features):
                column = weights[tap][channel, :, feature]
                terms = parts[(images, *seen, slice(None), channel)] * column
                into_parts[(images, *into, slice(None), feature)] += terms


def _groups_by_places(x: Array, w: Array, sweeps: Sweeps, groups: int, out: Array) -> None:
    """For each place, the products of what meets there, summed group by group."""
    batch, (channels, features) = x.shape[0], (w.shape[-2], w.shape[-1] // groups)
    sizes, taps = x.shape[1:-1], w.shape[:-2]
    parts = np.ascontiguousarray(x.reshape(*x.shape[:-1], groups, channels))
    weights = w.reshape(*w.shape[:-1], groups, features)
    weights = np.ascontiguousarray(np.moveaxis(weights, -3, -1))  # (..., group, feature, channel)
    for place in all_taps(out.shape[1:-1]):
        met, seen = met_at_place(sweeps, place, sizes, taps)
        left, right = parts[(slice(None), *seen)], weights[met]
        total = np.einsum(
            left.reshape(batch, -1, groups, channels),
            [0, 1, 2, 3],
            right.reshape(-1, groups, features, channels),
            [1, 2, 4, 3],
            [0, 2, 4],
        )
        out[place_of(place)] = total.reshape(batch, -1)
