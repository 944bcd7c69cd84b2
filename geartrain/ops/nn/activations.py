"""Smooth activation functions: what a neuron does with its sum."""

from __future__ import annotations

import math
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import choose, greater
from geartrain.ops.core import convert_to_tensor, promoted, unary, unary_float
from geartrain.ops.elementwise import absolute, add, divide, multiply, negative, square, subtract
from geartrain.ops.functions import erf, expm1, sqrt, tanh
from geartrain.ops.joining import split
from geartrain.tensor import Tensor, normalize_axis
from geartrain.tensor.dtypes import BOOL, INT32

__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "log_sigmoid",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "softsign",
    "squareplus",
    "swish",
    "tanh_shrink",
]

SELU_ALPHA = 1.6732632423543772  # Klambauer et al. 2017, section 2: mean 0, variance 1 stay
SELU_SCALE = 1.0507009873554805


def relu(x: Any) -> Tensor:
    """max(x, 0), element by element; the derivative at 0 is 0."""
    tensor = convert_to_tensor(x)
    return unary(primitives.relu, tensor if tensor.dtype != BOOL else tensor.astype(INT32))


def sigmoid(x: Any) -> Tensor:
    """1 / (1 + e^-x), element by element."""
    return unary_float(primitives.sigmoid, x)


def softplus(x: Any) -> Tensor:
    """log(1 + e^x), element by element, without overflow."""
    return unary_float(primitives.softplus, x)


def log_sigmoid(x: Any) -> Tensor:
    """log(1 / (1 + e^-x)) = -softplus(-x), without overflow."""
    (tensor,) = promoted(x, floating=True)
    return negative(softplus(negative(tensor)))


def silu(x: Any) -> Tensor:
    """x * sigmoid(x), element by element (Swish; Ramachandran et al. 2017)."""
    (tensor,) = promoted(x, floating=True)
    return multiply(tensor, sigmoid(tensor))


swish = silu


def softsign(x: Any) -> Tensor:
    """x / (1 + |x|), element by element."""
    (tensor,) = promoted(x, floating=True)
    return divide(tensor, add(absolute(tensor), 1.0))


def squareplus(x: Any, b: float = 4) -> Tensor:
    """(x + sqrt(x² + b)) / 2, element by element (Barron 2021)."""
    (tensor,) = promoted(x, floating=True)
    return multiply(add(tensor, sqrt(add(square(tensor), b))), 0.5)


def tanh_shrink(x: Any) -> Tensor:
    """x - tanh(x), element by element."""
    (tensor,) = promoted(x, floating=True)
    return subtract(tensor, tanh(tensor))


def gelu(x: Any, approximate: bool = True) -> Tensor:
    """x times the probability that a normal number lies below x (Hendrycks and Gimpel 2016).

    x (1 + erf(x / sqrt(2))) / 2, or its approximation by a tanh,
    x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³))) / 2.
    """
    (tensor,) = promoted(x, floating=True)
    if approximate:
        inner = multiply(tensor, add(multiply(square(tensor), 0.044715), 1.0))
        bend = tanh(multiply(inner, math.sqrt(2 / math.pi)))
    else:
        bend = erf(multiply(tensor, math.sqrt(0.5)))
    return multiply(multiply(tensor, 0.5), add(bend, 1.0))


def elu(x: Any, alpha: float = 1.0) -> Tensor:
    """x where it is positive, else alpha (e^x - 1) (Clevert et al. 2015)."""
    (tensor,) = promoted(x, floating=True)
    positive = greater(tensor, 0.0)
    below = expm1(choose(positive, 0.0, tensor))  # no power overflows on the other side
    return choose(positive, tensor, multiply(below, alpha))


def celu(x: Any, alpha: float = 1.0) -> Tensor:
    """x where it is positive, else alpha (e^(x / alpha) - 1) (Barron 2017)."""
    (tensor,) = promoted(x, floating=True)
    return multiply(elu(divide(tensor, alpha)), alpha)


def selu(x: Any) -> Tensor:
    """elu(x, 1.6733) * 1.0507, which keeps mean 0 and variance 1 (Klambauer et al. 2017)."""
    return multiply(elu(x, SELU_ALPHA), SELU_SCALE)


def glu(x: Any, axis: int = -1) -> Tensor:
    """The first half of an axis times the sigmoid of its second half (Dauphin et al. 2016).

    Raises:
        ValueError: the axis has an odd number of places.
    """
    (tensor,) = promoted(x, floating=True)
    size = tensor.shape[normalize_axis(axis, tensor.ndim)]
    if isinstance(size, int) and size % 2:
        raise ValueError(_halves_message(tensor, axis, size))
    first, second = split(tensor, 2, axis)
    return multiply(first, sigmoid(second))


def _halves_message(x: Tensor, axis: int, size: int) -> str:
    return explain(
        "glu cannot halve this axis",
        given=f"x of shape {x.shape}",
        expected="an even number of places: values, and as many gates",
        axis=f"axis {axis} has {size} places",
        remedy=f"a layer before it with {size + 1} units",
    )
