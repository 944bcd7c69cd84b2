"""A functional model as a config, in Keras's form.

    Dense(3, name="d")(Input((4,), name="x"))   ->   [..., {"class_name": "Dense", "name": "d",
        "inbound_nodes": [{"args": [a tensor of ("x", 0, 0)], "kwargs": {}}]}]

A tensor is named by what gave it: the layer, which of its calls in this model, and which of the
tensors that this call gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.graph import Node
from geartrain.graph.graph import Role
from geartrain.layers import Layer
from geartrain.layers.shapes import without_symbols
from geartrain.layers.symbolic import Call, OperationCall, Place, Step, by_signature, input_layer_of
from geartrain.models.operation_names import call_arguments, write_operation
from geartrain.models.order import makers_in_order
from geartrain.serialization import serialize_keras_object
from geartrain.symbolic.call_nodes import maker_of
from geartrain.tensor import Dim, Tensor
from geartrain.tensor.dtypes import is_text
from geartrain.tensor.nest import map_nest

Address = tuple[str, int, int]


class Wiring:
    """The calls of a model, and the names of its tensors."""

    def __init__(
        self, order: Sequence[Node], entries: Sequence[Node], ends: Sequence[Node]
    ) -> None:
        self.makers = makers_in_order(order, entries, ends)
        self.calls: dict[Any, list[Node]] = {maker: [] for maker in self.makers}
        self.numbers: dict[Node, tuple[Any, int]] = {}
        self.entries = {node: entry_layer(node) for node in entries}
        for node in order:
            maker = maker_of(node)
            called = isinstance(node.parameters.get("call"), Step) and maker in self.calls
            if node not in self.entries and called:
                self.calls[maker].append(node)
        for maker, nodes in self.calls.items():
            nodes.sort(key=lambda node: _age(maker, node))
            self.numbers.update({node: (maker, at) for at, node in enumerate(nodes)})

    def address(self, node: Node) -> Address:
        """The name of a tensor: of what gave it, at which call, and which of several it is."""
        if node in self.entries:
            return self.entries[node].name, 0, 0
        if node.role is not Role.PART or node.inputs[0] not in self.numbers:
            raise ValueError(_unwritten_message(node))
        maker, number = self.numbers[node.inputs[0]]
        return maker.name, number, node.parameters["number"]


def _age(maker: Any, node: Node) -> int:
    """When, among a layer's calls, a node came about."""
    made = [_first_node(outputs) for _, outputs in getattr(maker, "_called", ())]
    return made.index(node) if node in made else len(made)


def _first_node(outputs: Any) -> Any:
    found: list[Any] = []
    map_nest(found.append, outputs)
    node = found[0].value if found and isinstance(found[0], Tensor) else None
    return node.inputs[0] if isinstance(node, Node) and node.inputs else node


def entry_layer(node: Node) -> Any:
    """The layer of an input; for a tensor within another model, one in its place."""
    layer = input_layer_of(Tensor(node))
    if layer is not None:
        return layer
    from geartrain.layers import InputLayer

    shape = without_symbols(node.shape)
    return InputLayer(
        batch_shape=shape, dtype=node.dtype, name=f"{node.label.replace('.', '_')}_in"
    )


def functional_config(model: Any) -> dict[str, Any]:
    """Names, layers with their calls, and which tensors go in and come out."""
    wiring = Wiring(model._order, model._entries, [node_of(each) for each in model.outputs])
    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": [_written(maker, wiring) for maker in _all_makers(wiring)],
        "input_layers": map_nest(lambda each: list(wiring.address(node_of(each))), model.input),
        "output_layers": map_nest(lambda each: list(wiring.address(node_of(each))), model.output),
    }


def _all_makers(wiring: Wiring) -> list[Any]:
    """The inputs, which may stand for tensors of another model, then the rest in order."""
    entries = list(dict.fromkeys(wiring.entries.values()))
    return [*entries, *(each for each in wiring.makers if each not in entries)]


def node_of(tensor: Tensor) -> Node:
    """The node of a symbolic tensor."""
    if not isinstance(tensor.value, Node):
        raise TypeError("a tensor with numbers is no place in a model")
    return tensor.value


def _written(maker: Any, wiring: Wiring) -> dict[str, Any]:
    """A layer or operation with its calls."""
    nodes = wiring.calls.get(maker, [])
    if isinstance(maker, Layer):
        config = serialize_keras_object(maker)
    else:
        call = nodes[0].parameters["call"]
        config = serialize_keras_object(write_operation(maker, call.args, call.kwargs))
    calls = [_call(node, wiring) for node in nodes]
    return {**config, "name": maker.name, "inbound_nodes": calls}


def _call(node: Node, wiring: Wiring) -> dict[str, Any]:
    """The arguments of one call, with the names of tensors."""
    step = node.parameters["call"]

    def named(leaf: Any) -> Any:
        if isinstance(leaf, Place):
            return tensor_config(node.inputs[leaf.number], wiring)
        return None if isinstance(leaf, Dim) else serialize_keras_object(leaf)

    args, kwargs = _arguments(step)
    return {"args": map_nest(named, list(args)), "kwargs": map_nest(named, kwargs)}


def _arguments(step: Call | OperationCall) -> tuple[Any, dict[str, Any]]:
    if isinstance(step, OperationCall):
        return call_arguments(step.operation, step.args, step.kwargs)
    args, kwargs = by_signature(type(step.layer).call, step.layer, step.arguments)
    return args, kwargs if step.training is None else {**kwargs, "training": step.training}


def tensor_config(node: Node, wiring: Wiring) -> dict[str, Any]:
    """A symbolic tensor, by its name."""
    return {
        "class_name": "__keras_tensor__",
        "config": {
            "shape": list(without_symbols(node.shape)),
            "dtype": "string" if is_text(node.dtype) else node.dtype.name,
            "keras_history": list(wiring.address(node)),
        },
    }


def _unwritten_message(node: Node) -> str:
    return explain(
        "A step of this model cannot be written to a config",
        given=f"'{node.label}', which neither a layer nor an operation with a name gave",
        expected="calls of layers and of geartrain.ops on symbolic tensors",
        remedy="put it into a layer of your own: class Mine(layers.Layer): def call(self, x): ...",
    )
