"""The error of a function of float32, over all float32 there are, found in machine code.

worst, at = Comparison("exp")(every=1)        # 4,294,967,296 numbers: seconds
"""

from __future__ import annotations

import ctypes

import numpy as np

from geartrain.compiler.instructions.ir import Builder, Value, constant, integer
from geartrain.compiler.instructions.vector_math import MATH
from geartrain.compiler.instructions.vector_math.lanes import INFINITY, Real, Whole
from geartrain.runtime import llvm, target_cpu
from geartrain.tensor.dtypes import FLOAT32, FLOAT64, INT64

LANES = 16
ARGUMENTS = ("start", "stop", "every", "worst", "at")


class Comparison:
    """A function of float32 against itself in float64, over representations, in machine code.

    What is compared with is far more exact than what is measured, and measured by itself, against
    80-bit numbers and mpmath. Of power, `exponent` is the second argument.
    """

    def __init__(self, name: str, exponent: float | None = None) -> None:
        self.name, self.exponent = name, exponent
        self.builder = Builder()
        self._write()
        text = self.builder.function(f"void @f({', '.join(f'ptr %{each}' for each in ARGUMENTS)})")
        ir = "\n".join([text, *self.builder.declarations.values()])
        self.library = llvm.link(llvm.compile_object(ir))
        self.call = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * len(ARGUMENTS))(
            self.library.addresses["f"]
        )

    def _write(self) -> None:
        """The largest error of each lane, and where it is, over all representations."""
        builder = self.builder
        start, stop, every = (builder.load(f"%{each}", INT64) for each in ARGUMENTS[:3])
        moves = builder.binary("mul", builder.lane_numbers(LANES), builder.splat(every, LANES))
        zeros = [constant(0.0, dtype, LANES) for dtype in (FLOAT64, FLOAT32)]

        def block(place: Value, carried: list[Value]) -> list[Value]:
            patterns = builder.binary("add", builder.splat(place, LANES), moves)
            x = Whole(builder, patterns).narrowed().real()
            worst, at = (Real(builder, each) for each in carried)
            error = self._error(x)
            larger = error > worst
            return [larger.choose(error, worst).value, larger.choose(x, at).value]

        step = builder.multiply(every, integer(LANES))
        found = builder.loop(start, stop, step, zeros, block)
        for value, address in zip(found, ARGUMENTS[3:], strict=True):
            builder.store(value, f"%{address}")

    def _error(self, x: Real) -> Real:
        """In units of the last place; infinite where a limit, a sign or a NaN is wrong."""
        got, exact = self._value(x), self._value(x.widened())
        rounded = exact.narrowed()
        place = exact.bits() & (0x7FF << 52)
        least = x.widened().number(2.0**-126).bits()
        unit = (place.below(least).choose(least, place) - (23 << 52)).real()
        error = abs(got.widened() - exact) / unit
        alike = got.bits().equals(rounded.bits()) | (got.is_nan() & rounded.is_nan())
        finite = (abs(got) < INFINITY) & (abs(rounded) < INFINITY)
        ordinary = finite & ~(exact.equals(0.0) & got.equals(0.0))
        return ordinary.choose(error, alike.choose(0.0, error.number(INFINITY)))

    def _value(self, x: Real) -> Real:
        arguments = [x.value]
        if self.exponent is not None:
            arguments.append(x.number(float(np.float32(self.exponent))).value)
        return Real(self.builder, MATH[self.name](self.builder, *arguments, target_cpu().features))

    def __call__(self, every: int) -> tuple[float, float]:
        """The largest error, and where, over every nth float32."""
        numbers = [np.array([each]) for each in (0, 1 << 32, every)]
        worst, at = np.zeros(LANES), np.zeros(LANES, np.float32)
        self.call(*(each.ctypes.data for each in (*numbers, worst, at)))
        return float(worst.max()), float(at[worst.argmax()])
