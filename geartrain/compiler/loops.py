"""The loop form: the language between the graph and machine code, in one page.

    nest   ::=  for axis...:  out[axis...] = expr                        a map
             |  for axis...:  out[axis...] = op over axis... of expr     a reduction
    expr   ::=  Literal(value)              a number
             |  Place(axis)                 where a loop stands
             |  Extent(size)                how long an axis is
             |  Load(node, (expr, ...))     one element of another value
             |  Value(node)                 an element this kernel has just computed
             |  Apply(op, (expr, ...))      arithmetic: add, exp, select, cast, ...
    op     ::=  sum | prod | max | min      (in a reduction)

    kernel ::=  for axis...:  root? statement*                           see `kernels.py`

Before, a primitive's loops:                    after, its nest:

    def naive_relu(x, out):
        for i in range(out.shape[0]):           relu[i, j] = maximum(x[i, j], 0)
            for j in range(out.shape[1]):
                out[i, j] = maximum(x[i, j], 0)

Expressions are interned: equal ones are the same object, so they compare by identity, and a
shared sub-expression is emitted once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from geartrain.graph import Node
from geartrain.tensor import DType, Size
from geartrain.tensor.dtypes import BOOL, INT64


@dataclass(frozen=True, eq=False)
class Axis:
    """One loop: its name and how often it turns."""

    name: str
    extent: Size

    def __repr__(self) -> str:
        return f"{self.name}<{self.extent}"


class Expr:
    """A scalar expression of the loop form: immutable and interned."""

    __slots__ = ("__weakref__", "args", "dtype", "head", "what")

    head: str
    what: Any
    args: tuple[Expr, ...]
    dtype: DType

    def __repr__(self) -> str:
        return format_expr(self)


_interned: WeakValueDictionary[tuple[Any, ...], Expr] = WeakValueDictionary()


def _intern(head: str, what: Any, args: tuple[Expr, ...], dtype: DType) -> Expr:
    key = (head, type(what), what, args, dtype)
    found = _interned.get(key)
    if found is None:
        found = Expr()
        found.head, found.what, found.args, found.dtype = head, what, args, dtype
        _interned[key] = found
    return found


def literal(value: bool | float, dtype: DType) -> Expr:
    """A number. Zero and minus zero, which compare equal, stay apart by their text."""
    return _intern("literal", (value, repr(value)), (), dtype)


def place(axis: Axis) -> Expr:
    """Where the loop over `axis` stands: always 0 where it turns but once."""
    return ZERO if axis.extent == 1 else _intern("place", axis, (), INT64)


def extent(size: Size) -> Expr:
    """How long an axis is: a literal, or a symbol's value."""
    if isinstance(size, int):
        return literal(size, INT64)
    return _intern("extent", size, (), INT64)


def load(node: Node, index: tuple[Expr, ...]) -> Expr:
    """One element of a value in memory, or of one not yet placed."""
    return _intern("load", node, index, node.dtype)


def value(node: Node) -> Expr:
    """The element of `node` that this kernel computes at the place where it stands."""
    return _intern("value", node, (), node.dtype)


COMPARISONS = frozenset(
    (
        *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "is_nan"),
        *("logical_and", "logical_or", "logical_not"),
    )
)


def apply(op: str, *args: Expr, dtype: DType | None = None) -> Expr:
    """Arithmetic on expressions of one dtype; `cast` names the dtype it goes to."""
    if op == "cast" and dtype == args[0].dtype:
        return args[0]
    if dtype is None:
        dtype = BOOL if op in COMPARISONS else args[-1].dtype
    if dtype == INT64 and op in INDEX_LAWS:
        return INDEX_LAWS[op](*args) or _intern("apply", op, args, dtype)
    return _intern("apply", op, args, dtype)


def number(expr: Expr) -> int | None:
    """The number that an index expression always is, or None."""
    return int(expr.what[0]) if expr.head == "literal" else None


def bound(expr: Expr) -> int | None:
    """A number that an index expression stays below, where one is known."""
    if expr.head == "literal":
        return int(expr.what[0]) + 1
    if expr.head == "place" and isinstance(expr.what.extent, int):
        return int(expr.what.extent)
    if expr.head == "apply" and expr.what == "remainder":
        return number(expr.args[1])
    if expr.head == "apply" and expr.what in ("add", "multiply"):
        bounds = [bound(each) for each in expr.args]
        first, second = bounds
        if first is not None and second is not None:
            top = first + second if expr.what == "add" else (first - 1) * (second - 1) + 2
            return top - 1
    return None


def _add_index(first: Expr, second: Expr) -> Expr | None:
    a, b = number(first), number(second)
    if a is not None and b is not None:
        return literal(a + b, INT64)
    return second if a == 0 else first if b == 0 else None


def _multiply_index(first: Expr, second: Expr) -> Expr | None:
    a, b = number(first), number(second)
    if a is not None and b is not None:
        return literal(a * b, INT64)
    if 0 in (a, b):
        return ZERO
    return second if a == 1 else first if b == 1 else None


def _split(expr: Expr, divisor: int) -> tuple[Expr, Expr] | None:
    """Write an index as `quotient * divisor + rest` with `rest < divisor`, where that shows."""
    top = bound(expr)
    if top is not None and top <= divisor:
        return ZERO, expr
    if expr.head != "apply" or expr.what not in ("add", "multiply"):
        return None
    if expr.what == "multiply":
        scale = number(expr.args[1])
        if scale is not None and scale % divisor == 0:
            return apply("multiply", expr.args[0], literal(scale // divisor, INT64)), ZERO
        return None
    return _split_sum(expr.args[0], expr.args[1], divisor)


def _split_sum(first: Expr, second: Expr, divisor: int) -> tuple[Expr, Expr] | None:
    left, right = _split(first, divisor), _split(second, divisor)
    if left is None or right is None:
        return None
    rest = apply("add", left[1], right[1])
    top = bound(rest)
    return (apply("add", left[0], right[0]), rest) if top and top <= divisor else None


def _divide_index(first: Expr, second: Expr) -> Expr | None:
    parts = _split(first, number(second) or 0) if number(second) else None
    return first if number(second) == 1 else parts[0] if parts else None


def _remainder_index(first: Expr, second: Expr) -> Expr | None:
    parts = _split(first, number(second) or 0) if number(second) else None
    return ZERO if number(second) == 1 else parts[1] if parts else None


ZERO = literal(0, INT64)
INDEX_LAWS: dict[str, Callable[[Expr, Expr], Expr | None]] = {
    "add": _add_index,
    "multiply": _multiply_index,
    "floor_divide": _divide_index,
    "remainder": _remainder_index,
}


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


def rewrite(root: Expr, rule: Callable[[Expr], Expr | None]) -> Expr:
    """Rebuild an expression from its leaves: where `rule` gives an expression, that stands."""
    done: dict[Expr, Expr] = {}
    for expr in walk(root):
        args = tuple(done[each] for each in expr.args)
        rebuilt = expr if args == expr.args else _rebuild(expr, args)
        done[expr] = rule(rebuilt) or rebuilt
    return done[root]


def _rebuild(expr: Expr, args: tuple[Expr, ...]) -> Expr:
    if expr.head == "apply":
        return apply(expr.what, *args, dtype=expr.dtype)
    return _intern(expr.head, expr.what, args, expr.dtype)


def substitute(root: Expr, places: Mapping[Axis, Expr]) -> Expr:
    """Put an expression in the place of each loop variable."""
    return rewrite(root, lambda expr: places.get(expr.what) if expr.head == "place" else None)


def axes_of(*roots: Expr) -> frozenset[Axis]:
    """The axes whose place the expressions depend on."""
    return frozenset(each.what for each in walk(*roots) if each.head == "place")


def loads_of(*roots: Expr) -> list[Expr]:
    """The loads inside the expressions, each once."""
    return [each for each in walk(*roots) if each.head == "load"]


def values_of(*roots: Expr) -> list[Expr]:
    """The values of their own kernel that expressions use, each once."""
    return [each for each in walk(*roots) if each.head == "value"]


def coefficients(index: Expr) -> dict[Axis, int] | None:
    """How an index moves with each axis, if it is a sum of multiples of axes (and a number)."""
    if index.head in ("literal", "extent"):
        return {}
    if index.head == "place":
        return {index.what: 1}
    if index.head != "apply" or index.what not in ("add", "subtract", "multiply"):
        return None
    first, second = (coefficients(each) for each in index.args)
    if first is None or second is None:
        return None
    if index.what != "multiply":
        sign = 1 if index.what == "add" else -1
        axes = {**first, **second}
        return {axis: first.get(axis, 0) + sign * second.get(axis, 0) for axis in axes}
    scale = number(index.args[1])
    return None if scale is None else {axis: step * scale for axis, step in first.items()}


def is_affine(access: Expr) -> bool:
    """Whether a load walks its value in plain strides."""
    return all(coefficients(index) is not None for index in access.args)


def is_plain(access: Expr) -> bool:
    """Whether each index of a load is a loop variable or a number: no shift, no step."""
    return all(index.head in ("place", "literal") for index in access.args)


@dataclass(frozen=True, eq=False)
class Nest:
    """A primitive's loops: `out[axes] = body`, or a reduction of it over `reduced` axes.

    With a `chunk`, its first axis, each place of that sums over a part of the first reduced axis.
    """

    node: Node
    axes: tuple[Axis, ...]
    body: Expr
    reduced: tuple[Axis, ...] = ()
    op: str = ""
    chunk: Axis | None = None

    def at(self, index: tuple[Expr, ...]) -> Expr:
        """The body of a map where its loops stand at `index`."""
        return substitute(self.body, dict(zip(self.axes, index, strict=True)))

    def __repr__(self) -> str:
        places = ", ".join(axis.name for axis in self.axes)
        over = f"{self.op} over {', '.join(map(repr, self.reduced))} of " if self.op else ""
        return f"{self.node.label}[{places}] = {over}{self.body}"


INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "floor_divide": "//"}
INFIX |= {"remainder": "%", "less": "<", "greater": ">", "equal": "==", "not_equal": "!="}


def format_expr(expr: Expr, names: Mapping[Node, str] | None = None) -> str:
    """Write an expression as Python would; `names` are those of the nodes, else their labels."""
    args = [format_expr(each, names) for each in expr.args]
    if expr.head == "literal":
        return str(expr.what[1])
    if expr.head == "place":
        return str(expr.what.name)
    if expr.head == "extent":
        return str(expr.what)
    if expr.head in ("load", "value"):
        name = name_of(expr.what, names)
        return f"{name}[{', '.join(args)}]" if expr.head == "load" else name
    if expr.what in INFIX:
        return f"({args[0]} {INFIX[expr.what]} {args[1]})"
    function = expr.dtype.name if expr.what == "cast" else expr.what
    return f"{function}({', '.join(args)})"


def name_of(node: Node, names: Mapping[Node, str] | None = None) -> str:
    """A node's name in `names`, or its label."""
    return (names or {}).get(node) or node.label or node.role.value
