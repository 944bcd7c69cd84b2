"""Cumulative operations: every place of an axis holds what the places up to it give together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.primitives.calculus import full_like
from geartrain.primitives.elementwise import multiply
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import INDENT, LETTERS, index
from geartrain.primitives.primitive import Cost, Cotangents, Primitive, Sample, Spec, register
from geartrain.primitives.slicing import concatenate, slice_
from geartrain.primitives.symbolic_axes import flipped_by_numbers, shifted_by_numbers
from geartrain.tensor import Array, Tensor

__all__ = ["cumulative_product", "cumulative_sum", "recurrence"]

Inputs = tuple[Tensor, ...]


class Cumulative(Primitive):
    """A primitive that walks along one axis, and remembers."""

    def infer(self, *inputs: Spec, axis: int, **parameters: Any) -> Spec:
        return inputs[0]

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        return Cost(static_count(inputs[0]), bytes_of(*inputs, inputs[0]))

    def samples(self) -> Iterator[Sample]:
        for shape, axis in [((5,), 0), ((3, 4), 1), ((4, 3), 0), ((2, 3, 2), 1), ((0, 2), 0)]:
            x = np.random.default_rng(0).uniform(0.5, 1.5, shape)
            yield Sample((x,), {"axis": axis}, {"float32": 1e-5, "float64": 1e-13})


def walk_loops(header: str, rank: int, axis: int, initial: str, update: str) -> str:
    """Loops over the other axes, in each a total that walks along `axis` into `out`."""
    outer = [letter for at, letter in enumerate(LETTERS[:rank]) if at != axis]
    lines = [header]
    for depth, letter in enumerate(outer, 1):
        lines.append(f"{INDENT * depth}for {letter} in range(out.shape[{LETTERS.index(letter)}]):")
    here = INDENT * (len(outer) + 1)
    place = index(LETTERS[:rank])
    lines += [
        f"{here}total = {initial}",
        f"{here}for {LETTERS[axis]} in range(out.shape[{axis}]):",
        f"{here}{INDENT}total = {update.format(place=place)}",
        f"{here}{INDENT}out[{place}] = total",
    ]
    return "\n".join(lines) + "\n"


class CumulativeSum(Cumulative):
    """out[i] = x[0] + x[1] + ... + x[i], along an axis."""

    name = "cumulative_sum"

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.cumsum(inputs[0], axis=parameters["axis"], dtype=inputs[0].dtype)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        rank, axis = len(inputs[0].shape), parameters["axis"]
        header = "def naive_cumulative_sum(x, out):"
        return walk_loops(header, rank, axis, "0", "total + x[{place}]")

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        axis = parameters["axis"]
        return (flipped(cumulative_sum(flipped(cotangent, axis), axis=axis), axis),)


cumulative_sum = register(CumulativeSum)


class CumulativeProduct(Cumulative):
    """out[i] = x[0] * x[1] * ... * x[i], along an axis."""

    name = "cumulative_product"

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.cumprod(inputs[0], axis=parameters["axis"], dtype=inputs[0].dtype)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        rank, axis = len(inputs[0].shape), parameters["axis"]
        header = "def naive_cumulative_product(x, out):"
        return walk_loops(header, rank, axis, "1", "total * x[{place}]")

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        """By x[i]: the product before it, times the sum of what follows, each with its cotangent.

        No element is divided by, so zeros do no harm.
        """
        (x,), axis = inputs, parameters["axis"]
        before = shifted(output, axis, 1.0)
        after = flipped(
            recurrence(shifted(flipped(x, axis), axis, 0.0), flipped(cotangent, axis), axis=axis),
            axis,
        )
        return (multiply(before, after),)


cumulative_product = register(CumulativeProduct)


class Recurrence(Cumulative):
    """out[i] = a[i] * out[i-1] + b[i], along an axis; before the first place stands 0."""

    name = "recurrence"

    def infer(self, *inputs: Spec, axis: int, **parameters: Any) -> Spec:
        a, b = inputs
        if a != b:
            raise ValueError(f"recurrence needs values of one shape and dtype, not {a} and {b}")
        return b

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        a, b = (np.moveaxis(each, parameters["axis"], 0) for each in inputs)
        out = np.empty_like(b)
        last = np.zeros(b.shape[1:], b.dtype)
        for place in range(len(b)):
            last = out[place] = a[place] * last + b[place]
        return np.moveaxis(out, 0, parameters["axis"])

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        rank, axis = len(inputs[0].shape), parameters["axis"]
        header = "def naive_recurrence(a, b, out):"
        return walk_loops(header, rank, axis, "0", "a[{place}] * total + b[{place}]")

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (a, _), axis = inputs, parameters["axis"]
        backwards = recurrence(
            shifted(flipped(a, axis), axis, 0.0), flipped(cotangent, axis), axis=axis
        )
        by_b = flipped(backwards, axis)
        return multiply(by_b, shifted(output, axis, 0.0)), by_b

    def samples(self) -> Iterator[Sample]:
        for sample in super().samples():
            (x,) = sample.inputs
            yield Sample((x, x[..., ::-1].copy()), sample.parameters, sample.rtol)


recurrence = register(Recurrence)


def flipped(x: Tensor, axis: int) -> Tensor:
    """The places of an axis in reverse."""
    size = x.shape[axis]
    if not isinstance(size, int):
        return flipped_by_numbers(x, axis)
    starts = [0] * len(x.shape)
    steps = [1] * len(x.shape)
    steps[axis] = -1
    starts[axis] = max(size - 1, 0)
    turned: Tensor = slice_(x, starts=tuple(starts), sizes=x.shape, steps=tuple(steps))
    return turned


def shifted(x: Tensor, axis: int, first: float) -> Tensor:
    """Each place holds what the one before it held; the first one holds a number."""
    size = x.shape[axis]
    if not isinstance(size, int):
        return shifted_by_numbers(x, axis, first)
    if not size:
        return x
    edge = (*x.shape[:axis], 1, *x.shape[axis + 1 :])
    rest = (*x.shape[:axis], size - 1, *x.shape[axis + 1 :])
    zeros, ones = (0,) * len(x.shape), (1,) * len(x.shape)
    start = full_like(slice_(x, starts=zeros, sizes=edge, steps=ones), first)
    moved: Tensor = concatenate(start, slice_(x, starts=zeros, sizes=rest, steps=ones), axis=axis)
    return moved
