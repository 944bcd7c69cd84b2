"""Calls of a compiled function: arrays go in, and the function's nest of tensors comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.compiler.functions.signature import closed, is_value, opened
from geartrain.compiler.programs.compile import AnyProgram
from geartrain.compiler.programs.shortcut import shortcut_of
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import FLOAT32
from geartrain.tensor.weak import WeakTensor

Pack = Callable[[Sequence[Array]], Any]


class Compiled:
    """A program, and what makes the function's result of its outputs."""

    def __init__(self, program: AnyProgram, pack: Pack, takes_arrays: bool) -> None:
        self.program = program
        self.pack = pack
        self.takes_arrays = takes_arrays
        self.shortcut = shortcut_of(program)
        self.is_direct = takes_arrays and self.shortcut is not None

    def __call__(self, arrays: Sequence[Array]) -> Any:
        """Run on the arrays of a call."""
        outputs = self.shortcut(arrays) if self.shortcut else None
        return self.pack(outputs if outputs is not None else self.program.run(arrays))


def packer_of(result: Any, outputs: list[Tensor]) -> Pack:
    """What makes such a result of a call's outputs: a fresh nest, with tensors where they go.

    What is traced in the result is put on the list. The rest is the same in every call.
    """
    if isinstance(result, Tensor) and result.is_symbolic:
        outputs.append(result)
        number = len(outputs) - 1
        return lambda found: Tensor(found[number])
    inside = opened(result)
    if inside is None:
        return lambda _: result
    names, packers = inside[0], [packer_of(part, outputs) for part in inside[1]]
    kind: Any = type(result)
    if kind is dict:
        return lambda found: dict(zip(names, [pack(found) for pack in packers], strict=True))
    if kind in (list, tuple):
        return lambda found: kind([pack(found) for pack in packers])
    return lambda found: closed(result, [pack(found) for pack in packers])


def weak(x: Tensor) -> WeakTensor:
    """A float64 scalar as what a Python float is: of the dtype of what is beside it."""
    return WeakTensor(primitives.cast(x, dtype=FLOAT32), x)


def tensors_in(value: Any) -> Any:
    """A nest with tensors in the place of arrays."""
    if isinstance(value, Tensor | float):
        return value
    if is_value(value):
        return Tensor(np.asarray(value))
    inside = opened(value)
    return value if inside is None else closed(value, [tensors_in(part) for part in inside[1]])
