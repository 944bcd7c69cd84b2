"""Activation functions: what a neuron does with its sum."""

from __future__ import annotations

from typing import Any

from geartrain import primitives
from geartrain.ops.core import elementwise, promoted
from geartrain.ops.elementwise import divide, stop_gradient, subtract
from geartrain.ops.functions import exp, log
from geartrain.ops.reductions import max, sum
from geartrain.tensor import Tensor

__all__ = ["log_softmax", "relu", "sigmoid", "softmax"]


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
