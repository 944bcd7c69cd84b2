"""The families whose loops do not depend on the rank: element-wise operations and reductions.

A block of such a family gives one scalar expression; the family gives the shapes, the loops around
it, the costs and the samples.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.loop_text import (
    LETTERS,
    argument_names,
    index,
    map_loops,
    reduction_loops,
    scalar_expression,
)
from geartrain.primitives.primitive import (
    PRIMITIVES,
    Cost,
    Cotangents,
    Primitive,
    Sample,
    Spec,
    bind,
)
from geartrain.tensor import Array, DType, Tensor, normalize_axes
from geartrain.tensor.dtypes import BOOL
from geartrain.tensor.interpreter import duty
from geartrain.tensor.quiet import restore, silence


def static_count(spec: Spec) -> int:
    """How many elements a value of static shape has."""
    return math.prod(int(str(size)) for size in spec.shape)


def bytes_of(*specs: Spec) -> int:
    """How many bytes values of static shapes take together."""
    return sum(static_count(spec) * spec.dtype.itemsize for spec in specs)


def _call_one(self: Any, x: Tensor) -> Tensor:
    """Call an element-wise primitive: at once, if its input is an array and nobody traces."""
    observers, array = duty.eager, x._value
    if observers is None or type(array) is not np.ndarray:
        return bind(self, x)  # type: ignore[no-any-return]
    before = silence()
    try:
        result = self.ufunc(array)
    finally:
        restore(before)
    output = Tensor(result if type(result) is np.ndarray else np.asarray(result))
    for observer in observers:
        observer.observe(self, (x,), NOTHING, output)
    return output


def _call_two(self: Any, x: Tensor, y: Tensor) -> Tensor:
    """The same for two inputs; arrays that differ in shape or dtype take the long way."""
    observers, first, second = duty.eager, x._value, y._value
    if observers is None or type(first) is not np.ndarray or type(second) is not np.ndarray:
        return bind(self, x, y)  # type: ignore[no-any-return]
    if first.dtype is not second.dtype or first.shape != second.shape:
        return bind(self, x, y)  # type: ignore[no-any-return]
    return call_at_once(self, (x, y), first, second, observers)


def call_at_once(
    primitive: Any, inputs: tuple[Tensor, Tensor], x: Array, y: Array, observers: Sequence[Any]
) -> Tensor:
    """Call an element-wise primitive of two inputs, whose arrays are known to fit."""
    before = silence()
    try:
        result = primitive.ufunc(x, y)
    finally:
        restore(before)
    output = Tensor(result if type(result) is np.ndarray else np.asarray(result))
    for observer in observers:
        observer.observe(primitive, inputs, NOTHING, output)
    return output


NOTHING: dict[str, Any] = {}  # parameters of those that have none
CALLS = {1: _call_one, 2: _call_two}


class Elementwise(Primitive):
    """out[i] = scalar(x[i], y[i], ...), for inputs of one shape and one dtype."""

    domain: ClassVar[tuple[float, float]] = (-2.0, 2.0)
    flops: ClassVar[int] = 1
    gives_bool: ClassVar[bool] = False
    ufunc: ClassVar[Any] = None  # NumPy's function that does the same, of any dtype it meets

    scalar: Any  # a static method: one element, as one return expression of the loop language

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        first = inputs[0]
        for other in inputs[1:]:
            if other != first:
                raise ValueError(_mismatch(self.name, inputs))
        return Spec(first.shape, BOOL if self.gives_bool else first.dtype)

    def __init_subclass__(cls) -> None:
        """A block with a `ufunc` gets the short way to be called that goes with its inputs."""
        if cls.ufunc is not None and "scalar" in cls.__dict__:
            cls.__call__ = CALLS[len(argument_names(cls.scalar))]  # type: ignore[assignment]

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        """NumPy's function of the inputs, where there is one."""
        return np.asarray(self.ufunc(*inputs))

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        names = argument_names(self.scalar)
        rank = len(inputs[0].shape)
        place = index(LETTERS[:rank])
        expression = scalar_expression(self.scalar, {name: f"{name}[{place}]" for name in names})
        header = f"def naive_{self.name}({', '.join(names)}, out):"
        return map_loops(header, rank, expression)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return Cost(self.flops * static_count(out), bytes_of(*inputs, out))

    def samples(self) -> Iterator[Sample]:
        count = len(argument_names(self.scalar))
        for number, shape in enumerate([(3, 5), (), (2, 1, 4), (37,)]):
            rng = np.random.default_rng(number)
            yield Sample(tuple(rng.uniform(*self.domain, shape) for _ in range(count)))


class Function(Elementwise):
    """y = f(x), differentiable, with `scalar` made of NumPy's functions, which take arrays too."""

    def __init_subclass__(cls) -> None:
        if "evaluate" not in cls.__dict__:
            cls.ufunc = cls.__dict__["scalar"]
        super().__init_subclass__()

    @abstractmethod
    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        """The derivative at x, where the function is y."""

    def gradient(
        self, cotangent: Tensor, inputs: tuple[Tensor, ...], output: Tensor, **parameters: Any
    ) -> Cotangents:
        by_x: Tensor = PRIMITIVES["multiply"](cotangent, self.slope(inputs[0], output))
        return (by_x,)


def _mismatch(name: str, inputs: tuple[Spec, ...]) -> str:
    first = inputs[0]
    return explain(
        f"Primitive {name} cannot take these values",
        given=" and ".join(map(str, inputs)),
        expected=f"values of one shape and dtype, such as {first} (set by the first)",
        remedy=f"ops.{name}(...), which broadcasts and converts",
    )


class Reduction(Primitive):
    """out[i] = the elements of x[i, :] combined, over any axes; these go from the shape."""

    combine: ClassVar[str]  # how the total takes one more element: `total + {element}`

    @abstractmethod
    def initial(self, dtype: DType) -> str:
        """What the total of no elements is, in the loop language."""

    def infer(self, *inputs: Spec, axes: tuple[int, ...], **parameters: Any) -> Spec:
        (x,) = inputs
        if normalize_axes(axes, len(x.shape)) != tuple(axes):
            raise ValueError(_axes_message(self.name, x, axes))
        kept = tuple(size for axis, size in enumerate(x.shape) if axis not in axes)
        return Spec(kept, x.dtype)

    def loops(self, *inputs: Spec, axes: tuple[int, ...], **parameters: Any) -> str:
        (x,) = inputs
        rank = len(x.shape)
        kept = [axis for axis in range(rank) if axis not in axes]
        outer = [(LETTERS[axis], f"out.shape[{at}]") for at, axis in enumerate(kept)]
        inner = [(LETTERS[axis], f"x.shape[{axis}]") for axis in axes]
        update = self.combine.format(element=f"x[{index(LETTERS[:rank])}]")
        header = f"def naive_{self.name}(x, out):"
        return reduction_loops(header, outer, inner, self.initial(x.dtype), update)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return Cost(static_count(inputs[0]), bytes_of(*inputs, out))

    def samples(self) -> Iterator[Sample]:
        cases = [((3, 5), (1,)), ((3, 5), (0,)), ((4, 3, 2), (0, 2)), ((7,), (0,)), ((2, 3), ())]
        for number, (shape, axes) in enumerate(cases):
            x = np.random.default_rng(number).uniform(0.5, 2.0, shape)
            tolerances = {"float32": 2e-6, "float64": 1e-14}
            yield Sample((x,), {"axes": axes}, tolerances)


def _axes_message(name: str, x: Spec, axes: tuple[int, ...]) -> str:
    right = normalize_axes(tuple(axes), len(x.shape))
    return explain(
        f"Primitive {name} cannot reduce over these axes",
        given=f"axes={axes} for {x}",
        expected="axes that are not negative and increase",
        remedy=f"axes={right}",
    )
