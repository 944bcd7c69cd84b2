"""Uniform and normal numbers.

    uniform   k / 2**24 (float32) or k / 2**53 (float64), of random k
    normal    sqrt(-2 log u) cos(2 pi v), of uniform u and v                (Box and Muller, 1958)

Box and Muller's formula needs a logarithm, a root and a cosine, which the compiler has, and is
good in the tail: u has 32 bits next to 0 (53 in float64), so that numbers as far out as 6.7
standard deviations (8.6) come as often as they should. The inverse of the distribution function
would need more polynomials for that; cut off at two standard deviations it needs one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geartrain import ops, primitives
from geartrain.ops.shaping import as_shape
from geartrain.random.arguments import computing_dtype, float_dtype, parameter, require
from geartrain.random.seed import key_of
from geartrain.tensor import DType, Shape, Tensor
from geartrain.tensor.dtypes import FLOAT32, FLOAT64

TRUNCATION = 2.0  # standard deviations
# z / s as a polynomial of w = -log(1 - (c s)^2), where erf(z / sqrt 2) = c s and c is the
# probability of being within the truncation: mpmath's chebyfit on 0 <= w <= 2.42, with a relative
# error of 5e-9 and of 3e-16. In w the function is smooth, also where s is nearly 1
# (Giles, "Approximating the erfinv function", 2010).
WITHIN = math.erf(TRUNCATION / math.sqrt(2))
QUANTILE = {
    FLOAT32: (
        *(1.196288007727393, 0.3131877651377971, 0.01558751930929178),
        *(-0.0031437470499865814, -0.00018605237864739114, 7.404325452325953e-05),
        *(-2.1650015026943855e-06, -4.764901497284274e-07),
    ),
    FLOAT64: (
        *(1.1962880133226081, 0.3131874695193201, 0.015590069592015919),
        *(-0.0031520754145615993, -0.00017284135274840776, 6.291923486428065e-05),
        *(2.7266683776415195e-06, -1.3667064879409944e-06, -5.051794453710156e-08),
        *(3.0976802217124465e-08, 8.338166767118836e-10, -5.869839503048544e-10),
        *(-7.951592954614978e-11, 3.5929385409438285e-11, -3.729740465863452e-12),
        *(5.749898400744094e-14, 9.229085345429377e-15),
    ),
}


def uniform(
    shape: Any, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Numbers spread evenly from `minval` up to but not including `maxval`.

    minval + (maxval - minval) k / 2**24, k being a random whole number (2**53 in float64).

    Args:
        shape: of the result.
        minval: the lower bound: a number, or a tensor that can be repeated to the shape.
        maxval: the upper bound, likewise.
        dtype: a floating-point one; None is float32.
        seed: a whole number, a `SeedGenerator`, or None for the global seed.

    Raises:
        ValueError: the dtype is no float, `minval` is above `maxval`, or the seed is no seed.

    >>> bool(uniform((3,), 5, 6, seed=1).numpy().min() >= 5)
    True
    """
    wanted, sizes = float_dtype("uniform", dtype), as_shape(shape)
    wide = computing_dtype(wanted)
    low = parameter("uniform", "minval", minval, sizes, wide)
    high = parameter("uniform", "maxval", maxval, sizes, wide)
    if not low.is_symbolic:
        require("uniform", "maxval", high, lambda x: x >= low.numpy(), "minval or more", "maxval=1")
    spread = ops.add(low, ops.multiply(unit(key_of(seed), sizes, wide), ops.subtract(high, low)))
    return ops.minimum(ops.cast(spread, wanted), _below(high, low, wanted))


def _below(high: Tensor, low: Tensor, dtype: DType) -> Tensor:
    """The number next to `high`, towards `low`: rounding may lead to the bound itself."""
    first, second = ops.cast(high, dtype), ops.cast(low, dtype)
    if high.is_symbolic or low.is_symbolic:
        return primitives.nextafter(*ops.core.broadcast_together(first, second))
    return Tensor(np.nextafter(first.numpy(), second.numpy()))


def unit(key: Tensor, shape: Shape, dtype: DType) -> Tensor:
    """Numbers spread evenly from 0 up to but not including 1, in float32 or float64."""
    return unit_of(words_of(key, shape, words_needed(dtype)), dtype)


def words_needed(dtype: DType) -> int:
    """How many random words a uniform number of a dtype takes."""
    return 2 if dtype == FLOAT64 else 1


def words_of(key: Tensor, shape: Shape, count: int) -> list[Tensor]:
    """Random words, `count` of them for each place: a place's do not depend on the first size."""
    if count == 1:
        return [primitives.random_bits(key, shape=shape)]
    return list(ops.unstack(primitives.random_bits(key, shape=(*shape, count)), axis=-1))


def unit_of(words: list[Tensor], dtype: DType) -> Tensor:
    """k / 2**24 or k / 2**53, of the upper bits of the words."""
    if dtype != FLOAT64:
        return ops.multiply(ops.cast(ops.right_shift(words[0], 8), dtype), 2.0**-24)
    high = ops.cast(ops.right_shift(words[0], 5), dtype)
    low = ops.cast(ops.right_shift(words[1], 6), dtype)
    return ops.multiply(ops.add(ops.multiply(high, 2.0**26), low), 2.0**-53)


def normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Normally distributed numbers: mean + stddev z, of density e^(-z²/2) / sqrt(2 pi).

    Args:
        shape: of the result.
        mean: a number, or a tensor that can be repeated to the shape.
        stddev: likewise; derivatives go to both.
        dtype: a floating-point one; None is float32.
        seed: a whole number, a `SeedGenerator`, or None for the global seed.

    Raises:
        ValueError: the dtype is no float, or the seed is no seed.

    >>> normal((2, 3), seed=1).shape
    (2, 3)
    """
    wanted, sizes = float_dtype("normal", dtype), as_shape(shape)
    wide, key = computing_dtype(wanted), key_of(seed)
    count = words_needed(wide)
    words = words_of(key, sizes, 2 * count)
    radius = ops.sqrt(ops.multiply(ops.log(_unit_from_above(words[:count], wide)), -2.0))
    angle = ops.multiply(unit_of(words[count:], wide), 2 * math.pi)
    return _placed("normal", ops.multiply(radius, ops.cos(angle)), mean, stddev, wanted)


def _unit_from_above(words: list[Tensor], dtype: DType) -> Tensor:
    """Numbers above 0, up to 1: close together at 0, where the logarithm needs them."""
    if dtype == FLOAT64:
        return ops.add(unit_of(words, dtype), 2.0**-53)
    return ops.multiply(ops.add(ops.cast(words[0], dtype), 1.0), 2.0**-32)


def truncated_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Normally distributed numbers within two standard deviations of the mean.

    mean + stddev z, z having the normal density between -2 and 2, scaled to probability 1: the
    distribution function's inverse, of a uniform number.

    Args:
        shape: of the result.
        mean: a number, or a tensor that can be repeated to the shape.
        stddev: likewise, of the numbers before the others are cut off; what is left has 0.88 of
            it. Derivatives go to both.
        dtype: a floating-point one; None is float32.
        seed: a whole number, a `SeedGenerator`, or None for the global seed.

    Raises:
        ValueError: the dtype is no float, or the seed is no seed.

    >>> bool(abs(truncated_normal((100,), seed=1).numpy()).max() <= 2)
    True
    """
    wanted, sizes = float_dtype("truncated_normal", dtype), as_shape(shape)
    wide = computing_dtype(wanted)
    half_open = ops.subtract(ops.multiply(unit(key_of(seed), sizes, wide), 2.0), 1.0)
    middle = 2.0**-53 if wide == FLOAT64 else 2.0**-24  # as far from -1 as from 1
    numbers = _truncated_quantile(ops.add(half_open, middle), wide)
    return _placed("truncated_normal", numbers, mean, stddev, wanted)


def _truncated_quantile(s: Tensor, dtype: DType) -> Tensor:
    """The z whose distribution function, of the truncated normal one, is (1 + s) / 2."""
    w = ops.negative(ops.log1p(ops.negative(ops.square(ops.multiply(s, WITHIN)))))
    first, *others = reversed(QUANTILE[dtype])
    ratio = ops.add(ops.multiply(w, first), others[0])
    for coefficient in others[1:]:
        ratio = ops.add(ops.multiply(w, ratio), coefficient)
    return ops.clip(ops.multiply(s, ratio), -TRUNCATION, TRUNCATION)


def _placed(name: str, numbers: Tensor, mean: Any, stddev: Any, dtype: DType) -> Tensor:
    """mean + stddev * numbers, in the dtype of the result."""
    centre = parameter(name, "mean", mean, numbers.shape, numbers.dtype)
    width = parameter(name, "stddev", stddev, numbers.shape, numbers.dtype)
    return ops.cast(ops.add(centre, ops.multiply(width, numbers)), dtype)
