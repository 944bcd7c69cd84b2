"""`TextProgram`: a compiled step of which a part handles texts, which runs before, on the host.

    run([texts, targets])     the front: texts -> rows of numbers     the program: rows, targets

What the front gives may have other sizes in another batch (as long as the longest text): there is
a program for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from geartrain.symbolic.texts import Front, sampling, split
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import is_text

if TYPE_CHECKING:
    from geartrain.compiler import AnyProgram
    from geartrain.graph import Graph

Sizes = tuple[tuple[Any, ...], ...]


class TextProgram:
    """Programs of one step, for the sizes of what becomes of its texts.

    Args:
        traced: gives the graph of the step, with what is written down in a block around it.
        compiled: makes a program of a graph without texts.
    """

    def __init__(
        self,
        traced: Callable[[Callable[[Sequence[Tensor]], Any]], Graph],
        compiled: Callable[[Graph], AnyProgram],
    ) -> None:
        self._traced, self._compiled = traced, compiled
        self._programs: dict[Sizes, AnyProgram] = {}
        self._front: Front | None = None
        self._inputs: Sequence[Any] = ()
        self._untried: Graph | None = None  # the rest of the first trace
        self.last: AnyProgram | None = None

    def prepare(self, arrays: Sequence[Array]) -> None:
        """Have the program for the sizes of these arrays."""
        self._of(arrays, *self._fronted(arrays))

    def run(self, arrays: Sequence[Array], *, steps: int = 1) -> tuple[Array, ...]:
        """Run the step once, on a batch that has texts among its arrays."""
        numbers, made = self._fronted(arrays)
        program = self.last = self._of(arrays, numbers, made)
        return program.run([*numbers, *made])

    @property
    def graph(self) -> Graph:
        """The graph of the numbers, in the last run."""
        if self.last is None:
            raise RuntimeError("nothing has run yet")
        return self.last.graph

    @property
    def host_calls(self) -> tuple[str, ...]:
        """What runs on the host, before and within the machine code."""
        texts = () if self._front is None else self._front.calls
        return (*texts, *(self.last.host_calls if self.last is not None else ()))

    def _fronted(self, arrays: Sequence[Array]) -> tuple[list[Array], list[Array]]:
        """The arrays of numbers, and what the front makes of all."""
        if self._front is None:
            self._untried = self._trace(arrays)
        if self._front is None:
            raise RuntimeError("a trace gives a front")
        numbers = [each for each in arrays if not is_text(each.dtype)]
        return numbers, self._front.run(dict(zip(self._inputs, arrays, strict=True)))

    def _of(
        self, arrays: Sequence[Array], numbers: Sequence[Array], made: Sequence[Array]
    ) -> AnyProgram:
        sizes = tuple(each.shape[1:] for each in made)
        if sizes not in self._programs:
            rest, self._untried = self._untried or self._trace(arrays), None
            self._programs[sizes] = self._compiled(rest)
        return self._programs[sizes]

    def _trace(self, arrays: Sequence[Array]) -> Graph:
        graph = self._traced(lambda inputs: sampling(inputs, arrays))
        front, rest = split(graph)
        if self._front is None:
            self._front, self._inputs = front, graph.inputs
        return rest
