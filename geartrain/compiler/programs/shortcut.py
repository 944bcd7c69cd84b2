"""The short way to call a small program: arguments go to machine code as they are.

    jit(arguments) -> shortcut(arguments) -> one native call, which looks at the arguments itself

A step that is over in a few microseconds must not take more of Python than of the processor. The
short way is open where a program has no host calls, and for these sizes so little to do that one
thread does it, without letting go of the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from geartrain.compiler.form.buffers import Kind
from geartrain.compiler.planning.layout import size_bytes
from geartrain.compiler.programs.frame import Frame
from geartrain.compiler.programs.program import Program, bind_sizes
from geartrain.runtime.direct_call import DirectCall, Input, Plan, direct_call
from geartrain.settings import DEBUG
from geartrain.tensor import Array, Tensor
from geartrain.tensor.shape import size_value

# What a program may do while it holds the interpreter's lock: some 50 us of work.
MAX_BYTES, MAX_FLOPS = 1 << 20, 1 << 20
KEPT_SIZES = 8

Direct = Callable[[tuple[Any, ...]], tuple[Array, ...] | None]


class Shortcut:
    """The short way into a program, at the sizes that it was called with last."""

    def __init__(self, program: Program, call: DirectCall) -> None:
        self.program = program
        self.direct: Direct = _closed
        self._call = call
        self._known: dict[tuple[int, ...], Direct] = {}

    def __call__(self, arguments: Sequence[Any]) -> tuple[Array, ...] | None:
        """Run on these tensors or arrays; None where they do not fit, or are too much for it.

        Then the long way says what is wrong, or copies what is not in one piece.
        """
        given = tuple(arguments)
        found = self.direct(given)
        if found is not None or (self._known and not self.program.layout.symbols):
            return found
        sizes = self._sizes(given)
        if sizes is None:
            return None
        key = tuple(sizes.values())
        if key not in self._known:
            if len(self._known) >= KEPT_SIZES:
                self._known.pop(next(iter(self._known)))
            self._known[key] = _direct(self.program, self._call, sizes)
        self.direct, self.program.sizes = self._known[key], sizes
        return self.direct(given)

    def _sizes(self, arguments: tuple[Any, ...]) -> dict[str, int] | None:
        """The symbolic sizes of a call; None if something in it does not fit."""
        arrays: list[Any] = [each.value if type(each) is Tensor else each for each in arguments]
        if not all(type(each) is np.ndarray for each in arrays):
            return None
        try:
            return bind_sizes(self.program.graph, [False] * len(arrays), arrays, 1)
        except ValueError:
            return None


def shortcut_of(program: object) -> Shortcut | None:
    """The short way into a program; None where there is none."""
    if not isinstance(program, Program) or program.is_null:
        return None
    call = direct_call(Tensor, "_value")
    return Shortcut(program, call) if call else None


def _closed(arguments: tuple[Any, ...]) -> None:
    """The way into a program that has too much to do."""


def _direct(program: Program, call: DirectCall, sizes: Mapping[str, int]) -> Direct:
    """What takes a tuple of tensors or arrays of these sizes, and gives the outputs."""
    if not _is_small(program, sizes):
        return _closed

    def shape(shape: Sequence[Any]) -> Any:
        return tuple(size_value(size, dict(sizes)) for size in shape)

    frame = Frame(program.layout, program.sized(sizes), sizes, 1)
    slots = {buffer: program.layout.buffer(buffer) for buffer in program.layout.buffers}
    inputs = [
        Input(slots[each], each.spec.dtype, shape(each.spec.shape)) for each in program.inputs
    ]
    outputs = [(shape(each.spec.shape), each.spec.dtype) for each in program.outputs]
    places = [slots[each] for each in program.outputs]
    plan = Plan(Tensor, program.entry, frame.address, inputs, places)
    invoke, address, empty = call.invoke, plan.address, np.empty

    def direct(arguments: tuple[Any, ...]) -> tuple[Array, ...] | None:
        if DEBUG.is_set:
            return None
        found = tuple([empty(shape, dtype) for shape, dtype in outputs])
        frame.point_at_variables()
        return found if invoke(address, arguments, found) else None

    direct.kept = (program, plan, call)  # type: ignore[attr-defined]  # the addresses' owners
    return direct


def _is_small(program: Program, sizes: Mapping[str, int]) -> bool:
    moved = [each for each in program.layout.buffers if each.kind is not Kind.CONSTANT]
    if sum(size_bytes(each, sizes) for each in moved) >= MAX_BYTES:
        return False
    sized = program.sized(sizes)
    return sized.flops < MAX_FLOPS and sized.stored_bytes < MAX_BYTES and not sized.has_open_loops
