"""What `Tensor` and `Variable` can do by operators and methods: the functions of this room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.ops import linalg
from geartrain.ops import numpy as ops
from geartrain.ops.core import cast
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.tensor import install_methods

OPERATORS: dict[str, Callable[[Any, Any], Tensor]] = {
    "add": ops.add,
    "sub": ops.subtract,
    "mul": ops.multiply,
    "truediv": ops.divide,
    "pow": ops.power,
    "matmul": linalg.matmul,
}
COMPARISONS: dict[str, Callable[[Any, Any], Tensor]] = {
    "__eq__": ops.equal,
    "__ne__": ops.not_equal,
    "__lt__": ops.less,
    "__le__": ops.less_equal,
    "__gt__": ops.greater,
    "__ge__": ops.greater_equal,
}


def _reflected(operation: Callable[[Any, Any], Tensor]) -> Callable[[Any, Any], Tensor]:
    def method(self: Any, other: Any) -> Tensor:
        return operation(other, self)

    return method


def _arithmetic() -> dict[str, Callable[..., Any]]:
    methods: dict[str, Callable[..., Any]] = {"__neg__": ops.negative, "__abs__": ops.absolute}
    for name, operation in OPERATORS.items():
        methods[f"__{name}__"] = operation
        methods[f"__r{name}__"] = _reflected(operation)
    return methods


def _reshape(self: Tensor, *shape: Any) -> Tensor:
    """The same elements in another shape: `x.reshape(3, -1)` or `x.reshape((3, -1))`."""
    return ops.reshape(self, shape[0] if len(shape) == 1 else shape)


def _transpose(self: Tensor, *axes: Any) -> Tensor:
    """The axes in another order: reversed, if none are named."""
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
    return ops.transpose(self, order or None)


def _item(self: Tensor, key: Any) -> Tensor:
    """A part of the tensor, as NumPy's indexing chooses it."""
    return Tensor(np.asarray(self.numpy()[key]))


def install() -> None:
    """Give tensors and variables their operators and methods."""
    arithmetic = _arithmetic()
    properties: dict[str, Any] = {"T": property(ops.transpose)}
    install_methods(
        {
            **properties,
            **arithmetic,
            **COMPARISONS,
            "__getitem__": _item,
            "argmax": ops.argmax,
            "argmin": ops.argmin,
            "astype": cast,
            "dot": linalg.dot,
            "max": ops.max,
            "mean": ops.mean,
            "min": ops.min,
            "prod": ops.prod,
            "reshape": _reshape,
            "sum": ops.sum,
            "transpose": _transpose,
        }
    )
    for name, method in arithmetic.items():
        setattr(Variable, name, method)
