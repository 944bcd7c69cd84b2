"""The functions of the loop language: what a scalar expression may call, on one number.

They are NumPy's, so that a float32 scalar stays float32, and overflow and undefined cases give
infinity and NaN as IEEE 754 has it. The naive interpreter runs loops with these names; the
compiler has machine code for each (`geartrain.compiler.vector_math`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Number = Any  # one element: a NumPy scalar or a Python number

exp = np.exp
log = np.log
sqrt = np.sqrt
tanh = np.tanh
floor = np.floor
maximum = np.maximum
minimum = np.minimum
power = np.power
is_nan = np.isnan
inf = float("inf")
nan = float("nan")


def rsqrt(x: Number) -> Number:
    """One over the square root."""
    return 1 / np.sqrt(x)


NAMESPACE: dict[str, Any] = {
    "abs": abs,
    "exp": exp,
    "floor": floor,
    "inf": inf,
    "is_nan": is_nan,
    "log": log,
    "maximum": maximum,
    "minimum": minimum,
    "nan": nan,
    "power": power,
    "range": range,
    "rsqrt": rsqrt,
    "sqrt": sqrt,
    "tanh": tanh,
}
