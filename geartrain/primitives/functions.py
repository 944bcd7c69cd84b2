"""More element-wise functions: roots, powers, activations, conversions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.primitives import scalar_math
from geartrain.primitives.calculus import full_like, scaled
from geartrain.primitives.elementwise import Inputs, divide, multiply, subtract
from geartrain.primitives.families import Elementwise
from geartrain.primitives.primitive import PRIMITIVES, Cotangents, Sample, Spec, register
from geartrain.primitives.scalar_math import Number
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import as_dtype, is_differentiable

__all__ = [
    "relu_gradient",
    "sigmoid_gradient",
    "tanh_gradient",
    "cast",
    "relu",
    "rsqrt",
    "select",
    "sigmoid",
    "sqrt",
    "square",
    "stop_gradient",
    "tanh",
]


class Sqrt(Elementwise):
    """The square root of x."""

    name = "sqrt"
    domain = (0.1, 4.0)
    ufunc = np.sqrt

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.sqrt(x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (divide(scaled(cotangent, 0.5), output),)


sqrt = register(Sqrt)


class Rsqrt(Elementwise):
    """One over the square root of x."""

    name = "rsqrt"
    domain = (0.1, 4.0)
    flops = 6
    ufunc = staticmethod(scalar_math.rsqrt)

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.rsqrt(x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        slope = divide(scaled(output, -0.5), inputs[0])
        return (multiply(cotangent, slope),)


rsqrt = register(Rsqrt)


class Square(Elementwise):
    """x * x."""

    name = "square"
    ufunc = np.square

    @staticmethod
    def scalar(x: Number) -> Number:
        return x * x

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (multiply(cotangent, scaled(inputs[0], 2.0)),)


square = register(Square)


class Tanh(Elementwise):
    """The hyperbolic tangent of x."""

    name = "tanh"
    flops = 20
    ufunc = np.tanh

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.tanh(x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (tanh_gradient(cotangent, output),)


tanh = register(Tanh)


class Sigmoid(Elementwise):
    """1 / (1 + e^-x)."""

    name = "sigmoid"
    flops = 20

    @staticmethod
    def ufunc(x: Array) -> Array:
        """NumPy's way, in the dtype of x."""
        one = x.dtype.type(1)
        return np.asarray(one / (one + np.exp(-x)))

    @staticmethod
    def scalar(x: Number) -> Number:
        return 1.0 / (1.0 + scalar_math.exp(-x))

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (sigmoid_gradient(cotangent, output),)


sigmoid = register(Sigmoid)


class Relu(Elementwise):
    """max(x, 0), the book's first gear; NaN stays NaN, and the derivative at 0 is 0."""

    name = "relu"

    @staticmethod
    def ufunc(x: Array) -> Array:
        """NumPy's way, in the dtype of x."""
        return np.asarray(np.maximum(x, x.dtype.type(0)))

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.maximum(x, 0)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (relu_gradient(cotangent, output),)


relu = register(Relu)


class TanhGradient(Elementwise):
    """c (1 - y²): the derivative of a tanh that is y, times c."""

    name = "tanh_gradient"
    domain = (-0.9, 0.9)
    flops = 3

    @staticmethod
    def ufunc(c: Array, y: Array) -> Array:
        """NumPy's way, in memory that is made once (of rank 0 there is none: it gives numbers)."""
        found = np.square(y)
        if not y.ndim:
            return np.asarray((1 - found) * c)
        np.subtract(1, found, found)
        np.multiply(found, c, found)
        return found

    @staticmethod
    def scalar(c: Number, y: Number) -> Number:
        return (1.0 - y * y) * c

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        c, y = inputs
        return (
            tanh_gradient(cotangent, y),
            multiply(cotangent, multiply(c, scaled(y, -2.0))),
        )


tanh_gradient = register(TanhGradient)


class SigmoidGradient(Elementwise):
    """c (1 - y) y: the derivative of a sigmoid that is y, times c."""

    name = "sigmoid_gradient"
    domain = (0.1, 0.9)
    flops = 3

    @staticmethod
    def ufunc(c: Array, y: Array) -> Array:
        """NumPy's way, in memory that is made once."""
        found = np.asarray(y.dtype.type(1) - y)
        np.multiply(found, y, out=found)
        np.multiply(found, c, out=found)
        return found

    @staticmethod
    def scalar(c: Number, y: Number) -> Number:
        return (1.0 - y) * y * c

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        c, y = inputs
        slope = subtract(full_like(y, 1.0), scaled(y, 2.0))
        return sigmoid_gradient(cotangent, y), multiply(cotangent, multiply(c, slope))


sigmoid_gradient = register(SigmoidGradient)


class ReluGradient(Elementwise):
    """c where y is positive, else 0: the derivative of a relu that is y, times c."""

    name = "relu_gradient"

    @staticmethod
    def ufunc(c: Array, y: Array) -> Array:
        """NumPy's way; a NaN in c stays out where y is not positive."""
        return np.where(y > y.dtype.type(0), c, c.dtype.type(0))

    @staticmethod
    def scalar(c: Number, y: Number) -> Number:
        return c if y > 0.0 else 0.0

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return relu_gradient(cotangent, inputs[1]), None


relu_gradient = register(ReluGradient)


class Select(Elementwise):
    """x where the condition holds, else y."""

    name = "select"

    @staticmethod
    def scalar(condition: Number, x: Number, y: Number) -> Number:
        return x if condition else y

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        condition, x, y = inputs
        if condition.dtype.kind != "b":
            raise TypeError(f"select chooses by a bool, not by {condition}")
        return super().infer(x, y, Spec(condition.shape, x.dtype))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.where(*inputs)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        condition = inputs[0]
        zero = full_like(cotangent, 0.0)
        return None, select(condition, cotangent, zero), select(condition, zero, cotangent)

    def samples(self) -> Iterator[Sample]:
        rng = np.random.default_rng(0)
        for shape in [(3, 5), (7,), ()]:
            values = (rng.uniform(-1, 1, shape) for _ in range(2))
            yield Sample((np.asarray(rng.uniform(size=shape) > 0.5), *values))


select = register(Select)


class Cast(Elementwise):
    """x in another dtype, as NumPy's `astype` gives it."""

    name = "cast"

    @staticmethod
    def scalar(x: Number) -> Number:
        return x

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        return Spec(inputs[0].shape, as_dtype(parameters["dtype"]))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return inputs[0].astype(parameters["dtype"])

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (x,) = inputs
        if not is_differentiable(x.dtype):
            return (None,)
        real_part = cotangent.dtype.kind == "c" and x.dtype.kind != "c"
        whole = PRIMITIVES["real"](cotangent) if real_part else cotangent
        return (cast(whole, dtype=x.dtype),)

    def samples(self) -> Iterator[Sample]:
        x = np.random.default_rng(0).uniform(-5, 5, (3, 4))
        for dtype in ("float32", "float64", "int32"):
            yield Sample((x,), {"dtype": np.dtype(dtype)}, gradient=dtype == "float64")
        yield Sample((x > 0,), {"dtype": np.dtype("float32")}, gradient=False)
        yield Sample((np.abs(x).astype("uint8"),), {"dtype": np.dtype("float32")}, gradient=False)


cast = register(Cast)


class StopGradient(Elementwise):
    """x itself, through which no derivative goes."""

    name = "stop_gradient"

    @staticmethod
    def scalar(x: Number) -> Number:
        return x

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return inputs[0]

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,)

    def samples(self) -> Iterator[Sample]:
        yield Sample((np.arange(3.0),), gradient=False)


stop_gradient = register(StopGradient)
