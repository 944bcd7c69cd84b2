"""What a primitive is: the contract that every block of this room fulfils.

One block, and every way to run follows from it: `bind` carries a primitive out with the
interpreter on duty, `Eager` with NumPy, `Naive` with the loops, a tracer writes it down for the
compiler, which parses the same loops.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import numpy as np

from geartrain.tensor import (
    Array,
    DType,
    Interpreter,
    Shape,
    Symbol,
    SymbolicSize,
    Tensor,
    format_shape,
)
from geartrain.tensor.dtypes import BOOL
from geartrain.tensor.interpreter import duty, set_default_interpreter
from geartrain.tensor.quiet import restore, silence

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


KEPT_ANSWERS = 1024  # of a primitive's shape rule
Cotangents = tuple[Tensor | None, ...]


class Primitive(ABC):
    """One gear. Values are positional, metadata is keyword.

    A primitive is called like a function: `multiply(x, y)`. One of two inputs that is `selective`
    computes only those derivatives that are wanted: its `gradient` takes `wanted`, two bools.
    """

    name: ClassVar[str]
    selective: ClassVar[bool] = False
    pure: ClassVar[bool] = True  # it does nothing but compute

    def __init__(self) -> None:
        self._answers: dict[Any, Any] = {}

    @abstractmethod
    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        """The shape and dtype of the output (symbolic sizes included), or an error."""

    @abstractmethod
    def evaluate(self, *inputs: Array, **parameters: Any) -> Any:
        """The output, computed with NumPy."""

    @abstractmethod
    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        """The definition in the loop language: the source of a Python function.

        Its arguments are the inputs' names and `out`, which it fills. CPython runs it (the naive
        twin) and the compiler parses it (the lowering).
        """

    @abstractmethod
    def gradient(
        self, cotangent: Any, inputs: tuple[Tensor, ...], output: Any, **parameters: Any
    ) -> Cotangents:
        """The derivative of a scalar by each input, given its derivative by the output."""

    @abstractmethod
    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        """Arithmetic operations and bytes moved, for static shapes."""

    @abstractmethod
    def samples(self) -> Iterable[Sample]:
        """Cases on which the test of all primitives proves this block."""

    def carry_out(self, arrays: Sequence[Array], parameters: Mapping[str, Any]) -> Any:
        """Check with the shape rule, then evaluate: what the eager interpreter does."""
        expected = self.expect(arrays, parameters)
        output = self.evaluate(*arrays, **parameters)
        if type(output) is np.ndarray and output.dtype is expected.dtype:
            return Tensor(output)
        return Tensor(np.asarray(output, expected.dtype))

    def expect(self, arrays: Sequence[Array], parameters: Mapping[str, Any]) -> Any:
        """What `infer` says of these arrays; the last answers are kept."""
        key = (*[(each.shape, each.dtype) for each in arrays], *parameters.items())
        try:
            answer = self._answers.get(key)
        except TypeError:  # a parameter without a hash
            return self.infer(*(Spec(each.shape, each.dtype) for each in arrays), **parameters)
        if answer is None:
            answer = self.infer(*(Spec(each.shape, each.dtype) for each in arrays), **parameters)
            if len(self._answers) >= KEPT_ANSWERS:
                self._answers.clear()
            self._answers[key] = answer
        return answer

    def __call__(self, *inputs: Tensor, **parameters: Any) -> Tensor:
        output: Tensor = bind(self, *inputs, **parameters)
        return output

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


@dataclass(frozen=True)
class Bundle(Spec):
    """What is known of several values that are computed together: the spec of each."""

    parts: tuple[Spec, ...] = ()

    @classmethod
    def of(cls, *parts: Spec) -> Bundle:
        """The bundle of these values; it has no shape of its own."""
        return cls((), BOOL, parts)

    def __str__(self) -> str:
        return f"({', '.join(map(str, self.parts))})"


class Several(Primitive):
    """A gear with several outputs: `infer` gives a `Bundle`, `evaluate` and calls give tuples.

    Its loops fill one array for each output; `gradient` gets a cotangent and an output for each,
    with zeros where nothing depends on one.
    """

    @abstractmethod
    def infer(self, *inputs: Spec, **parameters: Any) -> Bundle:
        """The shapes and dtypes of the outputs, or an error."""

    def __call__(self, *inputs: Tensor, **parameters: Any) -> tuple[Tensor, ...]:
        outputs: tuple[Tensor, ...] = bind(self, *inputs, **parameters)
        return outputs

    def comparable(self, *outputs: Array) -> tuple[Array, ...]:
        """The outputs without what their definition leaves open (a vector's sign, an order).

        Two ways to run agree if these do.
        """
        return outputs

    def carry_out(self, arrays: Sequence[Array], parameters: Mapping[str, Any]) -> Any:
        bundle = self.expect(arrays, parameters)
        outputs = self.evaluate(*arrays, **parameters)
        return tuple(
            Tensor(np.asarray(output, spec.dtype))
            for output, spec in zip(outputs, bundle.parts, strict=True)
        )


PRIMITIVES: dict[str, Primitive] = {}


P = TypeVar("P", bound=Primitive)


def register(block: type[P]) -> P:
    """Make the one instance of a block, and enter it in `PRIMITIVES` (a class decorator)."""
    primitive = block()
    PRIMITIVES[primitive.name] = primitive
    return primitive


def spec_of(tensor: Tensor) -> Spec:
    """The shape and dtype of a tensor."""
    return Spec(tensor.value.shape, tensor.value.dtype)  # of one that stands for any, its symbols


def bind(primitive: Primitive, *inputs: Tensor, **parameters: Any) -> Any:
    """Carry a primitive out with the interpreter on duty, and tell the observers."""
    interpreter = duty.interpreters[-1] if duty.interpreters else EAGER
    if interpreter is EAGER:
        interpreter = _interpreter_for(inputs, parameters)
    observers = duty.observers  # of those on duty before: an interpreter may put others on duty
    output = interpreter.apply(primitive, inputs, parameters)
    for observer in observers:
        observer.observe(primitive, inputs, parameters, output)
    return output


def _interpreter_for(inputs: tuple[Tensor, ...], parameters: Mapping[str, Any]) -> Interpreter:
    """The eager interpreter, unless an input or a size is symbolic: then its own."""
    for tensor in inputs:
        if type(tensor.value) is not np.ndarray and isinstance(tensor.value, Symbol):
            return tensor.value.interpreter
    for size in parameters.get("shape", ()):  # a number that is repeated to a symbol's shape
        if type(size) is not int and isinstance(size, SymbolicSize):
            return size.interpreter
    return EAGER


class Eager(Interpreter):
    """Carries primitives out with NumPy, at once."""

    def apply(
        self, primitive: Primitive, inputs: tuple[Tensor, ...], parameters: dict[str, Any]
    ) -> Any:
        before = silence()
        try:
            return primitive.carry_out([each.array for each in inputs], parameters)
        finally:
            restore(before)


EAGER = Eager()
set_default_interpreter(EAGER)
