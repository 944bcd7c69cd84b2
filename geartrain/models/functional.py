"""`Functional`: a model made of symbolic tensors, by `Model(inputs, outputs)`."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.graph import Node
from geartrain.graph.graph import Role, sort_nodes
from geartrain.layers import Layer
from geartrain.layers.symbolic import Step, input_layer_of, is_symbolic_input, shapes_of
from geartrain.models.functional_config import functional_config
from geartrain.models.model import Model
from geartrain.models.order import layers_in_order, maker_of
from geartrain.models.storing import takes_tensors
from geartrain.primitives.primitive import Bundle, bind
from geartrain.tensor import Dim, Tensor, format_shape
from geartrain.tensor.nest import flatten, map_nest, pack_like
from geartrain.training.data import Data


class Functional(Model):
    """The layers between some symbolic tensors and others.

    A call gives tensors for the inputs, and every layer on the way is called again, in order.

    Args:
        inputs: symbolic tensors of `layers.Input`, or a list or dict of them.
        outputs: what was made of them, likewise.
        name: None numbers "functional".
        **kwargs: those of `Layer`.

    Raises:
        ValueError: something is no symbolic tensor, or an output needs an input that is not given.
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        for each in (*flatten(inputs), *flatten(outputs)):
            if not is_symbolic_input(each):
                raise ValueError(_tensor_message(each))
        self._inputs, self._outputs = inputs, outputs
        self._entries = [_node(each) for each in flatten(inputs)]
        results = [_node(each) for each in flatten(outputs)]
        self._order = _sorted(results, self._entries)
        self._layers = layers_in_order(self._order, self._entries, results)
        self.output_shape = shapes_of(outputs)
        self.built = True

    @property
    def layers(self) -> list[Layer]:
        """The layers, those that take the inputs first."""
        return list(self._layers)

    @property
    def input(self) -> Any:
        """The symbolic tensors that go in."""
        return self._inputs

    @property
    def output(self) -> Any:
        """The symbolic tensors that come out."""
        return self._outputs

    @property
    def inputs(self) -> list[Tensor]:
        """The symbolic tensors that go in, as a list."""
        return flatten(self._inputs)

    @property
    def outputs(self) -> list[Tensor]:
        """The symbolic tensors that come out, as a list."""
        return flatten(self._outputs)

    @property
    def output_names(self) -> list[str]:  # type: ignore[override]
        """The names of the layers that the outputs come of."""
        return [_name_of(_node(each)) for each in self.outputs]

    def call(self, inputs: Any) -> Any:
        given = self._given(inputs)
        sizes: dict[str, Any] = {}
        for node, tensor in zip(self._entries, given, strict=True):
            pairs = zip(node.shape, tensor.shape, strict=True)
            sizes.update({size.name: own for size, own in pairs if isinstance(size, Dim)})
        values: dict[Node, Any] = dict(zip(self._entries, given, strict=True))
        for node in self._order:
            if node not in values:
                values[node] = _value(node, values, sizes)
        return pack_like(self._outputs, [values[_node(each)] for each in self.outputs])

    def _given(self, inputs: Any) -> list[Tensor]:
        """The tensors for the inputs, in order; a dict gives them by name."""
        if isinstance(inputs, dict) and not isinstance(self._inputs, dict):
            found = [inputs[node.label] for node in self._entries]
        elif isinstance(self._inputs, dict) and isinstance(inputs, dict):
            found = [inputs[name] for name in self._inputs]
        else:
            found = flatten(inputs)
        if len(found) != len(self._entries):
            raise ValueError(_count_message(self, found))
        for node, tensor in zip(self._entries, found, strict=True):
            if not _fits(node, tensor):
                raise ValueError(_shape_message(self, node, tensor))
        return found

    def get_config(self) -> dict[str, Any]:
        """The layers, the calls that join them, and which tensors go in and come out."""
        if takes_tensors(type(self)):
            return functional_config(self)
        return super().get_config()

    def ensure_ready(self, where: str, data: Data) -> None:
        """Check the samples against the input's shape."""
        self._given(map_nest(lambda each: Tensor(each[:1]), data.x))


def _name_of(node: Node) -> str:
    """The name of the layer that a node is of, or of the operation."""
    made = node.inputs[0] if node.role is Role.PART else node
    layer = maker_of(made)
    return layer.name if layer is not None else made.label


def _node(tensor: Tensor) -> Node:
    node = tensor.value
    if not isinstance(node, Node):
        raise TypeError("a tensor with numbers is no place in a model")
    return node


def _sorted(results: list[Node], entries: list[Node]) -> list[Node]:
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
    return parameter


def _fits(node: Node, tensor: Tensor) -> bool:
    return len(node.shape) == tensor.ndim and all(
        isinstance(size, Dim) or isinstance(own, Dim) or size == own
        for size, own in zip(node.shape, tensor.shape, strict=True)
    )


def _tensor_message(given: Any) -> str:
    return explain(
        "A model is made of symbolic tensors",
        given=repr(given),
        expected="what layers.Input gives, and what layers make of it",
        remedy="inputs = layers.Input((784,)); Model(inputs, layers.Dense(10)(inputs))",
    )


def _missing_message(node: Node) -> str:
    return explain(
        "The outputs need an input that the model does not have",
        given=f"outputs that were made of '{node.label}'",
        expected="all inputs on which the outputs depend among inputs=",
        remedy=f"inputs=[..., {node.label}]",
    )


def _count_message(model: Functional, found: list[Any]) -> str:
    names = ", ".join(f"{node.label} {format_shape(node.shape)}" for node in model._entries)
    return explain(
        f"Model '{model.name}' takes {len(model._entries)} inputs",
        given=f"{len(found)} tensors",
        expected=names,
        remedy="model([x, y]), or a dict by the names of the inputs",
    )


def _shape_message(model: Functional, node: Node, tensor: Tensor) -> str:
    layer = input_layer_of(Tensor(node))
    name = layer.name if layer else node.label
    return explain(
        f"Model '{model.name}' cannot take this input",
        given=f"a tensor of shape {format_shape(tensor.shape)}",
        expected=f"{format_shape(node.shape)} (set by Input '{name}')",
        axis=f"rank: {tensor.ndim} against {len(node.shape)}"
        if tensor.ndim != len(node.shape)
        else "the sizes behind the batch",
        remedy="x[None] for a batch of one" if tensor.ndim == len(node.shape) - 1 else "x.reshape",
    )
