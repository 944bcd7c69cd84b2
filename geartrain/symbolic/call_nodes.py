"""`CallNode`: one symbolic call of a layer or operation, for programs that walk along a model.

for node in layer._inbound_nodes:          as Keras has it, whose names these are
    node.input_tensors, node.parent_nodes
x._keras_history                           (the operation, which of its calls, which output)

Nothing of ours stands on it: a model's own order is in `geartrain.models.order`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from geartrain.graph import Node
from geartrain.graph.graph import Role
from geartrain.tensor.nest import flatten


class KerasHistory(NamedTuple):
    """Which call of which operation a symbolic tensor came of, and which of its outputs it is."""

    operation: Any
    node_index: int
    tensor_index: int


class CallNode:
    """One symbolic call; two of the same call are equal.

    Args:
        operation: the layer or operation that was called.
        number: which of its calls.
    """

    def __init__(self, operation: Any, number: int) -> None:
        self.operation = self.layer = self.outbound_layer = operation
        self.number = number

    @property
    def output_tensors(self) -> list[Any]:
        """The symbolic tensors that it gave."""
        return _tensors(self.operation._called[self.number][1])

    @property
    def input_tensors(self) -> list[Any]:
        """The symbolic tensors that it took; none, where a model's input stands."""
        inputs, outputs = self.operation._called[self.number]
        return [] if inputs is outputs else _tensors(inputs)

    outputs = output_tensors

    @property
    def is_input(self) -> bool:
        """Whether it is the input of a model."""
        return not self.input_tensors

    @property
    def parent_nodes(self) -> list[CallNode]:
        """The calls that its inputs came of."""
        found = (history_of(each) for each in self.input_tensors)
        return [CallNode(each.operation, each.node_index) for each in found if each is not None]

    @property
    def inbound_layers(self) -> Any:
        """The layers that its inputs came of: one alone, or all."""
        layers = [each.operation for each in self.parent_nodes]
        return layers[0] if len(layers) == 1 else layers

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CallNode):
            return NotImplemented
        return self.operation is other.operation and self.number == other.number

    def __hash__(self) -> int:
        return hash((id(self.operation), self.number))

    def __repr__(self) -> str:
        return f"<CallNode of {self.operation.name}, call {self.number}>"


def maker_of(node: Node) -> Any:
    """The layer or operation that a node is a call of, or the layer that it is the entrance of.

    None stands for operations that are no step of a model by themselves.
    """
    step = node.parameters.get("call")
    if step is None:
        return node.parameters.get("layer")
    return getattr(step, "layer", None) or getattr(step, "operation", None)


def history_of(tensor: Any) -> KerasHistory | None:
    """Where a symbolic tensor comes from; None, if that is no call of a layer or operation."""
    node = tensor.value
    if not isinstance(node, Node):
        return None
    is_part = node.role is Role.PART
    maker = maker_of(node.inputs[0] if is_part else node)
    for number, (_, outputs) in enumerate(getattr(maker, "_called", ())):
        for at, each in enumerate(_tensors(outputs)):
            if each.value is node:
                return KerasHistory(maker, number, at)
    return None


def note_uses(operation: Any, inputs: Any) -> None:
    """Tell those who made the inputs of an operation's last call that it takes them."""
    number = len(operation._called) - 1
    for each in _tensors(inputs):
        history = history_of(each)
        if history is not None:
            history.operation._used.append((operation, number))


def nodes_of(uses: Sequence[tuple[Any, int]]) -> list[CallNode]:
    """The calls of some operations, by their numbers."""
    return [CallNode(*each) for each in uses]


def _tensors(nest: Any) -> list[Any]:
    """The symbolic tensors among the leaves of a nest."""
    return [each for each in flatten(nest) if getattr(each, "stands_for_any", False)]
