"""What a primitive is: the contract that every block of this room fulfils.

One block, and every way to run follows from it: `bind` carries a primitive out with the
interpreter on duty, `Eager` with NumPy, `Naive` with the loops, a tracer writes it down for the
compiler, which parses the same loops.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import numpy as np

from geartrain.tensor import (
    Array,
    DType,
    Interpreter,
    Shape,
    Symbol,
    Tensor,
    current_interpreter,
    current_observers,
    format_shape,
)
from geartrain.tensor.interpreter import set_default_interpreter

__all__ = [
    "Cost",
    "PRIMITIVES",
    "Primitive",
    "Sample",
    "Spec",
    "bind",
    "spec_of",
]


@dataclass(frozen=True)
class Spec:
    """What is known of a value before it is computed: its shape and dtype."""

    shape: Shape
    dtype: DType

    def __str__(self) -> str:
        return f"{self.dtype.name}{format_shape(self.shape)}"


@dataclass(frozen=True)
class Cost:
    """What a primitive does for one set of shapes: arithmetic operations, and bytes moved."""

    flops: int
    bytes: int


@dataclass(frozen=True)
class Sample:
    """One case for the test of all primitives: inputs (float64 or exact), and metadata.

    `rtol` maps a dtype's name to the relative tolerance between the ways to run;
    `gradient=False` says that the derivative does not exist or is zero at these inputs.
    """

    inputs: tuple[Array, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    rtol: dict[str, float] = field(default_factory=lambda: {"float32": 2e-6, "float64": 1e-14})
    gradient: bool = True


Cotangents = tuple[Tensor | None, ...]


class Primitive(ABC):
    """One gear. Values are positional, metadata is keyword.

    A primitive is called like a function: `multiply(x, y)`.
    """

    name: ClassVar[str]

    @abstractmethod
    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        """The shape and dtype of the output (symbolic sizes included), or an error."""

    @abstractmethod
    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        """The output, computed with NumPy."""

    @abstractmethod
    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        """The definition in the loop language: the source of a Python function.

        Its arguments are the inputs' names and `out`, which it fills. CPython runs it (the naive
        twin) and the compiler parses it (the lowering).
        """

    @abstractmethod
    def gradient(
        self, cotangent: Tensor, inputs: tuple[Tensor, ...], output: Tensor, **parameters: Any
    ) -> Cotangents:
        """The derivative of a scalar by each input, given its derivative by the output."""

    @abstractmethod
    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        """Arithmetic operations and bytes moved, for static shapes."""

    @abstractmethod
    def samples(self) -> Iterable[Sample]:
        """Cases on which the test of all primitives proves this block."""

    def __call__(self, *inputs: Tensor, **parameters: Any) -> Tensor:
        return bind(self, *inputs, **parameters)

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


PRIMITIVES: dict[str, Primitive] = {}


P = TypeVar("P", bound=Primitive)


def register(block: type[P]) -> P:
    """Make the one instance of a block, and enter it in `PRIMITIVES` (a class decorator)."""
    primitive = block()
    PRIMITIVES[primitive.name] = primitive
    return primitive


def spec_of(tensor: Tensor) -> Spec:
    """The shape and dtype of a tensor."""
    return Spec(tensor.shape, tensor.dtype)


def bind(primitive: Primitive, *inputs: Tensor, **parameters: Any) -> Tensor:
    """Carry a primitive out with the interpreter on duty, and tell the observers."""
    observers = current_observers()
    output = _interpreter_for(inputs).apply(primitive, inputs, parameters)
    for observer in observers:
        observer.observe(primitive, inputs, parameters, output)
    return output


def _interpreter_for(inputs: tuple[Tensor, ...]) -> Interpreter:
    """The interpreter on duty, unless that is the eager one and an input is symbolic."""
    interpreter = current_interpreter()
    if isinstance(interpreter, Eager):
        for tensor in inputs:
            if isinstance(tensor.value, Symbol):
                return tensor.value.interpreter
    return interpreter


class Eager(Interpreter):
    """Carries primitives out with NumPy, at once."""

    def apply(
        self, primitive: Primitive, inputs: tuple[Tensor, ...], parameters: dict[str, Any]
    ) -> Tensor:
        expected = primitive.infer(*(spec_of(each) for each in inputs), **parameters)
        arrays = [np.asarray(each.value) for each in inputs]
        with np.errstate(all="ignore"):  # IEEE: overflow is inf, 0/0 is NaN, nobody is warned
            output = primitive.evaluate(*arrays, **parameters)
        return Tensor(np.asarray(output, expected.dtype))


set_default_interpreter(Eager())
