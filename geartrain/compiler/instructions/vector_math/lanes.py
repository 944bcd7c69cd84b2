"""Numbers in vector registers with Python's operators, so that formulas read as on paper.

`Real` holds floating-point numbers, `Whole` integers of the same width, `Mask` truth values, one a
lane; a lone number is a vector of one lane. `x * y + 1.0` writes two LLVM instructions and rounds
twice; `x.fma(y, 1.0)` writes one and rounds once. Nothing here branches.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self, TypeVar, overload

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant
from geartrain.tensor import DType
from geartrain.tensor.dtypes import BOOL, FLOAT32, FLOAT64, INT32, INT64

INFINITY = float("inf")
NAN = float("nan")

Chosen = TypeVar("Chosen", bound="Lanes")


class Lanes:
    """What `Real`, `Whole` and `Mask` share: a value, and the builder that writes the next."""

    def __init__(self, builder: Builder, value: Value) -> None:
        self.builder = builder
        self.value = value

    def number(self, number: float) -> Self:
        """A number in every lane."""
        return type(self)(self.builder, constant(number, self.value.dtype, self.value.lanes))

    def _binary(self, opcode: str, first: Self | float, second: Self | float) -> Self:
        values = (self._value(first), self._value(second))
        return type(self)(self.builder, self.builder.binary(opcode, *values))

    def _compare(self, opcode: str, other: Self | float) -> Mask:
        compared = self.builder.compare(opcode, self.value, self._value(other))
        return Mask(self.builder, compared)

    def _intrinsic(self, name: str, *others: Self | float) -> Self:
        values = [self._value(each) for each in (self, *others)]
        return type(self)(self.builder, self.builder.intrinsic(name, *values))

    def _value(self, other: Self | float) -> Value:
        return other.value if isinstance(other, Lanes) else self.number(other).value


class Real(Lanes):
    """Floating-point numbers; comparisons with NaN are false."""

    @property
    def is_single(self) -> bool:
        """Whether these are float32; else they are float64."""
        return self.value.dtype == FLOAT32

    def __add__(self, other: Real | float) -> Real:
        return self._binary("fadd", self, other)

    def __radd__(self, other: float) -> Real:
        return self._binary("fadd", other, self)

    def __sub__(self, other: Real | float) -> Real:
        return self._binary("fsub", self, other)

    def __rsub__(self, other: float) -> Real:
        return self._binary("fsub", other, self)

    def __mul__(self, other: Real | float) -> Real:
        return self._binary("fmul", self, other)

    def __rmul__(self, other: float) -> Real:
        return self._binary("fmul", other, self)

    def __truediv__(self, other: Real | float) -> Real:
        return self._binary("fdiv", self, other)

    def __rtruediv__(self, other: float) -> Real:
        return self._binary("fdiv", other, self)

    def __neg__(self) -> Real:
        value = self.builder.emit(f"fneg {self.value}", self.value.dtype, self.value.lanes)
        return Real(self.builder, value)

    def __abs__(self) -> Real:
        return self._intrinsic("fabs")

    def __lt__(self, other: Real | float) -> Mask:
        return self._compare("fcmp olt", other)

    def __gt__(self, other: Real | float) -> Mask:
        return self._compare("fcmp ogt", other)

    def __ge__(self, other: Real | float) -> Mask:
        return self._compare("fcmp oge", other)

    def equals(self, other: Real | float) -> Mask:
        """Where both are the same number; -0 equals 0."""
        return self._compare("fcmp oeq", other)

    def is_nan(self) -> Mask:
        """Where this is not a number."""
        return self._compare("fcmp uno", self)

    def fma(self, factor: Real | float, term: Real | float) -> Real:
        """`self * factor + term`, rounded once."""
        return self._intrinsic("fma", factor, term)

    def sqrt(self) -> Real:
        """The square root, correctly rounded."""
        return self._intrinsic("sqrt")

    def floor(self) -> Real:
        """The whole number at or below."""
        return self._intrinsic("floor")

    def with_sign_of(self, other: Real) -> Real:
        """This size with the sign of another, of a zero and of a NaN too."""
        return self._intrinsic("copysign", other)

    def at_least(self, limit: float) -> Real:
        """The larger of this and a limit; a NaN stays."""
        return (self < limit).choose(limit, self)

    def at_most(self, limit: float) -> Real:
        """The smaller of this and a limit; a NaN stays."""
        return (self > limit).choose(limit, self)

    def polynomial(self, coefficients: Sequence[float]) -> Real:
        """`c0 + c1 x + c2 x² + ...` by Horner's rule: the fewest instructions.

        Estrin's scheme has a shorter chain, but a processor that works on several vectors at once
        fills the waits in Horner's with the other vectors.
        """
        *rest, last = coefficients
        total = self.number(last)
        for coefficient in reversed(rest):
            total = total.fma(self, coefficient)
        return total

    def bits(self) -> Whole:
        """The representation as integers."""
        dtype = INT32 if self.is_single else INT64
        return Whole(self.builder, self.builder.convert("bitcast", self.value, dtype))

    def widened(self) -> Real:
        """float32 as float64, exactly."""
        return Real(self.builder, self.builder.convert("fpext", self.value, FLOAT64))

    def narrowed(self) -> Real:
        """float64 rounded to float32."""
        return Real(self.builder, self.builder.convert("fptrunc", self.value, FLOAT32))


class Whole(Lanes):
    """Integers, modulo 2^32 or 2^64."""

    def __add__(self, other: Whole | int) -> Whole:
        return self._binary("add", self, other)

    def __sub__(self, other: Whole | int) -> Whole:
        return self._binary("sub", self, other)

    def __mul__(self, other: Whole | int) -> Whole:
        return self._binary("mul", self, other)

    def __and__(self, other: Whole | int) -> Whole:
        return self._binary("and", self, other)

    def __or__(self, other: Whole | int) -> Whole:
        return self._binary("or", self, other)

    def __xor__(self, other: Whole | int) -> Whole:
        return self._binary("xor", self, other)

    def __lshift__(self, count: int) -> Whole:
        return self._binary("shl", self, count)

    def __rshift__(self, count: int) -> Whole:
        """Shift zeros in from the left."""
        return self._binary("lshr", self, count)

    def equals(self, other: Whole | int) -> Mask:
        """Where both are the same number."""
        return self._compare("icmp eq", other)

    def below(self, other: Whole) -> Mask:
        """Where this is the smaller one, both without sign."""
        return self._compare("icmp ult", other)

    def followed_by(self, other: Whole, count: Whole) -> Whole:
        """This shifted left, the other's bits following: `count` is below the width."""
        return self._intrinsic("fshl", other, count)

    def narrowed(self) -> Whole:
        """The lowest 32 of 64 bits."""
        return Whole(self.builder, self.builder.convert("trunc", self.value, INT32))

    def to_real(self, *, signed: bool) -> Real:
        """64-bit integers, rounded to float64."""
        opcode = "sitofp" if signed else "uitofp"
        return Real(self.builder, self.builder.convert(opcode, self.value, FLOAT64))

    def real(self) -> Real:
        """The floating-point numbers with these representations."""
        dtype: DType = FLOAT32 if self.value.dtype == INT32 else FLOAT64
        return Real(self.builder, self.builder.convert("bitcast", self.value, dtype))


class Mask(Lanes):
    """Truth values."""

    def __and__(self, other: Mask) -> Mask:
        return self._binary("and", self, other)

    def __or__(self, other: Mask) -> Mask:
        return self._binary("or", self, other)

    def __xor__(self, other: Mask) -> Mask:
        return self._binary("xor", self, other)

    def __invert__(self) -> Mask:
        return self._binary("xor", self, True)

    @overload
    def choose(self, first: Chosen, second: Chosen | float) -> Chosen: ...
    @overload
    def choose(self, first: float, second: Chosen) -> Chosen: ...
    def choose(self, first: Lanes | float, second: Lanes | float) -> Lanes:
        """`first` where this holds, else `second`; one of them may be a number."""
        like = first if isinstance(first, Lanes) else second
        if not isinstance(like, Lanes):
            raise TypeError(f"one of {first!r} and {second!r} must be in lanes")
        values = (like._value(first), like._value(second))
        return type(like)(self.builder, self.builder.select(self.value, *values))

    def any(self) -> Value:
        """Whether this holds in some lane: an i1."""
        lanes = self.value.lanes
        if lanes == 1:
            return self.value
        return self.builder.call(f"llvm.vector.reduce.or.v{lanes}i1", BOOL, 1, [self.value])
