"""Indexing: which element lies where. Gathering, scattering, counting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import LETTERS, index, map_loops
from geartrain.primitives.movement import Movement, transpose
from geartrain.primitives.primitive import Cost, Cotangents, Primitive, Sample, Spec, register
from geartrain.tensor import Array, DType, Shape, Size, Tensor
from geartrain.tensor.dtypes import INT64

__all__ = [
    "fill",
    "iota",
    "scatter_rows",
    "size",
    "take",
]

Inputs = tuple[Tensor, ...]


class Take(Movement):
    """out[..., i, ...] = x[..., indices[i], ...]: places along one axis, by their numbers.

    Indices are not negative and lie on the axis: `evaluate` checks. Compiled code cannot say where
    it was called from: it takes the axis' last place instead, and never reads beside the array.
    """

    name = "take"

    def infer(self, *inputs: Spec, axis: int, **parameters: Any) -> Spec:
        x, indices = inputs
        if indices.dtype.kind not in "iu":
            raise TypeError(_index_message(indices))
        return Spec((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), x.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        x, indices = inputs
        size = x.shape[parameters["axis"]]
        if indices.size and (indices.min() < 0 or indices.max() >= size):
            raise IndexError(_bounds_message(indices, size, parameters["axis"]))
        return np.take(x, indices, axis=parameters["axis"])

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        x, indices = inputs
        axis, rank = parameters["axis"], len(indices.shape)
        total = len(x.shape) + rank - 1
        chosen = f"indices[{index(LETTERS[axis : axis + rank])}]"
        places = [*LETTERS[:axis], chosen, *LETTERS[axis + rank : total]]
        return map_loops("def naive_take(x, indices, out):", total, f"x[{index(places)}]")

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, indices = inputs
        axis, rank = parameters["axis"], len(indices.shape)
        total = len(output.shape)
        front = (*range(axis, axis + rank), *range(axis), *range(axis + rank, total))
        moved = transpose(cotangent, perm=front)  # the indices' axes first
        rows = scatter_rows(moved, indices, size=x.shape[axis])
        return transpose(rows, perm=(*range(1, axis + 1), 0, *range(axis + 1, len(x.shape)))), None

    def samples(self) -> Iterator[Sample]:
        rng = np.random.default_rng(0)
        yield Sample((rng.uniform(size=(5, 3)), np.array([4, 0, 0])), {"axis": 0})
        yield Sample((rng.uniform(size=(2, 4)), np.array([[3, 1], [0, 2]])), {"axis": 1})
        yield Sample((rng.uniform(size=(6,)), np.array(2)), {"axis": 0})


take = register(Take)


class ScatterRows(Primitive):
    """out[r] = the sum of the updates whose index is r, added in their order."""

    name = "scatter_rows"

    def infer(self, *inputs: Spec, size: Size, **parameters: Any) -> Spec:
        updates, indices = inputs
        return Spec((size, *updates.shape[len(indices.shape) :]), updates.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        updates, indices = inputs
        rows = updates.shape[indices.ndim :]
        out = np.zeros((parameters["size"], *rows), updates.dtype)
        np.add.at(out, indices.reshape(-1), updates.reshape((-1, *rows)))
        return out

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        updates, indices = inputs
        rank, total = len(indices.shape), len(updates.shape)
        outer, rest = LETTERS[:rank], LETTERS[rank:total]
        lines = ["def naive_scatter_rows(updates, indices, out):", "    out[...] = 0"]
        for axis, letter in enumerate(LETTERS[:total]):
            lines.append("    " * (axis + 1) + f"for {letter} in range(updates.shape[{axis}]):")
        place = index([f"indices[{index(outer)}]", *rest])
        update = f"out[{place}] = out[{place}] + updates[{index(LETTERS[:total])}]"
        return "\n".join([*lines, "    " * (total + 1) + update]) + "\n"

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return take(cotangent, inputs[1], axis=0), None

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return Cost(static_count(inputs[0]), bytes_of(*inputs, out))

    def samples(self) -> Iterator[Sample]:
        rng = np.random.default_rng(0)
        yield Sample((rng.uniform(size=(4, 3)), np.array([2, 0, 2, 1])), {"size": 3})
        yield Sample((rng.uniform(size=(2, 2)), np.array([[1, 0], [1, 1]])), {"size": 4})


scatter_rows = register(ScatterRows)


class Source(Primitive):
    """A primitive whose output depends on shapes only, never on elements."""

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,) * len(inputs)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        return Cost(0, bytes_of(self.infer(*inputs, **parameters)))


class Iota(Source):
    """out[i, j] = j: the place along one axis."""

    name = "iota"

    def infer(self, *inputs: Spec, shape: Shape, dtype: DType, **parameters: Any) -> Spec:
        return Spec(tuple(shape), np.dtype(dtype))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        shape, axis = parameters["shape"], parameters["axis"]
        places = np.arange(shape[axis], dtype=parameters["dtype"])
        return np.broadcast_to(places.reshape([-1] + [1] * (len(shape) - axis - 1)), shape)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        rank = len(parameters["shape"])
        return map_loops("def naive_iota(out):", rank, LETTERS[parameters["axis"]])

    def samples(self) -> Iterator[Sample]:
        for axis, dtype in [(0, "int32"), (1, "float32"), (1, "int64")]:
            parameters = {"shape": (3, 4), "axis": axis, "dtype": np.dtype(dtype)}
            yield Sample((), parameters, gradient=False)


iota = register(Iota)


class Fill(Source):
    """out[i, j] = value."""

    name = "fill"

    def infer(self, *inputs: Spec, shape: Shape, dtype: DType, **parameters: Any) -> Spec:
        return Spec(tuple(shape), np.dtype(dtype))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.full(parameters["shape"], parameters["value"], parameters["dtype"])

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        value = repr(parameters["value"])
        return map_loops("def naive_fill(out):", len(parameters["shape"]), value)

    def samples(self) -> Iterator[Sample]:
        for shape, value, dtype in [
            ((2, 3), 1.5, "float32"),
            ((), 2, "int32"),
            ((4,), True, "bool"),
        ]:
            parameters = {"shape": shape, "value": value, "dtype": np.dtype(dtype)}
            yield Sample((), parameters, gradient=False)


fill = register(Fill)


class Count(Source):
    """How many elements x has over some axes: known at run time where the batch is a symbol."""

    name = "size"

    def infer(self, *inputs: Spec, dtype: DType, **parameters: Any) -> Spec:
        return Spec((), np.dtype(dtype))

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        sizes = [inputs[0].shape[axis] for axis in parameters["axes"]]
        return np.asarray(np.prod(sizes, dtype=INT64), parameters["dtype"])

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        sizes = [f"x.shape[{axis}]" for axis in parameters["axes"]]
        return map_loops("def naive_size(x, out):", 0, " * ".join(sizes) or "1")

    def samples(self) -> Iterator[Sample]:
        x = np.zeros((3, 5, 2))
        for axes, dtype in [((0,), "float32"), ((1, 2), "int32"), ((), "float64")]:
            yield Sample((x,), {"axes": axes, "dtype": np.dtype(dtype)}, gradient=False)


size = register(Count)


def _index_message(indices: Spec) -> str:
    return explain(
        "take chooses places by whole numbers",
        given=f"indices of {indices}",
        expected="an integer dtype",
        remedy="ops.cast(indices, 'int32')",
    )


def _bounds_message(indices: Array, size: int, axis: int) -> str:
    return explain(
        "An index lies outside of its axis",
        given=f"indices from {indices.min()} to {indices.max()}",
        expected=f"numbers from 0 to {size - 1}: axis {axis} has {size} places",
        remedy=f"ops.clip(indices, 0, {size - 1})",
    )
