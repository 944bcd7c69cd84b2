"""Shapes as values: what `tf.shape` gives, before and after there are numbers.

x with numbers      tf.shape(x)      ->  a tensor, [32 7]
x without numbers   tf.shape(x)      ->  Sizes, (batch, 7), which every `shape` argument takes
                    tf.concat([[n], [1, 1]], 0), tf.stack([n, 4]), n * 2     ->  Sizes, a size
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, SupportsIndex

from geartrain import ops
from geartrain.tensor import Dim, Tensor, Variable
from geartrain.tensor.interpreter import duty


class Sizes(tuple[Any, ...]):
    """The sizes of a tensor that has no numbers yet: whole numbers and symbols.

    It stands wherever a shape is wanted; anything else makes a tensor of it.
    """

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(int(key) if isinstance(key, Tensor) else key)
        return Sizes(found) if isinstance(key, slice) else found

    def __add__(self, other: Any) -> Any:
        return ops.add(self.tensor(), other)

    def __sub__(self, other: Any) -> Any:
        return ops.subtract(self.tensor(), other)

    def __mul__(self, other: Any) -> Any:
        """Each size so many times; a shape again, where the factors are whole numbers."""
        factors = [other] * len(self) if isinstance(other, int) else other
        if isinstance(factors, list | tuple):
            return Sizes(a * b for a, b in zip(self, factors, strict=True))
        return ops.multiply(self.tensor(), other)

    def __rmul__(self, other: SupportsIndex) -> Any:
        return self * other

    def __floordiv__(self, other: Any) -> Any:
        return ops.floor_divide(self.tensor(), other)

    def __truediv__(self, other: Any) -> Any:
        return ops.divide(self.tensor(), other)

    @property
    def shape(self) -> tuple[int]:
        """How many sizes there are, as the shape of a vector."""
        return (len(self),)

    def tensor(self, dtype: Any = "int32") -> Tensor:
        """The sizes as a tensor."""
        return ops.convert_to_tensor(list(self), dtype)


def has_numbers(x: Any) -> bool:
    """Whether what is done with a value happens at once, with numbers."""
    return duty.eager is not None and not (isinstance(x, Tensor) and x.is_symbolic)


def is_size(x: Any) -> bool:
    """Whether a value is a size, or sizes, of a tensor that has no numbers yet."""
    if isinstance(x, Dim | Sizes):
        return True
    return type(x) is int and duty.eager is None


def are_sizes(values: Any) -> bool:
    """Whether sizes are among several values, and nothing that could not be one."""
    if isinstance(values, Tensor | Variable) or not isinstance(values, Iterable):
        return False
    given = list(values)
    return any(map(is_size, given)) and all(map(_may_be_sizes, given))


def _may_be_sizes(x: Any) -> bool:
    if isinstance(x, Tensor):
        return not x.is_symbolic and x.dtype.kind in "iu"
    return isinstance(x, Dim | int) or (isinstance(x, list | tuple) and all(map(_may_be_sizes, x)))


def joined(values: Iterable[Any]) -> Sizes:
    """Sizes one after the other, in one row."""
    row: list[Any] = []
    for each in values:
        plain = each.tolist() if isinstance(each, Tensor) else each
        row.extend(joined(plain) if isinstance(plain, list | tuple) else [plain])
    return Sizes(row)


def sizes_of(x: Any) -> tuple[Any, ...]:
    """The size of each axis: numbers, or before there are any, symbols."""
    return ops.shape(x)
