"""`HostedProgram`: a compiled function some of whose operations run on the host, with NumPy.

    program.run([x])      segment 0 (machine code), argsort (NumPy), segment 1 (machine code)

It has the interface of a `Program`, and says in `host_calls` what had no machine code. Variables
are read at the start of a step and written at its end.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from geartrain.compiler.graphs.partition import Segment, Stretch
from geartrain.compiler.programs.program import SHOW_TIME, bind_sizes
from geartrain.graph import Graph, Node, Role
from geartrain.graph.evaluate import with_sizes
from geartrain.primitives.primitive import Bundle, Spec
from geartrain.settings import settings
from geartrain.tensor import Array, Variable
from geartrain.tensor.quiet import unwarned
from geartrain.tensor.shape import size_value

Values = dict[Node, Array]


class Runs(Protocol):
    """What can run a segment: a program, or one that measures itself."""

    def run_sized(self, arrays: Sequence[Array], sizes: Mapping[str, int]) -> tuple[Array, ...]:
        """Run once."""


class HostedProgram:
    """Segments of machine code, and the host calls between them."""

    def __init__(
        self,
        graph: Graph,
        stretches: Sequence[Stretch],
        programs: Mapping[Segment, Runs],
        stepped: frozenset[Node],
    ) -> None:
        self.graph = graph
        self.stretches = stretches
        self.programs = programs
        self.is_null = settings.device == "null"
        self.times_ns: dict[Node, int] = {}  # of each host call, the last time
        self.sizes: Mapping[str, int] = {}  # of the last call
        self.stepped = stepped
        self._parts: dict[Node, list[Node]] = {}
        for node in graph.nodes():
            if node.role is Role.PART:
                self._parts.setdefault(node.inputs[0], []).append(node)

    @property
    def host_calls(self) -> tuple[str, ...]:
        """What has no machine code: each operation, and the line that asked for it."""
        calls = (call for stretch in self.stretches for call in stretch.calls)
        return tuple(f"{call.label} at {call.line}" for call in calls)

    @property
    def variables(self) -> list[Variable]:
        """The variables that the program reads or updates."""
        return list(dict.fromkeys([*self.graph.reads, *self.graph.updates]))

    def run(self, arrays: Sequence[Array], *, steps: int = 1) -> tuple[Array, ...]:
        """Run the function `steps` times; see `Program.run`."""
        inputs = [np.asarray(each, order="C") for each in arrays]
        stepped = [node in self.stepped for node in self.graph.inputs]
        self.sizes = sizes = bind_sizes(self.graph, stepped, inputs, steps)
        found = [self._step(self._of_step(inputs, number, steps), sizes) for number in range(steps)]
        return tuple(
            np.concatenate([outputs[position] for outputs in found])
            if node in self.stepped
            else found[-1][position]
            for position, node in enumerate(self.graph.outputs)
        )

    def _of_step(self, inputs: Sequence[Array], number: int, steps: int) -> list[Array]:
        """The arrays of one step: of a stepped one, its own rows."""
        return [
            np.split(array, steps)[number] if node in self.stepped else array
            for node, array in zip(self.graph.inputs, inputs, strict=True)
        ]

    def _step(self, inputs: Sequence[Array], sizes: Mapping[str, int]) -> list[Array]:
        values: Values = dict(zip(self.graph.inputs, inputs, strict=True))
        values |= {node: variable.numpy() for variable, node in self.graph.reads.items()}
        for node in self.graph.nodes():
            if node.constant is not None:
                values[node] = node.constant
        for stretch in self.stretches:
            if stretch.segment is not None:
                self._run_segment(stretch.segment, values, sizes)
            for call in stretch.calls:
                self._call(call, values, sizes)
        for variable, node in self.graph.updates.items():
            if not self.is_null:
                variable.overwrite(values[node])
        return [values[node] for node in self.graph.outputs]

    def _run_segment(self, segment: Segment, values: Values, sizes: Mapping[str, int]) -> None:
        outputs = self.programs[segment].run_sized([values[node] for node in segment.inputs], sizes)
        values.update(zip(segment.outputs, outputs, strict=True))

    def _call(self, node: Node, values: Values, sizes: Mapping[str, int]) -> None:
        """Compute one operation with NumPy."""
        if node.primitive is None:
            raise TypeError(f"{node!r} is no operation")
        start_ns = time.perf_counter_ns()
        found = self._evaluate(node, values, sizes)
        for target, numbers in self._targets(node, found):
            values[target] = np.asarray(numbers, target.dtype, order="C")
        self.times_ns[node] = time.perf_counter_ns() - start_ns
        if settings.debug >= SHOW_TIME:
            time_ms = self.times_ns[node] / 1e6
            print(f"host call {node.label} at {node.line}: {time_ms:.3f} ms", file=sys.stderr)

    def _evaluate(self, node: Node, values: Values, sizes: Mapping[str, int]) -> Any:
        if node.primitive is None or self.is_null:
            return _zeros(node.spec, sizes)
        parameters = {key: with_sizes(each, sizes) for key, each in node.parameters.items()}
        with unwarned():
            return node.primitive.evaluate(*(values[each] for each in node.inputs), **parameters)

    def _targets(self, node: Node, found: Any) -> list[tuple[Node, Array]]:
        if not isinstance(node.spec, Bundle):
            return [(node, found)]
        return [(part, found[part.parameters["number"]]) for part in self._parts.get(node, [])]


def _zeros(spec: Spec, sizes: Mapping[str, int]) -> Any:
    """What the null device gives."""
    if isinstance(spec, Bundle):
        return [_zeros(part, sizes) for part in spec.parts]
    return np.zeros([size_value(size, dict(sizes)) for size in spec.shape], spec.dtype)
