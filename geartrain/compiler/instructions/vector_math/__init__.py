"""Vector mathematics: elementary functions as LLVM instructions, on any number of lanes.

Each function reduces its argument to a small range, where a short polynomial is exact enough, and
puts the result together again with integer arithmetic on exponents. Special cases are chosen by
`select`, not by branches. Subnormal numbers, infinities, NaN and signed zeros are as IEEE 754 and
NumPy have them; nothing is flushed to zero. Every number of lanes gives the same bits, and so does
every processor, but for rsqrt in float32, which is 1.50 where AVX-512 is missing.

| | largest error in ulp, float32 | float64 | ns for 16 numbers, float32 | float64 |
| --- | --- | --- | --- | --- |
| cos | 1.55 | 2.35 | 7.7 | 13.7 |
| erf | 1.72 | 1.69 | 6.8 | 31.9 |
| exp | 1.01 | 1.00 | 3.7 | 10.2 |
| expm1 | 1.46 | 1.89 | 3.6 | 10.1 |
| log | 0.93 | 1.24 | 5.7 | 15.7 |
| log1p | 1.55 | 1.73 | 5.8 | 16.2 |
| power | 0.66 | 0.88 | 26.0 | 58.0 |
| rsqrt | 1.04 | 1.50 | 1.9 | 13.8 |
| sigmoid | 1.65 | 1.58 | 5.4 | 14.4 |
| sin | 1.55 | 2.27 | 7.5 | 13.7 |
| tanh | 1.50 | 2.56 | 5.6 | 12.1 |

float32 and the times: `python tools/measure_vector_math.py --every 1`, one core of a Zen 4, every
float32 there is (for power with eleven exponents). float64: against 80-bit numbers or mpmath, on
millions of random arguments, for erf and for sin and cos of huge ones on tens of thousands.
`tests/compiler/test_vector_math.py` bounds each error by 2 and by 4.

Here live formulas only: `lanes` (the words they are written in), `formats`, `polynomials` (fitted
by `tools/minimax.py`), and the functions by family. Nothing here knows of tensors or kernels.
Start reading at `exponential.py`.

Sources: Cody and Waite, *Software manual for the elementary functions* (1980), for the argument
reductions; Muller, *Elementary functions*, 3rd edition (2016), chapters 3 and 11.
"""

from __future__ import annotations

from collections.abc import Callable

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value
from geartrain.compiler.instructions.vector_math import (
    error_function,
    exponential,
    logarithm,
    trigonometry,
)
from geartrain.compiler.instructions.vector_math.lanes import Real
from geartrain.compiler.instructions.vector_math.power import power
from geartrain.compiler.instructions.vector_math.root import rsqrt

# (builder, argument, ..., features) -> result; features is LLVM's text, "+avx512f,+fma,..."
Function = Callable[..., Value]


def portable(formula: Callable[..., Real]) -> Function:
    """A formula that asks nothing of the processor, as a function of a builder and values."""

    def write(builder: Builder, *arguments: Value | str) -> Value:
        values = [each for each in arguments[:-1] if isinstance(each, Value)]
        lanes = max(each.lanes for each in values)
        return formula(*(Real(builder, builder.splat(each, lanes)) for each in values)).value

    return write


def estimated(builder: Builder, x: Value, features: str) -> Value:
    """`rsqrt`, which has an estimate of the processor's where there is one."""
    return rsqrt(Real(builder, x), features).value


MATH: dict[str, Function] = {
    "cos": portable(trigonometry.cos),
    "erf": portable(error_function.erf),
    "exp": portable(exponential.exp),
    "expm1": portable(exponential.expm1),
    "log": portable(logarithm.log),
    "log1p": portable(logarithm.log1p),
    "power": portable(power),
    "rsqrt": estimated,
    "sigmoid": portable(exponential.sigmoid),
    "sin": portable(trigonometry.sin),
    "tanh": portable(exponential.tanh),
}
