"""Rounding, quotients and the parts of floating-point numbers, as instructions.

All are exact, but for the quotient inside of `floor_divide`, which NumPy rounds as well. `frem`
becomes a call of the system's `fmod` for each lane, whose result is exact everywhere.
"""

from __future__ import annotations

from collections.abc import Callable

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant
from geartrain.compiler.instructions.vector_math.lanes import INFINITY, Real
from geartrain.compiler.instructions.whole_numbers import divide_down
from geartrain.tensor import is_floating
from geartrain.tensor.dtypes import FLOAT32, INT32, INT64


def _intrinsic(name: str) -> Callable[..., Value]:
    def write(builder: Builder, *values: Value) -> Value:
        return builder.intrinsic(name, *values)

    return write


def is_inf(builder: Builder, x: Value) -> Value:
    """Whether x is infinite."""
    return abs(Real(builder, x)).equals(INFINITY).value


def is_finite(builder: Builder, x: Value) -> Value:
    """Whether x is neither infinite nor NaN."""
    return (abs(Real(builder, x)) < INFINITY).value


def signbit(builder: Builder, x: Value) -> Value:
    """Whether the sign of x is minus; minus zero has it."""
    bits = builder.convert("bitcast", x, INT32 if x.dtype == FLOAT32 else INT64)
    return builder.compare("icmp slt", bits, constant(0, bits.dtype))


def fmod(builder: Builder, x: Value, y: Value) -> Value:
    """x - y trunc(x / y), with the sign of x."""
    return builder.binary("frem", x, y)


def remainder(builder: Builder, x: Value, y: Value) -> Value:
    """x - y floor(x / y), with the sign of y."""
    if not is_floating(x.dtype):
        return divide_down(builder, x, y)[1]
    lanes = max(x.lanes, y.lanes)
    divisor = Real(builder, builder.splat(y, lanes))
    rest = Real(builder, fmod(builder, x, divisor.value))
    is_zero = rest.equals(0.0)
    turned = ((rest < 0.0) ^ (divisor < 0.0)) & ~is_zero
    signed = is_zero.choose(rest.number(0.0).with_sign_of(divisor), rest)
    return divisor.equals(0.0).choose(rest, turned.choose(rest + divisor, signed)).value


def floor_divide(builder: Builder, x: Value, y: Value) -> Value:
    """The largest whole number that is not above x / y: (x - x mod y) / y, to the nearest."""
    if not is_floating(x.dtype):
        return divide_down(builder, x, y)[0]
    lanes = max(x.lanes, y.lanes)
    number, divisor = (Real(builder, builder.splat(each, lanes)) for each in (x, y))
    rest = Real(builder, fmod(builder, number.value, divisor.value))
    turned = ((rest < 0.0) ^ (divisor < 0.0)) & ~rest.equals(0.0) & ~rest.is_nan()
    quotient = (number - rest) / divisor
    quotient = turned.choose(quotient - 1.0, quotient)
    floor = quotient.floor()
    near = (quotient - floor > 0.5).choose(floor + 1.0, floor)
    plain = number / divisor
    signed = quotient.equals(0.0).choose(near.number(0.0).with_sign_of(plain), near)
    return divisor.equals(0.0).choose(plain, signed).value


def nextafter(builder: Builder, x: Value, y: Value) -> Value:
    """The number next to x on the way to y: its bits, as a whole number, are one more or less."""
    lanes = max(x.lanes, y.lanes)
    number, goal = (Real(builder, builder.splat(each, lanes)) for each in (x, y))
    bits = number.bits()
    grows = (number > 0.0) ^ (number > goal)  # away from zero
    moved = grows.choose(bits + 1, bits - 1).real()
    least = bits.number(1).real().with_sign_of(goal)
    found = number.equals(0.0).choose(least, moved)
    found = number.equals(goal).choose(goal, found)
    return (number.is_nan() | goal.is_nan()).choose(number + goal, found).value


ROUNDING: dict[str, Callable[..., Value]] = {
    "ceil": _intrinsic("ceil"),
    "copysign": _intrinsic("copysign"),
    "floor": _intrinsic("floor"),
    "floor_divide": floor_divide,
    "fmod": fmod,
    "is_finite": is_finite,
    "is_inf": is_inf,
    "nextafter": nextafter,
    "remainder": remainder,
    "rint": _intrinsic("roundeven"),
    "signbit": signbit,
    "trunc": _intrinsic("trunc"),
}
