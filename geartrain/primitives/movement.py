"""Movement: the same elements in another shape or order. No arithmetic is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.families import bytes_of
from geartrain.primitives.loop_text import LETTERS, index, map_loops
from geartrain.primitives.primitive import Cost, Cotangents, Primitive, Sample, Spec, register
from geartrain.primitives.reduction import sum_
from geartrain.tensor import Array, DType, Shape, Size, Tensor, format_shape
from geartrain.tensor.alignment import broadcast_remedy, draw_aligned, misfits, pad_ranks
from geartrain.tensor.shape import infer_reshape

__all__ = [
    "broadcast_to",
    "reshape",
    "transpose",
    "view",
]

Inputs = tuple[Tensor, ...]


class Movement(Primitive):
    """A primitive that moves elements: it costs memory traffic only."""

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return Cost(0, bytes_of(*inputs, out))


class Transpose(Movement):
    """out[i, j] = x[j, i]: axis `a` of the output is axis `perm[a]` of x."""

    name = "transpose"

    def infer(self, *inputs: Spec, perm: tuple[int, ...], **parameters: Any) -> Spec:
        (x,) = inputs
        if sorted(perm) != list(range(len(x.shape))):
            raise ValueError(_perm_message(x, perm))
        return Spec(tuple(x.shape[axis] for axis in perm), x.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return inputs[0].transpose(parameters["perm"])

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        perm = parameters["perm"]
        places = [LETTERS[perm.index(axis)] for axis in range(len(perm))]
        return map_loops("def naive_transpose(x, out):", len(perm), f"x[{index(places)}]")

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        perm = parameters["perm"]
        back = tuple(perm.index(axis) for axis in range(len(perm)))
        return (transpose(cotangent, perm=back),)

    def samples(self) -> Iterator[Sample]:
        for shape, perm in [((3, 4), (1, 0)), ((2, 3, 4), (1, 2, 0)), ((), ()), ((5,), (0,))]:
            yield Sample((np.random.default_rng(0).uniform(size=shape),), {"perm": perm})


transpose = register(Transpose)


class BroadcastTo(Movement):
    """x repeated along axes that it lacks, or of which it has one place."""

    name = "broadcast_to"

    def infer(self, *inputs: Spec, shape: Shape, **parameters: Any) -> Spec:
        (x,) = inputs
        given = shape[len(shape) - len(x.shape) :]
        fits = len(given) == len(x.shape)
        if not fits or any(a not in (1, b) for a, b in zip(x.shape, given, strict=True)):
            raise ValueError(_broadcast_message(x, shape))
        return Spec(tuple(shape), x.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        (x,), shape = inputs, parameters["shape"]
        if not x.flags.c_contiguous:
            return np.broadcast_to(x, shape)
        # The same view, in a fraction of the time that NumPy's general function takes.
        added = len(shape) - x.ndim
        moves = [
            stride if size == shape[added + axis] else 0
            for axis, (size, stride) in enumerate(zip(x.shape, x.strides, strict=True))
        ]
        return np.ndarray(shape, x.dtype, x, 0, (*(0,) * added, *moves))

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        (x,), shape = inputs, parameters["shape"]
        added = len(shape) - len(x.shape)
        places = [
            LETTERS[axis + added] if size == shape[axis + added] else "0"
            for axis, size in enumerate(x.shape)
        ]
        return map_loops("def naive_broadcast_to(x, out):", len(shape), f"x[{index(places)}]")

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (x,) = inputs
        added = len(output.shape) - len(x.shape)
        repeated = tuple(
            axis
            for axis, size in enumerate(output.shape)
            if axis < added or x.shape[axis - added] != size
        )
        total = sum_(cotangent, axes=repeated) if repeated else cotangent
        return (total if total.shape == x.shape else reshape(total, shape=x.shape),)

    def samples(self) -> Iterator[Sample]:
        for source, shape in [
            ((), (2, 3)),
            ((3,), (2, 3)),
            ((2, 1), (2, 5)),
            ((4, 1, 2), (4, 3, 2)),
        ]:
            yield Sample((np.random.default_rng(0).uniform(size=source),), {"shape": shape})


broadcast_to = register(BroadcastTo)


class Reshape(Movement):
    """The same elements, counted in the same order (the last axis fastest), in another shape."""

    name = "reshape"

    def infer(self, *inputs: Spec, shape: Shape, **parameters: Any) -> Spec:
        (x,) = inputs
        return Spec(infer_reshape(x.shape, shape), x.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return inputs[0].reshape(parameters["shape"])

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        (x,), shape = inputs, self.infer(*inputs, **parameters).shape
        number = _flat_number(shape)
        places = _places_of(number, x.shape)
        return map_loops("def naive_reshape(x, out):", len(shape), f"x[{index(places)}]")

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (reshape(cotangent, shape=inputs[0].shape),)

    def samples(self) -> Iterator[Sample]:
        cases = [((2, 6), (3, 4)), ((12,), (2, 3, 2)), ((2, 3), (6,)), ((1,), ()), ((3, 1), (3,))]
        for source, shape in cases:
            yield Sample((np.random.default_rng(0).uniform(size=source),), {"shape": shape})


reshape = register(Reshape)


class View(Movement):
    """The same bytes, read as numbers of another dtype; no derivative goes through."""

    name = "view"

    def infer(self, *inputs: Spec, dtype: DType, **parameters: Any) -> Spec:
        (x,) = inputs
        if x.dtype.itemsize == dtype.itemsize:
            return Spec(x.shape, dtype)
        if not x.shape or not isinstance(x.shape[-1], int):
            raise ValueError(_view_message(x, dtype))
        size, rest = divmod(x.shape[-1] * x.dtype.itemsize, dtype.itemsize)
        if rest:
            raise ValueError(_view_message(x, dtype))
        return Spec((*x.shape[:-1], size), dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.ascontiguousarray(inputs[0]).reshape(inputs[0].shape).view(parameters["dtype"])

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        return "def naive_view(x, out):\n    out[...] = x.copy().view(out.dtype)\n"

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,)

    def samples(self) -> Iterator[Sample]:
        x = np.arange(8).reshape(2, 4)
        for source, target in [("int32", "uint8"), ("uint8", "int16"), ("int16", "uint16")]:
            parameters = {"dtype": np.dtype(target)}
            yield Sample((x.astype(source),), parameters, gradient=False)


view = register(View)


def _flat_number(shape: Shape) -> str:
    """The number of an element, counted with the last axis fastest: `(i * 4 + j) * 3 + k`."""
    number = LETTERS[0] if shape else "0"
    for axis, size in enumerate(shape[1:], 1):
        number = f"({number}) * {_literal(size, 'out', axis)} + {LETTERS[axis]}"
    return number


def _places_of(number: str, shape: Shape) -> list[str]:
    """The place on each axis of element `number`; the first axis takes what is left."""
    places: list[str] = []
    for axis in reversed(range(1, len(shape))):
        size = _literal(shape[axis], "x", axis)
        places.append(f"({number}) % {size}")
        number = f"({number}) // {size}"
    return [*([number] if shape else []), *reversed(places)]


def _literal(size: Size, array: str, axis: int) -> str:
    return str(size) if isinstance(size, int) else f"{array}.shape[{axis}]"


def _perm_message(x: Spec, perm: tuple[int, ...]) -> str:
    return explain(
        "transpose needs every axis once",
        given=f"perm={tuple(perm)} for {x}",
        expected=f"an order of {tuple(range(len(x.shape)))}",
        remedy=f"perm={tuple(reversed(range(len(x.shape))))}",
    )


def _view_message(x: Spec, dtype: DType) -> str:
    return explain(
        "view cannot read these bytes as another dtype",
        given=f"{x}, to be read as {dtype.name}",
        expected=f"a last axis whose bytes are a multiple of {dtype.itemsize}",
        remedy=f"ops.cast(x, {dtype.name!r}), which converts the numbers",
    )


def _broadcast_message(x: Spec, shape: Shape) -> str:
    names = ("x", x.shape), ("shape", tuple(shape))
    rows = pad_ranks(x.shape, tuple(shape))
    wrong = [axis for axis, (a, b) in enumerate(zip(*rows, strict=True)) if a not in (1, b)]
    return explain(
        f"broadcast_to cannot repeat {format_shape(x.shape)} to {format_shape(shape)}",
        given=draw_aligned(*names, wrong),
        expected="a shape of which each axis is the tensor's, or the tensor's is 1",
        axis="; ".join(
            f"axis {at - len(rows[0])}: {rows[0][at]} against {rows[1][at]}" for at in wrong
        )
        or f"rank {len(x.shape)} against {len(shape)}",
        remedy=broadcast_remedy(("y", tuple(shape)), names[0])
        if misfits(x.shape, tuple(shape))
        else f"ops.broadcast_to(x, {format_shape(x.shape)})",
    )
