"""Complex numbers: made of two real tensors, and taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives import scalar_math
from geartrain.primitives.calculus import full_like
from geartrain.primitives.elementwise import Inputs, divide, multiply
from geartrain.primitives.families import Elementwise
from geartrain.primitives.primitive import Cotangents, Sample, Spec, register
from geartrain.primitives.scalar_math import Number
from geartrain.tensor import Array, Tensor

__all__ = ["complex_", "conjugate", "imag", "magnitude", "real"]


PARTS = {"complex64": "float32", "complex128": "float64"}
WHOLE = {part: whole for whole, part in PARTS.items()}


class Complex(Elementwise):
    """x + iy, of two real numbers."""

    name = "complex"

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x + 1j * y

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        out = super().infer(*inputs, **parameters)
        if out.dtype.name not in WHOLE:
            raise TypeError(_dtype_message(self.name, inputs[0], "float32 or float64"))
        return Spec(out.shape, np.dtype(WHOLE[out.dtype.name]))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        out = np.empty(inputs[0].shape, WHOLE[inputs[0].dtype.name])
        out.real, out.imag = inputs
        return out

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return real(cotangent), imag(cotangent)

    def samples(self) -> Iterator[Sample]:
        for sample in super().samples():
            yield Sample(sample.inputs, rtol=TOLERANCES, gradient=False)


complex_ = register(Complex)
TOLERANCES = {"complex64": 1e-6, "complex128": 1e-14, "float32": 1e-6, "float64": 1e-14}


class PartOfComplex(Elementwise):
    """A real number that belongs to a complex one.

    The derivative by z = x + iy of a real number is kept as d/dx + i d/dy.
    """

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        (z,) = inputs
        if z.dtype.name not in PARTS:
            raise TypeError(_dtype_message(self.name, z, "complex64 or complex128"))
        return Spec(z.shape, np.dtype(PARTS[z.dtype.name]))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.asarray(self.scalar(*inputs))

    def samples(self) -> Iterator[Sample]:
        rng = np.random.default_rng(0)
        for shape in [(3, 4), ()]:
            z = np.asarray(rng.uniform(1, 2, shape) + 1j * rng.uniform(1, 2, shape))
            yield Sample((z,), rtol=TOLERANCES, gradient=False)


class Real(PartOfComplex):
    """The real part of z."""

    name = "real"

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.real(x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (complex_(cotangent, full_like(cotangent, 0.0)),)


real = register(Real)


class Imag(PartOfComplex):
    """The imaginary part of z."""

    name = "imag"

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.imag(x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (complex_(full_like(cotangent, 0.0), cotangent),)


imag = register(Imag)


class Magnitude(PartOfComplex):
    """|z|, the distance of z from 0."""

    name = "magnitude"

    @staticmethod
    def scalar(x: Number) -> Number:
        return abs(x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (z,) = inputs
        share = divide(cotangent, output)
        return (complex_(multiply(share, real(z)), multiply(share, imag(z))),)


magnitude = register(Magnitude)


class Conjugate(Elementwise):
    """x - iy, for z = x + iy."""

    name = "conjugate"

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.conjugate(x)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.conjugate(*inputs)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (conjugate(cotangent),)

    def samples(self) -> Iterator[Sample]:
        z = np.random.default_rng(0).uniform(1, 2, (3, 4))
        yield Sample((z + 2j * z,), rtol=TOLERANCES, gradient=False)


conjugate = register(Conjugate)


def _dtype_message(name: str, x: Spec, expected: str) -> str:
    return explain(
        f"Primitive {name} cannot take this dtype",
        given=str(x),
        expected=expected,
        remedy="ops.view_as_complex(x), ops.real(z), or ops.cast(x, 'float32')",
    )
