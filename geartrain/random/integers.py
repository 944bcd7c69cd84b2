"""Random whole numbers, by multiplication: floor(range x / 2**64) of a random x below 2**64.

With 64 bits more or less evenly dealt to `range` numbers, none comes too often or too seldom by
more than range / 2**64 of its share: 2**-32 at worst, for ranges up to 2**32. Larger ranges take
96 bits, for the same bound. (Lemire, "Fast random integer generation in an interval", 2019.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain
from geartrain.ops.shaping import as_shape
from geartrain.random.arguments import parameter
from geartrain.random.continuous import words_of
from geartrain.random.seed import key_of
from geartrain.tensor import DType, Tensor, as_dtype

UINT64: DType = np.dtype("uint64")
WORD_BITS, WORD = 32, 0xFFFFFFFF
Digits = list[Tensor]  # of a number in base 2**32, the lowest first, each a tensor of uint64


def randint(shape: Any, minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None) -> Tensor:
    """Whole numbers from `minval` up to but not including `maxval`, each equally likely.

    Args:
        shape: of the result.
        minval: the lower bound: a whole number, or a tensor that can be repeated to the shape.
        maxval: the upper bound, likewise.
        dtype: an integer one.
        seed: a whole number, a `SeedGenerator`, or None for the global seed.

    Raises:
        ValueError: the dtype is no integer one, a bound is no whole number of it, there is no
            number between the bounds, or the seed is no seed.

    >>> sorted(set(randint((100,), 2, 5, seed=1).numpy().tolist()))
    [2, 3, 4]
    """
    wanted, sizes = _integer_dtype(dtype), as_shape(shape)
    lowest, count, is_wide = _range(minval, maxval, wanted)
    lowest = parameter("randint", "minval", lowest, sizes, UINT64)
    count = parameter("randint", "maxval", count, sizes, UINT64)
    words = [ops.cast(each, UINT64) for each in words_of(key_of(seed), sizes, 2 + is_wide)]
    chosen = _of_wide_range(words, count) if is_wide else _times(words, count)[-1]
    return ops.cast(ops.add(lowest, chosen), wanted)


def _integer_dtype(dtype: Any) -> DType:
    wanted = as_dtype("int32" if dtype is None else dtype)
    if wanted.kind in "iu":
        return wanted
    raise ValueError(
        explain(
            "random.randint gives whole numbers",
            given=f"dtype={wanted.name!r}",
            expected="an integer dtype",
            remedy="random.uniform(...) for floats, or dtype='int32'",
        )
    )


def _range(minval: Any, maxval: Any, dtype: DType) -> tuple[Any, Any, bool]:
    """The lowest number and how many there are, modulo 2**64, and whether these are many."""
    if any(isinstance(each, Tensor) and each.is_symbolic for each in (minval, maxval)):
        low, high = (ops.cast(each, UINT64) for each in (minval, maxval))
        return low, ops.subtract(high, low), True
    first, behind = _whole(minval), _whole(maxval)
    count, limits = behind - first, np.iinfo(dtype)
    is_right = (count >= 1) & (count < 2**64) & (first >= limits.min) & (behind <= limits.max + 1)
    if not np.all(is_right):
        raise ValueError(_bounds_message(minval, maxval, dtype))
    lowest = np.asarray(first % 2**64, UINT64)
    return lowest, np.asarray(count, UINT64), bool(np.any(count > 2**WORD_BITS))


def _whole(value: Any) -> Any:
    """The numbers as Python integers, which do not overflow."""
    numbers = np.asarray(value.numpy() if isinstance(value, Tensor) else value)
    if numbers.dtype.kind not in "iub" and np.any(numbers != np.floor(numbers)):
        raise ValueError(
            explain(
                "A bound of random.randint is no whole number",
                given=str(value),
                expected="whole numbers",
                remedy="int(...)",
            )
        )
    return np.frompyfunc(int, 1, 1)(numbers)


def _times(digits: Digits, factor: Tensor) -> Digits:
    """A number times one of at most 2**32."""
    product: Digits = []
    carry = None
    for digit in digits:
        total = ops.multiply(digit, factor)
        total = total if carry is None else ops.add(total, carry)
        product.append(_low(total))
        carry = _high(total)
    return [*product, carry] if carry is not None else product


def _of_wide_range(words: Digits, count: Tensor) -> Tensor:
    """floor(count x / 2**96), where x has three digits: the upper two of its five."""
    lower, upper = _times(words, _low(count)), _times(words, _high(count))
    carry = _high(ops.add(lower[1], upper[0]))
    carry = _high(ops.add(ops.add(lower[2], upper[1]), carry))
    fourth = ops.add(ops.add(lower[3], upper[2]), carry)
    fifth = ops.add(upper[3], _high(fourth))
    return ops.bitwise_or(_low(fourth), ops.left_shift(fifth, WORD_BITS))


def _low(x: Tensor) -> Tensor:
    return ops.bitwise_and(x, WORD)


def _high(x: Tensor) -> Tensor:
    return ops.right_shift(x, WORD_BITS)


def _bounds_message(minval: Any, maxval: Any, dtype: DType) -> str:
    limits = np.iinfo(dtype)
    return explain(
        "random.randint has no number to draw between these bounds",
        given=f"minval={minval}, maxval={maxval}, dtype={dtype.name!r}",
        expected=f"minval < maxval, from {limits.min} to {limits.max + 1}, "
        "and fewer than 2**64 numbers",
        remedy="random.randint(shape, 0, 10)",
    )
