"""Compile: a traced graph becomes a program, from the cache or through all the passes.

    graph -> fingerprint -> the cache has it?  yes: its machine code and its buffers
                                               no:  `passes.py`, and it is kept

With GEARTRAIN_DEBUG the passes always run, as they print what they make.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from geartrain.compiler.programs.kept import from_cache
from geartrain.compiler.programs.program import Program
from geartrain.graph import Graph, Node

if TYPE_CHECKING:
    from geartrain.compiler.programs.hosted import HostedProgram

AnyProgram: TypeAlias = "Program | HostedProgram"


def compile_graph(graph: Graph, *, stepped: Sequence[Node] = ()) -> AnyProgram:
    """Compile a graph; `stepped` names the inputs and outputs that each step has its own of."""

    def compiled() -> AnyProgram:
        from geartrain.compiler.programs.passes import (
            run_passes,  # which take some time to be imported
        )

        return run_passes(graph, stepped)

    return from_cache(graph, stepped, compiled)
