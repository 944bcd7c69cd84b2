"""`keras.src.utils.argument_validation`: one number for all axes, or one for each."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain

__all__ = ["standardize_tuple"]


def standardize_tuple(value: Any, n: int, name: str, allow_zero: bool = False) -> tuple[int, ...]:
    """`n` whole numbers, from one for all of them or one for each.

    Raises:
        ValueError: there are more or fewer, or one is negative (or 0).

    >>> standardize_tuple(3, 2, "kernel_size")
    (3, 3)
    """
    least = 0 if allow_zero else 1
    try:
        numbers = (value,) * n if isinstance(value, int) else tuple(map(int, value))
    except TypeError:
        numbers = ()
    if len(numbers) == n and all(each >= least for each in numbers):
        return numbers
    raise ValueError(
        explain(
            f"{name} does not fit",
            given=f"{name}={value!r}",
            expected=f"a whole number of at least {least}, or {n} of them",
            remedy=f"{name}={(1,) * n}",
        )
    )
