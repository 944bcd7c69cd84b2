"""Evaluating a graph with NumPy, node by node: what a loop inside a compiled function does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geartrain.graph.graph import Graph, Node, Role
from geartrain.primitives.primitive import Bundle
from geartrain.tensor import Array


def evaluate(graph: Graph, arrays: Sequence[Array]) -> list[Array]:
    """The outputs of a graph that reads and updates no variables, for arrays as its inputs."""
    values: dict[Node, Array] = dict(zip(graph.inputs, arrays, strict=True))
    bundles: dict[Node, Sequence[Array]] = {}
    for node in graph.nodes():
        if node.constant is not None:
            values[node] = node.constant
        elif node.role is Role.PART:
            part = bundles[node.inputs[0]][node.parameters["number"]]
            values[node] = np.asarray(part, node.dtype)
        elif node.primitive is not None:
            found = node.primitive.evaluate(*(values[x] for x in node.inputs), **node.parameters)
            if isinstance(node.spec, Bundle):
                bundles[node] = found
            else:
                values[node] = np.asarray(found, node.dtype)
    return [values[node] for node in graph.outputs]
