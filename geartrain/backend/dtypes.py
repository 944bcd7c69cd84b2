"""Dtypes by name."""

from __future__ import annotations

from functools import reduce
from typing import Any

from geartrain.defaults import floatx
from geartrain.errors import explain
from geartrain.tensor import DType, as_dtype, promote, scalar_dtype

PYTHON = {int: "int32", float: None, bool: "bool", str: "string"}
UNKEPT = ("string", "float8_e4m3fn", "float8_e5m2")  # names that no tensor of ours has


def standardize_dtype(dtype: Any) -> str:
    """The name of a dtype; None and Python's float are `floatx`.

    Raises:
        ValueError: there is no such dtype.

    >>> standardize_dtype(None), standardize_dtype(int), standardize_dtype("bfloat16")
    ('float32', 'int32', 'bfloat16')
    """
    if dtype is None or (isinstance(dtype, type) and dtype in PYTHON):
        return (PYTHON[dtype] if dtype is not None else None) or floatx()
    if isinstance(dtype, str) and dtype in UNKEPT:
        return dtype
    try:
        return as_dtype(dtype).name
    except TypeError as error:
        raise ValueError(str(error)) from None


def is_float_dtype(dtype: Any) -> bool:
    """Whether a dtype is a floating-point one.

    >>> is_float_dtype("bfloat16"), is_float_dtype("int8")
    (True, False)
    """
    return standardize_dtype(dtype).startswith(("float", "bfloat"))


def is_int_dtype(dtype: Any) -> bool:
    """Whether a dtype is one of whole numbers, with a sign or without.

    >>> is_int_dtype("uint8"), is_int_dtype("bool")
    (True, False)
    """
    return standardize_dtype(dtype).startswith(("int", "uint"))


def result_type(*dtypes: Any) -> str:
    """The dtype that an operation on tensors of these dtypes gives.

    Python's own `int` and `float` take the width of what is beside them.

    >>> result_type("int32", "float16"), result_type("int32", float)
    ('float16', 'float32')
    """
    if not dtypes:
        return floatx()
    weak = [each for each in dtypes if each in (int, float)]
    found: DType | None = None
    strong = [as_dtype(standardize_dtype(each)) for each in dtypes if each not in (int, float)]
    if strong:
        found = reduce(promote, strong)
    for each in weak:
        found = scalar_dtype(each(), found)
    if found is None:
        raise ValueError(_message(dtypes))
    return found.name


def _message(dtypes: tuple[Any, ...]) -> str:
    return explain(
        "result_type cannot tell a dtype",
        given=f"{dtypes!r}",
        expected="names of dtypes, or Python's int and float",
        remedy="backend.result_type('int32', float)",
    )
