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
from typing import ClassVar, NamedTuple

from geartrain.compiler.ir import Builder, Value, constant, integer
from geartrain.compiler.loops import (
    Axis,
    Expr,
    axes_of,
    coefficients,
    limits,
    number,
    walk,
    walk_unguarded,
)
from geartrain.compiler.memory import Memory
from geartrain.compiler.vector_math import MATH
from geartrain.graph import Node
from geartrain.tensor import DType, is_floating
from geartrain.tensor.dtypes import BOOL, UINT32

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
NARROW = 1 << 31  # indices below it are divided by a number in 32 bits
IDENTITIES = {"sum": 0, "prod": 1, "max": float("-inf"), "min": float("inf")}
COMBINE = {"sum": "add", "prod": "multiply", "max": "maximum", "min": "minimum"}


class Guard(NamedTuple):
    """What must hold for a load: for `all` lanes at once, and for each of the `lanes`."""

    all: Value | None = None
    lanes: Value | None = None


Key = tuple[Expr, bool, Guard | None]


def _both(builder: Builder, first: Value | None, second: Value | None) -> Value | None:
    """The conjunction of two conditions, of which either may be missing."""
    if first is None or second is None or first == second:
        return first or second
    return builder.binary("and", first, second)


class Evaluator:
    """Writes the instructions of expressions at one place of a kernel."""

    def __init__(self, builder: Builder, memory: Memory, features: str) -> None:
        self.builder = builder
        self.memory = memory
        self.features = features
        self.lanes = 1
        self.lane_axis: Axis | None = None
        self.mask: Value | None = None
        self.guard = Guard()
        self.places: ChainMap[Axis, Value] = ChainMap()
        self.values: ChainMap[Node, Value] = ChainMap()
        self._done: ChainMap[Key, Value] = ChainMap()
        self._moving: dict[Expr, bool] = {}
        self._loading: dict[Expr, bool] = {}

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is placed and computed inside is forgotten afterwards."""
        kept = self.places, self.values, self._done, self.lane_axis, self.lanes, self.mask
        self.places = self.places.new_child()
        self.values = self.values.new_child()
        self._done, self._moving = self._done.new_child(), {}
        try:
            yield
        finally:
            self.places, self.values, self._done, self.lane_axis, self.lanes, self.mask = kept
            self._moving = {}

    def run_lanes(self, axis: Axis, start: Value, lanes: int, mask: Value | None = None) -> None:
        """Let `axis` run along the lanes, from `start`; the mask tells which lanes count."""
        self.lane_axis, self.lanes, self.mask = axis, lanes, mask
        self.places[axis] = start
        self._moving = {}

    def hoist(self, expressions: Iterable[Expr]) -> None:
        """Compute here what does not depend on places that are still to come."""
        roots = list(expressions)
        ready: set[Expr] = set()
        for expr in walk(*roots):
            if self._is_ready(expr) and all(each in ready for each in expr.args):
                ready.add(expr)
        for expr in walk_unguarded(*roots):
            if expr.head in ("load", "apply") and expr in ready:
                self.scalar(expr)

    def _is_ready(self, expr: Expr) -> bool:
        """Whether an expression can be computed here, if its arguments can."""
        if expr.head == "place":
            return expr.what in self.places and expr.what is not self.lane_axis
        if expr.head == "value":
            return expr.what in self.values and self.values[expr.what].lanes == 1
        return expr.head != "load" or not self.memory.is_written(expr.what)

    def scalar(self, expr: Expr) -> Value:
        """The value at the first lane, as a scalar."""
        return self._evaluate(expr, lanes=False)

    def vector(self, expr: Expr) -> Value:
        """The value: a scalar where every lane has the same."""
        return self._evaluate(expr, lanes=self.lanes > 1)

    def _evaluate(self, root: Expr, *, lanes: bool) -> Value:
        moves = lanes and self._moves(root)
        key = (root, moves, self.guard if self._loads(root) else None)
        if key not in self._done:
            self._done[key] = self._heads[root.head](self, root, moves)
        return self._done[key]

    def _moves(self, expr: Expr) -> bool:
        """Whether the value may differ from lane to lane."""
        if expr.head == "value":
            return self.values[expr.what].lanes > 1
        if expr.head == "place":
            return expr.what is self.lane_axis
        if expr not in self._moving:
            self._moving[expr] = any(self._moves(each) for each in expr.args)
        return self._moving[expr]

    def _loads(self, expr: Expr) -> bool:
        """Whether a load is made for the value."""
        if expr not in self._loading:
            self._loading[expr] = expr.head == "load" or any(map(self._loads, expr.args))
        return self._loading[expr]

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
            address = builder.pointer(base, dtype, self.offset(expr))
            return builder.load(self._safe(address, self._holds_for_some()), dtype)
        step, mask = self.lane_step(expr), _both(builder, self.mask, self.guard.lanes)
        if step == 1:
            address = builder.pointer(base, dtype, self.offset(expr))
            return builder.load(self._safe(address, self.guard.all), dtype, self.lanes, mask)
        mask = _both(builder, mask, self.guard.all)
        mask = mask and builder.splat(mask, self.lanes)
        return builder.gather(base, dtype, self._offsets(expr, step), mask)

    def _safe(self, address: str, allowed: Value | None) -> str:
        """The address, or one of zeros where nothing may be loaded from it."""
        return address if allowed is None else self.builder.address_if(allowed, address)

    def _holds_for_some(self) -> Value | None:
        """Whether what stands behind the guard is wanted at all: by one lane or by more."""
        some = self.guard.lanes and self.builder.any_lane(self.guard.lanes)
        return _both(self.builder, some, self.guard.all)

    # -- guards ----------------------------------------------------------------------------------

    def _guard(self, expr: Expr, lanes: bool) -> Value:
        """One of two values. What it loads is loaded only where it is chosen."""
        test, first, second = expr.args
        condition = self._evaluate(test, lanes=lanes)
        if condition.lanes == 1 and self._loads(first) and self._loads(second):
            return self._branch(condition, first, second, lanes)
        chosen = self._behind(condition, first, lanes)
        opposite = condition
        if self._loads(second):
            opposite = self._logical_not(condition)
        return self.builder.select(condition, chosen, self._behind(opposite, second, lanes))

    def _behind(self, condition: Value, expr: Expr, lanes: bool) -> Value:
        """The value of an expression where a condition holds; elsewhere, anything."""
        if not self._loads(expr):
            return self._evaluate(expr, lanes=lanes)
        kept, builder = self.guard, self.builder
        if condition.lanes > 1:
            self.guard = kept._replace(lanes=_both(builder, kept.lanes, condition))
        else:
            self.guard = kept._replace(all=_both(builder, kept.all, condition))
        try:
            return self._evaluate(expr, lanes=lanes)
        finally:
            self.guard = kept

    def _branch(self, condition: Value, first: Expr, second: Expr, lanes: bool) -> Value:
        """The same by a jump: every lane makes the same choice."""

        def choice(expr: Expr) -> Callable[[], Value]:
            def write() -> Value:
                with self.scope():
                    return self.builder.splat(
                        self._evaluate(expr, lanes=lanes), self.lanes if lanes else 1
                    )

            return write

        return self.builder.choose(condition, choice(first), choice(second))

    def _apply(self, expr: Expr, lanes: bool) -> Value:
        if expr.what in ("add", "subtract") and is_floating(expr.dtype):
            fused = self._multiply_add(expr, lanes)
            if fused is not None:
                return fused
        if expr.what == "guard":
            return self._guard(expr, lanes)
        if expr.what in ("floor_divide", "remainder") and number(expr.args[1]):
            return self._divide_index(expr, lanes)
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

    def _divide_index(self, expr: Expr, lanes: bool) -> Value:
        """A quotient or a remainder by a number, rounded down as Python does."""
        first, divisor = self._evaluate(expr.args[0], lanes=lanes), number(expr.args[1]) or 1
        low, high = limits(expr.args[0])
        if divisor > 0 and not divisor & (divisor - 1):
            by_shift, by_mask = divisor.bit_length() - 1, divisor - 1
            if expr.what == "remainder":
                return self.builder.binary("and", first, integer(by_mask))
            return self.builder.binary("ashr", first, integer(by_shift))
        if divisor < 0 or low is None or low < 0:
            return self.operate(expr.what, [first, integer(divisor)])
        opcode = "urem" if expr.what == "remainder" else "udiv"
        if high is None or high >= NARROW or first.lanes == 1:
            return self.builder.binary(opcode, first, integer(divisor))
        narrow = self.builder.convert("trunc", first, UINT32)  # whose quotients are products
        found = self.builder.binary(opcode, narrow, constant(divisor, UINT32))
        return self.builder.convert("zext", found, first.dtype)

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
        return self._floor_division(first, second)[0]

    def _remainder(self, first: Value, second: Value) -> Value:
        return self._floor_division(first, second)[1]

    def _floor_division(self, first: Value, second: Value) -> tuple[Value, Value]:
        """NumPy's quotient, rounded down, and remainder of integers: 0 for a divisor of 0."""
        builder, dtype, zero = self.builder, first.dtype, constant(0, first.dtype)
        none = self._compare("equal", second, zero)
        divisor = builder.select(none, constant(1, dtype), second)
        if dtype.kind == "u":
            quotient, rest = (builder.binary(each, first, divisor) for each in ("udiv", "urem"))
        else:
            quotient, rest = self._signed_division(first, divisor)
        return builder.select(none, zero, quotient), builder.select(none, zero, rest)

    def _signed_division(self, first: Value, divisor: Value) -> tuple[Value, Value]:
        """Rounded down; the one quotient that has no room, of the least number by -1, wraps."""
        builder, zero, one = (
            self.builder,
            constant(0, first.dtype),
            constant(1, first.dtype),
        )
        turns = self._compare("equal", divisor, constant(-1, first.dtype))
        safe = builder.select(turns, one, divisor)
        quotient, rest = (builder.binary(each, first, safe) for each in ("sdiv", "srem"))
        signs = builder.binary("xor", rest, divisor)
        low = builder.binary(
            "and", self._compare("not_equal", rest, zero), self._compare("less", signs, zero)
        )
        down = builder.select(low, builder.binary("sub", quotient, one), quotient)
        up = builder.select(low, builder.binary("add", rest, divisor), rest)
        return builder.select(turns, self._negative(first), down), up

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
    "guard",
    "maximum",
    "minimum",
}
