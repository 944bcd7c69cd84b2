"""Passes: a graph becomes a program, through all the steps of the compiler.

graph -> simplify -> settle_loops -> partition -> for each segment: fuse, schedule, emit, code
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from geartrain.compiler.emission.emit import emit
from geartrain.compiler.emission.equal_kernels import shared
from geartrain.compiler.form.kernels import Kernel, format_kernels
from geartrain.compiler.fusion.blocks import with_blocks
from geartrain.compiler.fusion.fuse import fuse
from geartrain.compiler.fusion.joins import Join
from geartrain.compiler.fusion.native_loops import Loop, with_copies
from geartrain.compiler.fusion.windows import with_windows
from geartrain.compiler.graphs.partition import has_machine_code, host_calls, partition
from geartrain.compiler.graphs.settle_loops import settle_loops
from geartrain.compiler.graphs.simplify import simplify
from geartrain.compiler.planning.schedule import Schedule, schedule
from geartrain.compiler.planning.verify import verify_kernels, verify_schedule
from geartrain.compiler.programs.depth import room_for
from geartrain.compiler.programs.edited import chosen_text
from geartrain.compiler.programs.hosted import HostedProgram
from geartrain.compiler.programs.kept import from_cache
from geartrain.compiler.programs.program import Program
from geartrain.graph import Graph, Node
from geartrain.runtime import get_num_threads
from geartrain.runtime.cpu import target_cpu
from geartrain.runtime.machine_code import load_or_verify
from geartrain.settings import settings

SHOW_DEVICES, SHOW_SCHEDULE, SHOW_LOOPS = 1, 3, 4  # of GEARTRAIN_DEBUG


def run_passes(graph: Graph, stepped: Sequence[Node] = ()) -> Program | HostedProgram:
    """Compile a graph; `stepped` names the inputs and outputs that each step has its own of.

    Where every operation has machine code, the whole graph is one native program.
    """
    with room_for(graph):
        return _compiled(graph, stepped)


def _compiled(graph: Graph, stepped: Sequence[Node]) -> Program | HostedProgram:
    simple, chosen = _simplified(graph, stepped)
    native = all(has_machine_code(node.dtype) for node in simple.results)
    if native and not host_calls(simple):
        return compile_native(simple, chosen)
    stretches = partition(simple)
    segments = [each.segment for each in stretches if each.segment is not None]
    programs = {segment: _compile_segment(segment.graph) for segment in segments}
    return HostedProgram(simple, stretches, programs, chosen)


def _compile_segment(graph: Graph) -> Program:
    return from_cache(graph, (), lambda: compile_native(simplify(graph)))


def schedule_of(graph: Graph, stepped: Sequence[Node] = ()) -> Schedule:
    """The schedule of a graph of which every operation has machine code."""
    with room_for(graph):
        simple, chosen = _simplified(graph, stepped)
        return _scheduled(*_with_copies(simple, chosen))[0]


def compile_native(graph: Graph, stepped: frozenset[Node] = frozenset()) -> Program:
    """Compile a simplified graph of which every operation has machine code."""
    graph, stepped = _with_copies(graph, stepped)
    plan, kernels = _scheduled(graph, stepped)
    _show(plan, kernels)
    ir = chosen_text(graph.name, emit(plan, target_cpu()))
    program = Program(graph, plan.buffers, load_or_verify(shared(ir)), lambda: plan)
    program.ir = ir
    return program


def _with_copies(graph: Graph, stepped: frozenset[Node]) -> tuple[Graph, frozenset[Node]]:
    copied = with_copies(graph)
    renamed = dict(zip(graph.outputs, copied.outputs, strict=True))
    return copied, frozenset(renamed.get(node, node) for node in stepped)


def _simplified(graph: Graph, stepped: Sequence[Node]) -> tuple[Graph, frozenset[Node]]:
    simple = settle_loops(simplify(graph))
    pairs = zip((*graph.inputs, *graph.outputs), (*simple.inputs, *simple.outputs), strict=True)
    renamed = dict(pairs)
    return simple, frozenset(renamed[node] for node in stepped)


def _scheduled(
    graph: Graph, stepped: frozenset[Node]
) -> tuple[Schedule, list[Kernel | Loop | Join]]:
    kernels = with_blocks(with_windows(fuse(graph), graph.results), graph.results)
    verify_kernels(kernels)
    plan = schedule(graph, kernels, stepped)
    verify_schedule(plan)
    return plan, kernels


def _show(plan: Schedule, kernels: list[Kernel | Loop | Join]) -> None:
    """Print what GEARTRAIN_DEBUG asks for, up to the loops; IR and assembly follow below."""
    if settings.debug >= SHOW_DEVICES:
        cpu, threads = target_cpu(), get_num_threads()
        print(f"{cpu.name}: {cpu.vector_bits}-bit vectors, {threads} threads", file=sys.stderr)
    if settings.debug >= SHOW_SCHEDULE:
        print(f"{plan.name}:\n{plan!r}", file=sys.stderr)
    if settings.debug >= SHOW_LOOPS:
        print(format_kernels(kernels), file=sys.stderr)
