"""The families whose loops do not depend on the rank: element-wise operations and reductions.

A block of such a family gives one scalar expression; the family gives the shapes, the loops around
it, the costs and the samples.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
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
)
from geartrain.tensor import Array, DType, Tensor, normalize_axes
from geartrain.tensor.dtypes import BOOL


def static_count(spec: Spec) -> int:
    """How many elements a value of static shape has."""
    return math.prod(int(str(size)) for size in spec.shape)


def bytes_of(*specs: Spec) -> int:
    """How many bytes values of static shapes take together."""
    return sum(static_count(spec) * spec.dtype.itemsize for spec in specs)


class Elementwise(Primitive):
    """out[i] = scalar(x[i], y[i], ...), for inputs of one shape and one dtype."""

    domain: ClassVar[tuple[float, float]] = (-2.0, 2.0)
    flops: ClassVar[int] = 1
    gives_bool: ClassVar[bool] = False
    is_plain: ClassVar[bool] = True  # the shape and dtype rule is the family's

    def __init_subclass__(cls) -> None:
        cls.is_plain = cls.infer is Elementwise.infer

    scalar: Any  # a static method: one element, as one return expression of the loop language

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        first = inputs[0]
        for other in inputs[1:]:
            if other != first:
                raise ValueError(_mismatch(self.name, inputs))
        return Spec(first.shape, BOOL if self.gives_bool else first.dtype)

    def carry_out(self, arrays: Sequence[Array], parameters: Mapping[str, Any]) -> Tensor:
        """Evaluate at once where shapes and dtypes agree, which is quickly seen."""
        first = arrays[0]
        if not self.is_plain or parameters or not _agree(arrays):
            return super().carry_out(arrays, parameters)  # type: ignore[no-any-return]
        dtype = BOOL if self.gives_bool else first.dtype
        output = self.evaluate(*arrays)
        if type(output) is not np.ndarray or output.dtype != dtype:
            output = np.asarray(output, dtype)
        return Tensor(output)

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

    @abstractmethod
    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        """The derivative at x, where the function is y."""

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.asarray(self.scalar(*inputs))

    def gradient(
        self, cotangent: Tensor, inputs: tuple[Tensor, ...], output: Tensor, **parameters: Any
    ) -> Cotangents:
        by_x: Tensor = PRIMITIVES["multiply"](cotangent, self.slope(inputs[0], output))
        return (by_x,)


def _agree(arrays: Sequence[Array]) -> bool:
    first = arrays[0]
    return all(each.dtype == first.dtype and each.shape == first.shape for each in arrays[1:])


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
