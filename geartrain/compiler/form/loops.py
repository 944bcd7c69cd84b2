"""The loop form: the language between the graph and machine code, in one page.

    nest   ::=  for axis...:  out[axis...] = expr                        a map
             |  for axis...:  out[axis...] = op over axis... of expr     a reduction
    expr   ::=  Literal(value)              a number
             |  Place(axis)                 where a loop stands
             |  Extent(size)                how long an axis is
             |  Load(node, (expr, ...))     one element of another value
             |  Value(node)                 an element this kernel has just computed
             |  Apply(op, (expr, ...))      arithmetic: add, exp, select, cast, ...
             |  guard(test, expr, expr)     one of two, whose loads are made only if it is chosen
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

from geartrain.compiler.form.exprs import (
    ZERO,
    Axis,
    Expr,
    intern,
    literal,
    loads_of,
    walk,
)
from geartrain.graph import Node
from geartrain.tensor import DType, Size
from geartrain.tensor.dtypes import BOOL, INT64

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
    return _simpler(op, args, dtype) or intern("apply", op, args, dtype)


def _simpler(op: str, args: tuple[Expr, ...], dtype: DType) -> Expr | None:
    """The same with less to do: what is known of indices and of conditions."""
    if op in INDEX_LAWS and dtype == INT64:
        return INDEX_LAWS[op](*args)
    if len(args) == 2 and op not in LOGIC and args[0].dtype == args[1].dtype == INT64:
        return _answer(op, *args)
    return _logic(op, args) if op in LOGIC else None


LOGIC = frozenset(["logical_and", "logical_or", "select", "guard"])


def number(expr: Expr) -> int | None:
    """The number that an index expression always is, or None."""
    return int(expr.what[0]) if expr.head == "literal" else None


Limits = tuple[int | None, int | None]


def limits(expr: Expr) -> Limits:
    """The least and the greatest number that an index expression can be, where they are known."""
    if expr.head == "literal":
        return int(expr.what[0]), int(expr.what[0])
    if expr.head in ("place", "extent"):
        size = expr.what.extent if expr.head == "place" else None
        return 0, size - 1 if isinstance(size, int) else None
    if expr.head == "apply" and expr.what in _LIMITS:
        return _LIMITS[expr.what](*expr.args)
    return None, None


def _limits_of_sum(first: Expr, second: Expr) -> Limits:
    pairs = zip(limits(first), limits(second), strict=True)
    low, high = (None if a is None or b is None else a + b for a, b in pairs)
    return low, high


def _limits_of_product(first: Expr, second: Expr) -> Limits:
    scale = number(second)
    if scale is None:
        return None, None
    ends = [None if each is None else each * scale for each in limits(first)]
    return (ends[0], ends[1]) if scale >= 0 else (ends[1], ends[0])


def _limits_of_quotient(first: Expr, second: Expr) -> Limits:
    divisor = number(second)
    if divisor is None or divisor <= 0:
        return None, None
    low, high = (None if each is None else each // divisor for each in limits(first))
    return low, high


def _limits_of_remainder(_: Expr, second: Expr) -> Limits:
    divisor = number(second)
    return (0, divisor - 1) if divisor is not None and divisor > 0 else (None, None)


_LIMITS: dict[str, Callable[[Expr, Expr], Limits]] = {
    "add": _limits_of_sum,
    "multiply": _limits_of_product,
    "floor_divide": _limits_of_quotient,
    "remainder": _limits_of_remainder,
}


def is_inside(index: Expr, size: Size) -> bool:
    """Whether an index always lies on an axis of this size, by its limits or by its name."""
    if index.head == "place" and index.what.extent == size:
        return True
    low, high = limits(index)
    return low is not None and low >= 0 and _is_below(index, high, size)


def _is_below(index: Expr, high: int | None, size: Size) -> bool:
    if isinstance(size, int):
        return high is not None and high < size
    shifted = parts_of_sum(index)
    return shifted[0].head == "place" and shifted[0].what.extent == size and shifted[1] <= 0


def parts_of_sum(index: Expr) -> tuple[Expr, int]:
    """An index as something and a number that is added to it."""
    if index.head == "apply" and index.what == "add":
        constant = number(index.args[1])
        if constant is not None:
            return index.args[0], constant
    return index, 0


def _add_index(first: Expr, second: Expr) -> Expr | None:
    a, b = number(first), number(second)
    if a is not None and b is not None:
        return literal(a + b, INT64)
    if a == 0 or b == 0:
        return second if a == 0 else first
    if a is not None:
        return apply("add", second, first)
    whole = _put_together(first, second)
    if whole is not None:
        return whole
    rest, constant = parts_of_sum(first)
    return apply("add", rest, literal(constant + b, INT64)) if b is not None and constant else None


def _put_together(first: Expr, second: Expr) -> Expr | None:
    """`e // n * n + e % n` is e."""
    if (first.what, second.what) != ("multiply", "remainder") or first.args[1] != second.args[1]:
        return None
    quotient = first.args[0]
    same = quotient.what == "floor_divide" and quotient.args == second.args
    return quotient.args[0] if same else None


def _subtract_index(first: Expr, second: Expr) -> Expr | None:
    b = number(second)
    if b is not None:
        return apply("add", first, literal(-b, INT64))
    if first is second:
        return ZERO
    if loads_of(first, second):  # numbers of the user's, not places
        return None
    return apply("add", first, apply("multiply", second, literal(-1, INT64)))


def _multiply_index(first: Expr, second: Expr) -> Expr | None:
    a, b = number(first), number(second)
    if a is not None and b is not None:
        return literal(a * b, INT64)
    if 0 in (a, b):
        return ZERO
    return second if a == 1 else first if b == 1 else None


def _split(expr: Expr, divisor: int) -> tuple[Expr, Expr] | None:
    """Write an index as `quotient * divisor + rest` with `0 <= rest < divisor`, where it shows."""
    if is_inside(expr, divisor):
        return ZERO, expr
    if expr.head == "literal":
        quotient, rest = divmod(int(expr.what[0]), divisor)
        return literal(quotient, INT64), literal(rest, INT64)
    if expr.head != "apply" or expr.what not in ("add", "multiply"):
        return None
    if expr.what == "multiply":
        scale = number(expr.args[1])
        if scale is not None and scale % divisor == 0:
            return apply("multiply", expr.args[0], literal(scale // divisor, INT64)), ZERO
        return None
    return _split_sum(expr.args[0], expr.args[1], divisor)


def _split_sum(first: Expr, second: Expr, divisor: int) -> tuple[Expr, Expr] | None:
    left, right = _split_term(first, divisor), _split_term(second, divisor)
    if left is None or right is None:
        return None
    rest = apply("add", left[1], right[1])
    return (apply("add", left[0], right[0]), rest) if is_inside(rest, divisor) else None


def _split_term(expr: Expr, divisor: int) -> tuple[Expr, Expr] | None:
    """The same of what is added: of a place, at least in name."""
    if expr.head != "place" or is_inside(expr, divisor):
        return _split(expr, divisor)
    by = literal(divisor, INT64)
    return apply("floor_divide", expr, by), apply("remainder", expr, by)


def _divide_index(first: Expr, second: Expr) -> Expr | None:
    parts = _split(first, number(second) or 0) if (number(second) or 0) > 0 else None
    return first if number(second) == 1 else parts[0] if parts else None


def _remainder_index(first: Expr, second: Expr) -> Expr | None:
    parts = _split(first, number(second) or 0) if (number(second) or 0) > 0 else None
    return ZERO if number(second) == 1 else parts[1] if parts else None


INDEX_LAWS: dict[str, Callable[[Expr, Expr], Expr | None]] = {
    "add": _add_index,
    "subtract": _subtract_index,
    "multiply": _multiply_index,
    "floor_divide": _divide_index,
    "remainder": _remainder_index,
}


def _is_less(first: Expr, second: Expr) -> bool | None:
    """Whether one index is always, or never, below another; None where that is not known."""
    (low, high), (least, most) = limits(first), limits(second)
    if high is not None and least is not None and high < least:
        return True
    if low is not None and most is not None and low >= most:
        return False
    if second.head == "extent" and _is_below(first, high, second.what):
        return True
    return None


def _is_at_most(first: Expr, second: Expr) -> bool | None:
    above = _is_less(second, first)
    return None if above is None else not above


def _is_equal(first: Expr, second: Expr) -> bool | None:
    if first is second and not loads_of(first):
        return True
    apart = _is_less(first, second) or _is_less(second, first)
    return False if apart else None


ANSWERS: dict[str, Callable[[Expr, Expr], bool | None]] = {
    "less": _is_less,
    "less_equal": _is_at_most,
    "greater": lambda first, second: _is_less(second, first),
    "greater_equal": lambda first, second: _is_at_most(second, first),
    "equal": _is_equal,
}


def _answer(op: str, first: Expr, second: Expr) -> Expr | None:
    """A comparison of two indices, if it always comes out in the same way."""
    known = ANSWERS[op](first, second) if op in ANSWERS else None
    return None if known is None else literal(known, BOOL)


def _logic(op: str, args: tuple[Expr, ...]) -> Expr | None:
    """The connectives and choices, where a condition is known."""
    if op in ("logical_and", "logical_or"):
        for one, other in (args, args[::-1]):
            if one.head == "literal" and one.dtype == BOOL:
                decides = bool(one.what[0]) is (op == "logical_or")
                return one if decides else other
    if op in ("select", "guard") and args[0].head == "literal":
        return args[1] if args[0].what[0] else args[2]
    return _merged_guard(*args) if op == "guard" else None


def _merged_guard(test: Expr, first: Expr, second: Expr) -> Expr | None:
    """One guard for one in another that gives the same where either does not hold."""
    if first is second:
        return first
    same = first.head == "apply" and first.what == "guard" and first.args[2] is second
    if not same or loads_of(first.args[0]):
        return None
    return apply("guard", apply("logical_and", test, first.args[0]), first.args[1], second)


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
    return intern(expr.head, expr.what, args, expr.dtype)


def substitute(root: Expr, places: Mapping[Axis, Expr]) -> Expr:
    """Put an expression in the place of each loop variable."""
    return rewrite(root, lambda expr: places.get(expr.what) if expr.head == "place" else None)


def axes_of(*roots: Expr) -> frozenset[Axis]:
    """The axes whose place the expressions depend on."""
    return frozenset(each.what for each in walk(*roots) if each.head == "place")


def loading(*roots: Expr) -> frozenset[Expr]:
    """The sub-expressions of `roots` that load something."""
    found: set[Expr] = set()
    for each in walk(*roots):
        if each.head == "load" or any(arg in found for arg in each.args):
            found.add(each)
    return frozenset(found)


def walk_unguarded(*roots: Expr) -> Iterator[Expr]:
    """Every sub-expression that may be computed at any time: loads behind a guard may not."""
    loads = loading(*roots)
    seen: set[Expr] = set()

    def visit(expr: Expr) -> Iterator[Expr]:
        if expr in seen:
            return
        seen.add(expr)
        guarded = expr.args[1:] if expr.what == "guard" else ()
        for each in expr.args:
            if each not in guarded or each not in loads:
                yield from visit(each)
        yield expr

    for root in roots:
        yield from visit(root)


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


def squeezed(index: tuple[Expr, ...], node: Node) -> tuple[Expr, ...]:
    """An index into a node without the axes of one place; a flat index as it is."""
    if len(index) != len(node.shape):
        return index
    return tuple(each for each, size in zip(index, node.shape, strict=True) if size != 1)


def is_affine(access: Expr) -> bool:
    """Whether a load walks its value in plain strides."""
    return all(coefficients(index) is not None for index in access.args)


@dataclass(frozen=True, eq=False)
class Nest:
    """A primitive's loops: `out[axes] = body`, or a reduction of it over `reduced` axes.

    With a `chunk`, its first axis, each place of that sums over a part of the first reduced axis.
    With a `form`, a contraction, that is how it is computed.
    """

    node: Node
    axes: tuple[Axis, ...]
    body: Expr
    reduced: tuple[Axis, ...] = ()
    op: str = ""
    chunk: Axis | None = None
    form: Any = None

    def at(self, index: tuple[Expr, ...]) -> Expr:
        """The body of a map where its loops stand at `index`."""
        return substitute(self.body, dict(zip(self.axes, index, strict=True)))

    def __repr__(self) -> str:
        places = ", ".join(axis.name for axis in self.axes)
        over = f"{self.op} over {', '.join(map(repr, self.reduced))} of " if self.op else ""
        return f"{self.node.label}[{places}] = {over}{self.body}"
