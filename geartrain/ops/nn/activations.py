"""Activation functions: what a neuron does with its sum."""

from __future__ import annotations

from typing import Any

from geartrain import primitives
from geartrain.ops.core import elementwise, promoted
from geartrain.ops.elementwise import add, divide, exp, log, stop_gradient, subtract
from geartrain.ops.reductions import max, sum
from geartrain.ops.shaping import squeeze
from geartrain.tensor import Tensor

__all__ = ["log_softmax", "logsumexp", "relu", "sigmoid", "softmax"]


def relu(x: Any) -> Tensor:
    """max(x, 0), element by element."""
    return elementwise(primitives.relu, x)


def sigmoid(x: Any) -> Tensor:
    """1 / (1 + e^-x), element by element."""
    return elementwise(primitives.sigmoid, x, floating=True)


def softmax(x: Any, axis: int = -1) -> Tensor:
    """e^x over the sum of e^x along an axis: positive numbers that add up to 1.

    The largest x is subtracted first: the quotient is the same, and nothing overflows.
    """
    (tensor,) = promoted(x, floating=True)
    powers = exp(subtract(tensor, stop_gradient(max(tensor, axis, keepdims=True))))
    return divide(powers, sum(powers, axis, keepdims=True))


def log_softmax(x: Any, axis: int = -1) -> Tensor:
    """The logarithm of the softmax, computed without its quotient."""
    (tensor,) = promoted(x, floating=True)
    shifted = subtract(tensor, stop_gradient(max(tensor, axis, keepdims=True)))
    return subtract(shifted, log(sum(exp(shifted), axis, keepdims=True)))


def logsumexp(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The logarithm of the sum of e^x along an axis, without overflow."""
    (tensor,) = promoted(x, floating=True)
    top = stop_gradient(max(tensor, axis, keepdims=True))
    found = add(log(sum(exp(subtract(tensor, top)), axis, keepdims=True)), top)
    if keepdims:
        return found
    return squeeze(found, axis) if axis is not None else squeeze(found)
