"""The dot product of any two tensors, over any axes: one primitive.

Axes are named by letters, as in Einstein's convention. Letters that `out` lacks are summed over:

    lhs="ik", rhs="kj", out="ij"        the matrix product x @ y
    lhs="k",  rhs="k",  out=""          the dot product of two vectors
    lhs="bik", rhs="bkj", out="bij"     a batch of matrix products
    lhs="i",  rhs="j",  out="ij"        the tensor product (outer product)

`sums` names a wider dtype that products are added up in, and that the result has: "int32" for
factors of int8 or uint8, "float32" for bfloat16.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.elementwise import BOTH
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.loop_text import index, reduction_loops
from geartrain.primitives.primitive import Cost, Cotangents, Primitive, Sample, Spec, register
from geartrain.primitives.wide_sums import (
    in_sums,
    narrowed,
    product_text,
    summed_dtype,
    widened,
)
from geartrain.tensor import Array, Size, Tensor, is_floating
from geartrain.tensor.dtypes import FLOAT32

__all__ = [
    "contract",
]


class Contract(Primitive):
    """out[...] = the sum over the letters not in `out` of x[lhs] * y[rhs]."""

    name = "contract"
    selective = True

    def infer(self, *inputs: Spec, lhs: str, rhs: str, out: str, **parameters: Any) -> Spec:
        x, y = inputs
        sizes: dict[str, Size] = dict(zip(lhs, x.shape, strict=True))
        for axis, (letter, size) in enumerate(zip(rhs, y.shape, strict=True)):
            if sizes.setdefault(letter, size) != size:
                raise ValueError(_size_message(x, y, lhs.index(letter), axis))
        _check_letters(lhs, rhs, out)
        shape = tuple(sizes[letter] for letter in out)
        return Spec(shape, summed_dtype(_dtype_message, x, y, parameters.get("sums")))

    def evaluate(self, *inputs: Array, **letters: Any) -> Array:
        plan = _plan(letters["lhs"], letters["rhs"], letters["out"])
        return _product(plan, *in_sums(inputs, letters.get("sums")))

    def loops(self, *inputs: Spec, **letters: Any) -> str:
        lhs, rhs, out = letters["lhs"], letters["rhs"], letters["out"]
        outer = [(letter, f"out.shape[{axis}]") for axis, letter in enumerate(out)]
        inner = [
            (letter, f"x.shape[{axis}]") for axis, letter in enumerate(lhs) if letter not in out
        ]
        initial = "0.0" if is_floating(inputs[0].dtype) else "0"
        term = product_text(f"x[{index(lhs)}]", f"y[{index(rhs)}]", letters.get("sums"))
        update = f"total + {term}"
        return reduction_loops("def naive_contract(x, y, out):", outer, inner, initial, update)

    def gradient(
        self, cotangent: Tensor, inputs: tuple[Tensor, ...], output: Tensor, **letters: Any
    ) -> Cotangents:
        x, y = widened(inputs, letters.get("sums"))
        lhs, rhs, out = letters["lhs"], letters["rhs"], letters["out"]
        by_x, by_y = letters.get("wanted", BOTH)
        found = (
            contract(cotangent, y, lhs=out, rhs=rhs, out=lhs) if by_x else None,
            contract(x, cotangent, lhs=lhs, rhs=out, out=rhs) if by_y else None,
        )
        return narrowed(found, inputs, letters.get("sums"))

    def cost(self, *inputs: Spec, **letters: Any) -> Cost:
        x, y = inputs
        out = self.infer(x, y, **letters)
        summed = 1
        for letter, size in zip(letters["lhs"], x.shape, strict=True):
            summed *= int(str(size)) if letter not in letters["out"] else 1
        return Cost(2 * static_count(out) * summed, bytes_of(x, y, out))

    def samples(self) -> Iterator[Sample]:
        cases = [
            ("ik,kj->ij", (3, 4), (4, 5)),
            ("ik,jk->ij", (3, 4), (5, 4)),
            ("ki,kj->ij", (4, 3), (4, 20)),
            ("k,k->", (6,), (6,)),
            ("ik,k->i", (3, 4), (4,)),
            ("k,kj->j", (4,), (4, 5)),
            ("i,j->ij", (3,), (4,)),
            ("bik,bkj->bij", (2, 3, 4), (2, 4, 5)),
            ("abk,ckd->abcd", (2, 3, 4), (5, 4, 6)),
            ("ik,kj->ij", (17, 33), (33, 35)),
        ]
        for number, (letters, first, second) in enumerate(cases):
            rng = np.random.default_rng(number)
            operands, out = letters.split("->")
            lhs, rhs = operands.split(",")
            arrays = (rng.uniform(0.1, 1, first), rng.uniform(0.1, 1, second))
            tolerance = {"float32": 5e-6, "float64": 1e-14}
            yield Sample(arrays, {"lhs": lhs, "rhs": rhs, "out": out}, tolerance)
        yield from _narrow_samples()


def _narrow_samples() -> Iterator[Sample]:
    """Bytes of either kind, which are added up as int32."""
    letters = {"lhs": "ik", "rhs": "kj", "out": "ij", "sums": "int32"}
    x, y = np.arange(-60, 60).reshape(6, 20), np.arange(140).reshape(20, 7) * 5 - 300
    for kinds in (("int8", "int8"), ("uint8", "int8"), ("uint8", "uint8")):
        arrays = (x.astype(kinds[0]), y.astype(kinds[1]))
        yield Sample(arrays, letters, gradient=False)


contract = register(Contract)


class _Plan(NamedTuple):
    """How a contraction becomes a matrix product: orders of axes (None: as they are)."""

    lhs: tuple[int, ...] | None  # batch, rows, summed
    rhs: tuple[int, ...] | None  # batch, summed, columns
    out: tuple[int, ...] | None  # from batch, rows, columns
    batch: int
    rows: int
    columns: int
    is_matrices: bool


@cache
def _plan(lhs: str, rhs: str, out: str) -> _Plan:
    batch = [each for each in out if each in lhs and each in rhs]
    rows = [each for each in lhs if each in out and each not in rhs]
    columns = [each for each in rhs if each in out and each not in lhs]
    summed = [each for each in lhs if each not in out]
    orders = (
        [lhs.index(each) for each in (*batch, *rows, *summed)],
        [rhs.index(each) for each in (*batch, *summed, *columns)],
        [(batch + rows + columns).index(each) for each in out],
    )
    first, second, third = (
        None if order == list(range(len(order))) else tuple(order) for order in orders
    )
    is_matrices = len(rows) == len(columns) == len(summed) == 1
    return _Plan(first, second, third, len(batch), len(rows), len(columns), is_matrices)


def _product(plan: _Plan, x: Array, y: Array) -> Array:
    """The product by NumPy; that of narrow floats, for which it has no quick one, in float32."""
    if x.dtype.kind not in "iubc" and x.dtype.itemsize < FLOAT32.itemsize:
        with np.errstate(over="ignore"):  # as compiled code: infinity, without a word
            return _product(plan, x.astype(FLOAT32), y.astype(FLOAT32)).astype(x.dtype)
    left = x if plan.lhs is None else x.transpose(plan.lhs)
    right = y if plan.rhs is None else y.transpose(plan.rhs)
    multiply = np.matmul if plan.is_matrices else partial(_as_matrices, plan)
    product: Array = multiply(left, right)  # BLAS
    return product if plan.out is None else product.transpose(plan.out)


def _as_matrices(plan: _Plan, x: Array, y: Array) -> Array:
    """The product with several axes, or none, taken as one of rows, columns and summed."""
    batch, rows = x.shape[: plan.batch], x.shape[plan.batch : plan.batch + plan.rows]
    columns = y.shape[y.ndim - plan.columns :]
    depth = math.prod(x.shape[plan.batch + plan.rows :])
    left = x.reshape(*batch, math.prod(rows), depth)
    right = y.reshape(*batch, depth, math.prod(columns))
    return np.asarray(np.matmul(left, right).reshape((*batch, *rows, *columns)))


def _check_letters(lhs: str, rhs: str, out: str) -> None:
    lone = [each for each in lhs + rhs if each not in out and not (each in lhs and each in rhs)]
    strange = [each for each in out if each not in lhs + rhs]
    twice = [each for part in (lhs, rhs, out) for each in part if part.count(each) > 1]
    if lone or strange or twice:
        raise ValueError(
            explain(
                "contract cannot read these letters",
                given=f"lhs={lhs!r}, rhs={rhs!r}, out={out!r}",
                expected="letters that are once in each place; one that `out` lacks in both inputs",
                remedy="contract(x, y, lhs='ik', rhs='kj', out='ij')",
            )
        )


def _size_message(x: Spec, y: Spec, x_axis: int, y_axis: int) -> str:
    return explain(
        "A dot product needs axes of one size",
        given=f"x {x} and y {y}",
        expected=f"axis {x_axis} of x as long as axis {y_axis} of y, as they are summed over",
        axis=f"axis {x_axis} of x is {x.shape[x_axis]}, axis {y_axis} of y is {y.shape[y_axis]}",
        remedy="ops.transpose(...) the one whose axes are the wrong way round",
    )


def _dtype_message(x: Spec, y: Spec) -> str:
    return explain(
        "A dot product needs values of one dtype",
        given=f"x {x} and y {y}",
        expected="one dtype for both",
        remedy=f"ops.cast(y, {x.dtype.name!r})",
    )
