"""Writing LLVM IR as text: values, instructions, loops.

A `Builder` writes one function. Values carry their dtype and how many lanes they have (1: a
scalar), so that every instruction is written once for scalars and vectors. Loops carry values
from turn to turn as phi nodes, so the text is in static single assignment from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from geartrain.compiler.instructions.values import (
    Value,
    constant,
    integer,
    known,
    llvm_type,
    memory_type,
)
from geartrain.tensor import DType, is_floating
from geartrain.tensor.dtypes import BOOL, INT64, UINT8

ZEROS, ZEROS_BYTES = "@geartrain_zeros", 256  # as much as the widest vector takes
CUT = frozenset(  # what a wider number may be cut to
    (*("float16", "bfloat16"), *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32)))
)
SUFFIXES = {"float": "f32", "double": "f64"}


class Builder:
    """Writes the body of one function, instruction by instruction."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.declarations: dict[str, str] = {}
        self._block = "entry"
        self._count = 0
        self._left: dict[str, Value] = {}  # how many lanes a mask has

    # -- instructions ----------------------------------------------------------------------------

    def emit(self, instruction: str, dtype: DType, lanes: int = 1) -> Value:
        """Write an instruction that gives a value."""
        self._count += 1
        name = f"%v{self._count}"
        self.lines.append(f"  {name} = {instruction}")
        return Value(name, dtype, lanes)

    def do(self, instruction: str) -> None:
        """Write an instruction that gives nothing."""
        self.lines.append(f"  {instruction}")

    def binary(self, opcode: str, first: Value, second: Value) -> Value:
        """An instruction on two values of one type."""
        first, second = self.matched(first, second)
        return self.emit(f"{opcode} {first}, {second.text}", first.dtype, first.lanes)

    def compare(self, opcode: str, first: Value, second: Value) -> Value:
        """A comparison: `fcmp olt`, `icmp eq`."""
        first, second = self.matched(first, second)
        return self.emit(f"{opcode} {first}, {second.text}", BOOL, first.lanes)

    def select(self, condition: Value, first: Value, second: Value) -> Value:
        """`first` where the condition holds, else `second`."""
        lanes = max(condition.lanes, first.lanes, second.lanes)
        first, second = self.splat(first, lanes), self.splat(second, lanes)
        condition = self.splat(condition, lanes)
        return self.emit(f"select {condition}, {first}, {second}", first.dtype, lanes)

    def convert(self, opcode: str, source: Value, dtype: DType) -> Value:
        """A conversion: `fpext`, `sitofp`, `bitcast`."""
        target = llvm_type(dtype, source.lanes)
        return self.emit(f"{opcode} {source} to {target}", dtype, source.lanes)

    def reinterpret(self, source: Value, kind: str) -> str:
        """The same bits as an LLVM type that no dtype has; gives the text of the register."""
        target = kind if source.lanes == 1 else f"<{source.lanes} x {kind}>"
        return self.emit(f"bitcast {source} to {target}", source.dtype, source.lanes).text

    def as_type(self, source: Value, kind: str) -> str:
        """The same bits as another LLVM type, of other lanes; gives the text of the register."""
        return self.emit(f"bitcast {source} to {kind}", source.dtype, source.lanes).text

    def intrinsic(self, name: str, *arguments: Value) -> Value:
        """A call of `llvm.NAME` on values of one type, which it returns: sqrt, fma, floor."""
        lanes = max(each.lanes for each in arguments)
        values = [self.splat(each, lanes) for each in arguments]
        element = llvm_type(values[0].dtype)
        suffix = SUFFIXES.get(element, element)
        full = f"llvm.{name}.{suffix}" if lanes == 1 else f"llvm.{name}.v{lanes}{suffix}"
        return self.call(full, values[0].dtype, lanes, values)

    def multiply_add(self, first: Value, second: Value, term: Value) -> Value:
        """`first * second + term`, rounded once where the processor has such an instruction."""
        if not is_floating(first.dtype):
            return self.binary("add", self.binary("mul", first, second), term)
        return self.intrinsic("fmuladd", first, second, term)

    def call(self, name: str, dtype: DType, lanes: int, arguments: Sequence[Value]) -> Value:
        """A call of an outside function, which is declared by its arguments."""
        types = ", ".join(each.type for each in arguments)
        result = llvm_type(dtype, lanes)
        self.declarations[name] = f"declare {result} @{name}({types})"
        text = f"call {result} @{name}({', '.join(map(str, arguments))})"
        return self.emit(text, dtype, lanes)

    # -- lanes -----------------------------------------------------------------------------------

    def matched(self, first: Value, second: Value) -> tuple[Value, Value]:
        """Two values with as many lanes as the one that has more."""
        lanes = max(first.lanes, second.lanes)
        return self.splat(first, lanes), self.splat(second, lanes)

    def splat(self, source: Value, lanes: int) -> Value:
        """A scalar in every lane."""
        if source.lanes == lanes:
            return source
        if not source.text.startswith("%"):
            element = llvm_type(source.dtype)
            return Value(f"splat ({element} {source.text})", source.dtype, lanes)
        kind = llvm_type(source.dtype, lanes)
        first = self.emit(f"insertelement {kind} poison, {source}, i32 0", source.dtype, lanes)
        zeros = f"<{lanes} x i32> zeroinitializer"
        return self.emit(f"shufflevector {first}, {kind} poison, {zeros}", source.dtype, lanes)

    def shuffle(self, first: Value, second: Value, places: Sequence[int]) -> Value:
        """A vector of lanes of two others: numbers from the lane count on are of the second."""
        chosen = ", ".join(f"i32 {place}" for place in places)
        mask = f"<{len(places)} x i32> <{chosen}>"
        return self.emit(f"shufflevector {first}, {second}, {mask}", first.dtype, len(places))

    def reversed(self, source: Value) -> Value:
        """The lanes, the last one first."""
        order = ", ".join(f"i32 {lane}" for lane in reversed(range(source.lanes)))
        text = f"shufflevector {source}, {source.type} poison, <{source.lanes} x i32> <{order}>"
        return self.emit(text, source.dtype, source.lanes)

    def lane_numbers(self, lanes: int) -> Value:
        """0, 1, 2, ... as indices."""
        numbers = ", ".join(f"i64 {lane}" for lane in range(lanes))
        return Value(f"<{numbers}>", INT64, lanes)

    def first_lanes(self, lanes: int, left: Value) -> Value:
        """A mask of as many lanes as are left."""
        mask = self.compare("icmp slt", self.lane_numbers(lanes), left)
        self._left[mask.text] = left
        return mask

    # -- indices ---------------------------------------------------------------------------------

    def add(self, first: Value, second: Value) -> Value:
        """The sum of two indices, at once where both are numbers."""
        a, b = known(first), known(second)
        if a is not None and b is not None:
            return integer(a + b)
        if a == 0 or b == 0:
            return second if a == 0 else first
        return self.binary("add", first, second)

    def subtract(self, first: Value, second: Value) -> Value:
        """The difference of two indices, at once where both are numbers."""
        a, b = known(first), known(second)
        if a is not None and b is not None:
            return integer(a - b)
        return first if b == 0 else self.binary("sub", first, second)

    def multiply(self, first: Value, second: Value) -> Value:
        """The product of two indices, at once where both are numbers."""
        a, b = known(first), known(second)
        if a is not None and b is not None:
            return integer(a * b)
        if 0 in (a, b):
            return integer(0)
        if 1 in (a, b):
            return second if a == 1 else first
        return self.binary("mul", first, second)

    def choose_pointer(self, condition: Value, first: str, second: str) -> str:
        """An address where a condition holds, else another."""
        return self.emit(f"select {condition}, ptr {first}, ptr {second}", INT64).text

    def divide_up(self, index: Value, divisor: int) -> Value:
        """How often a number fits in an index, the last time perhaps in part."""
        return self.binary("sdiv", self.add(index, integer(divisor - 1)), integer(divisor))

    def minimum(self, first: Value, second: Value) -> Value:
        """The smaller of two indices."""
        return self.select(self.compare("icmp slt", first, second), first, second)

    def maximum(self, first: Value, second: Value) -> Value:
        """The larger of two indices."""
        return self.select(self.compare("icmp sgt", first, second), first, second)

    # -- memory ----------------------------------------------------------------------------------

    def pointer(self, base: str, dtype: DType, offset: Value) -> str:
        """The address of an element."""
        if known(offset) == 0:
            return base
        self._count += 1
        name = f"%p{self._count}"
        self.lines.append(f"  {name} = getelementptr {memory_type(dtype)}, ptr {base}, {offset}")
        return name

    def load(self, address: str, dtype: DType, lanes: int = 1, mask: Value | None = None) -> Value:
        """Load an element, or as many neighbours as there are lanes (those in the mask)."""
        stored = _stored(dtype)
        kind, align = llvm_type(stored, lanes), dtype.itemsize
        if mask is None or lanes == 1:
            loaded = self.emit(f"load {kind}, ptr {address}, align {align}", stored, lanes)
        else:
            name = f"llvm.masked.load.v{lanes}{_suffix(stored)}.p0"
            types = f"ptr, i32, <{lanes} x i1>, {kind}"
            self.declarations[name] = f"declare {kind} @{name}({types})"
            arguments = f"ptr {address}, i32 {align}, {mask}, {kind} zeroinitializer"
            loaded = self.emit(f"call {kind} @{name}({arguments})", stored, lanes)
        return self._to_register(loaded, dtype)

    def address_if(self, allowed: Value, address: str) -> str:
        """The address, if it is allowed, or else one where a vector of zeros lies."""
        self.declarations[ZEROS] = (
            f"{ZEROS} = internal constant [{ZEROS_BYTES} x i8] zeroinitializer, align 64"
        )
        self._count += 1
        name = f"%p{self._count}"
        self.lines.append(f"  {name} = select {allowed}, ptr {address}, ptr {ZEROS}")
        return name

    def any_lane(self, condition: Value) -> Value:
        """Whether a condition holds for at least one lane."""
        bits = self.emit(f"bitcast {condition} to i{condition.lanes}", condition.dtype)
        name = f"%v{self._count + 1}"
        self._count += 1
        self.lines.append(f"  {name} = icmp ne i{condition.lanes} {bits.text}, 0")
        return Value(name, BOOL)

    def prefetch(self, address: str) -> None:
        """Ask for a cache line that will be read soon; the address need not exist."""
        name = "llvm.prefetch.p0"
        self.declarations[name] = f"declare void @{name}(ptr, i32, i32, i32)"
        self.do(f"call void @{name}(ptr {address}, i32 0, i32 3, i32 1)")

    def gather(
        self,
        base: str,
        dtype: DType,
        offsets: Value,
        mask: Value | None,
        loaded: DType | None = None,
    ) -> Value:
        """Load one element for each lane, from `base` plus the lane's offset.

        Where another dtype is to be `loaded`, several elements are one of its numbers.
        """
        lanes, stored = offsets.lanes, _stored(loaded or dtype)
        kind, pointers = llvm_type(stored, lanes), self._pointers(base, dtype, offsets)
        name = f"llvm.masked.gather.v{lanes}{_suffix(stored)}.v{lanes}p0"
        types = f"<{lanes} x ptr>, i32, <{lanes} x i1>, {kind}"
        self.declarations[name] = f"declare {kind} @{name}({types})"
        allowed = mask or constant(True, BOOL, lanes)
        arguments = f"{pointers}, i32 {dtype.itemsize}, {allowed}, {kind} zeroinitializer"
        found = self.emit(f"call {kind} @{name}({arguments})", stored, lanes)
        return self._to_register(found, loaded or dtype)

    def store(self, stored: Value, address: str, mask: Value | None = None) -> None:
        """Store a value to its element, or its lanes to neighbours (those in the mask)."""
        align = stored.dtype.itemsize
        stored = self._to_memory(stored)
        if mask is None or stored.lanes == 1:
            self.do(f"store {stored}, ptr {address}, align {align}")
        elif mask.text in self._left and stored.dtype.name in CUT:
            self._store_cut(stored, address, mask)
        else:
            self._store_masked(stored, address, mask)

    def _store_cut(self, stored: Value, address: str, mask: Value) -> None:
        """Store lanes that may be the low bits of wider ones, a single one as a scalar.

        LLVM 22 stores the one lane of a mask that it knows as wide as it was before it was cut,
        over its neighbour in memory, on processors with AVX-512.
        """
        left, one = self._left[mask.text], integer(1)
        lane = llvm_type(stored.dtype)

        def single() -> None:
            first = self.emit(f"extractelement {stored}, i64 0", stored.dtype)
            self.do(f"store {lane} {first.text}, ptr {address}, align {stored.dtype.itemsize}")

        self.when(self.compare("icmp eq", left, one), single)
        several = self.compare("icmp ne", left, one)
        self.when(several, lambda: self._store_masked(stored, address, mask))

    def _store_masked(self, stored: Value, address: str, mask: Value) -> None:
        align = stored.dtype.itemsize
        name = f"llvm.masked.store.v{stored.lanes}{_suffix(stored.dtype)}.p0"
        self.declarations[name] = (
            f"declare void @{name}({stored.type}, ptr, i32, <{stored.lanes} x i1>)"
        )
        self.do(f"call void @{name}({stored}, ptr {address}, i32 {align}, {mask})")

    def stream(self, stored: Value, address: str) -> None:
        """Store a whole vector, to an aligned address, past the caches; a `fence` must follow."""
        self.declarations["!streamed"] = "!1 = !{i32 1}"
        align = stored.lanes * stored.dtype.itemsize
        self.do(f"store {stored}, ptr {address}, align {align}, !nontemporal !1")

    def fence(self) -> None:
        """Let all that was stored be there for other threads."""
        self.do("fence seq_cst")

    def _pointers(self, base: str, dtype: DType, offsets: Value) -> str:
        self._count += 1
        name = f"%p{self._count}"
        kind = memory_type(dtype)
        self.lines.append(f"  {name} = getelementptr {kind}, ptr {base}, {offsets}")
        return f"<{offsets.lanes} x ptr> {name}"

    def _to_register(self, loaded: Value, dtype: DType) -> Value:
        if dtype != BOOL:
            return loaded._replace(dtype=dtype)
        return self.compare("icmp ne", loaded, constant(0, loaded.dtype, loaded.lanes))

    def _to_memory(self, stored: Value) -> Value:
        return self.convert("zext", stored, UINT8) if stored.dtype == BOOL else stored

    # -- control ---------------------------------------------------------------------------------

    def loop(
        self,
        start: Value,
        stop: Value,
        step: Value,
        carried: Sequence[Value],
        body: Callable[[Value, list[Value]], Sequence[Value]],
    ) -> list[Value]:
        """Write `for place in range(start, stop, step)`.

        `body` is called once, with the place and the carried values, and returns the carried
        values of the next turn. The values after the last turn are returned.
        """
        head, inside, after = (self._label(each) for each in ("head", "body", "after"))
        before, phi_at = self._block, len(self.lines) + 2
        self.do(f"br label %{head}")
        self._enter(head)
        place, *values = (self._fresh_like(each) for each in (start, *carried))
        turns = self.compare("icmp slt", place, stop)
        self.do(f"br i1 {turns.text}, label %{inside}, label %{after}")
        self._enter(inside)
        ends = list(body(place, values))
        ends = [self.splat(end, value.lanes) for end, value in zip(ends, values, strict=True)]
        following = self.add(place, step)
        self.do(f"br label %{head}")
        turns_into = zip((place, *values), (start, *carried), (following, *ends), strict=True)
        self.lines[phi_at:phi_at] = [
            f"  {phi.text} = phi {phi.type} "
            f"[{first.text}, %{before}], [{last.text}, %{self._block}]"
            for phi, first, last in turns_into
        ]
        self._enter(after)
        return values

    def repeat(self, test: Callable[[Value], Value], body: Callable[[Value], None]) -> None:
        """Write `while test(turn): body(turn)`, with turns counted from 0."""
        head, inside, after = (self._label(each) for each in ("head", "body", "after"))
        before, phi_at = self._block, len(self.lines) + 2
        self.do(f"br label %{head}")
        self._enter(head)
        turn = self._fresh_like(integer(0))
        goes_on = test(turn)
        self.do(f"br i1 {goes_on.text}, label %{inside}, label %{after}")
        self._enter(inside)
        body(turn)
        following = self.add(turn, integer(1))
        self.do(f"br label %{head}")
        entries = f"[0, %{before}], [{following.text}, %{self._block}]"
        self.lines.insert(phi_at, f"  {turn.text} = phi {turn.type} {entries}")
        self._enter(after)

    def when(self, condition: Value, body: Callable[[], None]) -> None:
        """Write `if condition: body`."""
        inside, after = self._label("then"), self._label("after")
        self.do(f"br i1 {condition.text}, label %{inside}, label %{after}")
        self._enter(inside)
        body()
        self.do(f"br label %{after}")
        self._enter(after)

    def choose(
        self, condition: Value, first: Callable[[], Value], second: Callable[[], Value]
    ) -> Value:
        """Write `first() if condition else second()`, two values of one type, as a jump."""
        labels = [self._label(each) for each in ("then", "else", "after")]
        self.do(f"br i1 {condition.text}, label %{labels[0]}, label %{labels[1]}")
        ends = []
        for label, body in zip(labels, (first, second), strict=False):
            self._enter(label)
            ends.append((body(), self._block))
            self.do(f"br label %{labels[2]}")
        self._enter(labels[2])
        found = ", ".join(f"[{value.text}, %{block}]" for value, block in ends)
        return self.emit(f"phi {ends[0][0].type} {found}", ends[0][0].dtype, ends[0][0].lanes)

    def switch(self, selector: Value, cases: dict[int, Callable[[], None]]) -> None:
        """Write one body for each number that the selector may be."""
        after = self._label("after")
        labels = {case: self._label(f"case{case}_") for case in cases}
        table = " ".join(f"i64 {case}, label %{label}" for case, label in labels.items())
        self.do(f"switch {selector}, label %{after} [{table}]")
        for case, body in cases.items():
            self._enter(labels[case])
            body()
            self.do(f"br label %{after}")
        self._enter(after)

    def _fresh_like(self, like: Value) -> Value:
        self._count += 1
        return Value(f"%v{self._count}", like.dtype, like.lanes)

    def _label(self, hint: str) -> str:
        self._count += 1
        return f"{hint}{self._count}"

    def _enter(self, label: str) -> None:
        self.lines.append(f"{label}:")
        self._block = label

    def function(self, signature: str) -> str:
        """The whole function's text: `define SIGNATURE { ... }`."""
        return "\n".join([f"define {signature} {{", "entry:", *self.lines, "  ret void", "}"])


def _stored(dtype: DType) -> DType:
    return UINT8 if dtype == BOOL else dtype


@cache
def _suffix(dtype: DType) -> str:
    element = llvm_type(dtype)
    return SUFFIXES.get(element, element)
