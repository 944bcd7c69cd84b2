"""Vector mathematics: elementary functions as LLVM instructions, on any number of lanes.

Each function reduces its argument to a small range, where a short polynomial is exact enough, and
puts the result together again with integer arithmetic on exponents. Special cases are chosen by
`select`, not by branches. Subnormal numbers, infinities, NaN and signed zeros are as IEEE 754 and
NumPy have them; nothing is flushed to zero; every number of lanes gives the same bits.

| largest error in ulp | float32 | float64 |
| --- | --- | --- |
| exp | 1.01 | 0.99 |

float32: of every 7th representation, against float64; float64: of six million random arguments,
against 80-bit numbers. `tests/compiler/test_vector_math.py` bounds each by 2 and by 4.

Here live formulas only: `lanes` (the words they are written in), `formats`, `polynomials` (fitted
by `tools/minimax.py`), and the functions by family. Nothing here knows of tensors or kernels.
Start reading at `exponential.py`.

Sources: Cody and Waite, *Software manual for the elementary functions* (1980), for the argument
reductions; Muller, *Elementary functions*, 3rd edition (2016), chapters 3 and 11.
"""

from __future__ import annotations

from collections.abc import Callable

from geartrain.compiler.ir import Builder, Value
from geartrain.compiler.vector_math import exponential, logarithm
from geartrain.compiler.vector_math.lanes import Real
from geartrain.compiler.vector_math.power import power
from geartrain.compiler.vector_math.root import rsqrt

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
    "exp": portable(exponential.exp),
    "expm1": portable(exponential.expm1),
    "log": portable(logarithm.log),
    "log1p": portable(logarithm.log1p),
    "power": portable(power),
    "rsqrt": estimated,
    "sigmoid": portable(exponential.sigmoid),
    "tanh": portable(exponential.tanh),
}
