"""`compile_steps`: a function that one native call runs many times, for training loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain.compiler.programs.compile import AnyProgram, compile_graph
from geartrain.graph import Graph, Node, trace
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Dim

BATCH = "batch"


def compile_steps(
    function: Callable[..., Any],
    specs: Sequence[Spec],
    *,
    stepped: Sequence[bool],
    name: str = "",
    labels: Sequence[str] = (),
) -> AnyProgram:
    """Compile a function so that one native call can run it many times in a row.

    Args:
        function: takes one tensor for each spec; returns a tensor, a sequence of them, or None.
            The variables that it reads and assigns are updated in place.
        specs: shapes (symbolic sizes allowed) and dtypes of the arguments.
        stepped: which arguments have a part for each step: their leading axis must be
            `Dim("batch")`. Outputs with that leading axis have a part for each step as well.
        name: the name that reports and errors use.
        labels: the arguments' names.
    """
    graph = trace(function, specs, name=name, labels=labels)
    chosen = [node for node, is_stepped in zip(graph.inputs, stepped, strict=True) if is_stepped]
    if any(stepped):
        chosen += [node for node in graph.outputs if _leads_with_batch(node)]
    return compile_graph(graph, stepped=chosen)


def compile_step(graph: Graph) -> AnyProgram:
    """Compile a graph one step of which is on one batch: what leads with it has a part of it."""
    nodes = (*graph.inputs, *graph.outputs)
    return compile_graph(graph, stepped=[node for node in nodes if _leads_with_batch(node)])


def _leads_with_batch(node: Node) -> bool:
    return bool(node.shape) and node.shape[0] == Dim(BATCH)
