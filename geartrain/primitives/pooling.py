"""Pooling: what lies under each window, as one number.

    x (batch, height, width, channel)
    window_sum:  out[n, i, j, c] = the sum over p, q of x[n, i + p, j + q, c]
    window_max:  the largest of them

Where the windows lie is in `sweeps`, one `windows.Sweep` for each axis between batch and channel;
`window` has the taps of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from geartrain.primitives.loop_text import reduction_loops
from geartrain.primitives.pooling_taps import (
    PLACES,
    TAPS,
    TOLERANCE,
    Inputs,
    Pooling,
    lowest,
    place_shape,
    window_argmax,
    window_spread,
)
from geartrain.primitives.primitive import Cotangents, Sample, Spec, register
from geartrain.primitives.windows import Sweep, element_text
from geartrain.tensor import Array, DType, Tensor, is_floating

__all__ = ["window_max", "window_sum"]


class WindowReduction(Pooling):
    """A reduction of the elements under each window; places beyond the ends do not count."""

    combine: ClassVar[str]  # how the total takes one more element
    ufunc: ClassVar[Any]

    def initial(self, dtype: DType) -> Any:
        """What a window without an element gives."""
        raise NotImplementedError

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        (x,) = inputs
        initial = self.initial(x.dtype)
        out = np.full(place_shape(x, **parameters), initial, x.dtype)
        for _, into, seen in self.met(x, **parameters):
            self.ufunc(out[into], x[seen], out=out[into])
        return out

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        (x,), window, sweeps = inputs, parameters["window"], parameters["sweeps"]
        places, taps = PLACES[: len(window)], TAPS[: len(window)]
        outer = [(each, f"out.shape[{axis}]") for axis, each in enumerate(["n", *places, "c"])]
        inner = [(each, str(size)) for each, size in zip(taps, window, strict=True) if size > 1]
        lone = [each if size > 1 else "" for each, size in zip(taps, window, strict=True)]
        place, tests = element_text(sweeps, places, lone)
        initial = str(self.initial(x.dtype))
        element = f"x[{place}, c]"
        element = f"({element} if {tests} else {initial})" if tests else element
        header = f"def naive_{self.name}(x, out):"
        return reduction_loops(header, outer, inner, initial, self.combine.format(element))


class WindowSum(WindowReduction):
    """out[n, i, c] = the sum over the taps p of x[n, i + p, c]."""

    name = "window_sum"
    combine = "total + {}"
    ufunc = np.add

    def initial(self, dtype: DType) -> Any:
        return 0.0 if is_floating(dtype) else 0

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (x,), window = inputs, parameters["window"]
        spread = zip(parameters["sweeps"], x.shape[1:-1], window, strict=True)
        back = tuple(sweep.back(int(str(size)), taps) for sweep, size, taps in spread)
        return (window_sum(cotangent, window=window, sweeps=back),)

    def samples(self) -> Iterator[Sample]:
        yield from super().samples()
        sweeps = (Sweep(1, 1, 2, 1, 2), Sweep(2, 1, 1, 1, 3))
        x = np.random.default_rng(0).uniform(size=(2, 3, 3, 2))
        yield Sample((x,), {"window": (2, 2), "sweeps": sweeps}, TOLERANCE)


window_sum = register(WindowSum)


class WindowMax(WindowReduction):
    """out[n, i, c] = the largest over the taps p of x[n, i + p, c]; NaN where one is."""

    name = "window_max"
    combine = "maximum(total, {})"
    ufunc = np.maximum

    def initial(self, dtype: DType) -> Any:
        return lowest(dtype)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (x,) = inputs
        taps = window_argmax(x, output, **parameters)
        return (window_spread(cotangent, taps, sizes=x.shape[1:-1], **parameters),)


window_max = register(WindowMax)
