"""Numbers of 16 bits: float16 and bfloat16 in memory, float32 in arithmetic.

    x * y, of bfloat16     ->     narrowed(widened(x) * widened(y))

A register holds them as whole numbers of 16 bits. Every operation rounds its result, as NumPy and
`ml_dtypes` do: to the nearest, of two to the even one, subnormal numbers and NaN included. One
rounding from float32 is the same as one from the exact result: for sums, products, quotients and
roots, 24 bits are enough for that (Figueroa, "When is double rounding innocuous?", 1995).
"""

from __future__ import annotations

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant
from geartrain.tensor import DType
from geartrain.tensor.dtypes import FLOAT32, FLOAT64, INT32, UINT32

HALVES = frozenset(["float16", "bfloat16"])
QUIET_NAN = 0x7FC0


def is_half(dtype: DType) -> bool:
    """Whether numbers of a dtype are widened for arithmetic."""
    return dtype.name in HALVES


def widened(builder: Builder, x: Value) -> Value:
    """The same numbers in float32."""
    if x.dtype.name == "bfloat16":
        bits = builder.convert("zext", x, UINT32)
        shifted = builder.binary("shl", bits, constant(16, UINT32))
        return builder.convert("bitcast", shifted, FLOAT32)
    return _converted(builder, "fpext", builder.reinterpret(x, "half"), "half", FLOAT32, x.lanes)


def _converted(
    builder: Builder, opcode: str, text: str, kind: str, dtype: DType, lanes: int
) -> Value:
    source = kind if lanes == 1 else f"<{lanes} x {kind}>"
    target = Value("", dtype, lanes).type
    return builder.emit(f"{opcode} {source} {text} to {target}", dtype, lanes)


def narrowed(builder: Builder, x: Value, dtype: DType) -> Value:
    """Numbers of float32 or float64, rounded to 16 bits."""
    if x.dtype == FLOAT64:
        x = _rounded_to_odd(builder, x) if dtype.name == "float16" else _single(builder, x)
    return _bfloat(builder, x, dtype) if dtype.name == "bfloat16" else _half(builder, x, dtype)


def _single(builder: Builder, x: Value) -> Value:
    return builder.convert("fptrunc", x, FLOAT32)


def _half(builder: Builder, x: Value, dtype: DType) -> Value:
    kind = "half" if x.lanes == 1 else f"<{x.lanes} x half>"
    short = builder.emit(f"fptrunc {x} to {kind}", dtype, x.lanes)
    target = short.type
    return builder.emit(f"bitcast {kind} {short.text} to {target}", dtype, x.lanes)


def _bfloat(builder: Builder, x: Value, dtype: DType) -> Value:
    """The upper 16 bits, after half of what they count by is added, less 1 where they are even."""
    bits = builder.convert("bitcast", x, UINT32)
    upper = builder.binary("lshr", bits, constant(16, UINT32))
    odd = builder.binary("and", upper, constant(1, UINT32))
    most = builder.binary("add", bits, constant(0x7FFF, UINT32))
    rounded = builder.binary("lshr", builder.binary("add", most, odd), constant(16, UINT32))
    sign = builder.binary("and", upper, constant(0x8000, UINT32))
    nan = builder.binary("or", sign, constant(QUIET_NAN, UINT32))
    found = builder.select(builder.compare("fcmp uno", x, x), nan, rounded)
    return builder.convert("trunc", found, dtype)


def _rounded_to_odd(builder: Builder, x: Value) -> Value:
    """float64 as the float32 beside it that is odd, unless one is equal to it.

    Rounding that once more gives what rounding the float64 gives: Boldo and Melquiond, "When double
    rounding is odd" (2005).
    """
    near = _single(builder, x)
    wide = builder.convert("fpext", near, FLOAT64)
    bits = builder.convert("bitcast", near, INT32)
    even = builder.compare(
        "icmp eq", builder.binary("and", bits, constant(1, INT32)), constant(0, INT32)
    )
    wrong = builder.binary("and", even, builder.compare("fcmp one", x, wide))
    near_size, size = (builder.intrinsic("fabs", each) for each in (wide, x))
    larger = builder.compare("fcmp ogt", size, near_size)
    step = builder.select(larger, constant(1, INT32), constant(-1, INT32))
    odd = builder.binary("add", bits, step)
    return builder.convert("bitcast", builder.select(wrong, odd, bits), FLOAT32)
