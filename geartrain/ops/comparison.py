"""Questions about elements: comparisons, logic, and choosing by an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import binary, broadcast_together, cast, convert_to_tensor, promoted
from geartrain.ops.elementwise import add, multiply
from geartrain.primitives.calculus import full_like
from geartrain.primitives.families import Elementwise
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import BOOL

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "isreal",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
    "select",
    "signbit",
    "where",
]


def equal(x1: Any, x2: Any) -> Tensor:
    """x1 == x2, element by element."""
    return binary(primitives.equal, x1, x2)


def not_equal(x1: Any, x2: Any) -> Tensor:
    """x1 != x2, element by element."""
    return binary(primitives.not_equal, x1, x2)


def less(x1: Any, x2: Any) -> Tensor:
    """x1 < x2, element by element."""
    return binary(primitives.less, x1, x2)


def less_equal(x1: Any, x2: Any) -> Tensor:
    """x1 <= x2, element by element."""
    return binary(primitives.less_equal, x1, x2)


def greater(x1: Any, x2: Any) -> Tensor:
    """x1 > x2, element by element."""
    return binary(primitives.greater, x1, x2)


def greater_equal(x1: Any, x2: Any) -> Tensor:
    """x1 >= x2, element by element."""
    return binary(primitives.greater_equal, x1, x2)


def logical_and(x1: Any, x2: Any) -> Tensor:
    """Whether both are true, element by element."""
    return binary(primitives.logical_and, cast(x1, BOOL), cast(x2, BOOL))


def logical_or(x1: Any, x2: Any) -> Tensor:
    """Whether either is true, element by element."""
    return binary(primitives.logical_or, cast(x1, BOOL), cast(x2, BOOL))


def logical_xor(x1: Any, x2: Any) -> Tensor:
    """Whether one of the two is true, element by element."""
    return binary(primitives.not_equal, cast(x1, BOOL), cast(x2, BOOL))


def logical_not(x: Any) -> Tensor:
    """Whether it is false, element by element."""
    return primitives.logical_not(cast(x, BOOL))


def isnan(x: Any) -> Tensor:
    """Whether an element is not a number."""
    return _asked(primitives.is_nan, x, otherwise=False)


def isinf(x: Any) -> Tensor:
    """Whether an element is infinite."""
    return _asked(primitives.is_inf, x, otherwise=False)


def isfinite(x: Any) -> Tensor:
    """Whether an element is neither infinite nor NaN."""
    return _asked(primitives.is_finite, x, otherwise=True)


def isposinf(x: Any) -> Tensor:
    """Whether an element is infinite and positive."""
    return logical_and(isinf(x), greater(x, 0))


def isneginf(x: Any) -> Tensor:
    """Whether an element is infinite and negative."""
    return logical_and(isinf(x), less(x, 0))


def isreal(x: Any) -> Tensor:
    """Whether an element has no imaginary part."""
    tensor = convert_to_tensor(x)
    if tensor.dtype.kind != "c":
        return _constant(tensor, answer=True)
    part = primitives.imag(tensor)
    return primitives.equal(part, full_like(part, 0.0))


def signbit(x: Any) -> Tensor:
    """Whether the sign of an element is minus; minus zero has it."""
    tensor = convert_to_tensor(x)
    if tensor.dtype.kind in "bu":
        return _constant(tensor, answer=False)
    return less(tensor, 0) if tensor.dtype.kind == "i" else primitives.signbit(tensor)


def _asked(question: Elementwise, x: Any, *, otherwise: bool) -> Tensor:
    """The answer for floats; whole numbers all have the same."""
    tensor = convert_to_tensor(x)
    return _constant(tensor, answer=otherwise) if tensor.dtype.kind in "biu" else question(tensor)


def _constant(like: Tensor, *, answer: bool) -> Tensor:
    return primitives.fill(shape=like.shape, value=answer, dtype=BOOL)


def isclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Whether |x1 - x2| <= atol + rtol * |x2|, element by element; infinities equal themselves."""
    x, y = broadcast_together(*promoted(x1, x2, floating=True), operation="isclose")
    distance = primitives.abs_(primitives.subtract(x, y))
    allowed = add(multiply(primitives.abs_(y), rtol), atol)
    near = logical_and(primitives.less_equal(distance, allowed), isfinite(y))
    found = logical_or(near, primitives.equal(x, y))
    return logical_or(found, logical_and(isnan(x), isnan(y))) if equal_nan else found


def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """x1 where the condition holds, else x2; without them, the places where it holds."""
    if x1 is None and x2 is None:
        from geartrain.ops.indexing import nonzero  # which is built of this file

        return nonzero(condition)
    if x1 is None or x2 is None:
        raise ValueError(_where_message())
    return choose(condition, x1, x2)


def choose(condition: Any, x1: Any, x2: Any) -> Tensor:
    """x1 where the condition holds, else x2, element by element."""
    values = promoted(x1, x2)
    chosen = broadcast_together(cast(condition, BOOL), *values, operation="where")
    return primitives.select(*chosen)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Tensor:
    """The choice of the first condition that holds, element by element; `default` where none."""
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ValueError(_select_message(len(condlist), len(choicelist)))
    *choices, chosen = promoted(*choicelist, default)
    for condition, choice in zip(reversed(condlist), reversed(choices), strict=True):
        chosen = choose(condition, choice, chosen)
    return chosen


def _where_message() -> str:
    return explain(
        "where takes both values or none",
        given="one of x1 and x2",
        expected="x1 and x2, to choose between; or neither, to find the places",
        remedy="ops.where(condition, x1, x2)",
    )


def _select_message(conditions: int, choices: int) -> str:
    return explain(
        "select needs a choice for each condition",
        given=f"{conditions} conditions and {choices} choices",
        expected="as many choices as conditions, one at least",
        remedy="ops.select([x < 0, x > 0], [a, b], default=c)",
    )
