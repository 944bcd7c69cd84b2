"""Signatures: what a call of a compiled function has in common with calls of the same code.

    step(x, {"rate": 0.1}, "mean")                 the call
    (x: float32(32, 10), rate: a float, "mean")    its signature
    [x's array, array(0.1)]                        its arrays, in order

Lists, tuples, dicts, named tuples and dataclasses are opened. In them tensors, arrays and Python's
floats are values: their shape and dtype count, not their numbers. All else is static: whole
numbers, bools, strings, None, functions and other objects are part of the signature.
"""

from __future__ import annotations

import copy
import weakref
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Array, Dim, Size, Tensor, Variable
from geartrain.tensor.dtypes import native

Key = tuple[Any, ...]
FLOAT: Key = ("float",)  # of a Python float: a scalar of weak dtype
NEST, STATIC = "nest", "static"
PLAIN = frozenset([int, bool, str, type(None), float, Tensor, np.ndarray, Variable])  # no nests
NUMBERS = frozenset("biufcV")  # kinds of dtypes; V is bfloat16


class SymbolicArgument(Exception):
    """An argument is being traced already: the call is part of another function."""


class Same:
    """Stands for an object in a key: equal to itself alone, without keeping it alive."""

    __slots__ = ("__weakref__", "_hash", "object")

    def __init__(self, value: Any) -> None:
        self.object = weakref.ref(value)
        self._hash = id(value)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        mine = self.object()
        return self is other or (
            isinstance(other, Same) and mine is not None and mine is other.object()
        )

    def __repr__(self) -> str:
        return _short(self.object())


# -- opening and closing containers ----------------------------------------------------------------


def opened(value: Any) -> tuple[tuple[Any, ...], list[Any]] | None:
    """The names of a container's parts, and the parts; None for what is no container."""
    kind = type(value)
    if kind in PLAIN:
        return None
    if kind is dict or isinstance(value, dict):
        return tuple(value), list(value.values())
    if isinstance(value, list | tuple):
        return getattr(kind, "_fields", None) or tuple(range(len(value))), list(value)
    if hasattr(kind, "__dataclass_fields__") and kind is not type:
        names = tuple(kind.__dataclass_fields__)
        return names, [getattr(value, name) for name in names]
    return None


def closed(like: Any, parts: Sequence[Any]) -> Any:
    """A container of the kind and names of `like`, with other parts."""
    kind = type(like)
    if kind is dict:
        return dict(zip(like, parts, strict=True))
    if kind in (list, tuple):
        return kind(parts)
    if hasattr(kind, "_fields"):
        return kind(*parts)
    if isinstance(like, list | tuple):
        return kind(parts)
    fresh = copy.copy(like)  # keeps a dict's default factory, a dataclass's other fields
    if isinstance(like, dict):
        fresh.update(zip(like, parts, strict=True))
    else:
        for name, part in zip(kind.__dataclass_fields__, parts, strict=True):
            object.__setattr__(fresh, name, part)
    return fresh


def with_leaves(value: Any, leaves: Iterator[Any]) -> Any:
    """The nest with the next of `leaves` in the place of each value; static parts stay."""
    if is_value(value):
        return next(leaves)
    inside = opened(value)
    if inside is None:
        return value
    return closed(value, [with_leaves(part, leaves) for part in inside[1]])


def is_value(leaf: Any) -> bool:
    """Whether a leaf is given to the compiled function, and not part of its signature."""
    return isinstance(leaf, Tensor | float | np.ndarray | np.generic) or (
        hasattr(leaf, "__array__") and not isinstance(leaf, Variable | type)
    )


# -- keys ------------------------------------------------------------------------------------------


def key_of(value: Any, arrays: list[Array], axes: SymbolicAxes | None = None) -> Key:
    """What of a nest belongs to the signature; the arrays in it are put on the list."""
    kind = type(value)
    if kind is Tensor:
        array = value._value
        if axes is None and type(array) is np.ndarray and array.dtype.isnative:  # nearly always
            arrays.append(array)
            return array.shape, array.dtype
        return _array_key(array, arrays, axes)
    if kind is np.ndarray:
        return _array_key(value, arrays, axes)
    if kind is float:
        arrays.append(np.asarray(value))
        return FLOAT
    inside = opened(value)
    if inside is not None:
        names, parts = inside
        return NEST, kind, names, tuple([key_of(part, arrays, axes) for part in parts])
    if is_value(value):
        number = value.value if isinstance(value, Tensor) else np.asarray(value)
        return _array_key(number, arrays, axes)
    return STATIC, kind, _frozen(value)


def _array_key(array: Any, arrays: list[Array], axes: SymbolicAxes | None) -> Key:
    if not isinstance(array, np.ndarray):
        raise SymbolicArgument
    if array.dtype.kind not in NUMBERS:
        raise TypeError(_numbers_message(array))
    array = native(array)
    arrays.append(array)
    return (axes.apply(array.shape) if axes else array.shape), array.dtype


def static_key(value: Any) -> Key:
    """The key of an argument that is static as a whole, tensors excepted."""
    return STATIC, type(value), _frozen(value)


def _frozen(value: Any) -> Hashable:
    """Something hashable that equals what means the same to a function."""
    kind: Any = type(value)
    if is_value(value) and kind is not float:
        raise TypeError(_static_message(value))
    if kind is float:
        return str(value.hex())  # so that NaN equals NaN, and 0.0 is not -0.0
    if kind is slice:
        return value.start, value.stop, value.step
    if kind.__eq__ is object.__eq__ or kind is Variable:
        return _same(value)
    if isinstance(value, list | tuple | dict) and (inside := opened(value)):
        return (inside[0], tuple((type(part), _frozen(part)) for part in inside[1]))
    try:
        hash(value)
    except TypeError:
        raise TypeError(_hash_message(value)) from None
    plain: Hashable = value
    return plain


def _same(value: Any) -> Hashable:
    try:
        return Same(value)
    except TypeError:  # of a class with slots and no place for weak references
        kept: Hashable = value
        return kept


def is_alive(key: Any) -> bool:
    """Whether every object that a key stands for is still there."""
    if isinstance(key, Same):
        return key.object() is not None
    return not isinstance(key, tuple) or all(map(is_alive, key))


def specs_of(key: Key, path: str) -> Iterator[tuple[str, Spec | None]]:
    """The path and the spec of each value under a key, in order; None: of a Python float."""
    if key[0] == NEST:
        for name, inner in zip(key[2], key[3], strict=True):
            yield from specs_of(inner, path + step_text(key[1], name))
    elif key == FLOAT:
        yield path, None
    elif key[0] != STATIC:
        yield path, Spec(key[0], key[1])


def step_text(kind: type, name: Any) -> str:
    """How a part of a container is written: `[0]`, `['w']`, `.w`."""
    has_fields = hasattr(kind, "_fields") or hasattr(kind, "__dataclass_fields__")
    return f".{name}" if has_fields else f"[{name!r}]"


def describe(key: Key) -> str:
    """One leaf or nest of a signature, in words."""
    if key == FLOAT:
        return "a float"
    if key[0] == NEST:
        return f"a {key[1].__name__} of {len(key[3])}"
    if key[0] == STATIC:
        return key[2] if key[1] is float else _short(key[2])
    return str(Spec(key[0], key[1]))


def _short(value: Any, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


# -- symbolic axes ---------------------------------------------------------------------------------


class Sizes:
    """The symbols of one call: which size each stands for."""

    def __init__(self) -> None:
        self.named: dict[str, int] = {}
        self._unnamed: dict[int, Dim] = {}

    def of(self, size: int, name: str | None) -> Dim:
        """The symbol of an axis: its name's, or the one that axes of the same size share."""
        if name is None:
            count = len(self._unnamed)
            return self._unnamed.setdefault(size, Dim("batch" if not count else f"size_{count}"))
        if self.named.setdefault(name, size) != size:
            raise ValueError(_sizes_message(name, self.named[name], size))
        return Dim(name)


class SymbolicAxes:
    """Which axes of one argument are symbolic, in one call."""

    def __init__(self, argument: str, axes: Mapping[int, str | None], sizes: Sizes) -> None:
        self.argument = argument
        self.axes = axes
        self.sizes = sizes

    def apply(self, shape: tuple[int, ...]) -> tuple[Size, ...]:
        """The shape with symbols in it."""
        found: list[Size] = list(shape)
        for axis, name in self.axes.items():
            if not -len(shape) <= axis < len(shape):
                raise ValueError(_axis_message(self.argument, axis, shape))
            found[axis] = self.sizes.of(shape[axis], name)
        return tuple(found)


def read_axes(axes: Any) -> dict[int, str | None]:
    """`0`, `(0, 1)` or `{0: "batch"}` as a mapping from axes to names."""
    if isinstance(axes, int):
        return {axes: None}
    return dict(axes) if isinstance(axes, Mapping) else dict.fromkeys(axes)


def _numbers_message(array: Array) -> str:
    return explain(
        "A compiled function takes arrays of numbers",
        given=f"an array of dtype {array.dtype}",
        expected="bools, integers, floats or complex numbers",
        remedy="a list or tuple of strings, which is static, or array.astype('float32')",
    )


def _static_message(value: Any) -> str:
    return explain(
        "A static argument is part of the compiled code, and an array cannot be",
        given=f"a {type(value).__name__} of shape {np.shape(value)}",
        expected="something to compare calls by: a number, a string, a tuple, a function",
        remedy="leave the argument out of static_argnums and static_argnames",
    )


def _hash_message(value: Any) -> str:
    return explain(
        "A static argument must be hashable, so that calls can be compared by it",
        given=f"a {type(value).__name__}: {_short(value)}",
        expected="a number, a string, a tuple, a frozenset, a function, a frozen dataclass",
        remedy="a tuple or a frozenset in its place",
    )


def _sizes_message(name: str, first: int, second: int) -> str:
    return explain(
        f"The symbolic axis '{name}' has two sizes in one call",
        given=f"{first} and {second}",
        expected=f"one size for every axis that `symbolic` names '{name}'",
        remedy=f"arrays of one size along '{name}', or another name for one of the axes",
    )


def _axis_message(argument: str, axis: int, shape: tuple[int, ...]) -> str:
    return explain(
        f"Argument '{argument}' has no axis {axis} to be symbolic",
        given=f"{argument} of shape {shape}",
        expected=f"an axis {axis}, which `symbolic` of jit names",
        remedy=f"symbolic={{'{argument}': 0}}" if shape else f"symbolic without '{argument}'",
    )
