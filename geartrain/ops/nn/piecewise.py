"""Activation functions of straight and bent pieces: bounded, thresholded, shrunk."""

from __future__ import annotations

from typing import Any

from geartrain.ops.comparison import choose, greater, greater_equal, less, less_equal
from geartrain.ops.core import convert_to_tensor, promoted
from geartrain.ops.creation import full_like
from geartrain.ops.elementwise import absolute, add, multiply, square, subtract
from geartrain.ops.nn.activations import relu
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import BOOL, INT32

__all__ = [
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "relu6",
    "soft_shrink",
    "sparse_plus",
    "sparse_sigmoid",
    "threshold",
]


def relu6(x: Any) -> Tensor:
    """min(max(x, 0), 6), element by element; the derivative at 0 and 6 is 0.

    Integers stay integers; bools become int32.
    """
    above = relu(x)
    top = full_like(above, 6)
    return choose(greater_equal(above, top), top, above)


def leaky_relu(x: Any, negative_slope: float = 0.2) -> Tensor:
    """x where it is not negative, else x times the slope."""
    (tensor,) = promoted(x, floating=True)
    return choose(greater_equal(tensor, 0.0), tensor, multiply(tensor, negative_slope))


def hard_sigmoid(x: Any) -> Tensor:
    """relu6(x + 3) / 6: a sigmoid of three straight pieces."""
    (tensor,) = promoted(x, floating=True)
    return multiply(relu6(add(tensor, 3.0)), 1 / 6)


def hard_silu(x: Any) -> Tensor:
    """x * hard_sigmoid(x), element by element (Howard et al. 2019)."""
    (tensor,) = promoted(x, floating=True)
    return multiply(tensor, hard_sigmoid(tensor))


hard_swish = hard_silu


def hard_tanh(x: Any) -> Tensor:
    """x, but not below -1 and not above 1."""
    tensor = convert_to_tensor(x)
    kept = tensor.astype(INT32) if tensor.dtype == BOOL else tensor
    return choose(greater(kept, 1), 1, choose(less(kept, -1), -1, kept))


def hard_shrink(x: Any, threshold: float = 0.5) -> Tensor:
    """x where |x| is above the threshold, else 0."""
    (tensor,) = promoted(x, floating=True)
    return choose(greater(absolute(tensor), threshold), tensor, 0.0)


def soft_shrink(x: Any, threshold: float = 0.5) -> Tensor:
    """x moved towards 0 by the threshold, and 0 where it would go beyond."""
    (tensor,) = promoted(x, floating=True)
    below = choose(less(tensor, -threshold), add(tensor, threshold), 0.0)
    return choose(greater(tensor, threshold), subtract(tensor, threshold), below)


def threshold(x: Any, threshold: float, default_value: float) -> Tensor:
    """x where it is above the threshold, else the default value."""
    tensor = convert_to_tensor(x)
    return choose(greater(tensor, threshold), tensor, default_value)


def sparse_plus(x: Any) -> Tensor:
    """0 up to -1, x from 1 on, and (x + 1)² / 4 between them (Martins and Astudillo 2016)."""
    (tensor,) = promoted(x, floating=True)
    inside = less(absolute(tensor), 1.0)
    bend = multiply(square(add(choose(inside, tensor, 0.0), 1.0)), 0.25)
    return choose(less_equal(tensor, -1.0), 0.0, choose(inside, bend, tensor))


def sparse_sigmoid(x: Any) -> Tensor:
    """0 up to -1, 1 from 1 on, and (x + 1) / 2 between them."""
    (tensor,) = promoted(x, floating=True)
    middle = multiply(add(tensor, 1.0), 0.5)
    above = choose(greater_equal(tensor, 1.0), 1.0, middle)
    return choose(less_equal(tensor, -1.0), 0.0, above)
