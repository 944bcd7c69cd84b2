"""`Frame`: all that a program needs to run at certain sizes, prepared once.

It holds the arena that scratch buffers lie in and the context (see `memory.py`), filled but for
the addresses that change from call to call: inputs, outputs, and variables that have moved.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geartrain.compiler.buffers import Buffer, Kind
from geartrain.compiler.kernels import Contraction
from geartrain.compiler.memory import Layout
from geartrain.compiler.own_rows import OWN_ROWS
from geartrain.compiler.panels import panel_bytes
from geartrain.compiler.plan_memory import plan_memory, size_bytes
from geartrain.compiler.schedule import Schedule, Task
from geartrain.graph import Node
from geartrain.runtime.cpu import Cpu
from geartrain.tensor import Array, Variable
from geartrain.tensor.dtypes import INT64, UINT8
from geartrain.tensor.shape import size_value
from geartrain.tensor.variable import aligned_empty

# A step with less work is over before a second worker has been woken.
SMALL_FLOPS, SMALL_BYTES = 2_000_000, 500_000


class Frame:
    """A schedule's memory for one set of sizes and one number of threads."""

    def __init__(
        self, plan: Schedule, layout: Layout, cpu: Cpu, sizes: Mapping[str, int], threads: int
    ) -> None:
        self.sizes = dict(sizes)
        self.flops = step_flops(plan, sizes)
        self.threads = 1 if self._is_small(plan) else threads
        self.context = np.zeros(layout.count, INT64)
        self.address: int = self.context.ctypes.data
        self._slots: Any = (ctypes.c_int64 * layout.count).from_address(self.address)
        self._arena = self._lay_out(plan, layout, cpu)
        slots = {buffer: layout.buffer(buffer) for buffer in plan.buffers}
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

    def _is_small(self, plan: Schedule) -> bool:
        stored: dict[Buffer, int] = {}
        for number, stage in enumerate(plan.stages):
            repeats = plan.repeats(number)
            stored.update((buffer, repeats) for task in stage for _, buffer in task.stores)
        written = sum(size_bytes(each, self.sizes) * stored[each] for each in stored)
        return self.flops < SMALL_FLOPS and written < SMALL_BYTES

    def _lay_out(self, plan: Schedule, layout: Layout, cpu: Cpu) -> Array:
        """Make the arena, and write into the context what will not change."""
        offsets, total = plan_memory(plan, self.sizes)
        roots = [task.kernel.root for stage in plan.stages for task in stage]
        contractions = [root for root in roots if isinstance(root, Contraction)]
        panel = max((panel_bytes(root, cpu, self.sizes) for root in contractions), default=0)
        arena = aligned_empty((total + panel * self.threads,), UINT8)
        for name in layout.symbols:
            self.context[layout.symbol(name)] = self.sizes[name]
        for buffer, offset in offsets.items():
            self.context[layout.buffer(buffer)] = arena.ctypes.data + offset
        self.context[layout.panels] = arena.ctypes.data + total
        self.context[layout.panels + 1] = panel
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


def step_flops(plan: Schedule, sizes: Mapping[str, int]) -> int:
    """Multiplications and additions of all contractions in one step."""
    return sum(
        task_flops(task, sizes) * plan.repeats(number)
        for number, stage in enumerate(plan.stages)
        for task in stage
    )


def task_flops(task: Task, sizes: Mapping[str, int]) -> int:
    """Multiplications and additions of a kernel's contraction."""
    root = task.kernel.root
    if not isinstance(root, Contraction):
        return 0
    if task.own is not None:
        sizes = {**sizes, OWN_ROWS.name: size_value(task.own.extent, dict(sizes))}
    count = 2 * root.work
    axes = [axis for axis in task.kernel.axes if axis is not root.chunk]
    for axis in (*axes, *root.depth):
        count *= size_value(axis.extent, dict(sizes))
    return int(count)
