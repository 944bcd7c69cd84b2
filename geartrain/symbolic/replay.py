"""What was done with symbolic tensors, done again with others.

inputs, x = dense(inputs), outputs = relu(x)   ->   for other inputs: dense, then relu, again
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from geartrain.errors import explain
from geartrain.graph import Graph, Node
from geartrain.graph.graph import Role, sort_nodes
from geartrain.primitives.primitive import Bundle, Spec, bind
from geartrain.symbolic.captures import Known, Scope, remember
from geartrain.symbolic.keras_tensor import is_keras_tensor
from geartrain.symbolic.steps import Step
from geartrain.tensor import Dim, Tensor
from geartrain.tensor.nest import flatten


def checked_nodes(kind: str, inputs: Any, outputs: Any) -> tuple[list[Node], list[Node]]:
    """The nodes of symbolic tensors that go in and come out.

    Raises:
        ValueError: there are none, or something else is among them.
    """
    for name, given in (("inputs", inputs), ("outputs", outputs)):
        if not flatten(given):
            raise ValueError(_empty_message(kind, name))
        for each in flatten(given):
            if not is_keras_tensor(each):
                raise ValueError(_tensor_message(each))
    return [node_of(each) for each in flatten(inputs)], [node_of(each) for each in flatten(outputs)]


def replayed(
    order: Sequence[Node], entries: Sequence[Node], results: Sequence[Node], given: Sequence[Any]
) -> list[Any]:
    """The values of results, given those of entries."""
    sizes: dict[str, Any] = {}
    values: dict[Node, Any] = dict(zip(entries, given, strict=True))
    for node, tensor in values.items():
        _note_sizes(node, tensor, sizes)
    for node in order:
        if node not in values:
            values[node] = _value(node, values, sizes)
            _note_sizes(node, values[node], sizes)
    remember(values)
    return [values[each] for each in results]


def scope_of(known: Known) -> Scope:
    """What symbolic tensors stand for, given those of a model that was called."""
    return Scope(known, _found)


def _found(node: Node, known: Known) -> Any:
    """The value of a node, computed of what is known; None, if that is not enough."""
    entries = list(known)
    try:
        order = sorted_nodes([node], entries)
    except ValueError:  # an input of another model
        return None
    return replayed(order, entries, [node], [known[each] for each in entries])[0]


def _note_sizes(node: Node, tensor: Any, sizes: dict[str, Any]) -> None:
    """Keep which sizes a node's unknown ones are this time."""
    if not isinstance(tensor, Tensor):
        return
    for size, own in zip(node.shape, tensor.value.shape, strict=False):
        if isinstance(size, Dim) and size.scale == 1:
            sizes.setdefault(size.name, own)


def node_of(tensor: Tensor) -> Node:
    """The node of a symbolic tensor."""
    node = tensor.value
    if not isinstance(node, Node):
        raise TypeError("a tensor with numbers is no place in a model")
    return node


def sorted_nodes(results: list[Node], entries: list[Node]) -> list[Node]:
    """The nodes from the entries to the results, each after its inputs."""
    between = _after(results, entries)
    order = [node for node in sort_nodes(results) if node in between]
    for node in order:
        if node.role is Role.INPUT and node not in entries:
            raise ValueError(_missing_message(node))
    return order


def _after(results: list[Node], entries: list[Node]) -> set[Node]:
    """The nodes that results need, up to the entries, which may lie within a larger model."""
    found: set[Node] = set()
    pending = list(results)
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending.extend(node.inputs if node not in entries else ())
    return found


def _value(node: Node, values: dict[Node, Any], sizes: dict[str, Any]) -> Any:
    """The value of a node (a list, for an operation with several), given those before it."""
    if node.constant is not None:
        return Tensor(node.constant)
    if node.role is Role.PART:
        return values[node.inputs[0]][node.parameters["number"]]
    inputs = [values[each] for each in node.inputs]
    call = node.parameters.get("call")
    if isinstance(call, Step):
        return call.carry_out(inputs, lambda leaf: _with_sizes(leaf, sizes))
    parameters = {name: _with_sizes(each, sizes) for name, each in node.parameters.items()}
    if node.primitive is None:
        raise ValueError(_missing_message(node))
    found = bind(node.primitive, *inputs, **parameters)
    return list(found) if isinstance(node.spec, Bundle) else found


def _with_sizes(parameter: Any, sizes: dict[str, Any]) -> Any:
    """A parameter with the sizes that its symbols stand for in this call."""
    if isinstance(parameter, Dim) and parameter.name in sizes:
        size = sizes[parameter.name]
        if isinstance(size, Dim):
            return Dim(size.name, size.scale * parameter.scale)
        return parameter.scale * size
    if type(parameter) is tuple:
        return tuple(_with_sizes(each, sizes) for each in parameter)
    if isinstance(parameter, Graph):
        return _resized(parameter, sizes)
    return parameter


def _resized(graph: Graph, sizes: dict[str, Any]) -> Graph:
    """A graph within an operation, the turn of a loop, for the sizes of this call."""
    done: dict[Node, Node] = {}
    for node in sort_nodes([*graph.inputs, *graph.results]):
        done[node] = replace(
            node,
            spec=_sized(node.spec, sizes),
            inputs=tuple(done[each] for each in node.inputs),
            parameters={name: _with_sizes(x, sizes) for name, x in node.parameters.items()},
        )
    inputs, outputs, effects = (
        tuple(done[each] for each in some) for some in (graph.inputs, graph.outputs, graph.effects)
    )
    return replace(graph, inputs=inputs, outputs=outputs, effects=effects)


def _sized(spec: Any, sizes: dict[str, Any]) -> Any:
    if isinstance(spec, Bundle):
        return Bundle.of(*(_sized(each, sizes) for each in spec.parts))
    return Spec(_with_sizes(tuple(spec.shape), sizes), spec.dtype)


def _tensor_message(given: Any) -> str:
    return explain(
        "A model is made of symbolic tensors",
        given=repr(given),
        expected="what layers.Input gives, and what layers make of it",
        remedy="inputs = layers.Input((784,)); Model(inputs, layers.Dense(10)(inputs))",
    )


def _empty_message(kind: str, name: str) -> str:
    return explain(
        f"A {kind} needs {name}",
        given=f"{name} without any symbolic tensor",
        expected="one at least",
        remedy=f"{kind}(inputs=layers.Input((784,)), outputs=...)",
    )


def _missing_message(node: Node) -> str:
    return explain(
        "The outputs need an input that the model does not have",
        given=f"outputs that were made of '{node.label}'",
        expected="all inputs on which the outputs depend among inputs=",
        remedy=f"inputs=[..., {node.label}]",
    )
