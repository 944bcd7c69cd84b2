"""Whole numbers: operations on their bits, and quotients, as instructions.

As NumPy has them: a shift by all bits or more leaves the sign alone, a divisor of 0 gives 0, and
the one quotient that has no room, of the least number by -1, wraps.
"""

from __future__ import annotations

from collections.abc import Callable

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant
from geartrain.tensor.dtypes import BOOL


def bitwise_not(builder: Builder, x: Value) -> Value:
    """The bits that x has not."""
    return builder.binary("xor", x, constant(x.dtype == BOOL or -1, x.dtype))


def _opcode(name: str) -> Callable[[Builder, Value, Value], Value]:
    def write(builder: Builder, x: Value, y: Value) -> Value:
        return builder.binary(name, x, y)

    return write


def left_shift(builder: Builder, x: Value, y: Value) -> Value:
    """x times 2 to the power of y, in the bits there are."""
    fits, count = _shift_count(builder, x, y)
    return builder.select(fits, builder.binary("shl", x, count), constant(0, x.dtype))


def right_shift(builder: Builder, x: Value, y: Value) -> Value:
    """x divided by 2 to the power of y, rounded down."""
    fits, count = _shift_count(builder, x, y)
    if x.dtype.kind == "u":
        return builder.select(fits, builder.binary("lshr", x, count), constant(0, x.dtype))
    most = builder.select(fits, count, constant(_bits(x) - 1, x.dtype))
    return builder.binary("ashr", x, most)


def _shift_count(builder: Builder, x: Value, y: Value) -> tuple[Value, Value]:
    """Whether x has more bits than it is shifted by, and a number of bits that it may be."""
    fits = builder.compare("icmp ult", y, constant(_bits(x), y.dtype))
    return fits, y if not y.text.startswith("%") else builder.select(fits, y, constant(0, y.dtype))


def _bits(x: Value) -> int:
    return 8 * x.dtype.itemsize


def divide_down(builder: Builder, x: Value, y: Value) -> tuple[Value, Value]:
    """The quotient, rounded down, and the remainder, which has the divisor's sign."""
    zero = constant(0, x.dtype)
    none = builder.compare("icmp eq", y, zero)
    divisor = builder.select(none, constant(1, x.dtype), y)
    if x.dtype.kind == "u":
        quotient, rest = (builder.binary(each, x, divisor) for each in ("udiv", "urem"))
    else:
        quotient, rest = _signed_division(builder, x, divisor)
    return builder.select(none, zero, quotient), builder.select(none, zero, rest)


def _signed_division(builder: Builder, x: Value, divisor: Value) -> tuple[Value, Value]:
    zero, one = (constant(each, x.dtype) for each in (0, 1))
    turns = builder.compare("icmp eq", divisor, constant(-1, x.dtype))
    safe = builder.select(turns, one, divisor)
    quotient, rest = (builder.binary(each, x, safe) for each in ("sdiv", "srem"))
    signs_differ = builder.compare("icmp slt", builder.binary("xor", rest, divisor), zero)
    low = builder.binary("and", builder.compare("icmp ne", rest, zero), signs_differ)
    down = builder.select(low, builder.binary("sub", quotient, one), quotient)
    up = builder.select(low, builder.binary("add", rest, divisor), rest)
    return builder.select(turns, builder.binary("sub", zero, x), down), up


WHOLE: dict[str, Callable[..., Value]] = {
    "bitwise_and": _opcode("and"),
    "bitwise_not": bitwise_not,
    "bitwise_or": _opcode("or"),
    "bitwise_xor": _opcode("xor"),
    "left_shift": left_shift,
    "right_shift": right_shift,
}
