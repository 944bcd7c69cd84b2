"""Shapes: tuples of sizes, where a size is a number or a symbol such as the batch.

A symbolic size (`Dim`) stands for a number that is known only when a compiled function runs, so
that one piece of machine code serves every batch size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from numpy.exceptions import AxisError

from geartrain.errors import explain


class NoSize(ValueError, TypeError):
    """An operation needs a number where a traced function only knows a symbol for it."""


@dataclass(frozen=True)
class Dim:
    """A size known at run time only: `scale` times the number that `name` stands for.

    >>> 2 * Dim("batch") + Dim("batch")
    3*batch
    """

    name: str
    scale: int = 1

    def value(self, sizes: dict[str, int]) -> int:
        """The number this size is, given the numbers that the names stand for."""
        return self.scale * sizes[self.name]

    def __mul__(self, factor: int) -> Self:
        """So many times the size: two rows for each sample are 2 * batch."""
        return replace(self, scale=self.scale * factor) if type(factor) is int else NotImplemented

    __rmul__ = __mul__

    def __add__(self, other: Any) -> Self:
        if isinstance(other, int) and other == 0:
            return self
        if isinstance(other, Dim) and other.name == self.name:
            return replace(self, scale=self.scale + other.scale)
        raise NoSize(_arithmetic_message(f"{self} + {other}"))

    __radd__ = __add__

    def __floordiv__(self, other: Any) -> Self:
        if isinstance(other, int) and other > 0 and self.scale % other == 0:
            return replace(self, scale=self.scale // other)
        raise NoSize(_arithmetic_message(f"{self} // {other}"))

    def _unknown(self, *others: Any) -> Any:
        """What only a number can be asked."""
        raise NoSize(_arithmetic_message(f"arithmetic with {self}"))

    __sub__ = __rsub__ = __truediv__ = __rtruediv__ = __rfloordiv__ = __mod__ = __rmod__ = _unknown
    __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __int__ = __float__ = __index__ = _unknown

    def __str__(self) -> str:
        return self.name if self.scale == 1 else f"{self.scale}*{self.name}"

    __repr__ = __str__


def _arithmetic_message(given: str) -> str:
    return explain(
        "This size is not known yet: the function is compiled for any number",
        given=given,
        expected="a whole multiple of it, or a sum of such",
        remedy="run_eagerly=True, or a batch size that Input(batch_size=...) fixes",
    )


Size = int | Dim
Shape = tuple[Size, ...]


def size_value(size: Size, sizes: dict[str, int]) -> int:
    """The number that `size` is, given the numbers that the symbols stand for."""
    return size if isinstance(size, int) else size.value(sizes)


def is_static(shape: Shape) -> bool:
    """Whether every size of `shape` is a number."""
    return all(isinstance(size, int) for size in shape)


def format_shape(shape: Sequence[Size]) -> str:
    """Write a shape as Python would: `(batch, 784)`.

    >>> format_shape((Dim("batch"), 784)), format_shape((3,))
    ('(batch, 784)', '(3,)')
    """
    inner = ", ".join(str(size) for size in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def normalize_axis(axis: int, rank: int) -> int:
    """Turn a negative axis into the one it means, or raise NumPy's AxisError.

    That is an IndexError, and a ValueError as well.
    """
    if not -rank <= axis < rank:
        message = explain(
            f"Axis {axis} does not exist",
            given=f"axis={axis} for a tensor of rank {rank}",
            expected=f"an axis between {-rank} and {rank - 1}" if rank else "no axis: a scalar",
            remedy=f"axis={min(max(axis, -rank), rank - 1)}" if rank else "axis=None",
        )
        raise AxisError(message)
    return axis % rank if rank else 0


def normalize_axes(axis: int | Sequence[int] | None, rank: int) -> tuple[int, ...]:
    """Turn an `axis` argument (None: all) into increasing, distinct, non-negative axes."""
    if axis is None:
        return tuple(range(rank))
    given = (axis,) if isinstance(axis, int) else tuple(axis)
    axes = tuple(sorted(normalize_axis(each, rank) for each in given))
    if len(set(axes)) != len(axes):
        message = explain(
            "An axis is named twice",
            given=f"axis={tuple(given)} for a tensor of rank {rank}",
            expected="each axis once",
            remedy=f"axis={tuple(sorted(set(axes)))}",
        )
        raise ValueError(message)
    return axes


def broadcast_shapes(first: Shape, second: Shape, *, operation: str = "broadcast") -> Shape:
    """The shape of an element-wise operation of two shapes, by the book's two steps.

    Axes of size 1 are put before the smaller shape until the ranks agree, then every axis of
    size 1 is repeated to the size of the other.

    >>> broadcast_shapes((64, 3, 32, 10), (32, 10))
    (64, 3, 32, 10)
    """
    if first == second or not first:
        return second
    rank = max(len(first), len(second))
    left = (1,) * (rank - len(first)) + first
    right = (1,) * (rank - len(second)) + second
    for axis, (a, b) in enumerate(zip(left, right, strict=True)):
        if a != b and 1 not in (a, b):
            raise ValueError(_broadcast_message(operation, first, second, axis - rank, a, b))
    return tuple(b if a == 1 else a for a, b in zip(left, right, strict=True))


def _broadcast_message(
    operation: str, first: Shape, second: Shape, axis: int, a: Size, b: Size
) -> str:
    from geartrain.tensor.alignment import broadcast_remedy, draw_aligned  # needed only here

    x, y = ("x", first), ("y", second)
    return explain(
        f"{operation} cannot align shapes {format_shape(first)} and {format_shape(second)}",
        given=draw_aligned(x, y),
        expected="axes that are equal or 1, compared from the last one backwards",
        axis=f"axis {axis}: {a} against {b}, and neither is 1",
        remedy=broadcast_remedy(x, y),
    )


@dataclass(frozen=True)
class Count:
    """A number of elements: `factor` times the product of `symbols` (sorted names)."""

    factor: int
    symbols: tuple[str, ...]

    def __str__(self) -> str:
        return " * ".join([str(self.factor), *self.symbols])

    @classmethod
    def of(cls, shape: Shape) -> Count:
        """How many elements a shape holds."""
        numbers = [size if isinstance(size, int) else size.scale for size in shape]
        symbols = sorted(size.name for size in shape if isinstance(size, Dim))
        return cls(math.prod(numbers), tuple(symbols))

    def over(self, other: Count) -> Size | None:
        """The size that times `other` gives this count, or None where there is none."""
        rest = list(self.symbols)
        for symbol in other.symbols:
            if symbol not in rest:
                return None
            rest.remove(symbol)
        if not other.factor or self.factor % other.factor or len(rest) > 1:
            return None
        factor = self.factor // other.factor
        return Dim(rest[0], factor) if rest else factor


def infer_reshape(shape: Shape, target: Sequence[Size]) -> Shape:
    """Resolve the -1 of a reshape's target, and check that no element is lost.

    >>> infer_reshape((Dim("batch"), 28, 28), (Dim("batch"), -1))
    (batch, 784)
    """
    known = tuple(size for size in target if size != -1)
    total, covered = Count.of(shape), Count.of(known)
    if len(known) == len(target) and total == covered:
        return known
    missing = total.over(covered)
    if len(known) != len(target) - 1 or missing is None:
        raise ValueError(_reshape_message(shape, target))
    return tuple(missing if size == -1 else size for size in target)


def _reshape_message(shape: Shape, target: Sequence[Size]) -> str:
    has, asked = Count.of(shape), Count.of(tuple(size for size in target if size != -1))
    first = format_shape(shape[:1])[1:-1].rstrip(",")
    return explain(
        "reshape cannot keep every element",
        given=f"x of shape {format_shape(shape)}: {has} elements",
        expected=f"a target of {has} elements, not {format_shape(target)}: {asked}"
        + (" times -1" if -1 in target else ""),
        remedy=f"x.reshape({first}, -1)" if shape else "x.reshape(1)",
    )
