"""`Compiled`: machine code of a function of arrays, made once for each shape and dtype of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain.compiler import AnyProgram, compile_graph
from geartrain.compiler.shortcut import Shortcut, shortcut_of
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Array, DType, Tensor

Signature = tuple[tuple[tuple[int, ...], DType], ...]
KEPT_PROGRAMS = 64  # machine code for so many signatures of one function


class Compiled:
    """Runs a function of tensors as machine code."""

    def __init__(self, function: Callable[..., Any], name: str, labels: Sequence[str]) -> None:
        self.function = function
        self.name = name
        self.labels = labels
        self.programs: dict[Signature, AnyProgram] = {}
        self._shortcut: Shortcut | None = None  # into the program that ran last

    def __call__(self, arrays: Sequence[Array]) -> Any:
        """The function's tensor, or a tuple of them."""
        signature = tuple([(each.shape, each.dtype) for each in arrays])
        program = self.programs.get(signature)
        if program is None:
            program = self._compile(signature)
            self._shortcut = shortcut_of(program)
        outputs = program.run(arrays)
        return Tensor(outputs[0]) if len(outputs) == 1 else tuple(map(Tensor, outputs))

    def at_once(self, arguments: tuple[Any, ...]) -> Any:
        """The same on tensors or arrays as they are, where they fit what was compiled last.

        None where they do not, or where there is too much to do for the short way.
        """
        outputs = self._shortcut(arguments) if self._shortcut is not None else None
        if outputs is None:
            return None
        return Tensor(outputs[0]) if len(outputs) == 1 else tuple(map(Tensor, outputs))

    def _compile(self, signature: Signature) -> AnyProgram:
        specs = [Spec(shape, dtype) for shape, dtype in signature]
        graph = trace(self.function, specs, name=self.name, labels=self.labels)
        program = compile_graph(graph)
        if len(self.programs) >= KEPT_PROGRAMS:
            self.programs.pop(next(iter(self.programs)))
        self.programs[signature] = program
        return program
