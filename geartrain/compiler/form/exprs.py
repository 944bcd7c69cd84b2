"""Expressions of the loop form, and the axes that they stand on; `loops.py` says what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from geartrain.compiler.form.printing import format_expr
from geartrain.graph import Node
from geartrain.tensor import DType, Size
from geartrain.tensor.dtypes import INT64


@dataclass(frozen=True, eq=False)
class Axis:
    """One loop: its name and how often it turns."""

    name: str
    extent: Size

    def __repr__(self) -> str:
        return f"{self.name}<{self.extent}"


def long_axes(axes: Sequence[Axis]) -> tuple[Axis, ...]:
    """The axes that turn more than once (or a number of times that is known later)."""
    return tuple(axis for axis in axes if axis.extent != 1)


class Expr:
    """A scalar expression of the loop form: immutable and interned."""

    __slots__ = ("__weakref__", "args", "dtype", "head", "loads", "nodes", "what")

    head: str
    what: Any
    args: tuple[Expr, ...]
    dtype: DType
    loads: tuple[Expr, ...] | None  # in its arguments, once somebody has asked
    nodes: frozenset[Node]  # of which it loads something, likewise

    def __repr__(self) -> str:
        return format_expr(self)


_interned: WeakValueDictionary[tuple[Any, ...], Expr] = WeakValueDictionary()


def intern(head: str, what: Any, args: tuple[Expr, ...], dtype: DType) -> Expr:
    """The one expression of these parts."""
    key = (head, type(what), what, args, dtype)
    found = _interned.get(key)
    if found is None:
        found = Expr()
        found.head, found.what, found.args, found.dtype = head, what, args, dtype
        found.loads = None
        _interned[key] = found
    return found


def literal(value: bool | float, dtype: DType) -> Expr:
    """A number. Zero and minus zero, which compare equal, stay apart by their text."""
    return intern("literal", (value, repr(value)), (), dtype)


ZERO = literal(0, INT64)


def place(axis: Axis) -> Expr:
    """Where the loop over `axis` stands: always 0 where it turns but once."""
    return ZERO if axis.extent == 1 else intern("place", axis, (), INT64)


def extent(size: Size) -> Expr:
    """How long an axis is: a literal, or a symbol's value."""
    if isinstance(size, int):
        return literal(size, INT64)
    return intern("extent", size, (), INT64)


def load(node: Node, index: tuple[Expr, ...]) -> Expr:
    """One element of a value in memory, or of one not yet placed."""
    return intern("load", node, index, node.dtype)


def value(node: Node) -> Expr:
    """The element of `node` that this kernel computes at the place where it stands."""
    return intern("value", node, (), node.dtype)


def walk(*roots: Expr) -> Iterator[Expr]:
    """Every sub-expression of `roots`, each once, arguments first."""
    seen: set[Expr] = set()
    pending = [(root, False) for root in reversed(roots)]
    while pending:
        expr, args_done = pending.pop()
        if args_done:
            yield expr
        elif expr not in seen:
            seen.add(expr)
            pending.append((expr, True))
            pending.extend((each, False) for each in reversed(expr.args))


def loads_of(*roots: Expr) -> list[Expr]:
    """The loads inside the expressions, each once."""
    if len(roots) == 1:
        return list(_loads_in(roots[0]))
    return list(dict.fromkeys(each for root in roots for each in _loads_in(root)))


def _loads_in(root: Expr) -> tuple[Expr, ...]:
    if root.loads is None:
        found = tuple(each for each in walk(root) if each.head == "load")
        root.nodes = frozenset(each.what for each in found)
        root.loads = found[:-1] if root.head == "load" else found  # it does not hold itself
    return (*root.loads, root) if root.head == "load" else root.loads


def is_loaded(node: Node, root: Expr) -> bool:
    """Whether an expression loads something of a node."""
    _loads_in(root)
    return node in root.nodes
