"""Gathering elements from places given by index tensors, and scattering them to such places.

An index is one integer tensor for each of x's first axes, all of one shape: `indices[0][p]`,
`indices[1][p]`, ... name the place that position p means. Indices are not negative and lie on
their axes: `evaluate` checks. Of several updates for one place, the later ones come later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.calculus import as_float, full_like
from geartrain.primitives.comparison import equal
from geartrain.primitives.elementwise import divide, multiply
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.functions import select
from geartrain.primitives.indexing import fill, iota
from geartrain.primitives.loop_text import INDENT, LETTERS, index, map_loops
from geartrain.primitives.movement import Movement, broadcast_to, reshape
from geartrain.primitives.primitive import Cost, Cotangents, Primitive, Sample, Spec, register
from geartrain.tensor import Array, Shape, Tensor
from geartrain.tensor.dtypes import INT32

__all__ = ["gather", "scatter_add", "scatter_max", "scatter_min", "scatter_multiply", "scatter_set"]

Inputs = tuple[Tensor, ...]


class Gather(Movement):
    """out[p, ...] = x[indices[0][p], indices[1][p], ..., ...]."""

    name = "gather"

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        x, *indices = inputs
        shape = _index_shape(self.name, x.shape, indices)
        return Spec((*shape, *x.shape[len(indices) :]), x.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        x, *indices = inputs
        check_bounds(self.name, x.shape, indices)
        return x[tuple(indices)]

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        x, *indices = inputs
        rank = len(indices[0].shape)
        total = rank + len(x.shape) - len(indices)
        position = index(LETTERS[:rank])
        places = [f"i{number}[{position}]" for number in range(len(indices))]
        names = ", ".join(f"i{number}" for number in range(len(indices)))
        element = f"x[{index([*places, *LETTERS[rank:total]])}]"
        return map_loops(f"def naive_gather(x, {names}, out):", total, element)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, *indices = inputs
        zeros = fill(shape=x.shape, value=0.0, dtype=x.dtype)
        return scatter_add(zeros, cotangent, *indices), *(None for _ in indices)

    def samples(self) -> Iterator[Sample]:
        rng = np.random.default_rng(0)
        rows, columns = np.array([2, 0, 2]), np.array([1, 1, 0])
        yield Sample((rng.uniform(size=(3, 2)), rows, columns))
        yield Sample((rng.uniform(size=(3, 2)), rows))
        yield Sample(
            (rng.uniform(size=(4, 2, 3)), np.array([[0, 3], [1, 1]]), np.array([[0, 1]] * 2))
        )
        yield Sample((rng.uniform(size=(5,)), np.array(3)))


gather = register(Gather)


class Scatter(Primitive):
    """x, with updates combined into the places that the indices name.

    updates[p, ...] goes to out[indices[0][p], indices[1][p], ..., ...].
    """

    combine: ClassVar[str]  # how a place takes an update: "{old} + {new}"

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        x, updates, *indices = inputs
        shape = (*_index_shape(self.name, x.shape, indices), *x.shape[len(indices) :])
        if updates != Spec(shape, x.dtype):
            raise ValueError(_updates_message(self.name, x, updates, shape))
        return x

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        x, updates, *indices = inputs
        check_bounds(self.name, x.shape, indices)
        out = x.copy()
        self.update(out, tuple(indices), updates)
        return out

    def update(self, out: Array, places: tuple[Array, ...], updates: Array) -> None:
        """Combine the updates into `out`, in their order."""
        raise NotImplementedError

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        _, updates, *indices = inputs
        rank, total = len(indices[0].shape), len(updates.shape)
        position = index(LETTERS[:rank])
        places = [f"i{number}[{position}]" for number in range(len(indices))]
        out = f"out[{index([*places, *LETTERS[rank:total]])}]"
        names = ", ".join(f"i{number}" for number in range(len(indices)))
        lines = [f"def naive_{self.name}(x, updates, {names}, out):", f"{INDENT}out[...] = x"]
        for axis, letter in enumerate(LETTERS[:total]):
            lines.append(f"{INDENT * (axis + 1)}for {letter} in range(updates.shape[{axis}]):")
        new = f"updates[{index(LETTERS[:total])}]"
        lines.append(f"{INDENT * (total + 1)}{out} = {self.combine.format(old=out, new=new)}")
        return "\n".join(lines) + "\n"

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        return Cost(static_count(inputs[1]), bytes_of(*inputs, inputs[0]))

    def samples(self) -> Iterator[Sample]:
        rng = np.random.default_rng(0)
        rows, columns = np.array([2, 0, 2, 1]), np.array([1, 1, 1, 0])
        yield Sample((rng.uniform(1, 2, (3, 2)), rng.uniform(1, 2, 4), rows, columns))
        yield Sample((rng.uniform(1, 2, (3, 2)), rng.uniform(1, 2, (4, 2)), rows))
        square = np.array([[1, 0], [1, 1]])
        yield Sample((rng.uniform(1, 2, (4,)), rng.uniform(1, 2, (2, 2)), square))


class ScatterAdd(Scatter):
    """x, with each update added to its place."""

    name = "scatter_add"
    combine = "{old} + {new}"

    def update(self, out: Array, places: tuple[Array, ...], updates: Array) -> None:
        np.add.at(out, places, updates)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        _, _, *indices = inputs
        return cotangent, gather(cotangent, *indices), *(None for _ in indices)


scatter_add = register(ScatterAdd)


class ScatterSet(Scatter):
    """x, with each update in its place; of several for one place, the last."""

    name = "scatter_set"
    combine = "{new}"

    def update(self, out: Array, places: tuple[Array, ...], updates: Array) -> None:
        out[places] = updates

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, updates, *indices = inputs
        zeros = full_like(updates, 0.0)
        by_updates = gather(cotangent, *indices)
        lasting = _is_last(x.shape, updates, indices)
        return (
            scatter_set(cotangent, zeros, *indices),
            select(lasting, by_updates, zeros),
            *(None for _ in indices),
        )


scatter_set = register(ScatterSet)


class _ScatterExtreme(Scatter):
    """The extreme of x and its updates; those that tie share the derivative."""

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, updates, *indices = inputs
        wins = as_float(equal(updates, gather(output, *indices)), updates)
        stays = as_float(equal(x, output), x)
        share = divide(cotangent, scatter_add(stays, wins, *indices))
        by_updates = multiply(gather(share, *indices), wins)
        return multiply(share, stays), by_updates, *(None for _ in indices)


class ScatterMax(_ScatterExtreme):
    """x, with each place at least as large as its updates."""

    name = "scatter_max"
    combine = "maximum({old}, {new})"

    def update(self, out: Array, places: tuple[Array, ...], updates: Array) -> None:
        np.maximum.at(out, places, updates)


scatter_max = register(ScatterMax)


class ScatterMin(_ScatterExtreme):
    """x, with each place at most as large as its updates."""

    name = "scatter_min"
    combine = "minimum({old}, {new})"

    def update(self, out: Array, places: tuple[Array, ...], updates: Array) -> None:
        np.minimum.at(out, places, updates)


scatter_min = register(ScatterMin)


class ScatterMultiply(Scatter):
    """x, with each place multiplied by its updates."""

    name = "scatter_multiply"
    combine = "{old} * {new}"

    def update(self, out: Array, places: tuple[Array, ...], updates: Array) -> None:
        np.multiply.at(out, places, updates)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        """The product of all others: zeros are counted and left out, so none is divided by."""
        x, updates, *indices = inputs
        is_zero = equal(updates, full_like(updates, 0.0))
        others = select(is_zero, full_like(updates, 1.0), updates)
        ones, zeros = full_like(x, 1.0), full_like(x, 0.0)
        product = scatter_multiply(ones, others, *indices)
        count = scatter_add(zeros, as_float(is_zero, updates), *indices)
        by_x = select(equal(count, zeros), product, zeros)
        here, lone = gather(multiply(x, product), *indices), gather(count, *indices)
        none = full_like(updates, 0.0)
        if_zero = select(equal(lone, full_like(lone, 1.0)), here, none)
        if_not = select(equal(lone, none), divide(here, others), none)
        by_updates = multiply(gather(cotangent, *indices), select(is_zero, if_zero, if_not))
        return multiply(cotangent, by_x), by_updates, *(None for _ in indices)


scatter_multiply = register(ScatterMultiply)


def _is_last(shape: Shape, updates: Tensor, indices: list[Tensor]) -> Tensor:
    """Which updates no later one replaces: they find their own number in their place."""
    rank = len(indices[0].shape)
    count = int(np.prod([int(str(size)) for size in indices[0].shape], dtype=np.int64))
    numbers = reshape(iota(shape=(count,), axis=0, dtype=INT32), shape=indices[0].shape)
    kept = scatter_set(fill(shape=shape[: len(indices)], value=-1, dtype=INT32), numbers, *indices)
    last = equal(gather(kept, *indices), numbers)
    wide = reshape(last, shape=(*last.shape, *(1,) * (len(updates.shape) - rank)))
    spread: Tensor = broadcast_to(wide, shape=updates.shape)
    return spread


def _index_shape(name: str, shape: Shape, indices: list[Spec]) -> Shape:
    """The shape that all indices have."""
    whole = all(each.dtype.kind in "iu" for each in indices)
    alike = len({each.shape for each in indices}) == 1
    if whole and alike and len(indices) <= len(shape):
        return indices[0].shape
    raise ValueError(
        explain(
            f"{name} cannot read these indices",
            given=", ".join(map(str, indices)) or "no index",
            expected=f"up to {len(shape)} integer tensors of one shape, one for each first axis",
            remedy="ops.cast(indices, 'int32'), ops.broadcast_to(indices, shape)",
        )
    )


def check_bounds(name: str, shape: tuple[int, ...], indices: list[Array]) -> None:
    """Raise IndexError where an index lies outside of its axis."""
    for axis, (each, size) in enumerate(zip(indices, shape, strict=False)):
        if each.size and (each.min() < 0 or each.max() >= size):
            raise IndexError(
                explain(
                    f"{name}: an index lies outside of its axis",
                    given=f"indices from {each.min()} to {each.max()}",
                    expected=f"numbers from 0 to {size - 1}: axis {axis} has {size} places",
                    axis=f"axis {axis}",
                    remedy=f"ops.clip(indices, 0, {size - 1})",
                )
            )


def _updates_message(name: str, x: Spec, updates: Spec, shape: Shape) -> str:
    return explain(
        f"{name} cannot place these updates",
        given=f"updates {updates}",
        expected=f"updates {Spec(shape, x.dtype)}: the indices' shape, then the rest of x ({x})",
        remedy=f"ops.broadcast_to(updates, {shape})",
    )
