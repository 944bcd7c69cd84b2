"""Compile: a traced graph becomes a program, through all the passes.

graph -> simplify -> settle_loops -> partition
      -> for each segment: fuse, schedule, emit, machine code
"""

from __future__ import annotations

from collections.abc import Sequence

from geartrain.compiler.hosted import HostedProgram
from geartrain.compiler.partition import has_machine_code, host_calls, partition
from geartrain.compiler.program import Program, compile_native
from geartrain.compiler.settle_loops import settle_loops
from geartrain.compiler.simplify import simplify
from geartrain.graph import Graph, Node

AnyProgram = Program | HostedProgram


def compile_graph(graph: Graph, *, stepped: Sequence[Node] = ()) -> AnyProgram:
    """Compile a graph; `stepped` names the inputs and outputs that each step has its own of.

    Where every operation has machine code, the whole graph is one native program.
    """
    simple = settle_loops(simplify(graph))
    renamed = dict(
        zip((*graph.inputs, *graph.outputs), (*simple.inputs, *simple.outputs), strict=True)
    )
    chosen = frozenset(renamed[node] for node in stepped)
    native = all(has_machine_code(node.dtype) for node in simple.results)
    if native and not host_calls(simple):
        return compile_native(simple, chosen)
    stretches = partition(simple)
    segments = [each.segment for each in stretches if each.segment is not None]
    programs = {segment: compile_native(simplify(segment.graph)) for segment in segments}
    return HostedProgram(simple, stretches, programs, chosen)
