"""Groups: the terms of a sum as a dot takes them, two or four neighbours at a time.

    for p<3, k<7, in fours:     p=0 k=0..3 | p=0 k=4..6, 0 | p=1 k=0..3 | ...      six groups

Groups run along the innermost loop; where its length is no multiple, what is missing counts as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geartrain.compiler.emission.sharing import product_of
from geartrain.compiler.emission.tiling import Run
from geartrain.compiler.fusion.dots import GROUP_BYTES
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant, integer, known
from geartrain.tensor import DType
from geartrain.tensor.dtypes import UINT32

BYTE_BITS = 8


@dataclass(frozen=True)
class Terms:
    """The terms of one group: `first` lies at an offset, each other one a step behind.

    Of a last group only `present` terms are there (None: all).
    """

    first: Value
    step: Value
    size: int
    present: Value | None

    def offset(self, builder: Builder, number: int) -> Value:
        """Where a term lies."""
        return builder.add(self.first, builder.multiply(integer(number), self.step))

    def allowed(self, builder: Builder, number: int) -> Value | bool:
        """Whether a term is there: known now, or a condition at run time."""
        count = known(self.present) if self.present is not None else self.size
        if count is not None:
            return number < count
        return builder.compare("icmp slt", integer(number), self.present or integer(0))

    @property
    def neighbours(self) -> bool:
        """Whether all terms are there, side by side: they can be loaded as one."""
        return self.present is None and known(self.step) == 1


Body = Callable[[Terms, Value, list[Value]], Sequence[Value]]


@dataclass(frozen=True)
class Groups:
    """The loops of a sum, the innermost one in groups of `size`."""

    builder: Builder
    runs: tuple[Run, ...]
    size: int

    def count(self) -> Value:
        """How many groups there are."""
        *outer, inner = (self._turns(run) for run in self.runs)
        return product_of(self.builder, [*outer, self._up(inner)])

    def is_even(self, operand: int) -> bool:
        """Whether an operand's terms are neighbours along the innermost loop."""
        return known(self.runs[-1].steps[operand]) == 1

    def walk(self, operand: int, start: Value, carried: list[Value], body: Body) -> list[Value]:
        """Write loops over all groups of one operand, from where the loops start.

        `body` gets a group's terms, the group's number and the carried values.
        """
        return self._walk(list(self.runs), operand, start, integer(0), carried, body)

    def _walk(
        self,
        runs: list[Run],
        operand: int,
        start: Value,
        number: Value,
        carried: list[Value],
        body: Body,
    ) -> list[Value]:
        run, *inner = runs
        if not inner:
            return self._along(run, operand, start, number, carried, body)
        builder = self.builder
        inside = [self._turns(each) for each in inner]
        groups = product_of(builder, [*inside[:-1], self._up(inside[-1])])

        def turn(place: Value, values: list[Value]) -> list[Value]:
            here = builder.add(start, builder.multiply(place, run.steps[operand]))
            there = builder.add(number, builder.multiply(place, groups))
            return self._walk(inner, operand, here, there, values, body)

        return builder.loop(integer(0), self._turns(run), integer(1), carried, turn)

    def _along(
        self,
        run: Run,
        operand: int,
        start: Value,
        number: Value,
        carried: list[Value],
        body: Body,
    ) -> list[Value]:
        builder, turns, step = self.builder, self._turns(run), run.steps[operand]
        full = self._divided(turns)
        stride = builder.multiply(integer(self.size), step)

        def group(place: Value, values: list[Value], present: Value | None = None) -> list[Value]:
            here = builder.add(start, builder.multiply(place, stride))
            terms = Terms(here, step, self.size, present)
            return list(body(terms, builder.add(number, place), values))

        if known(full) == 1:
            carried = group(integer(0), carried)
        elif known(full) != 0:
            carried = builder.loop(integer(0), full, integer(1), carried, group)
        left = builder.subtract(turns, builder.multiply(full, integer(self.size)))
        if known(left) is not None:
            return group(full, carried, left) if known(left) else carried
        once = builder.minimum(left, integer(1))

        def last(_: Value, values: list[Value]) -> list[Value]:
            return group(full, values, left)

        return builder.loop(integer(0), once, integer(1), carried, last)

    def _turns(self, run: Run) -> Value:
        return self.builder.subtract(run.stop, run.start)

    def _divided(self, turns: Value) -> Value:
        count = known(turns)
        if count is not None:
            return integer(count // self.size)
        return self.builder.binary("sdiv", turns, integer(self.size))

    def _up(self, turns: Value) -> Value:
        count = known(turns)
        if count is not None:
            return integer(-(-count // self.size))
        return self.builder.divide_up(turns, self.size)


def joined(builder: Builder, terms: Sequence[Value | None], lanes: int) -> Value:
    """Groups, in each lane the terms of one, the first one lowest; None is 0."""
    total: Value | None = None
    bits = GROUP_BYTES * BYTE_BITS // len(terms)
    for number, term in enumerate(terms):
        if term is None:
            continue
        wide = builder.convert("zext", builder.splat(term, lanes), UINT32)
        moved = builder.binary("shl", wide, constant(number * bits, UINT32)) if number else wide
        total = moved if total is None else builder.binary("or", total, moved)
    return total if total is not None else constant(0, UINT32, lanes)


def load_groups(builder: Builder, base: str, dtype: DType, offset: Value, lanes: int) -> Value:
    """Groups whose terms lie side by side, as one vector."""
    size = GROUP_BYTES // dtype.itemsize
    loaded = builder.load(builder.pointer(base, dtype, offset), dtype, lanes * size)
    kind = "i32" if lanes == 1 else f"<{lanes} x i32>"
    return Value(builder.as_type(loaded, kind), UINT32, lanes)


def load_present(
    builder: Builder, base: str, dtype: DType, terms: Terms, number: int
) -> Value | None:
    """One term of a group as a scalar: 0 where it is missing, None where that is known."""
    allowed = terms.allowed(builder, number)
    if allowed is False:
        return None
    address = builder.pointer(base, dtype, terms.offset(builder, number))
    if isinstance(allowed, Value):
        address = builder.address_if(allowed, address)
    return builder.load(address, dtype)
