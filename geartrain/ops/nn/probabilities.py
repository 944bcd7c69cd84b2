"""Functions that make probabilities of scores along an axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain.autodiff import cheaper_gradient
from geartrain.ops.comparison import choose, greater
from geartrain.ops.core import cast, promoted
from geartrain.ops.creation import arange
from geartrain.ops.cumulative import cumsum
from geartrain.ops.elementwise import add, divide, multiply, negative, stop_gradient, subtract
from geartrain.ops.functions import exp, log
from geartrain.ops.nn.activations import relu
from geartrain.ops.reductions import max, sum
from geartrain.ops.shaping import reshape, static_size
from geartrain.ops.sorting import sort
from geartrain.tensor import Tensor, normalize_axis

__all__ = ["log_softmax", "softmax", "sparsemax"]

Axis = int | Sequence[int] | None


def softmax(x: Any, axis: Axis = -1) -> Tensor:
    """e^x over the sum of e^x along some axes: positive numbers that add up to 1.

    The largest x is subtracted first: the quotient is the same, and nothing overflows. The
    derivative is computed from the result p alone: p (u - sum(u p)) for the cotangent u.
    """
    (tensor,) = promoted(x, floating=True)

    def with_gradient(scores: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
        powers = exp(subtract(scores, max(scores, axis, keepdims=True)))
        shares = divide(powers, sum(powers, axis, keepdims=True))

        def gradient(upstream: Tensor) -> Tensor:
            mean = sum(multiply(upstream, shares), axis, keepdims=True)
            return multiply(shares, subtract(upstream, mean))

        return shares, gradient

    found: Tensor = cheaper_gradient(with_gradient)(tensor)
    return found


def log_softmax(x: Any, axis: Axis = -1) -> Tensor:
    """The logarithm of the softmax, computed without its quotient."""
    (tensor,) = promoted(x, floating=True)
    shifted = subtract(tensor, stop_gradient(max(tensor, axis, keepdims=True)))
    return subtract(shifted, log(sum(exp(shifted), axis, keepdims=True)))


def sparsemax(x: Any, axis: int = -1) -> Tensor:
    """The probabilities nearest to x along an axis: max(x - tau, 0), adding up to 1.

    Of the x in falling order, the first k are kept: the most for which 1 + k x_k is above the sum
    of x_1 to x_k. Then tau = (x_1 + ... + x_k - 1) / k (Martins and Astudillo 2016, algorithm 1).

    >>> [f"{each:.2f}" for each in sparsemax([0.5, 0.6, 0.1]).tolist()]
    ['0.43', '0.53', '0.03']
    """
    (tensor,) = promoted(x, floating=True)
    at = normalize_axis(axis, tensor.ndim)
    falling = negative(sort(negative(tensor), at))
    size = static_size(tensor.shape[at], "sparsemax")
    shape = tuple(size if each == at else 1 for each in range(tensor.ndim))
    ranks = reshape(arange(1, size + 1, dtype=tensor.dtype), shape)
    kept = greater(add(multiply(ranks, falling), 1.0), cumsum(falling, at))
    count = sum(cast(kept, tensor.dtype), at, keepdims=True)
    total = sum(choose(kept, falling, 0.0), at, keepdims=True)
    return relu(subtract(tensor, divide(subtract(total, 1.0), count)))
