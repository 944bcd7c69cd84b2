"""Lower: a graph node's loops, as Python source, become a `Nest`.

    def naive_sum(x, out):                          sum[i] = sum over k<784 of x[i, k]
        for i in range(out.shape[0]):
            total = 0.0
            for k in range(x.shape[1]):      ->
                total = total + x[i, k]
            out[i] = total

The source is the very text that the naive interpreter runs. Parsing it, not a second definition,
is what makes the three ways of running one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

import numpy as np

from geartrain.compiler.form.exprs import Axis, Expr, extent, literal, load, loads_of, place, value
from geartrain.compiler.form.kernels import Scatter, Walk
from geartrain.compiler.form.loops import Nest, apply, is_inside, limits, rewrite
from geartrain.compiler.fusion.unroll import unroll
from geartrain.compiler.instructions.arithmetic import FLOATS_ONLY
from geartrain.compiler.instructions.halves import is_half
from geartrain.compiler.instructions.rounding import ROUNDING
from geartrain.compiler.instructions.vector_math import MATH
from geartrain.compiler.instructions.whole_numbers import WHOLE
from geartrain.errors import explain
from geartrain.graph import Node
from geartrain.primitives.philox import KEY_STEPS, ROUNDS
from geartrain.primitives.primitive import Bundle
from geartrain.tensor import DType, Size, is_floating, promote
from geartrain.tensor.dtypes import BOOL, FLOAT32, INT32, INT64, UINT32

BINARY = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "remainder",
    ast.Pow: "power",
    ast.BitAnd: "bitwise_and",
    ast.BitOr: "bitwise_or",
    ast.BitXor: "bitwise_xor",
}
COMPARE = {
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
}
FUNCTIONS = frozenset([*MATH, *ROUNDING, *WHOLE]) | {"abs", "is_nan", "maximum", "minimum", "sqrt"}
QUESTIONS = frozenset(["is_finite", "is_inf", "signbit"])
CONVERSIONS = {"int32": INT32, "float32": FLOAT32}
REDUCE = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}


class NotLowerable(NotImplementedError):
    """The loops are outside of what the compiler's loop form can say."""


def lower(node: Node) -> Nest:
    """The loop form of one operation of a graph; the few taps of a window are written out.

    Raises:
        NotLowerable: the primitive's loops are no map and no reduction.
    """
    try:
        return unroll(_lower(node))
    except (NotLowerable, KeyError) as error:  # a name or an operator outside of the loop form
        raise NotLowerable(_message(node)) from error


def _message(node: Node) -> str:
    return explain(
        f"The compiler has no machine code for primitive {node.label} yet",
        given=f"{node.label} at {node.line or 'a line of Geartrain'}, giving {node.spec}",
        expected="loops that are a map, a reduction, a walk or a scatter (the compiler sets that)",
        remedy="model.compile(..., run_eagerly=True), or the function without jit",
    )


def _lower(node: Node) -> Nest:
    if node.primitive is None:
        raise NotLowerable(f"{node!r} is no operation")
    if isinstance(node.spec, Bundle):
        raise NotLowerable(f"{node!r} gives several values")
    specs = [each.spec for each in node.inputs]
    source = node.primitive.loops(*specs, **node.parameters)
    function = _parsed(source)
    names = [each.arg for each in function.args.args]
    return _Reader(node, dict(zip(names, (*node.inputs, node), strict=True))).read(function)


@lru_cache(maxsize=1024)
def _parsed(source: str) -> ast.FunctionDef:
    function = ast.parse(source).body[0]
    if not isinstance(function, ast.FunctionDef):
        raise NotLowerable(source)
    return function


@dataclass
class _Reader:
    """Reads the body of one loop function."""

    node: Node
    arrays: dict[str, Node]
    axes: dict[str, Axis] = field(default_factory=dict)
    carried: str = ""

    def read(self, function: ast.FunctionDef) -> Nest:
        body = [each for each in function.body if not _is_docstring(each)]
        outer = self._enter_loops(body)
        if len(outer) == 1:
            return self._read_map(outer[0])
        if len(outer) == 2:
            whole = _is_whole(self._assignment(outer[0])[0])
            return self._read_scatter(outer) if whole else self._read_walk(outer)
        return self._read_reduction(outer)

    def _enter_loops(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Go into perfectly nested loops, and return what the innermost holds."""
        while len(body) == 1 and isinstance(body[0], ast.For):
            loop = body[0]
            name = self._name(loop.target)
            self.axes[name] = Axis(name, self._range(loop.iter))
            body = loop.body
        return body

    def _read_map(self, statement: ast.stmt) -> Nest:
        target, right = self._assignment(statement)
        axes = self._out_axes(target)
        return Nest(self.node, axes, convert(self.expr(right), self.node.dtype))

    def _read_reduction(self, body: list[ast.stmt]) -> Nest:
        if len(body) != 3:
            raise NotLowerable(ast.unparse(self._module(body)))
        outer = tuple(self.axes.values())
        total, _ = self._assignment(body[0])
        update_target, update = self._assignment(self._enter_loops([body[1]])[0])
        out_target, result = self._assignment(body[2])
        name = self._name(total)
        if self._name(update_target) != name or self._name(result) != name:
            raise NotLowerable(ast.unparse(self._module(body)))
        op, operand = self._combine(update, name)
        inner = (axis for axis in self.axes.values() if axis not in outer)
        reduced = tuple(axis for axis in inner if axis.extent != 1)
        axes = self._out_axes(out_target)
        element = convert(operand, self.node.dtype)
        if not reduced:  # over no axes: the element itself
            return Nest(self.node, axes, element)
        if is_half(self.node.dtype):  # the total is rounded once
            element = convert(operand, FLOAT32)
        return Nest(self.node, axes, element, reduced, op)

    def _read_walk(self, body: list[ast.stmt]) -> Nest:
        """`total = 0`, then along an axis `total = total + x[i]` and `out[i] = total`."""
        total, initial = self._assignment(body[0])
        start, before = convert(self.expr(initial), self.node.dtype), len(self.axes)
        inside = self._enter_loops([body[1]])
        if len(inside) != 2 or len(self.axes) != before + 1:
            raise NotLowerable(ast.unparse(self._module(body)))
        self.carried = self._name(total)
        update_target, update = self._assignment(inside[0])
        out_target, result = self._assignment(inside[1])
        if {self._name(update_target), self._name(result)} != {self.carried}:
            raise NotLowerable(ast.unparse(self._module(body)))
        axes = self._out_axes(out_target)
        step = convert(self.expr(update), self.node.dtype)
        walked = list(self.axes.values())[-1]
        if walked.extent == 1:  # one step, from the start
            carried = value(self.node)
            once = rewrite(step, lambda expr: start if expr is carried else None)
            return Nest(self.node, axes, once)
        walk = Walk(self.node, start, step, axes.index(walked))
        return Nest(self.node, axes, step, (), "walk", form=walk)

    def _read_scatter(self, body: list[ast.stmt]) -> Nest:
        """`out[...] = 0`, then over the updates `out[indices[i], j] = out[...] + updates[i, j]`."""
        _, initial = self._assignment(body[0])
        (statement,) = self._enter_loops([body[1]])
        target, update = self._assignment(statement)
        if not isinstance(target, ast.Subscript) or self._name(target.value) != "out":
            raise NotLowerable(ast.unparse(statement))
        places = _index(target)
        rest = [each.id for each in places if isinstance(each, ast.Name)]
        targets = tuple(
            convert(self.expr(each), INT64) for each in places if not isinstance(each, ast.Name)
        )
        names = ("r" + str(number) for number in range(len(targets)))
        fresh = (Axis(*each) for each in zip(names, self.node.shape, strict=False))
        axes = (*fresh, *(self.axes[name] for name in rest))
        reduced = tuple(axis for name, axis in self.axes.items() if name not in rest)
        op, new = self._update(target, update)
        form = Scatter(self.node, op, self._initial(initial, axes), targets, new, reduced)
        return Nest(self.node, axes, new, reduced, op, form=form)

    def _initial(self, tree: ast.expr, axes: tuple[Axis, ...]) -> Expr:
        """What the elements are before the updates: a number, or another array's."""
        if isinstance(tree, ast.Name) and tree.id in self.arrays:
            return load(self.arrays[tree.id], tuple(map(place, axes)))
        return convert(self.expr(tree), self.node.dtype)

    def _update(self, target: ast.expr, update: ast.expr) -> tuple[str, Expr]:
        """Split `out[i] + e`, or `maximum(out[i], e)`, or `e`, into the operation and `e`."""
        op, operands = "set", [update]
        if isinstance(update, ast.BinOp):
            op, operands = BINARY[type(update.op)], [update.left, update.right]
        elif isinstance(update, ast.Call):
            op, operands = self._name(update.func), update.args
        if op != "set" and (op not in REDUCE or ast.unparse(operands[0]) != ast.unparse(target)):
            raise NotLowerable(ast.unparse(update))
        return op, convert(self.expr(operands[-1]), self.node.dtype)

    def _combine(self, update: ast.expr, total: str) -> tuple[str, Expr]:
        """Split `total + e`, or `maximum(total, e)`, into the operation and `e`."""
        if isinstance(update, ast.BinOp):
            op, left, right = BINARY[type(update.op)], update.left, update.right
        elif isinstance(update, ast.Call) and len(update.args) == 2:
            op, (left, right) = self._name(update.func), update.args
        else:
            raise NotLowerable(ast.unparse(update))
        if op not in REDUCE or self._name(left) != total:
            raise NotLowerable(ast.unparse(update))
        return REDUCE[op], self.expr(right)

    def _out_axes(self, target: ast.expr) -> tuple[Axis, ...]:
        """The axes of `out[i, j]`: plain loop variables, each once."""
        if not isinstance(target, ast.Subscript) or self._name(target.value) != "out":
            raise NotLowerable(ast.unparse(target))
        return tuple(self.axes[self._name(each)] for each in _index(target))

    def expr(self, tree: ast.expr) -> Expr:
        """Read one expression."""
        reader = self._READERS.get(type(tree))
        if reader is None:
            raise NotLowerable(ast.unparse(tree))
        return reader(self, tree)

    def _constant(self, tree: ast.Constant) -> Expr:
        number = tree.value
        if isinstance(number, bool):
            return literal(number, BOOL)
        if isinstance(number, int | float):
            return literal(number, INT64 if isinstance(number, int) else FLOAT32)
        raise NotLowerable(ast.unparse(tree))

    def _variable(self, tree: ast.Name) -> Expr:
        if tree.id in self.axes:
            return place(self.axes[tree.id])
        if tree.id == self.carried:
            return value(self.node)
        if tree.id in ("inf", "nan"):
            return literal(float(tree.id), FLOAT32)
        raise NotLowerable(tree.id)

    def _subscript(self, tree: ast.Subscript) -> Expr:
        if isinstance(tree.value, ast.Attribute):
            return extent(self._shape(tree))
        node = self.arrays[self._name(tree.value)]
        return load(node, tuple(convert(self.expr(each), INT64) for each in _index(tree)))

    def _binary(self, tree: ast.BinOp) -> Expr:
        return self._combined(BINARY[type(tree.op)], self.expr(tree.left), self.expr(tree.right))

    def _unary(self, tree: ast.UnaryOp) -> Expr:
        operand = self.expr(tree.operand)
        if isinstance(tree.op, ast.Not):
            return apply("logical_not", operand)
        if isinstance(tree.op, ast.Invert):
            return apply("bitwise_not", operand)
        if not isinstance(tree.op, ast.USub):
            raise NotLowerable(ast.unparse(tree))
        if operand.head == "literal":
            return literal(-operand.what[0], operand.dtype)
        return apply("negative", operand)

    def _boolean(self, tree: ast.BoolOp) -> Expr:
        result = self.expr(tree.values[0])
        for each in tree.values[1:]:
            result = _connected(tree.op, result, self.expr(each))
        return result

    def _compare(self, tree: ast.Compare) -> Expr:
        op = COMPARE[type(tree.ops[0])]
        return self._combined(op, self.expr(tree.left), self.expr(tree.comparators[0]))

    def _conditional(self, tree: ast.IfExp) -> Expr:
        ways = self._of_one_kind("select", self.expr(tree.body), self.expr(tree.orelse))
        first, second = unify(*ways)
        op = "select" if all(map(_is_safe, loads_of(first, second))) else "guard"
        return apply(op, convert(self.expr(tree.test), BOOL), first, second)

    def _call(self, tree: ast.Call) -> Expr:
        args = [self.expr(each) for each in tree.args]
        op = self._name(tree.func)
        if op == "philox":
            return _random_word(*args)
        if op in CONVERSIONS:
            return convert(args[0], CONVERSIONS[op])
        if op not in FUNCTIONS:
            raise NotLowerable(op)
        if op in FLOATS_ONLY:
            args = [self._as_float(each) for each in args]
        if len(args) == 2:
            return self._combined(op, *args)
        return apply(op, *args, dtype=BOOL if op in QUESTIONS else None)

    def _combined(self, op: str, first: Expr, second: Expr) -> Expr:
        return combine(op, *self._of_one_kind(op, first, second))

    def _of_one_kind(self, op: str, first: Expr, second: Expr) -> tuple[Expr, Expr]:
        """Two operands; whole numbers beside fractions, or divided, become the node's floats."""
        if op == "divide" or is_floating(first.dtype) != is_floating(second.dtype):
            return self._as_float(first), self._as_float(second)
        return first, second

    def _as_float(self, expr: Expr) -> Expr:
        """A whole number (where a loop stands, how long an axis is) as a float of the node."""
        whole = is_floating(self.node.dtype) and expr.dtype.kind in "iu"
        return convert(expr, self.node.dtype) if whole else expr

    def _shape(self, tree: ast.expr) -> Size:
        """The size that `x.shape[1]` names."""
        if (
            isinstance(tree, ast.Subscript)
            and isinstance(tree.value, ast.Attribute)
            and isinstance(tree.slice, ast.Constant)
        ):
            return self.arrays[self._name(tree.value.value)].shape[int(str(tree.slice.value))]
        raise NotLowerable(ast.unparse(tree))

    def _range(self, tree: ast.expr) -> Size:
        if not isinstance(tree, ast.Call) or len(tree.args) != 1:
            raise NotLowerable(ast.unparse(tree))
        bound = tree.args[0]
        if isinstance(bound, ast.Constant) and isinstance(bound.value, int):
            return bound.value
        return self._shape(bound)

    @staticmethod
    def _name(tree: ast.expr) -> str:
        if not isinstance(tree, ast.Name):
            raise NotLowerable(ast.unparse(tree))
        return tree.id

    @staticmethod
    def _assignment(statement: ast.stmt) -> tuple[ast.expr, ast.expr]:
        if not isinstance(statement, ast.Assign):
            raise NotLowerable(ast.unparse(statement))
        return statement.targets[0], statement.value

    @staticmethod
    def _module(body: list[ast.stmt]) -> ast.Module:
        return ast.Module(body, type_ignores=[])

    _READERS: ClassVar[dict[type, Callable[..., Expr]]] = {
        ast.Constant: _constant,
        ast.Name: _variable,
        ast.Subscript: _subscript,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.BoolOp: _boolean,
        ast.Compare: _compare,
        ast.IfExp: _conditional,
        ast.Call: _call,
    }


def _random_word(seed: Expr, stream: Expr, number: Expr) -> Expr:
    """A word of Philox; the keys of its rounds are expressions of their own, computed once."""
    keys = [
        apply("philox_key", seed, literal(each, INT64), dtype=INT64)
        for each in range(ROUNDS * len(KEY_STEPS))
    ]
    return apply("philox", seed, stream, number, *keys, dtype=UINT32)


def combine(op: str, first: Expr, second: Expr) -> Expr:
    """A binary operation; a Python number takes the dtype of what stands beside it."""
    if op in ("logical_and", "logical_or"):
        return apply(op, first, second)
    return apply(op, *unify(first, second))


def unify(first: Expr, second: Expr) -> tuple[Expr, Expr]:
    """Give a literal the dtype of the other expression."""
    if first.head == "literal" and second.head != "literal":
        return convert(first, _beside(first, second)), second
    if second.head == "literal" and first.head != "literal":
        return first, convert(second, _beside(second, first))
    if first.dtype == second.dtype:
        return first, second
    if _holds(second.dtype, first):
        return convert(first, second.dtype), second
    if _holds(first.dtype, second):
        return first, convert(second, first.dtype)
    common = promote(first.dtype, second.dtype)  # one of them was made of numbers alone
    return convert(first, common), convert(second, common)


def _holds(dtype: DType, index: Expr) -> bool:
    """Whether an integer dtype has all the numbers that an index can be."""
    if dtype.kind not in "iu" or index.dtype != INT64 or loads_of(index):
        return False
    (low, high), kept = limits(index), np.iinfo(dtype)
    return low is not None and high is not None and kept.min <= low and high <= kept.max


def _beside(number: Expr, other: Expr) -> DType:
    keeps = is_floating(other.dtype) or not is_floating(number.dtype)
    return other.dtype if keeps else number.dtype


def convert(expr: Expr, dtype: DType) -> Expr:
    """The expression in another dtype; a literal is converted at once."""
    if expr.dtype == dtype:
        return expr
    if expr.what in ("select", "guard") and all(each.head == "literal" for each in expr.args[1:]):
        return apply(expr.what, expr.args[0], *(convert(each, dtype) for each in expr.args[1:]))
    if expr.head != "literal":
        return apply("cast", expr, dtype=dtype)
    number = expr.what[0]
    if dtype == BOOL:
        return literal(bool(number), dtype)
    return literal(float(number) if is_floating(dtype) else int(number), dtype)


def _connected(connective: ast.boolop, first: Expr, second: Expr) -> Expr:
    """`first and second`, or with `or`: where the first decides, the other loads nothing."""
    both = isinstance(connective, ast.And)
    if all(map(_is_safe, loads_of(second))):
        return apply("logical_and" if both else "logical_or", first, second)
    decided = literal(not both, BOOL)
    return apply("guard", first, *((second, decided) if both else (decided, second)))


def _is_safe(access: Expr) -> bool:
    """Whether an element of one branch lies in its array, whichever branch is chosen."""
    sizes = zip(access.args, access.what.shape, strict=True)
    return all(is_inside(index, size) for index, size in sizes)


def _index(tree: ast.Subscript) -> list[ast.expr]:
    if isinstance(tree.slice, ast.Tuple):
        return tree.slice.elts
    return [tree.slice]


def _is_whole(target: ast.expr) -> bool:
    """Whether this is `out[...]`."""
    return isinstance(target, ast.Subscript) and ast.unparse(target) == "out[...]"


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
