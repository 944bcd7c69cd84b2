"""The values of names that choices and loops hand on: what of them is numbers, and what is not.

A value is a nest (lists, tuples, dicts). Its leaves that are numbers, of Python, NumPy or tensors,
can be chosen between and carried from turn to turn; all else must stay what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.tensor_array import TensorArray
from geartrain.tensor import Tensor
from geartrain.tensor.nest import flatten, pack_like
from geartrain.tensor.text_tensor import TextTensor

NUMBERS = (bool, int, float, complex, np.ndarray, np.generic)


class CannotStage(TypeError):
    """A choice or a loop on tensors cannot become part of a compiled function, and why."""


@dataclass(frozen=True)
class State:
    """The names that code binds.

    Args:
        get: gives their values.
        set: sets them.
        names: the names.
        changed: what the code changes in place, which could not be taken back; None if nothing.
    """

    get: Callable[[], tuple[Any, ...]]
    set: Callable[[tuple[Any, ...]], None]
    names: tuple[str, ...]
    changed: str | None

    def require_numbers(self) -> None:
        """Raise where code that a tensor decides about does more than bind names.

        Raises:
            CannotStage: it does.
        """
        if self.changed is not None:
            raise CannotStage(f"{self.changed} is changed in place where a tensor decides")


class Undefined:
    """What stands for a name that has no value yet.

    >>> Undefined("total")
    <total has no value yet>
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name} has no value yet>"

    def __getattr__(self, name: str) -> Any:
        raise UnboundLocalError(f"{self.name!r} has no value where it is asked for")


def is_traced(x: Any) -> bool:
    """Whether a value is a tensor whose numbers are not known before the compiled code runs."""
    return isinstance(x, Tensor) and x.is_symbolic and not x.stands_for_any


def is_numbers(x: Any) -> bool:
    """Whether a leaf can be chosen between and carried."""
    if isinstance(x, TensorArray):
        return x.buffer is not None
    return isinstance(x, (Tensor, *NUMBERS)) and not isinstance(x, TextTensor)


def leaves_of(value: Any) -> list[Any]:
    """The leaves of a nest, those that are no numbers included."""
    return flatten(value)


def number_leaves(values: Sequence[Any]) -> list[Any]:
    """The leaves that are numbers, of all names."""
    found = (leaf for value in values for leaf in leaves_of(value) if is_numbers(leaf))
    return [leaf.buffer if isinstance(leaf, TensorArray) else leaf for leaf in found]


def with_numbers(values: Sequence[Any], numbers: Sequence[Any]) -> tuple[Any, ...]:
    """The values, with other numbers in their places."""
    rest = iter(numbers)
    return tuple(
        pack_like(value, [_with_number(x, rest) for x in leaves_of(value)]) for value in values
    )


def _with_number(leaf: Any, rest: Iterator[Any]) -> Any:
    if not is_numbers(leaf):
        return leaf
    return leaf.with_buffer(next(rest)) if isinstance(leaf, TensorArray) else next(rest)


def is_unknown(value: Any) -> bool:
    """Whether it takes a turn of a loop to know the shape of a value."""
    return isinstance(value, Undefined) or any(
        isinstance(each, TensorArray) and each.buffer is None for each in leaves_of(value)
    )


def known_by(before: Any, after: Any) -> Any:
    """A value to begin a loop with, given what it is after a turn: zeros, and arrays of zeros."""
    if isinstance(before, Undefined):
        return before if isinstance(after, Undefined) else _zeros(after)
    pairs = zip(leaves_of(before), leaves_of(after), strict=False)
    return pack_like(before, [_array_known_by(*each) for each in pairs])


def _array_known_by(before: Any, after: Any) -> Any:
    if (
        isinstance(before, TensorArray)
        and isinstance(after, TensorArray)
        and after.buffer is not None
    ):
        return before.as_one(after.element_shape)
    return before


def _zeros(value: Any) -> Any:
    leaves = [
        ops.zeros(tuple(as_tensor(x).shape), as_tensor(x).dtype) if is_numbers(x) else x
        for x in leaves_of(value)
    ]
    return pack_like(value, leaves)


def as_tensor(x: Any) -> Tensor:
    """A number as TensorFlow makes a tensor of it: int32, float32."""
    found: Tensor = ops.convert_to_tensor(x)
    return found


def fitted(x: Any, like: Tensor, name: str) -> Tensor:
    """What a turn gives, as the loop began with it.

    Raises:
        CannotStage: it has another dtype or shape.
    """
    if isinstance(x, TensorArray):
        return fitted(x.as_one(like.shape[1:]).buffer, like, name)
    given = x if isinstance(x, Tensor) else ops.convert_to_tensor(x)
    weak = type(x) in (int, float) and like.dtype.kind in ("f" if type(x) is float else "fiu")
    if weak:
        given = ops.cast(given, like.dtype)
    if given.dtype != like.dtype or tuple(given.shape) != tuple(like.shape):
        raise CannotStage(
            f"{name!r} is {like.dtype} {tuple(like.shape)} before a turn of a loop, and "
            f"{given.dtype} {tuple(given.shape)} after it"
        )
    return given


def same_leaves(before: Any, after: Any, name: str) -> list[tuple[Any, Any]]:
    """The leaves of two nests side by side.

    Raises:
        CannotStage: they have other forms.
    """
    first, second = leaves_of(before), leaves_of(after)
    if len(first) != len(second) or _form(before) != _form(after):
        raise CannotStage(f"{name!r} has another form in one way than in the other")
    return list(zip(first, second, strict=True))


def _form(value: Any) -> Any:
    return repr(pack_like(value, [0] * len(leaves_of(value))))


def are_equal(a: Any, b: Any) -> bool:
    """Whether two leaves are the same, so that there is nothing to choose."""
    if a is b:
        return True
    plain = isinstance(a, bool | int | float | str) and type(a) is type(b)
    return plain and bool(a == b)
