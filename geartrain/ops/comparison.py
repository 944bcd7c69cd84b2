"""Questions about elements: comparisons, logic, and choosing by an answer."""

from __future__ import annotations

from typing import Any

from geartrain import primitives
from geartrain.ops.core import broadcast_together, cast, elementwise, promoted
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import BOOL

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "isnan",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "not_equal",
    "where",
]


def equal(x1: Any, x2: Any) -> Tensor:
    """x1 == x2, element by element."""
    return elementwise(primitives.equal, x1, x2)


def not_equal(x1: Any, x2: Any) -> Tensor:
    """x1 != x2, element by element."""
    return elementwise(primitives.not_equal, x1, x2)


def less(x1: Any, x2: Any) -> Tensor:
    """x1 < x2, element by element."""
    return elementwise(primitives.less, x1, x2)


def less_equal(x1: Any, x2: Any) -> Tensor:
    """x1 <= x2, element by element."""
    return elementwise(primitives.less_equal, x1, x2)


def greater(x1: Any, x2: Any) -> Tensor:
    """x1 > x2, element by element."""
    return elementwise(primitives.greater, x1, x2)


def greater_equal(x1: Any, x2: Any) -> Tensor:
    """x1 >= x2, element by element."""
    return elementwise(primitives.greater_equal, x1, x2)


def logical_and(x1: Any, x2: Any) -> Tensor:
    """Whether both are true, element by element."""
    return elementwise(primitives.logical_and, cast(x1, BOOL), cast(x2, BOOL))


def logical_or(x1: Any, x2: Any) -> Tensor:
    """Whether either is true, element by element."""
    return elementwise(primitives.logical_or, cast(x1, BOOL), cast(x2, BOOL))


def logical_not(x: Any) -> Tensor:
    """Whether it is false, element by element."""
    return elementwise(primitives.logical_not, cast(x, BOOL))


def isnan(x: Any) -> Tensor:
    """Whether an element is not a number."""
    return elementwise(primitives.is_nan, x)


def where(condition: Any, x1: Any, x2: Any) -> Tensor:
    """x1 where the condition holds, else x2."""
    values = promoted(x1, x2)
    chosen = broadcast_together(cast(condition, BOOL), *values, operation="where")
    return primitives.select(*chosen)
