"""Functions of `tf.math` that are no elementary ones: the logarithm of gamma and its relatives."""

from __future__ import annotations

import math
from typing import Any

from geartrain import ops
from geartrain.tensor import Tensor

__all__ = [
    "bessel_i0", "digamma", "erfcinv", "is_non_decreasing", "is_strictly_increasing", "lbeta",
    "lgamma", "ndtri", "nextafter", "polyval", "scalar_mul", "xlog1py",
]  # fmt: skip

SHIFT = 8  # from here on, the series below is exact to float64's precision
# B(2k) / (2k (2k - 1)), of Bernoulli's numbers B.
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
# B(2k) / 2k.
FALLING = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)


def _floats(x: Any) -> Tensor:
    tensor = ops.convert_to_tensor(x)
    return tensor if tensor.dtype.kind == "f" else ops.cast(tensor, "float32")


def _series(numbers: tuple[float, ...], y: Tensor) -> Tensor:
    """numbers[0] + numbers[1] y + ..."""
    total = ops.zeros_like(y)
    for each in reversed(numbers):
        total = ops.add(ops.multiply(total, y), each)
    return total


def lgamma(x: Any, name: str | None = None) -> Tensor:
    """log |gamma(x)|, by Stirling's series beyond 8, and gamma's recurrence below.

    Below 1/2, gamma(x) gamma(1 - x) = pi / sin(pi x). Source: Abramowitz and Stegun, 6.1.15,
    6.1.17 and 6.1.41.

    >>> round(float(lgamma(5.0)), 4)  # log(24)
    3.1781
    """
    given = _floats(x)
    wide = ops.cast(given, "float64")
    mirrored = ops.less(wide, 0.5)
    y = ops.where(mirrored, 1.0 - wide, wide)
    found = _above_half(y)
    turned = wide - 2.0 * ops.floor(wide / 2.0)
    sine = ops.abs(ops.sin(math.pi * turned))
    sine = ops.where(ops.equal(wide, ops.floor(wide)), ops.zeros_like(sine), sine)
    below = math.log(math.pi) - ops.log(ops.where(mirrored, sine, 1.0)) - found
    return ops.cast(ops.where(mirrored, below, found), given.dtype)


def _above_half(y: Tensor) -> Tensor:
    """The logarithm of gamma from 1/2 on."""
    small = ops.less(y, float(SHIFT))
    product = ops.ones_like(y)
    for step in range(SHIFT):
        product = ops.multiply(product, ops.where(small, y + step, 1.0))
    z = ops.where(small, y + SHIFT, y)
    finite = ops.where(ops.isinf(z), 1.0, z)
    tail = _series(STIRLING, 1.0 / ops.square(finite)) / finite
    found = (finite - 0.5) * ops.log(finite) - finite + 0.5 * math.log(2 * math.pi) + tail
    return ops.where(ops.isinf(z), z, found - ops.log(product))


def digamma(x: Any, name: str | None = None) -> Tensor:
    """The derivative of `lgamma`: by its series beyond 8, and its recurrence below.

    Source: Abramowitz and Stegun, 6.3.5, 6.3.7 and 6.3.18.

    >>> round(float(digamma(1.0)), 4)  # minus Euler's constant
    -0.5772
    """
    given = _floats(x)
    wide = ops.cast(given, "float64")
    mirrored = ops.less(wide, 0.5)
    y = ops.where(mirrored, 1.0 - wide, wide)
    small = ops.less(y, float(SHIFT))
    total = ops.zeros_like(y)
    for step in range(SHIFT):
        total = ops.add(total, ops.where(small, 1.0 / (y + step), 0.0))
    z = ops.where(small, y + SHIFT, y)
    squared = 1.0 / ops.square(z)
    found = ops.log(z) - 0.5 / z - squared * _series(FALLING, squared) - total
    angle = math.pi * ops.where(mirrored, wide - ops.floor(wide), 0.25)
    below = found - math.pi / ops.tan(angle)
    below = ops.where(ops.equal(wide, ops.floor(wide)), float("nan"), below)
    return ops.cast(ops.where(mirrored, below, found), given.dtype)


def lbeta(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the beta function of the numbers on the last axis."""
    tensor = _floats(x)
    return ops.sum(lgamma(tensor), -1) - lgamma(ops.sum(tensor, -1))


def polyval(coeffs: Any, x: Any, name: str | None = None) -> Tensor:
    """A polynomial, by Horner's rule; the coefficient of the highest power comes first.

    >>> float(polyval([2.0, 0.0, 1.0], 3.0))
    19.0
    """
    tensor = ops.convert_to_tensor(x)
    total: Any = ops.zeros_like(tensor)
    for each in coeffs:
        total = ops.add(ops.multiply(total, tensor), each)
    return total


def ndtri(x: Any, name: str | None = None) -> Tensor:
    """Below which number a standard normal one lies with a probability."""
    return math.sqrt(2.0) * ops.erfinv(2.0 * _floats(x) - 1.0)


def erfcinv(x: Any, name: str | None = None) -> Tensor:
    """The inverse of `erfc`."""
    return ops.erfinv(1.0 - _floats(x))


def bessel_i0(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 0."""
    return ops.i0(x)


def nextafter(x1: Any, x2: Any, name: str | None = None) -> Tensor:
    """The next number after one towards another."""
    return ops.nextafter(x1, x2)


def xlog1py(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x log(1 + y); 0 where x is 0."""
    nothing = ops.equal(x, 0)
    found = ops.multiply(x, ops.log1p(ops.where(nothing, ops.zeros_like(y), y)))
    return ops.where(nothing, ops.zeros_like(found), found)


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Tensor:
    """A tensor times a number."""
    return ops.multiply(scalar, x)


def is_non_decreasing(x: Any, name: str | None = None) -> Tensor:
    """Whether no number is less than the one before, row after row."""
    flat = ops.reshape(x, (-1,))
    return ops.all(ops.less_equal(flat[:-1], flat[1:]))


def is_strictly_increasing(x: Any, name: str | None = None) -> Tensor:
    """Whether every number is greater than the one before, row after row."""
    flat = ops.reshape(x, (-1,))
    return ops.all(ops.less(flat[:-1], flat[1:]))
