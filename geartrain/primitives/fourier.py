"""The Fourier transform: a signal as a sum of waves, over one axis.

    out[k] = sum over t of x[t] * exp(-2 pi i k t / n)

Complex numbers are kept as two real tensors, the real and the imaginary part. The loops are this
sum, n² steps; NumPy's fast transform does the same in n log n. All three blocks are linear, so the
gradient of each is a transform again, with the angles turned the other way round. None of them
divides by n: that is for the operations above.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import INDENT, LETTERS, index
from geartrain.primitives.primitive import (
    Bundle,
    Cost,
    Cotangents,
    Primitive,
    Sample,
    Several,
    Spec,
    register,
)
from geartrain.tensor import Array, NoSize, Shape, Tensor

__all__ = ["fourier", "spectrum", "waves"]

Inputs = tuple[Tensor, ...]
TURN = 2 * math.pi
TOLERANCES = {"float32": 2e-5, "float64": 1e-12}


class Fourier(Several):
    """re[k] + i im[k] = the sum over t of (x[t] + i y[t]) * exp(turn * 2 pi i k t / n).

    `turn` is -1 for the transform, and 1 for n times its inverse.
    """

    name = "fourier"

    def infer(self, *inputs: Spec, axis: int, **parameters: Any) -> Bundle:
        x, y = inputs
        _check(self.name, axis, x, y)
        return Bundle.of(x, x)

    def evaluate(self, *inputs: Array, **parameters: Any) -> tuple[Array, Array]:
        z = as_complex(*inputs)
        if parameters["turn"] < 0:
            return parts_of(np.fft.fft(z, axis=parameters["axis"]))
        return parts_of(np.fft.ifft(z, axis=parameters["axis"], norm="forward"))

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        return sum_loops(
            "def naive_fourier(x, y, re, im):",
            len(inputs[0].shape),
            parameters["axis"],
            f"{parameters['turn'] * TURN!r} * ({{wave}} * other % {{size}}) / {{size}}",
            {
                "re": "x[{place}] * cos(angle) - y[{place}] * sin(angle)",
                "im": "x[{place}] * sin(angle) + y[{place}] * cos(angle)",
            },
        )

    def gradient(self, cotangent: Any, inputs: Inputs, output: Any, **parameters: Any) -> Any:
        back = {**parameters, "turn": -parameters["turn"]}
        return fourier(*cotangent, **back)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        return _cost(inputs, [*inputs], inputs[0], parameters["axis"])

    def samples(self) -> Iterator[Sample]:
        for number, (shape, axis) in enumerate(SHAPES):
            rng = np.random.default_rng(number)
            arrays = (rng.uniform(0.5, 1.5, shape), rng.uniform(0.5, 1.5, shape))
            for turn in (-1, 1):
                yield Sample(arrays, {"axis": axis, "turn": turn}, TOLERANCES)


SHAPES = [((5,), 0), ((2, 4), 1), ((3, 2), 0), ((2, 3, 2), 1), ((1,), 0)]
fourier = register(Fourier)


class Spectrum(Several):
    """The Fourier transform of real numbers: of its n places the first n // 2 + 1.

    The others hold the same numbers, conjugated, in the opposite order.
    """

    name = "spectrum"

    def infer(self, *inputs: Spec, axis: int, **parameters: Any) -> Bundle:
        (x,) = inputs
        _check(self.name, axis, x)
        half = Spec(_resized(x, axis, _static(self.name, x, axis) // 2 + 1), x.dtype)
        return Bundle.of(half, half)

    def evaluate(self, *inputs: Array, **parameters: Any) -> tuple[Array, Array]:
        return parts_of(np.fft.rfft(inputs[0], axis=parameters["axis"]))

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        return sum_loops(
            "def naive_spectrum(x, re, im):",
            len(inputs[0].shape),
            parameters["axis"],
            f"{-TURN!r} * ({{wave}} * other % {{size}}) / {{size}}",
            {"re": "x[{place}] * cos(angle)", "im": "x[{place}] * sin(angle)"},
        )

    def gradient(self, cotangent: Any, inputs: Inputs, output: Any, **parameters: Any) -> Any:
        size = inputs[0].shape[parameters["axis"]]
        return (waves(*cotangent, axis=parameters["axis"], size=size),)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        outputs = self.infer(*inputs, **parameters).parts
        return _cost(inputs, outputs, inputs[0], parameters["axis"])

    def samples(self) -> Iterator[Sample]:
        for number, (shape, axis) in enumerate(SHAPES):
            x = np.random.default_rng(number).uniform(0.5, 1.5, shape)
            yield Sample((x,), {"axis": axis}, TOLERANCES)


spectrum = register(Spectrum)


class Waves(Primitive):
    """out[t] = the sum over k of x[k] * cos(2 pi k t / n) - y[k] * sin(2 pi k t / n).

    The waves of n // 2 + 1 frequencies, added up over n = `size` places: what `spectrum` turns
    into, transposed.
    """

    name = "waves"

    def infer(self, *inputs: Spec, axis: int, size: int, **parameters: Any) -> Spec:
        x, y = inputs
        _check(self.name, axis, x, y)
        if size < 1 or x.shape[axis] != size // 2 + 1:
            raise ValueError(_size_message(x, axis, size))
        return Spec(_resized(x, axis, size), x.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        axis, size = parameters["axis"], parameters["size"]
        z = as_complex(*inputs)
        np.moveaxis(z, axis, -1)[..., 1 : (size + 1) // 2] *= 0.5  # irfft counts these twice
        return np.fft.irfft(z, size, axis=axis, norm="forward")

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        size = f"out.shape[{parameters['axis']}]"
        return sum_loops(
            "def naive_waves(x, y, out):",
            len(inputs[0].shape),
            parameters["axis"],
            f"{TURN!r} * ({{wave}} * other % {size}) / {size}",
            {"out": "x[{place}] * cos(angle) - y[{place}] * sin(angle)"},
        )

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return spectrum(cotangent, axis=parameters["axis"])

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return _cost(inputs, [out], out, parameters["axis"])

    def samples(self) -> Iterator[Sample]:
        for number, (shape, axis, size) in enumerate(
            [((3,), 0, 5), ((2, 3), 1, 4), ((2, 2), 0, 3), ((2, 3, 2), 1, 4), ((1,), 0, 1)]
        ):
            rng = np.random.default_rng(number)
            arrays = (rng.uniform(0.5, 1.5, shape), rng.uniform(0.5, 1.5, shape))
            yield Sample(arrays, {"axis": axis, "size": size}, TOLERANCES)


waves = register(Waves)


def sum_loops(header: str, rank: int, axis: int, angle: str, terms: Mapping[str, str]) -> str:
    """Loops over the places of the outputs, in each a total for every output over an axis of x.

    `angle` and the `terms`, one for each output, are expressions of {wave}, the place on the axis
    of the output, of `other`, that on the axis of x, whose {size} it has, and of the {place} in x.
    """
    letters = list(LETTERS[:rank])
    names = {
        "wave": letters[axis],
        "size": f"x.shape[{axis}]",
        "place": index([*letters[:axis], "other", *letters[axis + 1 :]]),
    }
    first, inside = next(iter(terms)), INDENT * (rank + 1)
    return "\n".join(
        [
            header,
            *(
                f"{INDENT * (at + 1)}for {letter} in range({first}.shape[{at}]):"
                for at, letter in enumerate(letters)
            ),
            *(f"{inside}total_{out} = 0.0" for out in terms),
            f"{inside}for other in range(x.shape[{axis}]):",
            f"{inside}{INDENT}angle = {angle.format(**names)}",
            *(
                f"{inside}{INDENT}total_{out} = total_{out} + {term.format(**names)}"
                for out, term in terms.items()
            ),
            *(f"{inside}{out}[{index(letters)}] = total_{out}" for out in terms),
            "",
        ]
    )


def as_complex(x: Array, y: Array) -> Array:
    """x + iy as one array of complex numbers of the same width."""
    z = np.empty(x.shape, np.result_type(x.dtype, np.complex64))
    z.real, z.imag = x, y
    return z


def parts_of(z: Array) -> tuple[Array, Array]:
    """The real and the imaginary part, each in a row of its own."""
    return np.ascontiguousarray(z.real), np.ascontiguousarray(z.imag)


def _resized(x: Spec, axis: int, size: int) -> Shape:
    return (*x.shape[:axis], size, *x.shape[axis + 1 :])


def _cost(inputs: Sequence[Spec], outputs: Sequence[Spec], whole: Spec, axis: int) -> Cost:
    """What a fast transform of all of `whole` takes: 5 n log2 n operations for n places."""
    steps = math.ceil(math.log2(max(2, int(str(whole.shape[axis])))))
    return Cost(5 * static_count(whole) * steps, bytes_of(*inputs, *outputs))


def _check(name: str, axis: int, x: Spec, y: Spec | None = None) -> None:
    """Raise where a transform has nothing to go along, or two parts that differ."""
    if y is not None and x != y:
        raise ValueError(_parts_message(name, x, y))
    if x.dtype.name not in ("float32", "float64"):
        raise TypeError(_dtype_message(name, x))
    if not 0 <= axis < len(x.shape) or x.shape[axis] == 0:
        raise ValueError(_axis_message(name, x, axis))


def _static(name: str, x: Spec, axis: int) -> int:
    size = x.shape[axis]
    if isinstance(size, int):
        return size
    raise NoSize(_symbolic_message(name, x, axis))


def _parts_message(name: str, x: Spec, y: Spec) -> str:
    return explain(
        f"Primitive {name} takes a real and an imaginary part that are alike",
        given=f"real {x}, imaginary {y}",
        expected=f"two parts {x} (set by the first)",
        remedy=f"primitives.{name}(x, full_like(x, 0.0), ...), for real numbers",
    )


def _dtype_message(name: str, x: Spec) -> str:
    return explain(
        f"Primitive {name} cannot take this dtype",
        given=str(x),
        expected="float32 or float64",
        remedy="ops.cast(x, 'float32')",
    )


def _axis_message(name: str, x: Spec, axis: int) -> str:
    return explain(
        f"Primitive {name} has nothing to transform",
        given=f"axis={axis} for {x}",
        expected="an axis, counted from 0, with one place at least",
        remedy=f"axis={max(len(x.shape) - 1, 0)}, or x.reshape(...)",
    )


def _symbolic_message(name: str, x: Spec, axis: int) -> str:
    return explain(
        f"Primitive {name} needs to know the size of its axis",
        given=f"axis {axis} of {x}",
        expected="an axis whose size is a number when the function is traced",
        remedy="transform along another axis than the batch, or run_eagerly=True",
    )


def _size_message(x: Spec, axis: int, size: int) -> str:
    places = x.shape[axis]
    return explain(
        "Primitive waves needs n // 2 + 1 frequencies for n places",
        given=f"{x}, size={size}",
        expected=f"{size // 2 + 1} places on axis {axis} (set by size)",
        axis=f"axis {axis}: {places} against {size // 2 + 1}",
        remedy="ops.irfft((re, im), size), which cuts and pads",
    )
