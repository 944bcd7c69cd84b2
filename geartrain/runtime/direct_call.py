"""Calling machine code with Python's own objects, without taking them apart in Python.

    call = direct_call()                       # None where objects do not lie as is expected
    plan = Plan(call.layout, function, context, inputs, outputs)
    call.invoke(plan.address, arguments, results)      # 1: done; 0: an argument does not fit

`arguments` and `results` are tuples of NumPy arrays, or of boxes with an array in a slot. The
machine code looks itself at each argument: is it an array of the dtype and shape that the plan
has, in one piece? Then its address goes into the context, and the function runs on this thread.
Taking the same look in Python takes microseconds, here nanoseconds.

Where the parts of an object lie is measured, not assumed: a part of a known object is searched in
the object's memory. The fields of an array are those of NumPy's public header
(`ndarraytypes.h`, `PyArrayObject_fields`), which are part of its binary interface; they are
compared with what NumPy says. Under an interpreter without a global lock there is no direct call:
two threads would share a context.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

WORD = 8
CONTIGUOUS, ALIGNED = 0x1, 0x100  # flags of an array
INVOKE = ctypes.PYFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.py_object, ctypes.py_object)
HEADER_WORDS, INPUT_WORDS = 6, 4  # of a plan

# plan: function, context, type of arrays, type of boxes, number of inputs, number of outputs; then
# for each input: slot, dtype, rank, address of its sizes; then for each output: slot.
INVOKE_IR = """
define i32 @geartrain_invoke(ptr %plan, ptr %inputs, ptr %outputs) {{
entry:
  %function = load ptr, ptr %plan
  %context.at = getelementptr i64, ptr %plan, i64 1
  %context = load ptr, ptr %context.at
  %array.at = getelementptr i64, ptr %plan, i64 2
  %array.type = load i64, ptr %array.at
  %box.at = getelementptr i64, ptr %plan, i64 3
  %box.type = load i64, ptr %box.at
  %count.at = getelementptr i64, ptr %plan, i64 4
  %count = load i64, ptr %count.at
  %results.at = getelementptr i64, ptr %plan, i64 5
  %results = load i64, ptr %results.at
  %given.at = getelementptr i8, ptr %inputs, i64 {length}
  %given = load i64, ptr %given.at
  %all.given = icmp eq i64 %given, %count
  br i1 %all.given, label %each, label %differs
each:
  %i = phi i64 [ 0, %entry ], [ %i.next, %fits ]
  %done = icmp eq i64 %i, %count
  br i1 %done, label %store, label %look
look:
  %items = getelementptr i8, ptr %inputs, i64 {items}
  %item.at = getelementptr ptr, ptr %items, i64 %i
  %item = load ptr, ptr %item.at
  %kind.at = getelementptr i8, ptr %item, i64 {type}
  %kind = load i64, ptr %kind.at
  %boxed = icmp eq i64 %kind, %box.type
  br i1 %boxed, label %open, label %bare
open:
  %inside.at = getelementptr i8, ptr %item, i64 {boxed}
  %inside = load ptr, ptr %inside.at
  br label %bare
bare:
  %object = phi ptr [ %item, %look ], [ %inside, %open ]
  %type.at = getelementptr i8, ptr %object, i64 {type}
  %type = load i64, ptr %type.at
  %is.array = icmp eq i64 %type, %array.type
  br i1 %is.array, label %array, label %differs
array:
  %place = mul i64 %i, 4
  %first = add i64 %place, 6
  %entry.slot.at = getelementptr i64, ptr %plan, i64 %first
  %slot = load i64, ptr %entry.slot.at
  %entry.dtype.at = getelementptr i64, ptr %entry.slot.at, i64 1
  %dtype.wanted = load i64, ptr %entry.dtype.at
  %entry.rank.at = getelementptr i64, ptr %entry.slot.at, i64 2
  %rank.wanted = load i64, ptr %entry.rank.at
  %entry.sizes.at = getelementptr i64, ptr %entry.slot.at, i64 3
  %sizes.wanted = load ptr, ptr %entry.sizes.at
  %dtype.at = getelementptr i8, ptr %object, i64 {dtype}
  %dtype = load i64, ptr %dtype.at
  %same.dtype = icmp eq i64 %dtype, %dtype.wanted
  %flags.at = getelementptr i8, ptr %object, i64 {flags}
  %flags = load i32, ptr %flags.at
  %kept = and i32 %flags, {wanted_flags}
  %whole = icmp eq i32 %kept, {wanted_flags}
  %rank.at = getelementptr i8, ptr %object, i64 {rank}
  %rank32 = load i32, ptr %rank.at
  %rank = sext i32 %rank32 to i64
  %same.rank = icmp eq i64 %rank, %rank.wanted
  %sizes.at = getelementptr i8, ptr %object, i64 {sizes}
  %sizes = load ptr, ptr %sizes.at
  %good = and i1 %same.dtype, %whole
  %usable = and i1 %good, %same.rank
  br i1 %usable, label %axis, label %differs
axis:
  %a = phi i64 [ 0, %array ], [ %a.next, %same ]
  %seen = icmp eq i64 %a, %rank
  br i1 %seen, label %fits, label %compare
compare:
  %size.at = getelementptr i64, ptr %sizes, i64 %a
  %size = load i64, ptr %size.at
  %size.wanted.at = getelementptr i64, ptr %sizes.wanted, i64 %a
  %size.wanted = load i64, ptr %size.wanted.at
  %same.size = icmp eq i64 %size, %size.wanted
  br i1 %same.size, label %same, label %differs
same:
  %a.next = add i64 %a, 1
  br label %axis
fits:
  %data.at = getelementptr i8, ptr %object, i64 {data}
  %data = load i64, ptr %data.at
  %slot.at = getelementptr i64, ptr %context, i64 %slot
  store i64 %data, ptr %slot.at
  %i.next = add i64 %i, 1
  br label %each
store:
  %outputs.first = mul i64 %count, 4
  %outputs.start = add i64 %outputs.first, 6
  br label %output
output:
  %o = phi i64 [ 0, %store ], [ %o.next, %write ]
  %stored = icmp eq i64 %o, %results
  br i1 %stored, label %run, label %write
write:
  %out.items = getelementptr i8, ptr %outputs, i64 {items}
  %out.at = getelementptr ptr, ptr %out.items, i64 %o
  %out = load ptr, ptr %out.at
  %out.data.at = getelementptr i8, ptr %out, i64 {data}
  %out.data = load i64, ptr %out.data.at
  %out.entry = add i64 %outputs.start, %o
  %out.slot.at = getelementptr i64, ptr %plan, i64 %out.entry
  %out.slot = load i64, ptr %out.slot.at
  %out.context.at = getelementptr i64, ptr %context, i64 %out.slot
  store i64 %out.data, ptr %out.context.at
  %o.next = add i64 %o, 1
  br label %output
run:
  store i64 1, ptr %context
  call void %function(i64 0, i64 1, ptr %context, ptr null)
  ret i32 1
differs:
  ret i32 0
}}
"""


class Layout(NamedTuple):
    """Where the parts of objects lie: bytes from the object's start."""

    type: int  # of every object
    length: int  # of a tuple
    items: int
    data: int  # of an array
    rank: int
    sizes: int
    dtype: int
    flags: int
    boxed: int  # the array in a box


class DirectCall(NamedTuple):
    """The machine code that calls machine code, and where it finds things."""

    layout: Layout
    invoke: Any
    code: Any  # kept, for the address in it


class Input(NamedTuple):
    """What one argument must be, and where its address goes."""

    slot: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]


class Plan:
    """One function with its context, its inputs and its outputs, for `invoke`."""

    def __init__(
        self,
        box: type,
        function: int,
        context: int,
        inputs: Sequence[Input],
        outputs: Sequence[int],
    ) -> None:
        self._kept = [np.array([*each.shape, 0], np.int64) for each in inputs], inputs
        words = [function, context, id(np.ndarray), id(box), len(inputs), len(outputs)]
        for each, sizes in zip(inputs, self._kept[0], strict=True):
            words += [each.slot, id(each.dtype), len(each.shape), sizes.ctypes.data]
        self._words = np.array([*words, *outputs], np.int64)
        self.address: int = self._words.ctypes.data


@cache
def direct_call(box: type, slot: str) -> DirectCall | None:
    """The direct call for arrays and for boxes that hold one in `slot`; None if there is none."""
    if sys.implementation.name != "cpython" or not getattr(sys, "_is_gil_enabled", lambda: True)():
        return None
    layout = _layout(box, slot)
    if layout is None:
        return None
    from geartrain.runtime.machine_code import load

    code = load(INVOKE_IR.format(wanted_flags=CONTIGUOUS | ALIGNED, **layout._asdict()))
    return DirectCall(layout, INVOKE(code.address("geartrain_invoke")), code)


def _layout(box: type, slot: str) -> Layout | None:
    """Where the parts lie, or None if an object is not as it should be."""
    array, pair = np.zeros((3, 5, 7), np.float32), (object(), object())
    held = box(array)
    head = object.__basicsize__
    kind = _offset_of(id(object), pair[0], head)
    items = _offset_of(id(pair[1]), pair, tuple.__basicsize__ + 2 * tuple.__itemsize__)
    boxed = _offset_of(id(getattr(held, slot)), held, box.__basicsize__)
    if None in (kind, items, boxed):
        return None
    found = Layout(
        type=int(kind or 0),
        length=head,  # of PyVarObject, right after the head
        items=int(items or 0) - WORD,
        data=head,
        rank=head + WORD,
        sizes=head + 2 * WORD,
        dtype=head + 5 * WORD,
        flags=head + 6 * WORD,
        boxed=int(boxed or 0),
    )
    return found if _holds(found, array, pair) else None


def _holds(layout: Layout, array: np.ndarray[Any, Any], pair: tuple[Any, Any]) -> bool:
    """Whether the fields of an array and the length of a tuple are where the layout says."""
    sizes = _word(array, layout.sizes)
    return (
        _word(pair, layout.length) == 2
        and _word(pair, layout.items) == id(pair[0])
        and _word(array, layout.type) == id(np.ndarray)
        and _word(array, layout.data) == array.ctypes.data
        and _half(array, layout.rank) == array.ndim
        and tuple((ctypes.c_int64 * array.ndim).from_address(sizes)) == array.shape
        and _word(array, layout.dtype) == id(array.dtype)
        and _half(array, layout.flags) == array.flags.num
        and _half(array[:, ::2], layout.flags) == array[:, ::2].flags.num
    )


def _offset_of(word: int, inside: Any, size_bytes: int) -> int | None:
    """Where in an object's memory a word stands; None if nowhere."""
    memory = ctypes.string_at(id(inside), size_bytes)
    words = np.frombuffer(memory[: size_bytes // WORD * WORD], np.uint64)
    places = np.flatnonzero(words == word)
    return int(places[0]) * WORD if places.size else None


def _word(value: Any, offset: int) -> int:
    return int(ctypes.c_uint64.from_address(id(value) + offset).value)


def _half(value: Any, offset: int) -> int:
    return int(ctypes.c_int32.from_address(id(value) + offset).value)
