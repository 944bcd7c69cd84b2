"""`Compiled`: machine code of a function of arrays, made once for each shape and dtype of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain.compiler import AnyProgram, compile_graph
from geartrain.compiler.programs.shortcut import Shortcut, shortcut_of
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
        self._shortcuts: dict[Signature, Shortcut | None] = {}
        self._latest: Shortcut | None = None  # into the program that ran last

    def __call__(self, arrays: Sequence[Array]) -> Any:
        """The function's tensor, or a tuple of them."""
        signature = tuple([(each.shape, each.dtype) for each in arrays])
        program = self.programs.get(signature)
        if program is None:
            program = self._compile(signature)
        self._latest = self._shortcuts[signature]
        outputs = self._latest(arrays) if self._latest is not None else None
        return _tensors(program.run(arrays) if outputs is None else outputs)

    def at_once(self, arguments: tuple[Any, ...]) -> Any:
        """The same on tensors or arrays as they are, where they fit what ran last.

        None where they do not, or where there is too much to do for the short way.
        """
        outputs = self._latest.direct(arguments) if self._latest is not None else None
        return None if outputs is None else _tensors(outputs)

    def _compile(self, signature: Signature) -> AnyProgram:
        specs = [Spec(shape, dtype) for shape, dtype in signature]
        graph = trace(self.function, specs, name=self.name, labels=self.labels)
        program = compile_graph(graph)
        if len(self.programs) >= KEPT_PROGRAMS:
            oldest = next(iter(self.programs))
            del self.programs[oldest], self._shortcuts[oldest]
        self.programs[signature] = program
        self._shortcuts[signature] = shortcut_of(program)
        return program


def _tensors(outputs: Sequence[Array]) -> Any:
    return Tensor(outputs[0]) if len(outputs) == 1 else tuple(map(Tensor, outputs))
