"""Compile: a traced graph becomes a program, from the cache or through all the passes.

    graph -> fingerprint -> the cache has it?  yes: its machine code and its buffers
                                               no:  `passes.py`, and it is kept

With GEARTRAIN_DEBUG the passes always run, as they print what they make.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from geartrain.compiler.fingerprint import fingerprint
from geartrain.compiler.kept import Kept
from geartrain.compiler.program import Program
from geartrain.graph import Graph, Node
from geartrain.settings import settings

if TYPE_CHECKING:
    from geartrain.compiler.hosted import HostedProgram

AnyProgram: TypeAlias = "Program | HostedProgram"


def compile_graph(graph: Graph, *, stepped: Sequence[Node] = ()) -> AnyProgram:
    """Compile a graph; `stepped` names the inputs and outputs that each step has its own of."""
    text = None if settings.debug else fingerprint(graph, stepped)
    kept = Kept.of(text, graph, stepped) if text is not None else None
    found = kept.read() if kept else None
    if found is not None:
        return found
    from geartrain.compiler.passes import run_passes  # which take some time to be imported

    program = run_passes(graph, stepped)
    if kept and isinstance(program, Program):
        kept.write(program)
    return program
