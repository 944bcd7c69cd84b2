"""The short way to call a small program: arguments go to machine code as they are.

    jit(arguments) -> shortcut(arguments) -> one native call, which looks at the arguments itself

A step that is over in a few microseconds must not take more of Python than of the processor. The
short way is open where a program has one frame of its own: all sizes known, no host calls, and so
little to do that one thread does it, without letting go of the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.compiler.frame import Frame
from geartrain.compiler.plan_memory import size_bytes
from geartrain.compiler.program import Program
from geartrain.compiler.schedule import Kind
from geartrain.runtime.cpu import host_cpu
from geartrain.runtime.direct_call import Input, Plan, direct_call
from geartrain.settings import is_debugging
from geartrain.tensor import Array, Tensor
from geartrain.tensor.shape import is_static

# What a program may do while it holds the interpreter's lock: some 50 us of work.
MAX_BYTES, MAX_FLOPS = 1 << 20, 1 << 20

Shortcut = Callable[[tuple[Any, ...]], tuple[Array, ...] | None]


def shortcut_of(program: object) -> Shortcut | None:
    """The short way into a program; None where there is none.

    It takes the tuple of tensors or arrays, and gives the outputs, or None where an argument does
    not fit: then the long way says what is wrong, or copies what is not in one piece.
    """
    if not isinstance(program, Program) or program.is_null or not _is_small(program):
        return None
    call = direct_call(Tensor, "_value")
    frame = Frame(program.schedule, program.layout, host_cpu(), {}, 1)
    if call is None or frame.flops > MAX_FLOPS:
        return None
    slots = {buffer: program.layout.buffer(buffer) for buffer in program.schedule.buffers}
    inputs = [
        Input(slots[each], each.spec.dtype, tuple(int(str(size)) for size in each.spec.shape))
        for each in program.inputs
    ]
    outputs: list[Any] = [(each.spec.shape, each.spec.dtype) for each in program.outputs]
    plan = Plan(
        Tensor, program.entry, frame.address, inputs, [slots[each] for each in program.outputs]
    )
    invoke, address, empty = call.invoke, plan.address, np.empty

    def shortcut(arguments: tuple[Any, ...]) -> tuple[Array, ...] | None:
        if is_debugging():
            return None
        found = tuple([empty(shape, dtype) for shape, dtype in outputs])
        frame.point_at_variables()
        return found if invoke(address, arguments, found) else None

    shortcut.kept = (program, plan, call)  # type: ignore[attr-defined]  # the addresses' owners
    return shortcut


def _is_small(program: Program) -> bool:
    buffers = program.schedule.buffers
    if not all(is_static(each.spec.shape) for each in buffers):
        return False
    moved = [each for each in buffers if each.kind is not Kind.CONSTANT]
    return sum(size_bytes(each, {}) for each in moved) < MAX_BYTES
