"""The dtype that a loss or a metric computes in."""

from __future__ import annotations

from typing import Any

from geartrain import dtype_policies
from geartrain.defaults import floatx
from geartrain.tensor import as_dtype


def dtype_name(dtype: Any = None) -> str:
    """The name of the dtype that is computed in: of None, a dtype, or a policy.

    Raises:
        ValueError: there is no such dtype.

    >>> dtype_name(), dtype_name("mixed_bfloat16")
    ('float32', 'bfloat16')
    """
    if dtype is None:
        return floatx()
    if not isinstance(dtype, str | dict | dtype_policies.DTypePolicy):
        dtype = as_dtype(dtype).name
    name: str = dtype_policies.get(dtype).compute_dtype
    return name
