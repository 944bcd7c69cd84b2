"""Sorting: the order in which the elements of an axis stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import INDENT, LETTERS, index
from geartrain.primitives.primitive import Cost, Cotangents, Primitive, Sample, Spec, register
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import INT32

__all__ = ["argsort", "searchsorted"]


class ArgSort(Primitive):
    """The places of an axis from the smallest element to the largest; equal ones keep their order.

    NaN counts as larger than any number.
    """

    name = "argsort"

    def infer(self, *inputs: Spec, axis: int, **parameters: Any) -> Spec:
        return Spec(inputs[0].shape, INT32)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.argsort(inputs[0], axis=parameters["axis"], kind="stable").astype(INT32)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        """Insertion: each element goes in front of those that are larger."""
        rank, axis = len(inputs[0].shape), parameters["axis"]
        outer = [letter for at, letter in enumerate(LETTERS[:rank]) if at != axis]

        def place(name: str) -> str:
            return index([name if at == axis else LETTERS[at] for at in range(rank)])

        lines = ["def naive_argsort(x, out):"]
        for depth, letter in enumerate(outer, 1):
            size = f"x.shape[{LETTERS.index(letter)}]"
            lines.append(f"{INDENT * depth}for {letter} in range({size}):")
        here = INDENT * (len(outer) + 1)
        new = f"x[{place('new')}]"
        old = f"x[{place('out[' + place('at - 1') + ']')}]"
        larger = f"({old} > {new} or (is_nan({old}) and not is_nan({new})))"
        lines += [
            f"{here}for new in range(x.shape[{axis}]):",
            f"{here}    at = new",
            f"{here}    while at > 0 and {larger}:",
            f"{here}        out[{place('at')}] = out[{place('at - 1')}]",
            f"{here}        at = at - 1",
            f"{here}    out[{place('at')}] = new",
        ]
        return "\n".join(lines) + "\n"

    def gradient(
        self, cotangent: Tensor, inputs: tuple[Tensor, ...], output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        (x,) = inputs
        count = static_count(x)
        return Cost(count * max(count.bit_length(), 1), bytes_of(x, self.infer(x, **parameters)))

    def samples(self) -> Iterator[Sample]:
        rng = np.random.default_rng(0)
        for shape, axis in [((7,), 0), ((3, 5), 1), ((5, 3), 0), ((2, 4, 3), 1), ((0,), 0)]:
            yield Sample((rng.integers(0, 4, shape).astype(float),), {"axis": axis}, gradient=False)
        yield Sample((np.array([2.0, np.nan, -np.inf, 1.0]),), {"axis": 0}, gradient=False)


argsort = register(ArgSort)


class SearchSorted(Primitive):
    """The place at which each value would go into a sorted vector."""

    name = "searchsorted"

    def infer(self, *inputs: Spec, side: str, **parameters: Any) -> Spec:
        order, values = inputs
        if len(order.shape) != 1 or order.dtype != values.dtype:
            raise ValueError(f"searchsorted takes a vector and values of its dtype, not {inputs}")
        return Spec(values.shape, INT32)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        order, values = inputs
        return np.asarray(np.searchsorted(order, values, side=parameters["side"]), INT32)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        """Halving: the place lies between `low` and `high`."""
        rank = len(inputs[1].shape)
        place, here = index(LETTERS[:rank]), INDENT * (rank + 1)
        lines = ["def naive_searchsorted(order, values, out):"]
        for axis, letter in enumerate(LETTERS[:rank], 1):
            lines.append(f"{INDENT * axis}for {letter} in range(values.shape[{axis - 1}]):")
        value = f"values[{place}]"
        goes_right = "<" if parameters["side"] == "left" else "<="
        behind = f"order[middle] {goes_right} {value} or is_nan({value})"
        lines += [
            f"{here}low = 0",
            f"{here}high = order.shape[0]",
            f"{here}while low < high:",
            f"{here}    middle = (low + high) // 2",
            f"{here}    if {behind}:",
            f"{here}        low = middle + 1",
            f"{here}    else:",
            f"{here}        high = middle",
            f"{here}out[{place}] = low",
        ]
        return "\n".join(lines) + "\n"

    def gradient(
        self, cotangent: Tensor, inputs: tuple[Tensor, ...], output: Tensor, **parameters: Any
    ) -> Cotangents:
        return None, None

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        order, values = inputs
        steps = static_count(order).bit_length()
        return Cost(static_count(values) * steps, bytes_of(order, values))

    def samples(self) -> Iterator[Sample]:
        order = np.array([0.0, 1.0, 1.0, 2.5])
        for side in ("left", "right"):
            for values in (np.array([[1.0, -1.0, 3.0], [2.5, 0.0, 1.5]]), np.array(1.0)):
                yield Sample((order, values), {"side": side}, gradient=False)


searchsorted = register(SearchSorted)
