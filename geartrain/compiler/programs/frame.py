"""`Frame`: all that a program needs to run at certain sizes, prepared once.

It holds the arena that scratch buffers lie in and the context (see `layout.py`), filled but for
the addresses that change from call to call: inputs, outputs, and variables that have moved.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain.compiler.form.buffers import Buffer, Kind
from geartrain.compiler.planning.layout import Layout
from geartrain.graph import Node
from geartrain.tensor import Array, Variable
from geartrain.tensor.dtypes import INT64, UINT8
from geartrain.tensor.variable import aligned_empty

if TYPE_CHECKING:
    from geartrain.compiler.programs.sized import Sized

# A step with less work is over before a second worker has been woken.
SMALL_FLOPS, SMALL_BYTES, SMALL_TOUCHED = 2_000_000, 500_000, 2_000_000


class Frame:
    """A program's memory for one set of sizes and one number of threads."""

    def __init__(
        self, layout: Layout, sized: Sized, sizes: Mapping[str, int], threads: int
    ) -> None:
        self.flops = sized.flops
        self.threads = 1 if _is_small(sized) else threads
        self.context = np.zeros(layout.count, INT64)
        self.address: int = self.context.ctypes.data
        self._slots: Any = (ctypes.c_int64 * layout.count).from_address(self.address)
        self._arena = self._lay_out(layout, sized, sizes)
        slots = {buffer: layout.buffer(buffer) for buffer in layout.buffers}
        self._constants = _constants(slots)
        for slot, numbers in self._constants:
            self.context[slot] = numbers.ctypes.data
        self._inputs = _slots_of(slots, Kind.INPUT)
        self._outputs = _slots_of(slots, Kind.OUTPUT)
        self._variables = [
            (slot, buffer.owner)
            for buffer, slot in slots.items()
            if isinstance(buffer.owner, Variable)
        ]

    def _lay_out(self, layout: Layout, sized: Sized, sizes: Mapping[str, int]) -> Array:
        """Make the arena, and write into the context what will not change."""
        arena = aligned_empty((sized.arena_bytes + sized.panel_bytes * self.threads,), UINT8)
        start: int = arena.ctypes.data
        for name in layout.symbols:
            self.context[layout.symbol(name)] = sizes[name]
        for buffer, offset in zip(layout.buffers, sized.offsets, strict=True):
            if offset is not None:
                self.context[layout.buffer(buffer)] = start + offset
        self.context[layout.panels] = start + sized.arena_bytes
        self.context[layout.panels + 1] = sized.panel_bytes
        return arena

    def fill(self, inputs: Sequence[Array], outputs: Sequence[Array], steps: int) -> int:
        """Write what changes from call to call; gives the context's address."""
        slots = self._slots
        slots[0] = steps
        for slot, position in self._inputs:
            slots[slot] = inputs[position].ctypes.data
        for slot, position in self._outputs:
            slots[slot] = outputs[position].ctypes.data
        self.point_at_variables()
        return self.address

    def point_at_variables(self) -> None:
        """Write where the variables' memory is, for a call that may change it in place."""
        for slot, variable in self._variables:
            self._slots[slot] = variable.exclusive_address()


def _is_small(sized: Sized) -> bool:
    quick = sized.flops < SMALL_FLOPS and sized.stored_bytes < SMALL_BYTES
    return quick and sized.touched_bytes < SMALL_TOUCHED


def _slots_of(slots: Mapping[Buffer, int], kind: Kind) -> list[tuple[int, int]]:
    """The slot of each input or output, and its position among them."""
    return [
        (slot, buffer.owner)
        for buffer, slot in slots.items()
        if buffer.kind is kind and isinstance(buffer.owner, int)
    ]


def _constants(slots: Mapping[Buffer, int]) -> list[tuple[int, Array]]:
    return [
        (slot, np.asarray(buffer.owner.constant, order="C"))
        for buffer, slot in slots.items()
        if buffer.kind is Kind.CONSTANT and isinstance(buffer.owner, Node)
    ]
