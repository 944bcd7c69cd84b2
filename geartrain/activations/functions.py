"""Activations whose arguments are not those of the operation of their name."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.tensor import Tensor


def linear(x: Any) -> Any:
    """x itself."""
    return x


def exponential(x: Any) -> Tensor:
    """e to the x."""
    return ops.exp(x)


def gelu(x: Any, approximate: bool = False) -> Tensor:
    """x times the chance that a standard normal number is below x (Hendrycks, Gimpel 2016).

    Args:
        x: a tensor.
        approximate: whether to take the paper's formula with tanh.
    """
    return ops.gelu(x, approximate)


def relu(
    x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Tensor:
    """x where it is greater than `threshold`, up to `max_value`, else a slope through `threshold`.

    Args:
        x: a tensor.
        negative_slope: what x - threshold is multiplied with up to the threshold.
        max_value: the greatest result; None is none.
        threshold: from where on x stays.

    >>> relu([-1.0, 2.0, 7.0], negative_slope=0.5, max_value=6.0).tolist()
    [-0.5, 2.0, 6.0]
    """
    x = ops.convert_to_tensor(x)
    if not threshold and max_value is None:
        return ops.leaky_relu(x, negative_slope) if negative_slope else ops.relu(x)
    if max_value is not None and max_value >= 0 and not threshold and not negative_slope:
        return ops.minimum(ops.relu(x), max_value)
    below = ops.multiply(ops.subtract(x, threshold), negative_slope)
    above = x if max_value is None else ops.minimum(x, max_value)
    found: Tensor = ops.where(ops.greater(x, threshold), above, below)
    return found


def mish(x: Any) -> Tensor:
    """x * tanh(softplus(x)) (Misra 2019).

    >>> round(float(mish(1.0)), 4)
    0.8651
    """
    return ops.multiply(x, ops.tanh(ops.softplus(x)))
