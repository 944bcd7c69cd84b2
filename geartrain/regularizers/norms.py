"""Regularizers that add up sizes: |w| and w²."""

from __future__ import annotations

import math
from typing import Any

from geartrain.errors import explain
from geartrain.ops import absolute, add, convert_to_tensor, multiply, square, sum
from geartrain.regularizers.regularizer import Regularizer
from geartrain.tensor import Tensor


class L1L2(Regularizer):
    """l1 * sum |w| + l2 * sum w².

    Args:
        l1, l2: finite numbers that are not negative; None is 0.

    Raises:
        ValueError: they are something else.

    >>> float(L1L2(l1=1.0, l2=0.5)([1.0, -2.0]))
    5.5
    """

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1, self.l2 = checked_factor(self, "l1", l1), checked_factor(self, "l2", l2)

    def __call__(self, x: Any) -> Tensor:
        weight = convert_to_tensor(x)
        penalty = convert_to_tensor(0.0, dtype=weight.dtype)
        if self.l1:
            penalty = add(penalty, multiply(sum(absolute(weight)), self.l1))
        if self.l2:
            penalty = add(penalty, multiply(sum(square(weight)), self.l2))
        return penalty

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1, "l2": self.l2}


class L1(L1L2):
    """l1 * sum |w|: it makes many weights 0."""

    def __init__(self, l1: float | None = 0.01) -> None:
        super().__init__(l1=0.01 if l1 is None else l1)

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1}


class L2(L1L2):
    """l2 * sum w²: it keeps weights small ("weight decay" of plain gradient descent)."""

    def __init__(self, l2: float | None = 0.01) -> None:
        super().__init__(l2=0.01 if l2 is None else l2)

    def get_config(self) -> dict[str, Any]:
        return {"l2": self.l2}


def checked_factor(regularizer: Regularizer, name: str, value: Any) -> float:
    """A factor as Python's float, if it can be one.

    Raises:
        ValueError: it is no finite number from 0.
    """
    if value is None:
        return 0.0
    is_number = hasattr(value, "__float__") and not isinstance(value, str)
    if is_number and math.isfinite(value) and value >= 0:
        return float(value)
    kind = type(regularizer).__name__
    raise ValueError(
        explain(
            f"{kind} cannot penalize by this factor",
            given=f"{name}={value!r}",
            expected="a finite number that is not negative",
            remedy=f"{kind}({name}=0.01)",
        )
    )
