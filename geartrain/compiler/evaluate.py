"""Evaluate: expressions of the loop form become LLVM instructions.

    maximum(dot[i, j] + b[j], 0)    ->    %v7 = load <16 x float>, ptr %p6, align 4
                                          %v8 = fadd <16 x float> %v5, %v7
                                          %v9 = fcmp olt <16 x float> %v8, splat (float 0.0)
                                          %v10 = select <16 x i1> %v9, ...

An `Evaluator` stands at a place of its kernel: each axis has a value, one of them may run along
the vector lanes, and the nodes computed so far have theirs. What does not move with the lane axis
is computed as a scalar. Every expression is computed once in its scope.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from geartrain.compiler.ir import Builder, Value, constant, integer
from geartrain.compiler.loops import Axis, Expr, axes_of, coefficients, walk
from geartrain.compiler.memory import Memory
from geartrain.compiler.vector_math import MATH
from geartrain.graph import Node
from geartrain.tensor import DType, is_floating
from geartrain.tensor.dtypes import BOOL

FLOAT_ARITHMETIC = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
INTEGER_ARITHMETIC = {"add": "add", "subtract": "sub", "multiply": "mul"}
COMPARE_FLOAT = {
    "equal": "fcmp oeq",
    "not_equal": "fcmp une",
    "less": "fcmp olt",
    "less_equal": "fcmp ole",
    "greater": "fcmp ogt",
    "greater_equal": "fcmp oge",
}
COMPARE_SIGNED = {
    "equal": "icmp eq",
    "not_equal": "icmp ne",
    "less": "icmp slt",
    "less_equal": "icmp sle",
    "greater": "icmp sgt",
    "greater_equal": "icmp sge",
}
LOGICAL = {"logical_and": "and", "logical_or": "or"}
IDENTITIES = {"sum": 0, "prod": 1, "max": float("-inf"), "min": float("inf")}
COMBINE = {"sum": "add", "prod": "multiply", "max": "maximum", "min": "minimum"}


class Evaluator:
    """Writes the instructions of expressions at one place of a kernel."""

    def __init__(self, builder: Builder, memory: Memory, features: str) -> None:
        self.builder = builder
        self.memory = memory
        self.features = features
        self.lanes = 1
        self.lane_axis: Axis | None = None
        self.mask: Value | None = None
        self.places: ChainMap[Axis, Value] = ChainMap()
        self.values: ChainMap[Node, Value] = ChainMap()
        self._done: ChainMap[tuple[Expr, bool], Value] = ChainMap()

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is placed and computed inside is forgotten afterwards."""
        kept = self.places, self.values, self._done, self.lane_axis, self.lanes, self.mask
        self.places = self.places.new_child()
        self.values = self.values.new_child()
        self._done = self._done.new_child()
        try:
            yield
        finally:
            self.places, self.values, self._done, self.lane_axis, self.lanes, self.mask = kept

    def run_lanes(self, axis: Axis, start: Value, lanes: int, mask: Value | None = None) -> None:
        """Let `axis` run along the lanes, from `start`; the mask tells which lanes count."""
        self.lane_axis, self.lanes, self.mask = axis, lanes, mask
        self.places[axis] = start

    def hoist(self, expressions: Iterable[Expr]) -> None:
        """Compute here what does not depend on places that are still to come."""
        for expr in walk(*expressions):
            if expr.head in ("load", "apply") and self._is_ready(expr):
                self.scalar(expr)

    def _is_ready(self, expr: Expr) -> bool:
        inside = list(walk(expr))
        nodes = (each.what for each in inside if each.head == "value")
        stored = (each.what for each in inside if each.head == "load")
        return (
            all(axis in self.places and axis is not self.lane_axis for axis in axes_of(expr))
            and all(node in self.values and self.values[node].lanes == 1 for node in nodes)
            and not any(self.memory.is_written(node) for node in stored)
        )

    def scalar(self, expr: Expr) -> Value:
        """The value at the first lane, as a scalar."""
        return self._evaluate(expr, lanes=False)

    def vector(self, expr: Expr) -> Value:
        """The value: a scalar where every lane has the same."""
        return self._evaluate(expr, lanes=self.lanes > 1)

    def _evaluate(self, root: Expr, *, lanes: bool) -> Value:
        moves = lanes and self._moves(root)
        key = (root, moves)
        if key not in self._done:
            self._done[key] = self._heads[root.head](self, root, moves)
        return self._done[key]

    def _moves(self, expr: Expr) -> bool:
        """Whether the value may differ from lane to lane."""
        if expr.head == "value":
            return self.values[expr.what].lanes > 1
        if expr.head == "place":
            return expr.what is self.lane_axis
        return any(self._moves(each) for each in expr.args)

    # -- one method for each head of an expression ----------------------------------------------

    def _literal(self, expr: Expr, lanes: bool) -> Value:
        return constant(expr.what[0], expr.dtype)

    def _extent(self, expr: Expr, lanes: bool) -> Value:
        return self.memory.size(expr.what)

    def _place(self, expr: Expr, lanes: bool) -> Value:
        start = self.places[expr.what]
        if not lanes:
            return start
        numbers = self.builder.lane_numbers(self.lanes)
        return self.builder.binary("add", self.builder.splat(start, self.lanes), numbers)

    def _value(self, expr: Expr, lanes: bool) -> Value:
        return self.values[expr.what]

    def _load(self, expr: Expr, lanes: bool) -> Value:
        node, builder = expr.what, self.builder
        base, dtype = self.memory.base(node), node.dtype
        if not lanes:
            return builder.load(builder.pointer(base, dtype, self.offset(expr)), dtype)
        step = self.lane_step(expr)
        if step == 1:
            address = builder.pointer(base, dtype, self.offset(expr))
            return builder.load(address, dtype, self.lanes, self.mask)
        return builder.gather(base, dtype, self._offsets(expr, step), self.mask)

    def _apply(self, expr: Expr, lanes: bool) -> Value:
        if expr.what in ("add", "subtract") and is_floating(expr.dtype):
            fused = self._multiply_add(expr, lanes)
            if fused is not None:
                return fused
        args = [self._evaluate(each, lanes=lanes) for each in expr.args]
        if expr.what == "cast":
            return self.cast(args[0], expr.dtype)
        return self.operate(expr.what, args)

    def _multiply_add(self, expr: Expr, lanes: bool) -> Value | None:
        """A sum with a product in it, rounded once: chosen by the expression."""
        first, second = expr.args
        minus = expr.what == "subtract"
        for product, other, left in ((second, first, False), (first, second, True)):
            if product.head == "apply" and product.what == "multiply":
                a, b = (self._evaluate(each, lanes=lanes) for each in product.args)
                c = self._evaluate(other, lanes=lanes)
                if minus and left:
                    c = self._negative(c)
                elif minus:
                    a = self._negative(a)
                return self.builder.multiply_add(a, b, c)
        return None

    _heads: ClassVar[dict[str, Callable[[Evaluator, Expr, bool], Value]]] = {
        "literal": _literal,
        "extent": _extent,
        "place": _place,
        "value": _value,
        "load": _load,
        "apply": _apply,
    }

    # -- addresses -------------------------------------------------------------------------------

    def offset(self, access: Expr) -> Value:
        """How many elements after its buffer's start a load lies, at the first lane."""
        total = integer(0)
        for index, stride in zip(access.args, self.memory.strides(access), strict=True):
            step = self.builder.multiply(self.scalar(index), stride)
            total = self.builder.add(total, step)
        return total

    def lane_step(self, access: Expr) -> int | None:
        """How many elements a load moves from lane to lane, if that is one known number."""
        total = 0
        for index, stride in zip(access.args, self.memory.strides(access), strict=True):
            if self.lane_axis not in axes_of(index):
                continue
            moves = coefficients(index)
            if moves is None or self.lane_axis is None or stride.text.startswith("%"):
                return None
            total += moves[self.lane_axis] * int(stride.text)
        return total

    def _offsets(self, access: Expr, step: int | None) -> Value:
        """The offset of every lane."""
        builder = self.builder
        if step is not None:
            moves = builder.lane_numbers(self.lanes)
            moves = builder.binary("mul", moves, constant(step, moves.dtype))
            return builder.binary("add", moves, self.offset(access))
        total = constant(0, builder.lane_numbers(1).dtype, self.lanes)
        for index, stride in zip(access.args, self.memory.strides(access), strict=True):
            total = builder.binary("add", total, builder.binary("mul", self.vector(index), stride))
        return total

    # -- arithmetic ------------------------------------------------------------------------------

    def operate(self, op: str, args: list[Value]) -> Value:
        """One arithmetic operation on values of one dtype."""
        if op in MATH:
            return MATH[op](self.builder, *args, self.features)
        if op in COMPARE_FLOAT:
            return self._compare(op, *args)
        if op in LOGICAL:
            return self.builder.binary(LOGICAL[op], *args)
        if op in ("maximum", "minimum"):
            return self._extremum(op, *args)
        if op in FLOAT_ARITHMETIC:
            return self._arithmetic(op, *args)
        return self._UNARY[op](self, *args)

    def _arithmetic(self, op: str, first: Value, second: Value) -> Value:
        if is_floating(first.dtype):
            return self.builder.binary(FLOAT_ARITHMETIC[op], first, second)
        if op == "divide":
            raise TypeError(f"integers are cast to floats before they are divided: {first}")
        return self.builder.binary(INTEGER_ARITHMETIC[op], first, second)

    def _compare(self, op: str, first: Value, second: Value) -> Value:
        if is_floating(first.dtype):
            return self.builder.compare(COMPARE_FLOAT[op], first, second)
        opcode = COMPARE_SIGNED[op]
        if first.dtype.kind in "ub":
            opcode = opcode.replace(" s", " u")
        return self.builder.compare(opcode, first, second)

    def _extremum(self, op: str, first: Value, second: Value) -> Value:
        """NumPy's maximum or minimum, in which a NaN wins."""
        wins = self._compare("less" if op == "maximum" else "greater", first, second)
        chosen = self.builder.select(wins, second, first)
        if not is_floating(first.dtype) or not second.text.startswith("%"):
            return chosen
        broken = self.builder.compare("fcmp uno", second, second)
        return self.builder.select(broken, second, chosen)

    def _negative(self, source: Value) -> Value:
        if is_floating(source.dtype):
            return self.builder.emit(f"fneg {source}", source.dtype, source.lanes)
        return self.builder.binary("sub", constant(0, source.dtype), source)

    def _abs(self, source: Value) -> Value:
        if is_floating(source.dtype):
            return self.builder.intrinsic("fabs", source)
        return self._extremum("maximum", source, self._negative(source))

    def _logical_not(self, source: Value) -> Value:
        return self.builder.binary("xor", source, constant(True, BOOL))

    def _is_nan(self, source: Value) -> Value:
        return self.builder.compare("fcmp uno", source, source)

    def _select(self, condition: Value, first: Value, second: Value) -> Value:
        return self.builder.select(condition, first, second)

    def _sqrt(self, source: Value) -> Value:
        return self.builder.intrinsic("sqrt", source)

    def _floor(self, source: Value) -> Value:
        return self.builder.intrinsic("floor", source)

    def _floor_divide(self, first: Value, second: Value) -> Value:
        return self.builder.binary("sdiv", first, second)  # of indices, which are not negative

    def _remainder(self, first: Value, second: Value) -> Value:
        return self.builder.binary("srem", first, second)

    _UNARY: ClassVar[dict[str, Callable[..., Value]]] = {
        "abs": _abs,
        "floor": _floor,
        "floor_divide": _floor_divide,
        "is_nan": _is_nan,
        "isnan": _is_nan,
        "logical_not": _logical_not,
        "negative": _negative,
        "remainder": _remainder,
        "select": _select,
        "sqrt": _sqrt,
    }

    def cast(self, source: Value, dtype: DType) -> Value:
        """A value in another dtype, as NumPy's `astype` gives it."""
        if source.dtype == dtype:
            return source
        if dtype == BOOL:
            return self._compare("not_equal", source, constant(0, source.dtype))
        return self.builder.convert(_conversion(source.dtype, dtype), source, dtype)

    def combine(self, op: str, first: Value, second: Value) -> Value:
        """One step of a reduction."""
        return self.operate(COMBINE[op], [first, second])

    def identity(self, op: str, dtype: DType) -> Value:
        """What a reduction starts from."""
        number = IDENTITIES[op]
        if is_floating(dtype) or op in ("sum", "prod"):
            return constant(number, dtype)
        return constant(_extreme_integer(op, dtype), dtype)

    def fold_lanes(self, op: str, source: Value) -> Value:
        """Reduce the lanes to one, by halves: lane i with lane i + half."""
        while source.lanes > 1:
            half = source.lanes // 2
            low, high = (self._lanes(source, start, half) for start in (0, half))
            source = self.combine(op, low, high)
        return source

    def _lanes(self, source: Value, start: int, count: int) -> Value:
        if count == 1:
            return self.builder.emit(f"extractelement {source}, i32 {start}", source.dtype)
        chosen = ", ".join(f"i32 {start + each}" for each in range(count))
        text = f"shufflevector {source}, {source.type} poison, <{count} x i32> <{chosen}>"
        return self.builder.emit(text, source.dtype, count)


def _extreme_integer(op: str, dtype: DType) -> int:
    bits = dtype.itemsize * 8
    if dtype.kind == "b":
        return 0 if op == "max" else 1
    if dtype.kind == "u":
        return 0 if op == "max" else (1 << bits) - 1
    top = 1 << (bits - 1)
    return -top if op == "max" else top - 1


def _conversion(source: DType, target: DType) -> str:
    """The instruction that converts one dtype to another."""
    signed = source.kind == "i"
    if is_floating(source) and is_floating(target):
        return "fptrunc" if source.itemsize > target.itemsize else "fpext"
    if is_floating(source):
        return "fptosi" if target.kind == "i" else "fptoui"
    if is_floating(target):
        return "sitofp" if signed else "uitofp"
    if source.itemsize > target.itemsize:
        return "trunc"
    if source.itemsize == target.itemsize and source != BOOL:
        return "bitcast"
    return "sext" if signed else "zext"


# Every operation of the loop form that there are instructions for.
OPERATIONS = frozenset([*MATH, *COMPARE_FLOAT, *LOGICAL, *FLOAT_ARITHMETIC, *Evaluator._UNARY]) | {
    "cast",
    "maximum",
    "minimum",
}
