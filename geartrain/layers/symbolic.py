"""Symbolic tensors: calls of layers, written down to make a model of.

    inputs = Input((784,)); outputs = Dense(10)(inputs)       inputs   (None, 784)
                                                              dense    (None, 10)   <- inputs

A symbolic tensor belongs to the `Blueprint`, a tracer that is never on duty: what is done with the
tensor reaches it through the tensor. The call of a layer is one node, whatever happens inside, as
the model will call the layer again; so is the call of a public operation (`ops/recording.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from geartrain.errors import explain
from geartrain.graph import Node, Tracer, trace
from geartrain.graph.graph import Role, part_of
from geartrain.layers.calls import signature_of
from geartrain.layers.naming import unique_name
from geartrain.layers.shapes import map_shapes, with_symbols, without_symbols
from geartrain.primitives.primitive import Bundle, Primitive, Several, Spec, spec_of
from geartrain.tensor import Dim, DType, SymbolicSize, Tensor
from geartrain.tensor.nest import flatten, map_nest, pack_like


class UnknownSize(Dim, SymbolicSize):
    """A size that is not known; users see None, as in Keras, and may compare it with None."""

    def __eq__(self, other: object) -> bool:
        if other is None:
            return True
        return isinstance(other, Dim) and (self.name, self.scale) == (other.name, other.scale)

    @property
    def interpreter(self) -> Tracer:
        """Who writes down what is repeated to this size."""
        return BLUEPRINT

    def __hash__(self) -> int:
        return hash((self.name, self.scale))

    def __str__(self) -> str:
        return "None"

    __repr__ = __str__


class Blueprint(Tracer):
    """Writes down what is done with symbolic tensors; it keeps nothing itself."""

    def apply(
        self, primitive: Primitive, inputs: tuple[Tensor, ...], parameters: dict[str, Any]
    ) -> Any:
        """Write an operation down; its unknown sizes are the blueprint's."""
        found = super().apply(primitive, inputs, parameters)
        return map_nest(lambda each: Tensor(_of_unknown_sizes(self.node(each))), found)

    def record(self, function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        """Write the call of a public operation down as one node."""
        return drawn_operation(function, args, kwargs)

    def node(self, tensor: Tensor) -> Node:
        """The node of a tensor; one with numbers is a constant."""
        if isinstance(tensor.value, Node):
            return tensor.value
        constant = tensor.numpy().copy()
        return Node(Role.CONSTANT, spec_of(tensor), constant=constant, tracer=self)


BLUEPRINT = Blueprint()


class LayerCall(Several):
    """The call of a layer, as a node of a blueprint; a model calls the layer itself."""

    name = "layer"

    def infer(self, *inputs: Spec, **parameters: Any) -> Bundle:
        raise NotImplementedError(_ran_message())

    evaluate = loops = gradient = cost = samples = infer  # type: ignore[assignment]


LAYER_CALL = LayerCall()


@dataclass(frozen=True)
class Place:
    """Stands for a symbolic argument of a call: the number of the node's input."""

    number: int


class Step:
    """What a model does again at each call: the call of a layer, or of an operation."""

    outputs: Any  # the nest of what it gives, of numbers

    def carry_out(self, inputs: list[Tensor], sizes: Callable[[Any], Any]) -> list[Tensor]:
        """Do it on other tensors; `sizes` puts numbers for unknown sizes."""
        raise NotImplementedError


@dataclass(frozen=True)
class Call(Step):
    """How a layer is called: its arguments, with a `Place` for each symbolic tensor."""

    layer: Any
    arguments: dict[str, Any]
    training: bool | None
    outputs: Any

    def carry_out(self, inputs: list[Tensor], sizes: Callable[[Any], Any]) -> list[Tensor]:
        """Call the layer on other tensors."""
        given = map_nest(lambda x: inputs[x.number] if isinstance(x, Place) else x, self.arguments)
        args, kwargs = by_signature(type(self.layer).call, self.layer, given)
        return flatten(self.layer(*args, training=self.training, **kwargs))


class SymbolicOperation:
    """An operation that a model calls: a public function of `geartrain.ops`, by its name."""

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        self.function = function
        self.name = name or unique_name(function.__name__)
        self.output_shape: Any = None

    def __repr__(self) -> str:
        return f"<Operation name={self.name}>"


@dataclass(frozen=True)
class OperationCall(Step):
    """How an operation is called: its arguments, with a `Place` for each symbolic tensor."""

    operation: SymbolicOperation
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: Any

    def carry_out(self, inputs: list[Tensor], sizes: Callable[[Any], Any]) -> list[Tensor]:
        """Call the function on other tensors."""
        return flatten(called_on(self.operation.function, self.args, self.kwargs, inputs, sizes))


def called_on(
    function: Callable[..., Any],
    args: Any,
    kwargs: Any,
    inputs: Sequence[Tensor],
    sizes: Callable[[Any], Any] = lambda leaf: leaf,
) -> Any:
    """A function of arguments with tensors in their places."""

    def given(leaf: Any) -> Any:
        return inputs[leaf.number] if isinstance(leaf, Place) else sizes(leaf)

    return function(*map_nest(given, list(args)), **map_nest(given, kwargs))


def drawn_operation(
    function: Callable[..., Any], args: Any, kwargs: dict[str, Any], name: str | None = None
) -> Any:
    """Write the call of an operation down, and give what it gives, symbolic tensors again."""
    inputs = [each for each in flatten([list(args), kwargs]) if is_symbolic_input(each)]
    numbered = iter(range(len(inputs)))

    def placed(leaf: Any) -> Any:
        return Place(next(numbered)) if is_symbolic_input(leaf) else leaf

    args, kwargs = map_nest(placed, list(args)), map_nest(placed, kwargs)
    found: list[Any] = []

    def through(*tensors: Tensor) -> list[Tensor]:
        found.append(called_on(function, args, kwargs, tensors))
        return flatten(found[0])

    trace(through, [spec_of(each) for each in inputs])
    specs = [spec_of(each) for each in flatten(found[0])]
    outputs = pack_like(found[0], list(range(len(specs))))
    call = OperationCall(SymbolicOperation(function, name), tuple(args), kwargs, outputs)
    tensors = pack_like(found[0], _parts(call, call.operation.name, specs, inputs))
    call.operation.output_shape = shapes_of(tensors)
    return tensors


def _parts(call: Step, label: str, specs: Sequence[Spec], inputs: Sequence[Tensor]) -> list[Tensor]:
    """The symbolic tensors of a node that stands for a step."""
    node = Node(
        Role.OPERATION,
        Bundle.of(*(Spec(_unknown(each.shape), each.dtype) for each in specs)),
        LAYER_CALL,
        tuple(BLUEPRINT.node(each) for each in inputs),
        {"call": call},
        label=label,
        tracer=BLUEPRINT,
    )
    return [Tensor(part_of(node, at)) for at in range(len(specs))]


def is_symbolic_input(x: Any) -> bool:
    """Whether this is a tensor of a blueprint."""
    return isinstance(x, Tensor) and isinstance(x.value, Node) and x.value.tracer is BLUEPRINT


def symbolic_input(layer: Any, shape: tuple[Any, ...], dtype: DType) -> Tensor:
    """A tensor of a shape, None in it being any size, which a layer named so gives a model."""
    spec = Spec(_unknown(with_symbols(shape)), dtype)
    return Tensor(
        Node(Role.INPUT, spec, parameters={"layer": layer}, label=layer.name, tracer=BLUEPRINT)
    )


def shapes_of(nest: Any) -> Any:
    """The shapes of a nest of symbolic tensors, with None for what is not known."""
    return without_symbols(map_nest(lambda each: each.shape, nest))


def input_layer_of(tensor: Tensor) -> Any:
    """The layer that an input came of, or None."""
    node = tensor.value
    return node.parameters.get("layer") if isinstance(node, Node) else None


def drawn(layer: Any, arguments: dict[str, Any], training: bool | None) -> Any:
    """Write the call of a layer down, and give what it gives, symbolic tensors again."""
    inputs = [each for each in flatten(arguments) if is_symbolic_input(each)]
    numbered = iter(range(len(inputs)))
    template = map_nest(
        lambda each: Place(next(numbered)) if is_symbolic_input(each) else each, arguments
    )
    found = _specs(layer, template, inputs, training)
    specs = flatten(found)
    call = Call(layer, template, training, pack_like(found, list(range(len(specs)))))
    outputs = pack_like(found, _parts(call, layer.name, specs, inputs))
    layer.note_call(next(iter(arguments.values()), None), outputs)
    return outputs


def by_signature(
    call: Callable[..., Any], layer: Any, arguments: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments by name as positional and named ones, without `self`."""
    bound = signature_of(call).bind_partial()
    bound.arguments = {"self": layer, **arguments}
    return bound.args[1:], {k: v for k, v in bound.kwargs.items() if k != "training"}


def _specs(
    layer: Any, template: dict[str, Any], inputs: list[Tensor], training: bool | None
) -> Any:
    """The nest of specs of what a layer gives: it says so itself, or it is traced."""
    shapes = [each.shape for each in inputs]
    if any(isinstance(size, Dim) for shape in shapes for size in shape[1:]) and (
        layer.knows_its_shape
    ):
        first = next(iter(template.values()))
        own = map_nest(lambda x: shapes[x.number] if isinstance(x, Place) else None, first)
        layer.ensure_built(own)
        return map_shapes(lambda shape: Spec(shape, layer.dtype), layer.compute_output_shape(own))
    found: list[Any] = []

    def through(*tensors: Tensor) -> list[Tensor]:
        given = map_nest(lambda x: tensors[x.number] if isinstance(x, Place) else x, template)
        args, kwargs = by_signature(type(layer).call, layer, given)
        found.append(layer(*args, training=training, **kwargs))
        return flatten(found[0])

    trace(through, [spec_of(each) for each in inputs])
    return map_nest(spec_of, found[0])


def _of_unknown_sizes(node: Node) -> Node:
    return replace(node, spec=Spec(_unknown(node.shape), node.dtype))


def _unknown(shape: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(UnknownSize(s.name, s.scale) if isinstance(s, Dim) else s for s in shape)


def _ran_message() -> str:
    return explain(
        "A symbolic tensor has no numbers",
        given="the call of a layer on a symbolic tensor, in a function that is being run",
        expected="a model of it: Model(inputs, outputs)",
        remedy="model = Model(inputs, outputs); model(x)",
    )
