"""Arithmetic: the operations of the loop form as instructions, on scalars and on vectors.

    maximum(a, b)    ->    %v9 = fcmp olt <16 x float> %v7, %v8
                           %v10 = select <16 x i1> %v9, ...

Numbers come out as NumPy has them: a NaN wins, integers wrap, quotients are rounded down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from geartrain.compiler.instructions.halves import is_half, narrowed, widened
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.rounding import ROUNDING
from geartrain.compiler.instructions.values import Value, constant
from geartrain.compiler.instructions.vector_math import MATH
from geartrain.compiler.instructions.whole_numbers import WHOLE
from geartrain.tensor import DType, is_floating
from geartrain.tensor.dtypes import BOOL, FLOAT32

FLOAT_ARITHMETIC = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
INTEGER_ARITHMETIC = {"add": "add", "subtract": "sub", "multiply": "mul"}
COMPARE_FLOAT = {
    "equal": "fcmp oeq",
    "not_equal": "fcmp une",
    "less": "fcmp olt",
    "less_equal": "fcmp ole",
    "greater": "fcmp ogt",
    "greater_equal": "fcmp oge",
}
COMPARE_SIGNED = {
    "equal": "icmp eq",
    "not_equal": "icmp ne",
    "less": "icmp slt",
    "less_equal": "icmp sle",
    "greater": "icmp sgt",
    "greater_equal": "icmp sge",
}
LOGICAL = {"logical_and": "and", "logical_or": "or"}
EXACT = ROUNDING | WHOLE
IDENTITIES = {"sum": 0, "prod": 1, "max": float("-inf"), "min": float("inf")}
COMBINE = {"sum": "add", "prod": "multiply", "max": "maximum", "min": "minimum"}


class Arithmetic:
    """Writes the instructions of operations on values."""

    def __init__(self, builder: Builder, features: str) -> None:
        self.builder = builder
        self.features = features

    def operate(self, op: str, args: list[Value]) -> Value:
        """One arithmetic operation on values of one dtype."""
        if op != "select" and is_half(args[0].dtype):
            return self._operate_widened(op, args)
        if op in MATH:
            return MATH[op](self.builder, *args, self.features)
        if op in self._NAMED:
            return self._NAMED[op](self, op, *args)
        if op in self._UNARY:
            return self._UNARY[op](self, *args)
        return EXACT[op](self.builder, *args)

    def _operate_widened(self, op: str, args: list[Value]) -> Value:
        """The same in float32; a number that comes out is rounded to the dtype."""
        found = self.operate(op, [widened(self.builder, each) for each in args])
        is_number = found.dtype == FLOAT32
        return narrowed(self.builder, found, args[0].dtype) if is_number else found

    def _arithmetic(self, op: str, first: Value, second: Value) -> Value:
        if is_floating(first.dtype):
            return self.builder.binary(FLOAT_ARITHMETIC[op], first, second)
        if op == "divide":
            raise TypeError(f"integers are cast to floats before they are divided: {first}")
        return self.builder.binary(INTEGER_ARITHMETIC[op], first, second)

    def _compare(self, op: str, first: Value, second: Value) -> Value:
        if is_floating(first.dtype):
            return self.builder.compare(COMPARE_FLOAT[op], first, second)
        opcode = COMPARE_SIGNED[op]
        if first.dtype.kind in "ub":
            opcode = opcode.replace(" s", " u")
        return self.builder.compare(opcode, first, second)

    def _extremum(self, op: str, first: Value, second: Value) -> Value:
        """NumPy's maximum or minimum, in which a NaN wins."""
        wins = self._compare("less" if op == "maximum" else "greater", first, second)
        chosen = self.builder.select(wins, second, first)
        if not is_floating(first.dtype) or not second.text.startswith("%"):
            return chosen
        broken = self.builder.compare("fcmp uno", second, second)
        return self.builder.select(broken, second, chosen)

    def _negative(self, source: Value) -> Value:
        if is_floating(source.dtype):
            return self.builder.emit(f"fneg {source}", source.dtype, source.lanes)
        return self.builder.binary("sub", constant(0, source.dtype), source)

    def _abs(self, source: Value) -> Value:
        if is_floating(source.dtype):
            return self.builder.intrinsic("fabs", source)
        return self._extremum("maximum", source, self._negative(source))

    def _connective(self, op: str, first: Value, second: Value) -> Value:
        return self.builder.binary(LOGICAL[op], first, second)

    def _logical_not(self, source: Value) -> Value:
        return self.builder.binary("xor", source, constant(True, BOOL))

    def _is_nan(self, source: Value) -> Value:
        return self.builder.compare("fcmp uno", source, source)

    def _select(self, condition: Value, first: Value, second: Value) -> Value:
        return self.builder.select(condition, first, second)

    def _sqrt(self, source: Value) -> Value:
        return self.builder.intrinsic("sqrt", source)

    _NAMED: ClassVar[dict[str, Callable[..., Value]]] = {
        **dict.fromkeys(COMPARE_FLOAT, _compare),
        **dict.fromkeys(FLOAT_ARITHMETIC, _arithmetic),
        **dict.fromkeys(LOGICAL, _connective),
        **dict.fromkeys(("maximum", "minimum"), _extremum),
    }
    _UNARY: ClassVar[dict[str, Callable[..., Value]]] = {
        "abs": _abs,
        "is_nan": _is_nan,
        "isnan": _is_nan,
        "logical_not": _logical_not,
        "negative": _negative,
        "select": _select,
        "sqrt": _sqrt,
    }

    def cast(self, source: Value, dtype: DType) -> Value:
        """A value in another dtype, as NumPy's `astype` gives it."""
        if source.dtype == dtype:
            return source
        if is_half(source.dtype):
            return self.cast(widened(self.builder, source), dtype)
        if dtype == BOOL:
            return self._compare("not_equal", source, constant(0, source.dtype))
        if is_half(dtype):
            number = source if is_floating(source.dtype) else self.cast(source, FLOAT32)
            return narrowed(self.builder, number, dtype)
        return self.builder.convert(_conversion(source.dtype, dtype), source, dtype)

    def combine(self, op: str, first: Value, second: Value) -> Value:
        """One step of a reduction."""
        return self.operate(COMBINE[op], [first, second])

    def identity(self, op: str, dtype: DType) -> Value:
        """What a reduction starts from."""
        number = IDENTITIES[op]
        if is_floating(dtype) or op in ("sum", "prod"):
            return constant(number, dtype)
        return constant(_extreme_integer(op, dtype), dtype)

    def fold_lanes(self, op: str, source: Value) -> Value:
        """Reduce the lanes to one, by halves: lane i with lane i + half."""
        while source.lanes > 1:
            half = source.lanes // 2
            low, high = (self._lanes(source, start, half) for start in (0, half))
            source = self.combine(op, low, high)
        return source

    def _lanes(self, source: Value, start: int, count: int) -> Value:
        if count == 1:
            return self.builder.emit(f"extractelement {source}, i32 {start}", source.dtype)
        chosen = ", ".join(f"i32 {start + each}" for each in range(count))
        text = f"shufflevector {source}, {source.type} poison, <{count} x i32> <{chosen}>"
        return self.builder.emit(text, source.dtype, count)


def _extreme_integer(op: str, dtype: DType) -> int:
    bits = dtype.itemsize * 8
    if dtype.kind == "b":
        return 0 if op == "max" else 1
    if dtype.kind == "u":
        return 0 if op == "max" else (1 << bits) - 1
    top = 1 << (bits - 1)
    return -top if op == "max" else top - 1


def _conversion(source: DType, target: DType) -> str:
    """The instruction that converts one dtype to another."""
    signed = source.kind == "i"
    if is_floating(source) and is_floating(target):
        return "fptrunc" if source.itemsize > target.itemsize else "fpext"
    if is_floating(source):
        return "fptosi" if target.kind == "i" else "fptoui"
    if is_floating(target):
        return "sitofp" if signed else "uitofp"
    if source.itemsize > target.itemsize:
        return "trunc"
    if source.itemsize == target.itemsize and source != BOOL:
        return "bitcast"
    return "sext" if signed else "zext"


# Every operation of the loop form that there are instructions for.
OPERATIONS = frozenset([*MATH, *EXACT, *Arithmetic._NAMED, *Arithmetic._UNARY]) | {
    *("cast", "guard", "philox", "philox_key"),
}
FLOATS_ONLY = frozenset([*MATH, "divide", "sqrt", *ROUNDING]) - {"floor_divide", "remainder"}
