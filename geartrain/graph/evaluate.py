"""Evaluating a graph with NumPy, node by node: what a loop inside a compiled function does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geartrain.graph.graph import Graph, Node, Role
from geartrain.primitives.primitive import Bundle
from geartrain.tensor import Array, Dim


def evaluate(graph: Graph, arrays: Sequence[Array]) -> list[Array]:
    """The outputs of a graph that reads and updates no variables, for arrays as its inputs."""
    values: dict[Node, Array] = dict(zip(graph.inputs, arrays, strict=True))
    sizes = _sizes_of(graph, arrays)
    bundles: dict[Node, Sequence[Array]] = {}
    for node in graph.nodes():
        if node.constant is not None:
            values[node] = node.constant
        elif node.role is Role.PART:
            part = bundles[node.inputs[0]][node.parameters["number"]]
            values[node] = np.asarray(part, node.dtype)
        elif node.primitive is not None:
            parameters = {key: with_sizes(each, sizes) for key, each in node.parameters.items()}
            found = node.primitive.evaluate(*(values[x] for x in node.inputs), **parameters)
            if isinstance(node.spec, Bundle):
                bundles[node] = found
            else:
                values[node] = np.asarray(found, node.dtype)
    return [values[node] for node in graph.outputs]


def _sizes_of(graph: Graph, arrays: Sequence[Array]) -> dict[str, int]:
    """The numbers that symbolic sizes stand for, read off the inputs."""
    sizes: dict[str, int] = {}
    for node, array in zip(graph.inputs, arrays, strict=True):
        for size, number in zip(node.shape, array.shape, strict=True):
            if isinstance(size, Dim):
                sizes[size.name] = number // size.scale
    return sizes


def with_sizes(value: Any, sizes: Mapping[str, int]) -> Any:
    """A parameter of an operation, with numbers for its symbolic sizes."""
    if isinstance(value, Dim):
        return value.value(dict(sizes))
    if isinstance(value, tuple):
        return tuple(with_sizes(each, sizes) for each in value)
    return value
