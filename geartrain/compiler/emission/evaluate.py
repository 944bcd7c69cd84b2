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

from geartrain.compiler.emission.emit_random import (
    Block,
    Philox,
    round_key,
    shares_blocks,
    split_in_block,
)
from geartrain.compiler.emission.memory import Memory
from geartrain.compiler.form.exprs import Axis, Expr, walk
from geartrain.compiler.form.loops import axes_of, coefficients, limits, number, walk_unguarded
from geartrain.compiler.instructions.arithmetic import Arithmetic
from geartrain.compiler.instructions.halves import is_half
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant, integer, known
from geartrain.graph import Node
from geartrain.tensor import is_floating
from geartrain.tensor.dtypes import INT64, UINT32

DATA = ("load", "value")  # heads of what only the data know
NARROW = 1 << 31  # indices below it are divided by a number in 32 bits


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


class Evaluator(Arithmetic):
    """Writes the instructions of expressions at one place of a kernel."""

    def __init__(self, builder: Builder, memory: Memory, features: str) -> None:
        super().__init__(builder, features)
        self.memory = memory
        self.lanes = 1
        self.lane_axis: Axis | None = None
        self.mask: Value | None = None
        self.guard = Guard()
        self.places: ChainMap[Axis, Value] = ChainMap()
        self.values: ChainMap[Node, Value] = ChainMap()
        self._done: ChainMap[Key, Value] = ChainMap()
        self._blocks: ChainMap[tuple[Expr, Expr, int], Block] = ChainMap()
        self._moving: dict[Expr, bool] = {}
        self._loading: dict[Expr, bool] = {}

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is placed and computed inside is forgotten afterwards."""
        kept = self.places, self.values, self._done, self.lane_axis, self.lanes, self.mask
        blocks, self._blocks = self._blocks, self._blocks.new_child()
        self.places = self.places.new_child()
        self.values = self.values.new_child()
        self._done, self._moving = self._done.new_child(), {}
        try:
            yield
        finally:
            self.places, self.values, self._done, self.lane_axis, self.lanes, self.mask = kept
            self._blocks, self._moving = blocks, {}

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
        if step == -1:
            return self._load_backwards(expr, mask)
        mask = _both(builder, mask, self.guard.all)
        mask = mask and builder.splat(mask, self.lanes)
        return builder.gather(base, dtype, self._offsets(expr, step), mask)

    def _load_backwards(self, expr: Expr, mask: Value | None) -> Value:
        """Neighbours, the last of which is the first lane's."""
        builder, dtype = self.builder, expr.what.dtype
        last = builder.add(self.offset(expr), integer(1 - self.lanes))
        address = self._safe(
            builder.pointer(self.memory.base(expr.what), dtype, last), self.guard.all
        )
        mask = mask and builder.reversed(mask)
        return builder.reversed(builder.load(address, dtype, self.lanes, mask))

    def _safe(self, address: str, allowed: Value | None) -> str:
        """The address, or one of zeros where nothing may be loaded from it."""
        return address if allowed is None else self.builder.address_if(allowed, address)

    def _holds_for_some(self) -> Value | None:
        """Whether what stands behind the guard is wanted at all: by one lane or by more."""
        some = self.guard.lanes and self.builder.any_lane(self.guard.lanes)
        return _both(self.builder, some, self.guard.all)

    def _philox(self, expr: Expr, lanes: bool) -> Value:
        """A random word; those of neighbouring lanes share their blocks, if numbers are near."""
        _, stream, number_of_word, *keys = expr.args
        cipher = Philox(self.builder, self.scalar(stream), [self.scalar(each) for each in keys])
        moves = coefficients(number_of_word) or {}
        step = moves.get(self.lane_axis, 0) if lanes and self.lane_axis is not None else 0
        if shares_blocks(step, self.lanes):
            return cipher.words_from(self.scalar(number_of_word), step, self.lanes)
        start, place = split_in_block(number_of_word)
        numbers = self._evaluate(start, lanes=lanes)
        key = (stream, start, numbers.lanes)
        if key not in self._blocks:
            self._blocks[key] = cipher.block_of(numbers)
        return cipher.chosen(self._blocks[key], numbers, place)

    # -- guards ----------------------------------------------------------------------------------

    def _guard(self, expr: Expr, lanes: bool) -> Value:
        """One of two values. What it loads is loaded only where it is chosen."""
        test, first, second = expr.args
        condition = self._evaluate(test, lanes=lanes)
        if condition.lanes == 1 and self._loads(first) and self._loads(second):
            return self._branch(condition, first, second, lanes)
        if not self._loads(second):
            chosen = self._behind(condition, first, lanes)
            return self.builder.select(condition, chosen, self._evaluate(second, lanes=lanes))
        ways = (condition, first), (self._logical_not(condition), second)
        one, other = (self._if_any(*each, lanes) for each in ways)
        return self.builder.select(condition, one, other)

    def _if_any(self, condition: Value, expr: Expr, lanes: bool) -> Value:
        """The value of an expression, which is left out where no lane wants it."""
        nothing = self.builder.splat(constant(0, expr.dtype), self.lanes)
        if not self._loads(expr):
            return self._evaluate(expr, lanes=lanes)

        def wanted() -> Value:
            with self.scope():
                return self.builder.splat(self._behind(condition, expr, lanes), self.lanes)

        return self.builder.choose(self.builder.any_lane(condition), wanted, lambda: nothing)

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
        if expr.what == "philox":
            return self._philox(expr, lanes)
        if expr.what == "philox_key":
            return round_key(self.builder, self.scalar(expr.args[0]), number(expr.args[1]) or 0)
        if expr.what in ("add", "subtract") and is_floating(expr.dtype) and not is_half(expr.dtype):
            fused = self._multiply_add(expr, lanes)
            if fused is not None:
                return fused
        if expr.what == "guard":
            return self._guard(expr, lanes)
        divides = expr.what in ("floor_divide", "remainder") and expr.dtype == INT64
        if divides and number(expr.args[1]):
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
        for index, stride, axis in self._steps(access):
            place = self._index(access, index, axis, self.scalar)
            total = self.builder.add(total, self.builder.multiply(place, stride))
        return total

    def _steps(self, access: Expr) -> list[tuple[Expr, Value, int]]:
        """The indices of a load, how far each moves it, and on which axis.

        A quotient on one axis and its rest on the next are one index: e // 8 and e % 8 of
        (..., 8, 8) lie where e does.
        """
        steps: list[tuple[Expr, Value, int]] = []
        for axis, stride in enumerate(self.memory.strides(access)):
            index = access.args[axis]
            whole = _whole_of(steps[-1][0], index) if steps else None
            if whole is not None and known(steps[-1][1]) == whole[1] * (known(stride) or 0):
                steps[-1] = whole[0], stride, axis
            else:
                steps.append((index, stride, axis))
        return steps

    def offset_along(self, access: Expr, axis: int) -> Value:
        """The part of a load's offset that one of its indices makes."""
        place = self._index(access, access.args[axis], axis, self.scalar)
        return self.builder.multiply(place, self.memory.strides(access)[axis])

    def _index(
        self, access: Expr, index: Expr, axis: int, evaluate: Callable[[Expr], Value]
    ) -> Value:
        """Where a load is on an axis. What data say is kept on it: else the axis' last place."""
        shape = access.what.shape
        found = evaluate(index)
        is_data = any(each.head in DATA for each in walk(index))
        if not is_data or len(shape) != len(access.args):
            return found
        last = self.builder.add(self.memory.size(shape[axis]), integer(-1))
        return self.builder.intrinsic("umin", found, last)

    def lane_step(self, access: Expr) -> int | None:
        """How many elements a load moves from lane to lane, if that is one known number."""
        total = 0
        for index, stride, _ in self._steps(access):
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
        for index, stride, axis in self._steps(access):
            place = self._index(access, index, axis, self.vector)
            total = builder.binary("add", total, builder.binary("mul", place, stride))
        return total


def _whole_of(quotient: Expr, rest: Expr) -> tuple[Expr, int] | None:
    """What two indices are the quotient and the rest of, and by which number."""
    heads = quotient.head, quotient.what, rest.head, rest.what
    if heads != ("apply", "floor_divide", "apply", "remainder") or quotient.args != rest.args:
        return None
    whole, divisor = quotient.args[0], number(quotient.args[1])
    is_data = any(each.head in DATA for each in walk(whole))
    return (whole, divisor) if divisor is not None and divisor > 0 and not is_data else None
