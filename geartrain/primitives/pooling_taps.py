"""Taps of windows by their number: which one is the largest, and what goes there and back.

A window's taps are numbered, the last axis fastest. The derivative of a maximum goes to the first
tap that has it: `window_argmax` finds the tap, `window_spread` puts a number there, and
`window_pick`, its derivative, takes what lies there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import INDENT
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
from geartrain.tensor.dtypes import INT32

__all__ = ["window_argmax", "window_pick", "window_spread"]

Inputs = tuple[Tensor, ...]
PLACES, TAPS = "ijkl", "pqrs"  # names of loops


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
    """The number of the first tap of each window that has its largest element, or a NaN."""

    name = "window_argmax"

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        return Spec(super().infer(*inputs, **parameters).shape, INT32)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        (x,) = inputs
        taps = np.zeros(place_shape(x, **parameters), INT32)
        best = np.full(taps.shape, lowest(x.dtype), x.dtype)
        for number, into, seen in self.met(x, **parameters):
            other, top = x[seen], best[into]
            better = (other > top) | ((other != other) & (top == top))
            np.copyto(taps[into], number, where=better)
            np.copyto(top, other, where=better)
        return taps

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        (x,) = inputs
        initial = lowest(x.dtype)
        before = ["taken = 0", f"best = {initial}"]
        inside = [
            "if {element} > best or ({element} != {element} and best == best):",
            f"{INDENT}best = {{element}}",
            f"{INDENT}taken = {{number}}",
        ]
        return _window_loops("naive_window_argmax(x, out)", before, inside, "taken", parameters)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,)

    def samples(self) -> Iterator[Sample]:
        for sample in super().samples():
            yield Sample(sample.inputs, sample.parameters, gradient=False)
        ties = np.asarray([[1.0, 1.0, np.nan, np.nan, 0.0, 0.0, -np.inf, -np.inf]]).T[None]
        yield Sample((ties,), {"window": (2,), "sweeps": (Sweep(2),)}, gradient=False)


window_argmax = register(WindowArgmax)


class WindowPick(Pooling):
    """out[n, i, c] = x[n, i + p, c], where p is the tap that taps[n, i, c] says."""

    name = "window_pick"

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        x, taps = inputs
        out = super().infer(x, **parameters)
        _check_taps(self.name, taps, out.shape)
        return out

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        x, taps = inputs
        out = np.zeros(taps.shape, x.dtype)
        for number, into, seen in self.met(x, **parameters):
            np.copyto(out[into], x[seen], where=taps[into] == number)
        return out

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        zero = "0.0" if is_floating(inputs[0].dtype) else "0"
        inside = [
            "if taps[{place}] == {number}:",
            f"{INDENT}taken = {{element}}",
        ]
        header = "naive_window_pick(x, taps, out)"
        return _window_loops(header, [f"taken = {zero}"], inside, "taken", parameters)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, taps = inputs
        return window_spread(cotangent, taps, sizes=x.shape[1:-1], **parameters), None

    def samples(self) -> Iterator[Sample]:
        for sample in super().samples():
            (x,), parameters = sample.inputs, sample.parameters
            taps = window_argmax.evaluate(x, **parameters)
            yield Sample((x, taps), parameters, TOLERANCE)


window_pick = register(WindowPick)


class WindowSpread(Pooling):
    """Each number of x added, in zeros, to the element under the tap that `taps` says.

    `sizes` are those of the axes on which the windows lie.
    """

    name = "window_spread"

    def infer(self, *inputs: Spec, sizes: Shape, **parameters: Any) -> Spec:
        x, taps = inputs
        out = Spec((x.shape[0], *sizes, x.shape[-1]), x.dtype)
        if super().infer(out, **parameters).shape != x.shape:
            raise ValueError(_rank_message(self.name, x, parameters["window"]))
        _check_taps(self.name, taps, x.shape)
        return out

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        x, taps = inputs
        out = np.zeros((x.shape[0], *parameters["sizes"], x.shape[-1]), x.dtype)
        for number, into, seen in self.met(out, **parameters):
            out[seen] += np.where(taps[into] == number, x[into], x.dtype.type(0))
        return out

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        zero = "0.0" if is_floating(inputs[0].dtype) else "0"
        inside = [
            "if taps[{place}] == {number}:",
            f"{INDENT}{{element}} = {{element}} + x[{{place}}]",
        ]
        header = "naive_window_spread(x, taps, out)"
        return _window_loops(header, [], inside, "", parameters, on="out", start=zero)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        kept = {name: parameters[name] for name in ("window", "sweeps")}
        return window_pick(cotangent, inputs[1], **kept), None

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return Cost(static_count(inputs[0]), bytes_of(*inputs, out))

    def samples(self) -> Iterator[Sample]:
        for sample in super().samples():
            (x,), parameters = sample.inputs, sample.parameters
            taps = window_argmax.evaluate(x, **parameters)
            numbers = np.asarray(np.random.default_rng(1).uniform(size=taps.shape))
            sizes = {**parameters, "sizes": x.shape[1:-1]}
            yield Sample((numbers, taps), sizes, TOLERANCE)


window_spread = register(WindowSpread)


def lowest(dtype: DType) -> Any:
    """What every number of a dtype is above or equal to."""
    if is_floating(dtype):
        return -math.inf
    return 0 if dtype.kind == "b" else int(np.iinfo(dtype).min)


def place_shape(x: Array, *, window: Any, sweeps: Sweeps, **_: Any) -> tuple[int, ...]:
    spread = zip(sweeps, x.shape[1:-1], window, strict=True)
    places = (sweep.places(size, taps) for sweep, size, taps in spread)
    return (x.shape[0], *places, x.shape[-1])


def _window_loops(
    header: str,
    before: Sequence[str],
    inside: Sequence[str],
    result: str,
    parameters: Any,
    on: str = "x",
    start: str = "",
) -> str:
    """Loops over places and, in each, over taps, with lines before and inside of the latter.

    In the lines, {element} is the element of `on` under the tap, {place} the place in what the
    windows make, and {number} the number of the tap.
    """
    window, sweeps = parameters["window"], parameters["sweeps"]
    places, taps = PLACES[: len(window)], TAPS[: len(window)]
    loops = ["n", *places, "c"]
    many = "out" if on == "x" else "x"
    element, tests = element_text(sweeps, places, taps)
    tests = tests.replace("x.shape", f"{on}.shape")
    words = {
        "element": f"{on}[{element}, c]",
        "place": ", ".join(loops),
        "number": _tap_number(taps, window),
    }
    lines = [f"def {header}:"] + ([f"{INDENT}out[...] = {start}"] if start else [])
    lines += [
        f"{INDENT * depth}for {name} in range({many}.shape[{depth - 1}]):"
        for depth, name in enumerate(loops, 1)
    ]
    depth = len(loops) + 1
    lines += [INDENT * depth + each for each in before]
    for level, (name, size) in enumerate(zip(taps, window, strict=True), depth):
        lines.append(f"{INDENT * level}for {name} in range({size}):")
    level = depth + len(window)
    if tests:
        lines.append(f"{INDENT * level}if {tests}:")
        level += 1
    lines += [INDENT * level + each.format(**words) for each in inside]
    if result:
        lines.append(f"{INDENT * depth}out[{words['place']}] = {result}")
    return "\n".join(lines) + "\n"


def _tap_number(taps: str, window: Sequence[int]) -> str:
    number = taps[0]
    for name, size in zip(taps[1:], window[1:], strict=True):
        number = (
            f"({number}) * {size} + {name}" if len(number) > 1 else f"{number} * {size} + {name}"
        )
    return number


def _check_taps(name: str, taps: Spec, shape: Shape) -> None:
    if taps != Spec(shape, INT32):
        raise ValueError(
            explain(
                f"{name} needs the number of a tap for each window",
                given=f"taps {taps}",
                expected=f"taps {Spec(shape, INT32)}",
                remedy="window_argmax(x, window=window, sweeps=sweeps)",
            )
        )


def _rank_message(name: str, x: Spec, window: Sequence[Any]) -> str:
    return explain(
        f"{name} cannot lay these windows",
        given=f"x {x}, a window of {tuple(window)}",
        expected="a size of the window for each axis between the batch and the channels",
        remedy="x of shape (batch, ..., channel)",
    )
