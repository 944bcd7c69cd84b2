"""Activation functions that are gears of their own, for derivatives that are exact everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.primitives import scalar_math
from geartrain.primitives.families import Function
from geartrain.primitives.functions import sigmoid
from geartrain.primitives.primitive import register
from geartrain.primitives.scalar_math import Number
from geartrain.tensor import Array, Tensor

__all__ = ["softplus"]


class Softplus(Function):
    """log(1 + e^x), which neither overflows nor vanishes; the derivative is the sigmoid."""

    name = "softplus"
    flops = 40

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.maximum(x, 0.0) + scalar_math.log1p(scalar_math.exp(-abs(x)))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        (x,) = inputs
        zero = x.dtype.type(0)  # beside a Python number bfloat16 would become float32
        found: Array = np.maximum(x, zero) + np.log1p(np.exp(-np.abs(x)))
        return found

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return sigmoid(x)


softplus = register(Softplus)
