"""Calls that are written down: what a model does again, on other tensors, each time it is called.

ops.relu(x)   ->   a node of the blueprint: the call of `relu` with a `Place` for x
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from geartrain.errors import explain
from geartrain.graph import Node
from geartrain.graph.graph import Role, part_of
from geartrain.names import unique_name
from geartrain.primitives.primitive import Bundle, Several, Spec
from geartrain.symbolic.blueprint import BLUEPRINT, UnknownSize, unknown_sizes
from geartrain.symbolic.captures import Scope, known_of, resolved, standing_for
from geartrain.symbolic.inference import infer_specs
from geartrain.symbolic.keras_tensor import KerasTensor, is_keras_tensor
from geartrain.symbolic.operation import Operation
from geartrain.symbolic.results import RULES
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import BOOL
from geartrain.tensor.nest import flatten, map_nest, pack_like

Sizes = Callable[[Any], Any]


class LayerCall(Several):
    """The call of a layer or operation, as a node of a blueprint; a model makes it itself."""

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

    def carry_out(self, inputs: list[Tensor], sizes: Sizes) -> list[Tensor]:
        """Do it on other tensors; `sizes` puts numbers for unknown sizes."""
        raise NotImplementedError


class SymbolicOperation(Operation):
    """An operation that a model calls: a public function of `geartrain.ops`, by its name."""

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        super().__init__(name or unique_name(function.__name__))
        self.function = function

    def call(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


@dataclass(frozen=True)
class OperationCall(Step):
    """How an operation is called: its arguments, with a `Place` for each symbolic tensor."""

    operation: Operation
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: Any

    def carry_out(self, inputs: list[Tensor], sizes: Sizes) -> list[Tensor]:
        """Call the function on other tensors."""
        return flatten(called_on(self.operation, self.args, self.kwargs, inputs, sizes))


def called_on(
    function: Callable[..., Any],
    args: Any,
    kwargs: Any,
    inputs: Sequence[Tensor],
    sizes: Sizes = lambda leaf: leaf,
) -> Any:
    """A function of arguments with tensors in their places."""

    def given(leaf: Any) -> Any:
        return inputs[leaf.number] if isinstance(leaf, Place) else sizes(leaf)

    return function(*map_nest(given, list(args)), **map_nest(given, kwargs))


def placed(args: Any) -> tuple[Any, list[Tensor]]:
    """A nest of arguments with a `Place` for each symbolic tensor, and the tensors."""
    inputs = [each for each in flatten(args) if is_keras_tensor(each)]
    numbered = iter(range(len(inputs)))
    return map_nest(lambda x: Place(next(numbered)) if is_keras_tensor(x) else x, args), inputs


def drawn_operation(
    function: Callable[..., Any], args: Any, kwargs: dict[str, Any], name: str | None = None
) -> Any:
    """Write the call of a public operation down, and give the symbolic tensors that it gives."""
    return written_down(SymbolicOperation(function, name), args, kwargs)


BLUEPRINT.recorder = drawn_operation


def written_down(operation: Operation, args: Any, kwargs: dict[str, Any]) -> Any:
    """Write the call of an operation down, and give the symbolic tensors that it gives."""
    (places, named), inputs = placed([list(args), kwargs])
    found = _specs_of(operation, places, named, inputs)
    numbers = pack_like(found, list(range(len(flatten(found)))))
    step = OperationCall(operation, tuple(places), named, numbers)
    outputs = pack_like(found, parts_of_step(step, operation.name, flatten(found), inputs))
    operation.note_call(_alone(args, kwargs), outputs)
    return outputs


def _specs_of(operation: Operation, places: Any, named: Any, inputs: list[Tensor]) -> Any:
    """What `compute_output_spec` tells, where a subclass has its own, else what a trace does."""
    if isinstance(operation, SymbolicOperation) and operation.function.__name__ in RULES:
        found = called_on(RULES[operation.function.__name__], places, named, inputs)
        if found is not None:
            return found
    if type(operation).compute_output_spec is Operation.compute_output_spec:
        return specs_on(operation.call, places, named, inputs)
    told = called_on(operation.compute_output_spec, places, named, inputs)
    return map_nest(_spec, told)


def specs_on(
    function: Callable[..., Any],
    places: Any,
    named: Any,
    inputs: list[Tensor],
    captured: Sequence[Node] | None = None,
    told: Callable[[], Any] = lambda: None,
) -> Any:
    """The nest of specs of what a function gives for symbolic tensors in their places.

    Args:
        function: the function.
        places: its arguments, with a `Place` for each symbolic tensor.
        named: likewise by name.
        inputs: the symbolic tensors.
        captured: nodes that it uses besides; None, if it is not to be asked.
        told: see `infer_specs`.
    """

    def through(tensors: Sequence[Tensor], number: Sizes) -> Any:
        def size(leaf: Any) -> Any:
            return number(leaf) if isinstance(leaf, UnknownSize) else leaf

        if captured is None:
            return called_on(function, places, named, tensors, size)
        return called_within(captured, tensors, function, places, named, size, asks=True)

    beside = [Spec(node.shape, node.dtype) for node in captured or ()]
    return infer_specs(through, [*(_spec(each) for each in inputs), *beside], told)


def called_within(
    captured: Sequence[Node],
    tensors: Sequence[Tensor],
    function: Callable[..., Any],
    args: Any,
    kwargs: Any,
    sizes: Sizes = lambda leaf: leaf,
    *,
    asks: bool = False,
) -> Any:
    """A function of arguments, which uses symbolic tensors besides: the last ones of `tensors`."""
    count = len(tensors) - len(captured)
    scope = Scope(known_of(captured, tensors[count:]), asks=asks)
    with standing_for(scope):
        return resolved(called_on(function, args, kwargs, tensors[:count], sizes))


def computed_specs(function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Symbolic tensors of the shapes and dtypes that a function gives; nothing is written down."""
    (places, named), inputs = placed([list(args), kwargs])
    found = specs_on(function, places, named, inputs)
    return map_nest(lambda each: symbol_of(each) if isinstance(each, Spec) else each, found)


def symbol_of(spec: Spec) -> KerasTensor:
    """A symbolic tensor that comes of nothing."""
    return KerasTensor(spec.shape, spec.dtype, record_history=False)


def parts_of_step(
    step: Step, label: str, specs: Sequence[Any], inputs: Sequence[Tensor]
) -> list[Any]:
    """The symbolic tensors of a node that stands for a step; what is no tensor stays itself."""
    known = [each if isinstance(each, Spec) else Spec((), BOOL) for each in specs]
    node = Node(
        Role.OPERATION,
        Bundle.of(*(Spec(unknown_sizes(each.shape), each.dtype) for each in known)),
        LAYER_CALL,
        tuple(BLUEPRINT.node(each) for each in inputs),
        {"call": step},
        label=label,
        tracer=BLUEPRINT,
    )
    return [
        KerasTensor.of(part_of(node, at)) if isinstance(each, Spec) else each
        for at, each in enumerate(specs)
    ]


def _spec(tensor: Any) -> Spec:
    """The spec of a symbolic tensor, with its symbols."""
    return Spec(tensor.value.shape, tensor.value.dtype)


def _alone(args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The arguments as somebody who asks for `input` wants them: one alone, or all."""
    symbolic = [each for each in flatten([list(args), kwargs]) if is_keras_tensor(each)]
    return symbolic[0] if len(symbolic) == 1 else symbolic


def _ran_message() -> str:
    return explain(
        "A symbolic tensor has no numbers",
        given="the call of a layer on a symbolic tensor, in a function that is being run",
        expected="a model of it: Model(inputs, outputs)",
        remedy="model = Model(inputs, outputs); model(x)",
    )
