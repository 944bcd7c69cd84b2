"""Reductions: the elements along some axes become one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.primitives.calculus import as_float, restore_axes
from geartrain.primitives.comparison import equal
from geartrain.primitives.elementwise import divide, multiply
from geartrain.primitives.families import Reduction
from geartrain.primitives.primitive import Cotangents, Sample, register
from geartrain.tensor import Array, DType, Tensor, is_floating

__all__ = [
    "max_",
    "min_",
    "sum_",
]

Inputs = tuple[Tensor, ...]


class Sum(Reduction):
    """The sum of the elements; 0 where there are none."""

    name = "sum"
    combine = "total + {element}"

    def initial(self, dtype: DType) -> str:
        return "0.0" if is_floating(dtype) else "0"

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.asarray(np.add.reduce(inputs[0], parameters["axes"], inputs[0].dtype))

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (restore_axes(cotangent, parameters["axes"], inputs[0].shape),)


sum_ = register(Sum)


class _Extreme(Reduction):
    """The largest or smallest element; those that tie share the derivative."""

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (x,), axes = inputs, parameters["axes"]
        ties = as_float(equal(x, restore_axes(output, axes, x.shape)), x)
        share = divide(cotangent, sum_(ties, axes=axes))
        return (multiply(ties, restore_axes(share, axes, x.shape)),)


class Max(_Extreme):
    """The largest element; NaN where one is."""

    name = "max"
    combine = "maximum(total, {element})"

    def initial(self, dtype: DType) -> str:
        return "-inf" if is_floating(dtype) else str(_lowest(dtype))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        (x,) = inputs
        lowest = -np.inf if is_floating(x.dtype) else _lowest(x.dtype)
        return np.asarray(np.max(x, axis=parameters["axes"], initial=x.dtype.type(lowest)))


max_ = register(Max)


class Min(_Extreme):
    """The smallest element; NaN where one is."""

    name = "min"
    combine = "minimum(total, {element})"

    def initial(self, dtype: DType) -> str:
        return "inf" if is_floating(dtype) else str(_highest(dtype))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        (x,) = inputs
        highest = np.inf if is_floating(x.dtype) else _highest(x.dtype)
        return np.asarray(np.min(x, axis=parameters["axes"], initial=x.dtype.type(highest)))

    def samples(self) -> Iterator[Sample]:
        yield from super().samples()
        yield Sample((np.arange(6).reshape(2, 3),), {"axes": (1,)}, gradient=False)


min_ = register(Min)


def _lowest(dtype: DType) -> int:
    return 0 if dtype.kind == "b" else int(np.iinfo(dtype).min)


def _highest(dtype: DType) -> int:
    return 1 if dtype.kind == "b" else int(np.iinfo(dtype).max)
