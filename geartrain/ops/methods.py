"""What `Tensor` and `Variable` can do by operators and methods: the functions of this room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.ops import comparison, elementwise, products, reductions, shaping
from geartrain.ops.core import cast
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.tensor import install_methods

OPERATORS: dict[str, Callable[[Any, Any], Tensor]] = {
    "add": elementwise.add,
    "sub": elementwise.subtract,
    "mul": elementwise.multiply,
    "truediv": elementwise.divide,
    "pow": elementwise.power,
    "matmul": products.matmul,
}
COMPARISONS: dict[str, Callable[[Any, Any], Tensor]] = {
    "__eq__": comparison.equal,
    "__ne__": comparison.not_equal,
    "__lt__": comparison.less,
    "__le__": comparison.less_equal,
    "__gt__": comparison.greater,
    "__ge__": comparison.greater_equal,
}


def _reflected(operation: Callable[[Any, Any], Tensor]) -> Callable[[Any, Any], Tensor]:
    def method(self: Any, other: Any) -> Tensor:
        return operation(other, self)

    return method


def _arithmetic() -> dict[str, Callable[..., Any]]:
    methods: dict[str, Callable[..., Any]] = {
        "__neg__": elementwise.negative,
        "__abs__": elementwise.absolute,
    }
    for name, operation in OPERATORS.items():
        methods[f"__{name}__"] = operation
        methods[f"__r{name}__"] = _reflected(operation)
    return methods


def _reshape(self: Tensor, *shape: Any) -> Tensor:
    """The same elements in another shape: `x.reshape(3, -1)` or `x.reshape((3, -1))`."""
    return shaping.reshape(self, shape[0] if len(shape) == 1 else shape)


def _transpose(self: Tensor, *axes: Any) -> Tensor:
    """The axes in another order: reversed, if none are named."""
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
    return shaping.transpose(self, order or None)


def _item(self: Tensor, key: Any) -> Tensor:
    """A part of the tensor, as NumPy's indexing chooses it."""
    return Tensor(np.asarray(self.numpy()[key]))


def install() -> None:
    """Give tensors and variables their operators and methods."""
    arithmetic = _arithmetic()
    properties: dict[str, Any] = {"T": property(shaping.transpose)}
    install_methods(
        {
            **properties,
            **arithmetic,
            **COMPARISONS,
            "__getitem__": _item,
            "argmax": reductions.argmax,
            "argmin": reductions.argmin,
            "astype": cast,
            "dot": products.dot,
            "max": reductions.max,
            "mean": reductions.mean,
            "min": reductions.min,
            "prod": reductions.prod,
            "reshape": _reshape,
            "sum": reductions.sum,
            "transpose": _transpose,
        }
    )
    for name, method in arithmetic.items():
        setattr(Variable, name, method)
