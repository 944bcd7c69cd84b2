"""The arguments of distributions: dtypes, shapes, parameters, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain
from geartrain.tensor import Array, DType, Shape, Tensor, as_dtype, broadcast_shapes, is_floating
from geartrain.tensor.dtypes import FLOAT32, FLOAT64, default_float


def float_dtype(name: str, dtype: Any) -> DType:
    """The floating-point dtype that `dtype` means; None is `floatx`.

    Raises:
        ValueError: it is no floating-point dtype.
    """
    wanted = default_float() if dtype is None else as_dtype(dtype)
    if is_floating(wanted):
        return wanted
    raise ValueError(
        explain(
            f"random.{name} gives floating-point numbers",
            given=f"dtype={wanted.name!r}",
            expected="float16, bfloat16, float32 or float64",
            remedy="random.randint(...) for integers, or dtype='float32'",
        )
    )


def computing_dtype(wanted: DType) -> DType:
    """The dtype to compute in for a result of a dtype: float64 for itself, float32 for the rest."""
    return FLOAT64 if wanted == FLOAT64 else FLOAT32


def parameter(name: str, label: str, value: Any, shape: Shape, dtype: DType) -> Tensor:
    """A parameter as a tensor: a scalar as it is, anything else repeated to the shape.

    Raises:
        ValueError: it cannot be repeated to the shape.
    """
    tensor = ops.cast(value, dtype)
    if not tensor.ndim or tensor.shape == shape:
        return tensor
    if broadcast_shapes(tensor.shape, shape, operation=f"random.{name}") != shape:
        raise ValueError(
            explain(
                f"random.{name} cannot repeat its parameter {label}",
                given=f"{label} of shape {tensor.shape}",
                expected=f"a shape that repeats to {shape}, set by the argument shape",
                remedy=f"shape={tensor.shape}",
            )
        )
    return ops.broadcast_to(tensor, shape)


def require(name: str, label: str, value: Any, is_right: Any, expected: str, remedy: str) -> None:
    """Refuse a parameter with wrong numbers in it; one that is being traced has none yet.

    Raises:
        ValueError: `is_right` says no of one of them.
    """
    if isinstance(value, Tensor) and value.is_symbolic:
        return
    numbers: Array = np.asarray(value)
    wrong = ~np.asarray(is_right(numbers))
    if not np.any(wrong):
        return
    raise ValueError(
        explain(
            f"random.{name} cannot take this {label}",
            given=f"{label}={numbers[wrong].reshape(-1)[0]}"
            + (f", one of {np.count_nonzero(wrong)} such" if numbers.ndim else ""),
            expected=expected,
            remedy=remedy,
        )
    )
