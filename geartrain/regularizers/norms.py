"""Regularizers that add up sizes: |w| and w²."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from geartrain.ops import absolute, add, convert_to_tensor, multiply, square, sum
from geartrain.tensor import Tensor


class Regularizer(ABC):
    """Called with a weight, gives a scalar that is added to the loss."""

    @abstractmethod
    def __call__(self, x: Any) -> Tensor:
        """The penalty."""


class L1L2(Regularizer):
    """l1 * sum |w| + l2 * sum w².

    >>> float(L1L2(l1=1.0, l2=0.5)([1.0, -2.0]))
    5.5
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1, self.l2 = float(l1 or 0.0), float(l2 or 0.0)

    def __call__(self, x: Any) -> Tensor:
        weight = convert_to_tensor(x)
        penalty = convert_to_tensor(0.0, dtype=weight.dtype)
        if self.l1:
            penalty = add(penalty, multiply(sum(absolute(weight)), self.l1))
        if self.l2:
            penalty = add(penalty, multiply(sum(square(weight)), self.l2))
        return penalty


class L1(L1L2):
    """l1 * sum |w|: it makes many weights 0."""

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__(l1=l1)


class L2(L1L2):
    """l2 * sum w²: it keeps weights small ("weight decay" of plain gradient descent)."""

    def __init__(self, l2: float = 0.01) -> None:
        super().__init__(l2=l2)
