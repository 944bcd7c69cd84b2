"""Convolution, of any number of axes: one primitive, whose derivatives are convolutions again.

    x (batch, height, width, channel), w (kernel row, kernel column, channel, feature)
    out[n, i, j, f] = the sum over p, q, c of x[n, i + p, j + q, c] * w[p, q, c, f]

Where the windows lie (strides, padding, dilation) is in `sweeps`, one `windows.Sweep` for each
axis between batch and channel. With `groups`, the channels and the features are so many parts of
one size, and a feature sees only the channels of its part.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.convolving import convolve_arrays
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import reduction_loops
from geartrain.primitives.movement import reshape, transpose
from geartrain.primitives.primitive import Cost, Cotangents, Primitive, Sample, Spec, register
from geartrain.primitives.slicing import slice_
from geartrain.primitives.wide_sums import (
    in_sums,
    narrowed,
    product_text,
    summed_dtype,
    widened,
)
from geartrain.primitives.windows import Sweep, Sweeps, element_text, place_counts
from geartrain.tensor import Array, Dim, Size, Tensor, is_floating

__all__ = ["convolve"]

BOTH = (True, True)
PLACES, TAPS = "ijkl", "pqrs"  # names of loops


class Convolve(Primitive):
    """out[n, i, f] = the sum over taps p and channels c of x[n, i + p, c] * w[p, c, f]."""

    name = "convolve"
    selective = True

    def infer(self, *inputs: Spec, sweeps: Sweeps, groups: int = 1, **parameters: Any) -> Spec:
        x, w = inputs
        if not len(x.shape) == len(w.shape) == len(sweeps) + 2:
            raise ValueError(_rank_message(x, w, sweeps))
        dtype = summed_dtype(_dtype_message, x, w, parameters.get("sums"))
        if x.shape[-1] != times(w.shape[-2], groups) or int(str(w.shape[-1])) % groups:
            raise ValueError(_channels_message(x, w, groups))
        places = place_counts(self.name, x.shape[1:-1], w.shape[:-2], sweeps)
        return Spec((x.shape[0], *places, w.shape[-1]), dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        x, w = in_sums(inputs, parameters.get("sums"))
        return convolve_arrays(x, w, parameters["sweeps"], parameters.get("groups", 1))

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        x, w = inputs
        sweeps, groups = parameters["sweeps"], parameters.get("groups", 1)
        places, taps = PLACES[: len(sweeps)], TAPS[: len(sweeps)]
        outer = [(each, f"out.shape[{axis}]") for axis, each in enumerate(["n", *places, "f"])]
        lone = [each if w.shape[axis] != 1 else "" for axis, each in enumerate(taps)]
        inner = [(each, f"w.shape[{axis}]") for axis, each in enumerate([*lone, "c"]) if each]
        element, tests = element_text(sweeps, places, lone)
        channel = "c" if groups == 1 else _channel_text(w, groups)
        zero = "0.0" if is_floating(x.dtype) else "0"
        weight = ", ".join(each or "0" for each in lone)
        factors = f"x[{element}, {channel}]", f"w[{weight}, c, f]"
        term = product_text(*factors, parameters.get("sums"))
        term = f"({term} if {tests} else {zero})" if tests else term
        return reduction_loops(
            "def naive_convolve(x, w, out):", outer, inner, zero, f"total + {term}"
        )

    def gradient(
        self, cotangent: Tensor, inputs: tuple[Tensor, ...], output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, w = widened(inputs, parameters.get("sums"))
        sweeps, groups = parameters["sweeps"], parameters.get("groups", 1)
        by_x, by_w = parameters.get("wanted", BOTH)
        found = (
            _by_input(cotangent, x, w, sweeps, groups) if by_x else None,
            _by_kernel(cotangent, x, w, sweeps, groups) if by_w else None,
        )
        return narrowed(found, inputs, parameters.get("sums"))

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        _, w = inputs
        terms = math.prod(int(str(size)) for size in w.shape[:-1])
        return Cost(2 * terms * static_count(out), bytes_of(*inputs, out))

    def samples(self) -> Iterator[Sample]:
        cases: list[tuple[tuple[int, ...], tuple[int, ...], Sweeps, int]] = [
            ((2, 5, 2), (3, 2, 4), (Sweep(1, 1, 1),), 1),
            ((2, 6, 5, 3), (3, 2, 3, 4), (Sweep(), Sweep()), 1),
            ((1, 7, 6, 2), (3, 3, 2, 2), (Sweep(2, 1, 1), Sweep(2, 0, 1)), 1),
            ((2, 7, 2), (2, 2, 3), (Sweep(1, 2, 0, 3),), 1),
            ((2, 3, 4, 2), (3, 2, 2, 3), (Sweep(1, 2, 2, 1, 2), Sweep(1, 1, 2, 1, 3)), 1),
            ((2, 4, 2), (3, 2, 2), (Sweep(2, 2, 1, 2, 3),), 1),
            ((2, 5, 4, 3), (2, 2, 1, 3), (Sweep(1, 0, 1), Sweep()), 3),
            ((2, 5, 4), (2, 2, 6), (Sweep(2),), 2),
            ((2, 9, 6), (2, 3, 2), (Sweep(1, -1, -2),), 2),
            ((1, 3, 4, 3, 2), (2, 2, 2, 2, 2), (Sweep(), Sweep(1, 1, 0), Sweep(2)), 1),
            ((2, 3, 2), (3, 2, 3), (Sweep(),), 1),
            ((0, 4, 2), (3, 2, 3), (Sweep(),), 1),
        ]
        for number, (first, second, sweeps, groups) in enumerate(cases):
            rng = np.random.default_rng(number)
            arrays = (rng.uniform(0.1, 1, first), rng.uniform(0.1, 1, second))
            tolerance = {"float32": 5e-6, "float64": 1e-14}
            yield Sample(arrays, {"sweeps": sweeps, "groups": groups}, tolerance)
        x = (np.arange(126) * 7 - 400).reshape(2, 21, 3).astype("int8")
        w = (np.arange(60) * 3 - 90).reshape(4, 3, 5).astype("int8")
        for sweep in (Sweep(), Sweep(2, 1, 2)):
            yield Sample((x, w), {"sweeps": (sweep,), "sums": "int32"}, gradient=False)


convolve = register(Convolve)


def times(size: Size, factor: int) -> Size:
    """A size, so many times."""
    return Dim(size.name, size.scale * factor) if isinstance(size, Dim) else size * factor


def over(size: Size, parts: int) -> Size:
    """The size of each of so many parts."""
    return Dim(size.name, size.scale // parts) if isinstance(size, Dim) else size // parts


def _channel_text(w: Spec, groups: int) -> str:
    """The channel of x that channel c of the kernel is, for feature f."""
    features = int(str(w.shape[-1])) // groups
    return f"f // {features} * w.shape[{len(w.shape) - 2}] + c"


def _by_input(dy: Tensor, x: Tensor, w: Tensor, sweeps: Sweeps, groups: int) -> Tensor:
    """The derivative by x: dy, convolved with the kernel turned round, in from out."""
    sizes = zip(sweeps, x.shape[1:-1], w.shape[:-2], strict=True)
    back = tuple(sweep.back(int(str(size)), int(str(taps))) for sweep, size, taps in sizes)
    turned: Tensor = convolve(dy, turned_kernel(w, groups), sweeps=back, groups=groups)
    return turned


def turned_kernel(w: Tensor, groups: int) -> Tensor:
    """The kernel with its taps in reverse, and channels and features exchanged."""
    rank, taps = w.ndim - 2, w.shape[:-2]
    channels, features = w.shape[-2], over(w.shape[-1], groups)
    starts = tuple(int(str(size)) - 1 for size in taps)
    reverse = slice_(w, starts=(*starts, 0, 0), sizes=w.shape, steps=(*(-1 for _ in taps), 1, 1))
    parts = reshape(reverse, shape=(*taps, channels, groups, features))
    swapped = transpose(parts, perm=(*range(rank), rank + 2, rank + 1, rank))
    return reshape(swapped, shape=(*taps, features, times(channels, groups)))


def _by_kernel(dy: Tensor, x: Tensor, w: Tensor, sweeps: Sweeps, groups: int) -> Tensor:
    """The derivative by the kernel: x, convolved with dy; they are summed over the batch.

    So the batch is the channel here, and the channels of a group are the batch.
    """
    rank, (batch, *sizes, _) = x.ndim - 2, x.shape
    spread = zip(sweeps, sizes, w.shape[:-2], strict=True)
    across = tuple(sweep.across(int(str(size)), int(str(taps))) for sweep, size, taps in spread)
    middle = tuple(range(1, rank + 1))
    if groups == 1:
        images = transpose(x, perm=(rank + 1, *middle, 0))
    else:
        parts = reshape(x, shape=(batch, *sizes, groups, w.shape[-2]))
        apart = transpose(parts, perm=(rank + 2, *middle, rank + 1, 0))
        images = reshape(apart, shape=(w.shape[-2], *sizes, times(batch, groups)))
    window = transpose(dy, perm=(*middle, 0, rank + 1))
    found = convolve(images, window, sweeps=across, groups=groups)
    return transpose(found, perm=(*middle, 0, rank + 1))


def _rank_message(x: Spec, w: Spec, sweeps: Sweeps) -> str:
    return explain(
        "convolve cannot lay this kernel on this input",
        given=f"x {x}, kernel {w}, and windows along {len(sweeps)} axes",
        expected=f"both of rank {len(sweeps) + 2}: (batch, ..., channel), (..., channel, feature)",
        remedy="ops.expand_dims(x, 0) for a batch of one",
    )


def _dtype_message(x: Spec, w: Spec) -> str:
    return explain(
        "A convolution needs values of one dtype",
        given=f"x {x}, kernel {w}",
        expected="one dtype for both",
        remedy=f"ops.cast(kernel, {x.dtype.name!r})",
    )


def _channels_message(x: Spec, w: Spec, groups: int) -> str:
    return explain(
        "The channels of the input and of the kernel do not fit",
        given=f"x {x}, kernel {w}, groups={groups}",
        expected=f"{groups} times the kernel's channels, and features in {groups} equal parts",
        axis=f"axis -1 of x is {x.shape[-1]}, axis -2 of the kernel is {w.shape[-2]}",
        remedy=f"a kernel of shape (..., {over(x.shape[-1], groups)}, {w.shape[-1]})",
    )
