"""Printing a graph: one line a node, numbered in order of computation."""

from __future__ import annotations

from collections.abc import Mapping

from geartrain.graph.graph import Graph, Node


def format_graph(graph: Graph) -> str:
    """Write a graph as text, and after it those of its loops' turns.

    graph double(x: float32(3,))
      %0 = input x : float32(3,)
      %1 = add %0 %0 : float32(3,)
      return %1
    """
    numbers = {node: f"%{position}" for position, node in enumerate(graph.nodes())}
    arguments = ", ".join(f"{node.label}: {node.spec}" for node in graph.inputs)
    lines = [f"graph {graph.name}({arguments})"]
    lines += [f"  {numbers[node]} = {_define(node, numbers)} : {node.spec}" for node in numbers]
    lines += [f"  update {each.path} = {numbers[node]}" for each, node in graph.updates.items()]
    lines.append("  return " + ", ".join(numbers[each] for each in graph.outputs))
    inner = [each for node in numbers for each in _graphs_in(node)]
    return "\n".join([*lines, *map(format_graph, inner)])


def _graphs_in(node: Node) -> list[Graph]:
    """What the turns of a loop are."""
    wanted = (node.parameters.get(name) for name in ("cond", "body"))
    return [each for each in wanted if isinstance(each, Graph)]


def _define(node: Node, numbers: Mapping[Node, str]) -> str:
    if node.constant is not None:
        return f"constant {node.constant.tolist() if node.constant.size <= 4 else '...'}"
    if node.primitive is None:
        return f"{node.role.value} {node.label}"
    arguments = [numbers[each] for each in node.inputs]
    metadata = [f"{key}={value}" for key, value in node.parameters.items() if value is not None]
    return " ".join([node.label, *arguments, *metadata])
