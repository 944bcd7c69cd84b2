"""Convolution in groups whose channels and features lie on axes of their own.

    x (batch, row, column, group, channel), w (kernel row, kernel column, channel, group, feature)
    out[n, i, j, g, f] = the sum over p, q, c of x[n, i + p, j + q, g, c] * w[p, q, c, g, f]

With the group an axis like the batch this is a contraction for each group, and so are both
derivatives. `convolve` with `groups` has the same numbers in its memory, its groups side by side on
one axis; the compiler turns the one into the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.convolution import BOTH, PLACES, TAPS, convolve
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import reduction_loops
from geartrain.primitives.movement import transpose
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
from geartrain.tensor import Array, Tensor, is_floating

__all__ = ["convolve_groups"]


class ConvolveGroups(Primitive):
    """out[n, i, g, f] = the sum over taps p and channels c of x[n, i + p, g, c] * w[p, c, g, f]."""

    name = "convolve_groups"
    selective = True

    def infer(self, *inputs: Spec, sweeps: Sweeps, **parameters: Any) -> Spec:
        x, w = inputs
        rank = len(sweeps)
        if not len(x.shape) == len(w.shape) == rank + 3 or x.shape[-2:] != (
            w.shape[-2],
            w.shape[-3],
        ):
            raise ValueError(_shape_message(x, w, rank))
        dtype = summed_dtype(_shape_text, x, w, parameters.get("sums"))
        places = place_counts(self.name, x.shape[1:-2], w.shape[:rank], sweeps)
        return Spec((x.shape[0], *places, *w.shape[-2:]), dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        x, w = in_sums(inputs, parameters.get("sums"))
        groups, features = w.shape[-2:]
        parameters = {"sweeps": parameters["sweeps"], "groups": groups}
        flat_x = x.reshape(*x.shape[:-2], groups * x.shape[-1])
        flat_w = w.reshape(*w.shape[:-2], groups * features)
        out = convolve.evaluate(flat_x, flat_w, **parameters)
        return out.reshape(*out.shape[:-1], groups, features)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        x, w = inputs
        sweeps = parameters["sweeps"]
        places, taps = PLACES[: len(sweeps)], TAPS[: len(sweeps)]
        outer = [(each, f"out.shape[{axis}]") for axis, each in enumerate(["n", *places, "g", "f"])]
        lone = [each if w.shape[axis] != 1 else "" for axis, each in enumerate(taps)]
        inner = [(each, f"w.shape[{axis}]") for axis, each in enumerate([*lone, "c"]) if each]
        element, tests = element_text(sweeps, places, lone)
        zero = "0.0" if is_floating(x.dtype) else "0"
        weight = ", ".join(each or "0" for each in lone)
        factors = f"x[{element}, g, c]", f"w[{weight}, c, g, f]"
        term = product_text(*factors, parameters.get("sums"))
        term = f"({term} if {tests} else {zero})" if tests else term
        return reduction_loops(
            "def naive_convolve_groups(x, w, out):", outer, inner, zero, f"total + {term}"
        )

    def gradient(
        self, cotangent: Tensor, inputs: tuple[Tensor, ...], output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, w = widened(inputs, parameters.get("sums"))
        by_x, by_w = parameters.get("wanted", BOTH)
        found = (
            _by_input(cotangent, x, w, parameters["sweeps"]) if by_x else None,
            _by_kernel(cotangent, x, w, parameters["sweeps"]) if by_w else None,
        )
        return narrowed(found, inputs, parameters.get("sums"))

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        _, w = inputs
        terms = math.prod(int(str(size)) for size in w.shape[:-2])
        return Cost(2 * terms * static_count(out), bytes_of(*inputs, out))

    def samples(self) -> Iterator[Sample]:
        cases: list[tuple[tuple[int, ...], tuple[int, ...], Sweeps]] = [
            ((2, 5, 3, 2), (3, 2, 3, 4), (Sweep(1, 1, 1),)),
            ((1, 5, 4, 2, 3), (2, 1, 3, 2, 2), (Sweep(2), Sweep(1, 1, 0, 2))),
            ((2, 3, 2, 2), (3, 2, 2, 3), (Sweep(1, 2, 2, 1, 2),)),
        ]
        for number, (first, second, sweeps) in enumerate(cases):
            rng = np.random.default_rng(number)
            arrays = (rng.uniform(0.1, 1, first), rng.uniform(0.1, 1, second))
            yield Sample(arrays, {"sweeps": sweeps}, {"float32": 5e-6, "float64": 1e-14})


convolve_groups = register(ConvolveGroups)


def _by_input(dy: Tensor, x: Tensor, w: Tensor, sweeps: Sweeps) -> Tensor:
    """The derivative by x: dy, convolved with the kernel turned round, in from out."""
    rank = len(sweeps)
    sizes = zip(sweeps, x.shape[1 : 1 + rank], w.shape[:rank], strict=True)
    back = tuple(sweep.back(int(str(size)), int(str(taps))) for sweep, size, taps in sizes)
    starts = tuple(int(str(size)) - 1 for size in w.shape[:rank])
    steps = (*[-1] * rank, 1, 1, 1)
    reverse = slice_(w, starts=(*starts, 0, 0, 0), sizes=w.shape, steps=steps)
    turned = transpose(reverse, perm=(*range(rank), rank + 2, rank + 1, rank))
    found: Tensor = convolve_groups(dy, turned, sweeps=back)
    return found


def _by_kernel(dy: Tensor, x: Tensor, w: Tensor, sweeps: Sweeps) -> Tensor:
    """The derivative by the kernel: x, convolved with dy; the batch is the channel here."""
    rank = len(sweeps)
    spread = zip(sweeps, x.shape[1 : 1 + rank], w.shape[:rank], strict=True)
    across = tuple(sweep.across(int(str(size)), int(str(taps))) for sweep, size, taps in spread)
    middle = tuple(range(1, rank + 1))
    images = transpose(x, perm=(rank + 2, *middle, rank + 1, 0))
    window = transpose(dy, perm=(*middle, 0, rank + 1, rank + 2))
    found = convolve_groups(images, window, sweeps=across)
    return transpose(found, perm=(*middle, 0, rank + 1, rank + 2))


def _shape_text(x: Spec, w: Spec) -> str:
    return _shape_message(x, w, len(x.shape) - 3)


def _shape_message(x: Spec, w: Spec, rank: int) -> str:
    return explain(
        "convolve_groups cannot lay this kernel on this input",
        given=f"x {x}, kernel {w}, and windows along {rank} axes",
        expected="x (batch, ..., group, channel), kernel (..., channel, group, feature), one dtype",
        remedy="convolve(x, kernel, groups=...) for groups that lie side by side",
    )
