"""Values that one kernel makes and one other kernel reads: what the two may keep to themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from geartrain.compiler.form.kernels import Kernel
from geartrain.compiler.fusion.joins import Join
from geartrain.compiler.fusion.native_loops import Loop
from geartrain.graph import Node, Role

Item = Kernel | Loop | Join


def sole_readers(kernels: Sequence[Item], results: Collection[Node]) -> dict[Node, Item]:
    """The one reader of each value that has just one, and that nobody asks for."""
    made = {node for each in kernels for node in each.stored}
    readers: dict[Node, list[Item]] = {}
    for each in kernels:
        for node in dict.fromkeys(_memory_of(node, made) for node in each.loaded()):
            readers.setdefault(node, []).append(each)
    asked = {_memory_of(node, made) for node in results}
    alone = (node for node in made if node not in asked and len(readers.get(node, ())) == 1)
    return {node: readers[node][0] for node in alone}


def _memory_of(node: Node, made: Collection[Node]) -> Node:
    """Where a value lies: a reshape in its input's memory."""
    while node not in made and node.role is Role.OPERATION and node.inputs:
        node = node.inputs[0]
    return node


def is_plain_map(kernel: Kernel) -> bool:
    """Whether a kernel has but statements that compute one element at each place."""
    return kernel.root is None and all(each.lane and not each.op for each in kernel.statements)
