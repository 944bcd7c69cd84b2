"""The numbers that methods of `Dataset` take, checked where they are given."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.tensor import Tensor


def whole(name: str, given: Any, *, least: int | None = None, many: bool = False) -> int:
    """A whole number, Python's own or in a tensor or an array.

    Args:
        name: the argument's, for the message.
        given: the number.
        least: the smallest that will do; None if any does.
        many: whether -1 is a word for "all" or "as many as it takes".

    Raises:
        TypeError: it is no whole number.
        ValueError: it is too small.
    """
    number = np.asarray(given.array if isinstance(given, Tensor) else given)
    if number.dtype.kind not in "iu" or number.ndim:
        raise TypeError(_kind_message(name, given))
    found = int(number)
    if least is not None and found < least and not (many and found == -1):
        raise ValueError(_least_message(name, found, least))
    return found


def _kind_message(name: str, given: Any) -> str:
    return explain(
        f"{name} is a whole number",
        given=f"{name}={given!r} ({type(given).__name__})",
        expected="an int",
        remedy=f"{name}=32",
    )


def _least_message(name: str, given: int, least: int) -> str:
    return explain(
        f"{name} is too small",
        given=f"{name}={given}",
        expected=f"a whole number from {least}",
        remedy=f"{name}={max(least, 1)}",
    )
