"""What a loss or metric takes where it is told nothing: the dtype, and the small number."""

from __future__ import annotations

from typing import Any

from geartrain.tensor import as_dtype

MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}


def floatx() -> str:
    """The dtype of floats that nobody chose."""
    return "float32"


def epsilon() -> float:
    """Keras's small number, which keeps divisors and logarithms' arguments away from 0."""
    return 1e-7


def dtype_name(dtype: Any = None) -> str:
    """The name of the dtype that is computed in: of None, a dtype, or a policy."""
    if dtype is None:
        return floatx()
    name = getattr(dtype, "compute_dtype", dtype)
    return as_dtype(MIXED.get(name, name) if isinstance(name, str) else name).name
