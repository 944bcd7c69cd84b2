"""Vector mathematics: exp, log, tanh, power and rsqrt as LLVM instructions, on any lanes.

Each function reduces its argument to a small range, where a polynomial is exact enough, and puts
the result together again with integer arithmetic on exponents. No branches: special cases are
chosen by `select`. The polynomials are minimax fits by Remez's exchange algorithm (relative
error), computed with 60 digits.

| largest error measured, in ulp | float32 | float64 |
| --- | --- | --- |
| exp | 0.99 | 0.95 |
| log | 0.77 | 0.76 |
| tanh | 1.32 | 1.31 |
| rsqrt | 1.47 | 1.50 |
| power | 0.50 (computed in float64) | not yet |

(`tests/compiler/test_vector_math.py` bounds each by 2 in float32 and 4 in float64.)

Sources: Cody and Waite, *Software manual for the elementary functions* (1980), for the argument
reductions; Muller, *Elementary functions*, 3rd edition, chapters 3 and 11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geartrain.compiler.ir import Builder, Value, constant
from geartrain.tensor import DType
from geartrain.tensor.dtypes import FLOAT32, FLOAT64, INT32, INT64

LOG2_E = 1.4426950408889634


@dataclass(frozen=True)
class Format:
    """What a floating-point format needs: its bits, its limits, and its polynomials."""

    bits: DType  # the integer dtype of the same width
    fraction_bits: int
    bias: int
    smallest_normal: float
    exp_high: float  # above, e^x is infinite
    exp_low: float  # below, e^x is 0
    ln2_high: float  # with zeros at its end, so that n * ln2_high is exact
    ln2_low: float
    exp: tuple[float, ...]  # (e^r - 1 - r) / r², |r| <= ln 2 / 2
    log: tuple[float, ...]  # (atanh(s) - s) * 2 / s³ in s², |s| <= 0.1716
    tanh: tuple[float, ...]  # (tanh(x) - x) / x³ in x², |x| <= 0.625


SINGLE = Format(
    INT32,
    23,
    127,
    1.1754943508222875e-38,
    88.72283935546875,
    -103.97208,
    0.693145751953125,
    1.4286068203094173e-06,
    (0.49999994, 0.166665196, 0.0416683927, 0.00836878084, 0.00138144637),
    (0.666666627, 0.400003344, 0.285373032, 0.235822693),
    (-0.333333313, 0.133332103, -0.0539472029, 0.0217029694, -0.00818267837, 0.00214754045),
)
DOUBLE = Format(
    INT64,
    52,
    1023,
    2.2250738585072014e-308,
    709.782712893384,
    -745.1332191019412,
    0.6931471803691238,
    1.9082149292705877e-10,
    (
        *(0.5, 0.16666666666666682, 0.04166666666666609, 0.008333333333316918),
        *(0.0013888888889117229, 0.00019841269896680514, 2.48015869246693e-05),
        *(2.7557234559202566e-06, 2.755758274363839e-07, 2.5112144353652326e-08),
        2.0826551662554614e-09,
    ),
    (
        *(0.6666666666666666, 0.4000000000000625, 0.2857142856908617, 0.22222222646750267),
        *(0.18181775669428976, 0.15387090579228296, 0.13250122283561108, 0.13251290360208473),
    ),
    (
        *(-0.3333333333333333, 0.13333333333333164, -0.05396825396813278, 0.02186948853178366),
        *(-0.008863235436749195, 0.0035921267583224298, -0.0014558225019443067),
        *(0.000589950310032406, -0.00023877466068748668, 9.576022109997752e-05),
        *(-3.663955859041483e-05, 1.1807121476000271e-05, -2.2767189338740615e-06),
    ),
)
FORMATS = {FLOAT32: SINGLE, FLOAT64: DOUBLE}


class Mathematics:
    """Writes functions of one value's format and lanes."""

    def __init__(self, builder: Builder, like: Value, features: str) -> None:
        self.builder = builder
        self.dtype = like.dtype
        self.lanes = like.lanes
        self.features = features
        self.format = FORMATS[like.dtype]

    # -- small words -----------------------------------------------------------------------------

    def number(self, value: float) -> Value:
        return constant(value, self.dtype, self.lanes)

    def integer(self, value: int) -> Value:
        return constant(value, self.format.bits, self.lanes)

    def add(self, first: Value, second: Value) -> Value:
        return self.builder.binary("fadd", first, second)

    def subtract(self, first: Value, second: Value) -> Value:
        return self.builder.binary("fsub", first, second)

    def multiply(self, first: Value, second: Value) -> Value:
        return self.builder.binary("fmul", first, second)

    def fma(self, first: Value, second: Value, third: Value) -> Value:
        return self.builder.intrinsic("fma", first, second, third)

    def as_bits(self, value: Value) -> Value:
        return self.builder.convert("bitcast", value, self.format.bits)

    def as_number(self, bits: Value) -> Value:
        return self.builder.convert("bitcast", bits, self.dtype)

    def polynomial(self, coefficients: Sequence[float], x: Value) -> Value:
        """c0 + c1 x + c2 x² + ..., by Horner's rule."""
        *rest, last = coefficients
        total = self.number(last)
        for coefficient in reversed(rest):
            total = self.fma(total, x, self.number(coefficient))
        return total

    def choose(self, opcode: str, x: Value, limit: float, first: Value, second: Value) -> Value:
        """`first` where the comparison of x with a limit holds, else `second`."""
        return self.builder.select(
            self.builder.compare(opcode, x, self.number(limit)), first, second
        )

    # -- the functions ---------------------------------------------------------------------------

    def power_of_two(self, exponent: Value) -> Value:
        """2 to an integer power that a normal number can hold."""
        biased = self.builder.binary("add", exponent, self.integer(self.format.bias))
        return self.as_number(
            self.builder.binary("shl", biased, self.integer(self.format.fraction_bits))
        )

    def scale(self, x: Value, exponent: Value) -> Value:
        """x * 2^exponent, in two steps, so that what is below the normal numbers is rounded."""
        half = self.builder.binary("ashr", exponent, self.integer(1))
        rest = self.builder.binary("sub", exponent, half)
        return self.multiply(self.multiply(x, self.power_of_two(half)), self.power_of_two(rest))

    def exp(self, x: Value) -> Value:
        """x = n ln 2 + r;  e^x = 2^n e^r."""
        form = self.format
        inside = self.choose("fcmp olt", x, form.exp_low, self.number(form.exp_low), x)
        inside = self.choose("fcmp ogt", inside, form.exp_high, self.number(form.exp_high), inside)
        n = self.builder.intrinsic("rint", self.multiply(inside, self.number(LOG2_E)))
        r = self.fma(n, self.number(-form.ln2_high), inside)
        r = self.fma(n, self.number(-form.ln2_low), r)
        small = self.fma(self.polynomial(form.exp, r), self.multiply(r, r), r)
        # A NaN goes through the arithmetic, but as an exponent it would be undefined.
        known = self.choose("fcmp uno", x, 0.0, self.number(0.0), n)
        exponent = self.builder.convert("fptosi", known, form.bits)
        result = self.scale(self.add(small, self.number(1.0)), exponent)
        result = self.choose("fcmp ogt", x, form.exp_high, self.number(float("inf")), result)
        return self.choose("fcmp olt", x, form.exp_low, self.number(0.0), result)

    def log(self, x: Value) -> Value:
        """x = 2^e m, sqrt(1/2) <= m < sqrt(2);  log x = e ln 2 + 2 atanh((m - 1) / (m + 1))."""
        form, builder = self.format, self.builder
        tiny = builder.compare("fcmp olt", x, self.number(form.smallest_normal))
        lift = form.fraction_bits + 1
        lifted = self.multiply(x, self.number(2.0**lift))
        bits = self.as_bits(builder.select(tiny, lifted, x))
        root_half = 0x3F3504F3 if form is SINGLE else 0x3FE6A09E667F3BCD
        offset = builder.binary("sub", bits, self.integer(root_half))
        e = builder.binary("ashr", offset, self.integer(form.fraction_bits))
        whole = builder.binary("shl", e, self.integer(form.fraction_bits))
        m = self.as_number(builder.binary("sub", bits, whole))
        e = builder.binary("sub", e, builder.select(tiny, self.integer(lift), self.integer(0)))
        result = self._log_of(m, builder.convert("sitofp", e, self.dtype))
        return self._log_limits(x, result)

    def _log_of(self, m: Value, e: Value) -> Value:
        """e ln 2 + log m, the small parts added first."""
        form = self.format
        f = self.subtract(m, self.number(1.0))
        s = self.builder.binary("fdiv", f, self.add(m, self.number(1.0)))
        z = self.multiply(s, s)
        rest = self.multiply(self.polynomial(form.log, z), z)
        half = self.multiply(self.multiply(f, f), self.number(0.5))
        # log m = f - half + s (half + rest), exactly f to first order
        correction = self.multiply(s, self.add(half, rest))
        low = self.fma(e, self.number(form.ln2_low), correction)
        tail = self.subtract(low, half)
        return self.fma(e, self.number(form.ln2_high), self.add(f, tail))

    def _log_limits(self, x: Value, result: Value) -> Value:
        infinite = float("inf")
        result = self.choose("fcmp oeq", x, infinite, x, result)
        result = self.choose("fcmp oeq", x, 0.0, self.number(-infinite), result)
        return self.choose("fcmp ult", x, 0.0, self.number(float("nan")), result)

    def tanh(self, x: Value) -> Value:
        """A polynomial near 0; beyond it 1 - 2 / (e^2|x| + 1), with the sign of x."""
        size = self.builder.intrinsic("fabs", x)
        z = self.multiply(x, x)
        near = self.fma(self.multiply(self.polynomial(self.format.tanh, z), z), x, x)
        powers = self.exp(self.add(size, size))
        below = self.builder.binary("fdiv", self.number(2.0), self.add(powers, self.number(1.0)))
        far = self.subtract(self.number(1.0), below)
        far = self.builder.intrinsic("copysign", far, x)
        return self.choose("fcmp ult", size, 0.625, near, far)

    def rsqrt(self, x: Value) -> Value:
        """1 / sqrt(x): on AVX-512, an estimate of 14 bits and one step of Newton's method."""
        if self.lanes != 16 or self.dtype != FLOAT32 or "+avx512f" not in self.features:
            return self.builder.binary("fdiv", self.number(1.0), self.builder.intrinsic("sqrt", x))
        r = self._estimate(x)
        error = self.fma(self.multiply(x, r), r, self.number(-1.0))
        better = self.fma(self.multiply(r, self.number(-0.5)), error, r)
        # Where x is 0 or infinite, the error is NaN and the estimate exact.
        known = self.builder.compare("fcmp ord", error, error)
        return self.builder.select(known, better, r)

    def _estimate(self, x: Value) -> Value:
        name = "llvm.x86.avx512.rsqrt14.ps.512"
        self.builder.declarations[name] = f"declare {x.type} @{name}({x.type}, {x.type}, i16)"
        text = f"call {x.type} @{name}({x}, {x.type} zeroinitializer, i16 -1)"
        return self.builder.emit(text, self.dtype, self.lanes)


def power(builder: Builder, x: Value, y: Value, features: str) -> Value:
    """x^y in float32, as e^(y log |x|) in float64, with the sign and the limits that IEEE gives."""
    x, y = builder.matched(x, y)
    if x.dtype != FLOAT32:
        raise NotImplementedError("power is compiled for float32")
    wide = Mathematics(builder, Value(x.text, FLOAT64, x.lanes), features)
    size = builder.convert("fpext", builder.intrinsic("fabs", x), FLOAT64)
    exponent = builder.convert("fpext", y, FLOAT64)
    result = builder.convert("fptrunc", wide.exp(wide.multiply(exponent, wide.log(size))), FLOAT32)
    return _power_limits(builder, x, y, result)


def _power_limits(builder: Builder, x: Value, y: Value, result: Value) -> Value:
    one, zero = (constant(number, FLOAT32, x.lanes) for number in (1.0, 0.0))
    whole = builder.compare("fcmp oeq", builder.intrinsic("floor", y), y)
    half = builder.binary("fmul", y, constant(0.5, FLOAT32, x.lanes))
    split = builder.compare("fcmp une", builder.intrinsic("floor", half), half)
    odd = builder.binary("and", whole, split)
    signed = builder.select(odd, builder.intrinsic("copysign", result, x), result)
    finite = builder.compare("fcmp one", x, constant(float("-inf"), FLOAT32, x.lanes))
    negative = builder.binary("and", builder.compare("fcmp olt", x, zero), finite)
    undefined = builder.binary(
        "and", negative, builder.binary("xor", whole, constant(True, whole.dtype, x.lanes))
    )
    signed = builder.select(undefined, constant(float("nan"), FLOAT32, x.lanes), signed)
    infinite = constant(float("inf"), FLOAT32, x.lanes)
    endless = builder.compare("fcmp oeq", builder.intrinsic("fabs", y), infinite)
    of_size_one = builder.compare("fcmp oeq", builder.intrinsic("fabs", x), one)
    of_one = builder.compare("fcmp oeq", x, one)
    certain = builder.binary("or", of_one, builder.binary("and", of_size_one, endless))
    to_zero = builder.compare("fcmp oeq", y, zero)
    return builder.select(builder.binary("or", to_zero, certain), one, signed)


def _function(name: str) -> Callable[[Builder, Value, str], Value]:
    def write(builder: Builder, x: Value, features: str) -> Value:
        result: Value = getattr(Mathematics(builder, x, features), name)(x)
        return result

    return write


MATH: dict[str, Callable[..., Value]] = {
    **{name: _function(name) for name in ("exp", "log", "rsqrt", "tanh")},
    "power": power,
}
