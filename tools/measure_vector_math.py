"""Measure vector mathematics: the largest float32 error, and nanoseconds for 16 numbers.

    python tools/measure_vector_math.py               every function, every 7th float32
    python tools/measure_vector_math.py exp --every 1 one function, all float32 there are

Errors are against the same function in float64, in units of the last place. Times are of one
thread and of numbers in the first-level cache, with loads and stores, best of many.
"""

from __future__ import annotations

import argparse
import ctypes
import math
import time
from typing import Any

import numpy as np
from float32_errors import Comparison

from geartrain.compiler.instructions.ir import Builder, Value, integer
from geartrain.compiler.instructions.vector_math import MATH
from geartrain.runtime import llvm, target_cpu
from geartrain.tensor.dtypes import FLOAT32, FLOAT64, INT64, DType

Array = np.ndarray[Any, Any]
TIMED = 4096  # numbers: 16 or 32 KiB
# Of power, whose pairs are too many: roots, small powers, large ones, and what lies between.
EXPONENTS = (0.5, 2.0, 3.0, -1.0, 1 / 3, 2.2, -7.3, 10.0, 1e-3, 130.7, -1e4)


class Compiled:
    """A function on arrays, `lanes` numbers at a time, the whole array `turns` times."""

    def __init__(self, name: str, dtype: DType, lanes: int) -> None:
        self.inputs = 2 if name == "power" else 1
        builder = Builder()
        count, turns = (builder.load(f"%{each}", INT64) for each in ("count", "turns"))

        def block(place: Value, carried: list[Value]) -> list[Value]:
            at = [builder.pointer(f"%x{k}", dtype, place) for k in range(self.inputs)]
            x = [builder.load(each, dtype, lanes) for each in at]
            result = MATH[name](builder, *x, target_cpu().features)
            builder.store(result, builder.pointer("%out", dtype, place))
            return carried

        def turn(_: Value, carried: list[Value]) -> list[Value]:
            return builder.loop(integer(0), count, integer(lanes), carried, block)

        builder.loop(integer(0), turns, integer(1), [], turn)
        names = [*(f"x{k}" for k in range(self.inputs)), "out", "count", "turns"]
        text = builder.function(f"void @f({', '.join(f'ptr %{each}' for each in names)})")
        ir = "\n".join([text, *builder.declarations.values()])
        self.library = llvm.link(llvm.compile_object(ir))
        self.call = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * len(names))(
            self.library.addresses["f"]
        )

    def __call__(self, x: Array, turns: int = 1) -> Array:
        out, count, repeats = np.empty_like(x), np.array([len(x)]), np.array([turns])
        arguments = (*[x] * self.inputs, out, count, repeats)
        self.call(*(each.ctypes.data for each in arguments))
        return out


def largest_error(name: str, every: int) -> tuple[float, float]:
    """The largest error in ulp over every nth float32, and where; infinite if a limit is wrong."""
    exponents = EXPONENTS if name == "power" else (None,)
    return max(Comparison(name, exponent)(every) for exponent in exponents)


def time_ns(name: str, dtype: DType, lanes: int) -> float:
    """Nanoseconds for 16 numbers."""
    x, turns = np.random.default_rng(0).uniform(0.1, 5.0, TIMED).astype(dtype), 100
    function, best = Compiled(name, dtype, lanes), math.inf
    for _ in range(50):
        start = time.perf_counter_ns()
        function(x, turns)
        best = min(best, (time.perf_counter_ns() - start) / turns / TIMED * 16)
    return best


def main() -> None:
    """Print one row a function."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=sorted(MATH), help="functions; all by default")
    parser.add_argument("--every", type=int, default=7, help="measure the error of every nth")
    chosen = parser.parse_args()
    print("| | largest error, float32 | ns, 16 x float32 | ns, 16 x float64 |")
    print("| --- | --- | --- | --- |")
    for name in chosen.names:
        error, at = largest_error(name, chosen.every)
        times = [time_ns(name, dtype, 64 // dtype.itemsize) for dtype in (FLOAT32, FLOAT64)]
        print(
            f"| {name} | {error:.2f} at {at!r} |",
            " | ".join(f"{each:.1f}" for each in times),
            "|",
            flush=True,
        )


if __name__ == "__main__":
    main()
