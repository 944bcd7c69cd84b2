"""The family of the decompositions: primitives on the last two axes, with a batch before them.

A block names the functions that define it for one matrix (`steps`, in `decompositions_loops` and
`decompositions_iterations`); the family puts the loops over the batch around them.
"""

from __future__ import annotations

import inspect
import math
import re
from abc import abstractmethod
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, ClassVar

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.families import bytes_of
from geartrain.primitives.loop_text import INDENT, LETTERS, argument_names
from geartrain.primitives.primitive import Bundle, Cost, Primitive, Sample, Several, Spec
from geartrain.tensor import Array, DType, Shape, Tensor, format_shape

Inputs = tuple[Tensor, ...]
TOLERANCES = {
    "float32": 2e-4,
    "float64": 1e-11,
    "complex64": 2e-4,
    "complex128": 1e-11,
}
WIDTHS: dict[str, DType] = {"complex64": np.dtype("float32"), "complex128": np.dtype("float64")}
COMPUTED = ("float32", "float64", "complex64", "complex128")


class OnMatrices(Primitive):
    """A primitive on the last two axes of its first input; those before them are a batch."""

    steps: ClassVar[tuple[Callable[..., Any], ...]]  # for one matrix; then what this one calls
    square: ClassVar[bool] = True
    work: ClassVar[float] = 1.0  # arithmetic operations, times rows * columns * the lesser of them
    told: ClassVar[tuple[str, ...]] = ()  # the metadata that the steps take
    instead: ClassVar[str] = "ops.svd(x), for matrices of any shape"

    @abstractmethod
    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        """The outputs' shapes and dtypes, for inputs that were checked."""

    def checked(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        """The outputs' specs, or an error."""
        x = inputs[0]
        if len(x.shape) < 2:
            raise ValueError(_rank_message(self.name, x))
        if x.dtype.name not in COMPUTED:
            raise TypeError(_dtype_message(self.name, x))
        if self.square and x.shape[-1] != x.shape[-2]:
            raise ValueError(_square_message(self, x))
        return self.outputs(*inputs, **parameters)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        count = len(inputs) + len(self.checked(*inputs, **parameters))
        names = argument_names(self.steps[0])[:count]
        batch = LETTERS[: len(inputs[0].shape) - 2]
        lines = [f"def naive_{self.name}({', '.join(names)}):"]
        for depth, letter in enumerate(batch):
            size = f"{names[0]}.shape[{depth}]"
            lines.append(f"{INDENT * (depth + 1)}for {letter} in range({size}):")
        place = ", ".join([*batch, "..."])
        passed = [f"{name}[{place}]" for name in names]
        passed += [f"{key}={parameters[key]!r}" for key in self.told]
        lines.append(f"{INDENT * (len(batch) + 1)}{self.steps[0].__name__}({', '.join(passed)})")
        return "\n\n\n".join(["\n".join(lines), *map(source_of, self.steps)]) + "\n"

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        x = inputs[0]
        sizes = [int(str(size)) for size in x.shape]
        flops = self.work * math.prod(sizes) * min(sizes[-2:])
        return Cost(round(flops), bytes_of(*inputs, *self.checked(*inputs, **parameters)))

    def samples(self) -> Iterable[Sample]:
        for number, (shape, parameters) in enumerate(self.cases()):
            x = np.random.default_rng(number).uniform(-1, 1, shape)
            yield Sample(
                (x + 2 * np.eye(shape[-2], shape[-1]),), parameters, TOLERANCES, bool(x.size)
            )

    def cases(self) -> list[tuple[tuple[int, ...], dict[str, Any]]]:
        """Shapes and metadata of the samples."""
        return [((3, 3), {}), ((2, 4, 4), {}), ((1, 1), {}), ((2, 1, 2, 2), {}), ((0, 3, 3), {})]


class OneOfMatrices(OnMatrices):
    """One output."""

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        (out,) = self.checked(*inputs, **parameters)
        return out


class SeveralOfMatrices(OnMatrices, Several):
    """Several outputs."""

    def infer(self, *inputs: Spec, **parameters: Any) -> Bundle:
        return Bundle.of(*self.checked(*inputs, **parameters))


@cache
def source_of(function: Callable[..., Any]) -> str:
    """A function's text, without its annotations: these the loop language has not."""
    head, _, body = inspect.getsource(function).partition("\n")
    plain = re.sub(r": \w+(?=[,)])| -> .*(?=:$)", "", head)
    return f"{plain}\n{body}".rstrip()


def real_of(x: Spec, shape: Shape) -> Spec:
    """A spec of real numbers as wide as x's."""
    return Spec(shape, WIDTHS.get(x.dtype.name, x.dtype))


def lesser(x: Spec) -> int:
    """The lesser of the two sizes of each matrix.

    Raises:
        ValueError: one of them is a symbol.
    """
    sizes = [size for size in x.shape[-2:] if isinstance(size, int)]
    if len(sizes) < 2:
        raise ValueError(_static_message(x))
    return min(sizes)


def failed(name: str, arrays: Iterable[Array], expected: str, remedy: str) -> ValueError:
    """The error for a matrix whose numbers do not allow what was asked."""
    shapes = " and ".join(format_shape(each.shape) for each in arrays)
    return ValueError(
        explain(
            f"{name} has no result for these numbers",
            given=f"matrices in shape {shapes}",
            expected=expected,
            remedy=remedy,
        )
    )


def _rank_message(name: str, x: Spec) -> str:
    return explain(
        f"{name} works on matrices",
        given=str(x),
        expected="rank 2 at least; the last two axes are the matrix",
        remedy="x[None, :], which makes a vector a row",
    )


def _dtype_message(name: str, x: Spec) -> str:
    return explain(
        f"{name} computes in floating point",
        given=str(x),
        expected="float32 or float64, or complex numbers of these",
        remedy=f"ops.{name}(...), which converts, or ops.cast(x, 'float32')",
    )


def _square_message(primitive: OnMatrices, x: Spec) -> str:
    return explain(
        f"{primitive.name} needs square matrices",
        given=str(x),
        expected="two last axes of one size",
        axis=f"axis -2 is {x.shape[-2]}, axis -1 is {x.shape[-1]}",
        remedy=primitive.instead,
    )


def _static_message(x: Spec) -> str:
    return explain(
        "The sizes of a matrix must be numbers here",
        given=str(x),
        expected="symbols before the last two axes only",
        remedy="Input(shape=(rows, columns)), with numbers",
    )
