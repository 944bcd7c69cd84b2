"""Taps of windows by their number: which one is the largest, and what goes there and back.

A window's taps are numbered, the last axis fastest. The derivative of a maximum goes to the first
tap that has it: `window_argmax` finds the tap, `window_spread` puts a number there, and
`window_pick`, its derivative, takes what lies there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import reduction_loops
from geartrain.primitives.primitive import Cost, Cotangents, Primitive, Sample, Spec, register
from geartrain.primitives.windows import (
    Sweep,
    Sweeps,
    all_taps,
    element_text,
    met_by_tap,
    place_counts,
)
from geartrain.tensor import Array, DType, Shape, Tensor, is_floating
from geartrain.tensor.dtypes import INT32, UINT8

__all__ = ["window_argmax", "window_pick", "window_spread"]

Inputs = tuple[Tensor, ...]
PLACES, TAPS = "ijkl", "pqrs"  # names of loops
LARGE_WINDOW = 255  # taps: their numbers need more than a byte


class Pooling(Primitive):
    """A primitive of windows on x."""

    def infer(self, *inputs: Spec, window: Shape, sweeps: Sweeps, **parameters: Any) -> Spec:
        x = inputs[0]
        if not len(x.shape) - 2 == len(window) == len(sweeps):
            raise ValueError(_rank_message(self.name, x, window))
        places = place_counts(self.name, x.shape[1:-1], window, sweeps)
        return Spec((x.shape[0], *places, x.shape[-1]), x.dtype)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return Cost(math.prod(parameters["window"]) * static_count(out), bytes_of(*inputs, out))

    def met(self, x: Array, **parameters: Any) -> Iterator[tuple[int, Any, Any]]:
        """Each tap's number, the places where it meets x, and the elements that it meets."""
        window, sweeps = parameters["window"], parameters["sweeps"]
        shape = place_shape(x, **parameters)
        for number, tap in enumerate(all_taps(window)):
            into, seen = met_by_tap(sweeps, tap, x.shape[1:-1], shape[1:-1])
            yield number, (slice(None), *into), (slice(None), *seen)

    def samples(self) -> Iterator[Sample]:
        for number, (shape, window, sweeps) in enumerate(CASES):
            x = np.random.default_rng(number).permutation(math.prod(shape)) / math.prod(shape)
            yield Sample((x.reshape(shape),), {"window": window, "sweeps": sweeps}, TOLERANCE)


TOLERANCE = {"float32": 5e-6, "float64": 1e-14}
CASES: list[tuple[tuple[int, ...], tuple[int, ...], Sweeps]] = [
    ((2, 5, 3), (2,), (Sweep(1, 1, 0),)),
    ((2, 4, 6, 2), (2, 2), (Sweep(2), Sweep(2))),
    ((1, 5, 5, 2), (3, 2), (Sweep(2, 1, 1), Sweep(1, 0, 1))),
    ((2, 7, 1), (3,), (Sweep(1, 0, 0, 2),)),
    ((1, 3, 4, 3, 2), (2, 2, 2), (Sweep(1, 0, 1), Sweep(2), Sweep())),
    ((0, 4, 2), (2,), (Sweep(2),)),
]


class WindowArgmax(Pooling):
    """The number of the first tap of each window of x whose element is `tops`, the largest one.

    A NaN is the largest where there is one. A window without an element gives the number of taps.
    """

    name = "window_argmax"

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        x, tops = inputs
        spec = super().infer(x, **parameters)
        if tops != spec:
            raise ValueError(_tops_message(self.name, tops, spec))
        return Spec(spec.shape, tap_dtype(parameters["window"]))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        x, tops = inputs
        none = math.prod(parameters["window"])
        taps = np.full(tops.shape, none, tap_dtype(parameters["window"]))
        for number, into, seen in self.met(x, **parameters):
            element = x[seen]
            found = (element == tops[into]) | (element != element)
            np.copyto(taps[into], number, where=found & (taps[into] == none))
        return taps

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        none = str(math.prod(parameters["window"]))
        term = "{number} if {tests}({element} == tops[{place}] or {element} != {element}) else "
        update = f"minimum(total, {term}{none})"
        return _window_loops("naive_window_argmax(x, tops, out)", none, update, parameters)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return None, None

    def samples(self) -> Iterator[Sample]:
        ties = np.asarray([[1.0, 1.0, np.nan, np.nan, 0.0, 0.0, -np.inf, -np.inf]]).T[None]
        parameters = {"window": (2,), "sweeps": (Sweep(2),)}
        tied = Sample((ties,), parameters)
        for sample in (*super().samples(), tied):
            (x,) = sample.inputs
            tops = np.full(place_shape(x, **sample.parameters), -np.inf)
            for _, into, seen in self.met(x, **sample.parameters):
                np.maximum(tops[into], x[seen], out=tops[into])
            yield Sample((x, tops), sample.parameters, gradient=False)


window_argmax = register(WindowArgmax)


class WindowPick(Pooling):
    """out[n, i, c] = x[n, i + p, c], where p is the tap that taps[n, i, c] says."""

    name = "window_pick"

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        x, taps = inputs
        out = super().infer(x, **parameters)
        _check_taps(self.name, taps, out.shape, parameters["window"])
        return out

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        x, taps = inputs
        out = np.zeros(taps.shape, x.dtype)
        for number, into, seen in self.met(x, **parameters):
            np.copyto(out[into], x[seen], where=taps[into] == number)
        return out

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        zero = _zero(inputs[0].dtype)
        update = f"total + ({{element}} if {{tests}}taps[{{place}}] == {{number}} else {zero})"
        return _window_loops("naive_window_pick(x, taps, out)", zero, update, parameters)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, taps = inputs
        return window_spread(cotangent, taps, sizes=x.shape[1:-1], **parameters), None

    def samples(self) -> Iterator[Sample]:
        for sample in window_argmax.samples():
            (x, tops), parameters = sample.inputs, sample.parameters
            if np.isfinite(x).all():
                taps = window_argmax.evaluate(x, tops, **parameters)
                yield Sample((x, taps), parameters, TOLERANCE)


window_pick = register(WindowPick)


class WindowSpread(Pooling):
    """Each number of x added, in zeros, to the element under the tap that `taps` says.

    `sizes` are those of the axes on which the windows lie. The loops go over the elements, each of
    which adds up what the few windows over it give: nothing is written twice.
    """

    name = "window_spread"

    def infer(self, *inputs: Spec, sizes: Shape, **parameters: Any) -> Spec:
        x, taps = inputs
        out = Spec((x.shape[0], *sizes, x.shape[-1]), x.dtype)
        if super().infer(out, **parameters).shape != x.shape:
            raise ValueError(_rank_message(self.name, x, parameters["window"]))
        _check_taps(self.name, taps, x.shape, parameters["window"])
        return out

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        x, taps = inputs
        out = np.zeros((x.shape[0], *parameters["sizes"], x.shape[-1]), x.dtype)
        for number, into, seen in self.met(out, **parameters):
            out[seen] += np.where(taps[into] == number, x[into], x.dtype.type(0))
        return out

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        window, sweeps = parameters["window"], parameters["sweeps"]
        over = zip(PLACES, TAPS, window, sweeps, strict=False)
        found = [_window_over(*each, f"x.shape[{axis}]") for axis, each in enumerate(over, 1)]
        places = ", ".join(["n", *(each.place for each in found), "c"])
        tests = " and ".join(test for each in found for test in each.tests)
        number = _tap_number([each.tap for each in found], window)
        zero = _zero(inputs[0].dtype)
        term = f"x[{places}] if {tests} and taps[{places}] == {number} else {zero}"
        names = ["n", *PLACES[: len(window)], "c"]
        outer = [(each, f"out.shape[{axis}]") for axis, each in enumerate(names)]
        inner = [each.loop for each in found if each.loop]
        header = "def naive_window_spread(x, taps, out):"
        return reduction_loops(header, outer, inner, zero, f"total + ({term})")

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        kept = {name: parameters[name] for name in ("window", "sweeps")}
        return window_pick(cotangent, inputs[1], **kept), None

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return Cost(static_count(inputs[0]), bytes_of(*inputs, out))

    def samples(self) -> Iterator[Sample]:
        for sample in window_pick.samples():
            (x, taps), parameters = sample.inputs, sample.parameters
            numbers = np.asarray(np.random.default_rng(1).uniform(size=taps.shape))
            sizes = {**parameters, "sizes": x.shape[1:-1]}
            yield Sample((numbers, taps), sizes, TOLERANCE)


window_spread = register(WindowSpread)


class _Over(NamedTuple):
    """Windows over an element, on one axis: their place, the tap there, and what must hold."""

    place: str
    tap: str
    tests: list[str]
    loop: tuple[str, str] | None


def _window_over(at: str, letter: str, taps: int, sweep: Sweep, places: str) -> _Over:
    """The windows over element `at`, told apart by `letter` where there are several.

    The last one begins at the place (at * gap + low) // stride, the others before it.
    """
    reach = (taps - 1) * sweep.spacing
    several = reach >= sweep.stride
    moved = at if sweep.gap == 1 else f"{at} * {sweep.gap}"
    moved = f"({moved} + {sweep.low})" if sweep.low else moved
    place, tap = f"{moved} // {sweep.stride}", f"{moved} % {sweep.stride}"
    if several:
        place, tap = f"{place} - {letter}", f"({tap} + {letter} * {sweep.stride})"
    tests = [f"0 <= {place}", f"{place} < {places}", f"{tap} <= {reach}"]
    if sweep.spacing > 1:
        tests.append(f"{tap} % {sweep.spacing} == 0")
        tap = f"{tap} // {sweep.spacing}"
    loop = (letter, str(reach // sweep.stride + 1)) if several else None
    return _Over(place, tap, tests, loop)


def _zero(dtype: DType) -> str:
    return "0.0" if is_floating(dtype) else "0"


def tap_dtype(window: Sequence[int]) -> DType:
    """The dtype of taps' numbers: the smallest that has one for each, and one for none."""
    return UINT8 if math.prod(window) < LARGE_WINDOW else INT32


def lowest(dtype: DType) -> Any:
    """What every number of a dtype is above or equal to."""
    if is_floating(dtype):
        return -math.inf
    return 0 if dtype.kind == "b" else int(np.iinfo(dtype).min)


def place_shape(x: Array, *, window: Any, sweeps: Sweeps, **_: Any) -> tuple[int, ...]:
    spread = zip(sweeps, x.shape[1:-1], window, strict=True)
    places = (sweep.places(size, taps) for sweep, size, taps in spread)
    return (x.shape[0], *places, x.shape[-1])


def _window_loops(header: str, initial: str, update: str, parameters: Any) -> str:
    """Loops over places and, in each, over taps, each of which updates a total.

    In the update, {element} is the element of x under the tap, {tests} what must hold for there to
    be one, {place} the place in what the windows make, and {number} the number of the tap.
    """
    window, sweeps = parameters["window"], parameters["sweeps"]
    places, taps = PLACES[: len(window)], TAPS[: len(window)]
    loops = ["n", *places, "c"]
    element, tests = element_text(sweeps, places, taps)
    words = {
        "element": f"x[{element}, c]",
        "tests": f"{tests} and " if tests else "",
        "place": ", ".join(loops),
        "number": _tap_number(taps, window),
    }
    outer = [(each, f"out.shape[{axis}]") for axis, each in enumerate(loops)]
    inner = [(each, str(size)) for each, size in zip(taps, window, strict=True)]
    return reduction_loops(f"def {header}:", outer, inner, initial, update.format(**words))


def _tap_number(taps: Sequence[str], window: Sequence[int]) -> str:
    number = taps[0]
    for name, size in zip(taps[1:], window[1:], strict=True):
        number = f"({number}) * {size} + {name}"
    return number


def _check_taps(name: str, taps: Spec, shape: Shape, window: Sequence[int]) -> None:
    expected = Spec(shape, tap_dtype(window))
    if taps != expected:
        raise ValueError(
            explain(
                f"{name} needs the number of a tap for each window",
                given=f"taps {taps}",
                expected=f"taps {expected}",
                remedy="window_argmax(x, tops, window=window, sweeps=sweeps)",
            )
        )


def _tops_message(name: str, tops: Spec, expected: Spec) -> str:
    return explain(
        f"{name} needs the largest element of each window",
        given=f"tops {tops}",
        expected=f"tops {expected}",
        remedy="window_max(x, window=window, sweeps=sweeps)",
    )


def _rank_message(name: str, x: Spec, window: Sequence[Any]) -> str:
    return explain(
        f"{name} cannot lay these windows",
        given=f"x {x}, a window of {tuple(window)}",
        expected="a size of the window for each axis between the batch and the channels",
        remedy="x of shape (batch, ..., channel)",
    )
