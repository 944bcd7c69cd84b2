"""Symbolic tensors: calls of layers, written down to make a model of.

    inputs = Input((784,)); outputs = Dense(10)(inputs)       inputs   (None, 784)
                                                              dense    (None, 10)   <- inputs

A symbolic tensor belongs to the `Blueprint`, a tracer that is never on duty: what is done with the
tensor reaches it through the tensor. The call of a layer is one node, whatever happens inside, as
the model will call the layer again; so is the call of a public operation (`ops/recording.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from geartrain.graph import Node
from geartrain.graph.graph import Role
from geartrain.layers.arguments import plan_of
from geartrain.layers.calls import build_arguments, calling
from geartrain.layers.masks import hand_on_masks, keep_mask, mask_of
from geartrain.layers.shapes import map_shapes, without_symbols
from geartrain.ops import ones
from geartrain.primitives.primitive import Spec
from geartrain.symbolic import BLUEPRINT, KerasTensor, UnknownSize, is_keras_tensor
from geartrain.symbolic.blueprint import unknown_sizes
from geartrain.symbolic.captures import Captured
from geartrain.symbolic.keras_tensor import checked_shape, symbolic_shape
from geartrain.symbolic.steps import (
    LAYER_CALL,
    OperationCall,
    Place,
    Step,
    SymbolicOperation,
    called_on,
    called_within,
    drawn_operation,
    parts_of_step,
    placed,
    specs_on,
)
from geartrain.tensor import DType, Tensor, as_dtype
from geartrain.tensor.nest import flatten, map_nest, pack_like

__all__ = [
    "BLUEPRINT",
    "Call",
    "LAYER_CALL",
    "OperationCall",
    "Place",
    "Step",
    "SymbolicOperation",
    "UnknownSize",
    "by_signature",
    "called_on",
    "drawn",
    "drawn_operation",
    "input_layer_of",
    "is_symbolic_input",
    "shapes_of",
    "symbolic_input",
]


@dataclass(frozen=True)
class Call(Step):
    """How a layer is called: its arguments, with a `Place` for each symbolic tensor."""

    layer: Any
    arguments: dict[str, Any]
    training: bool | None
    outputs: Any
    captured: tuple[Node, ...] = ()  # the last inputs: what the layer uses beside its arguments
    unnamed: int = 1  # how many arguments were given without their names

    def carry_out(self, inputs: list[Tensor], sizes: Callable[[Any], Any]) -> list[Tensor]:
        """Call the layer on other tensors."""
        args, kwargs = by_signature(type(self.layer).call, self.layer, self.arguments)
        kwargs["training"] = self.training
        if not self.captured:
            return flatten(called_on(self.layer, args, kwargs, inputs))
        return flatten(called_within(self.captured, inputs, self.layer, args, kwargs))

    def in_order(self, inputs: Sequence[Node]) -> list[Node]:
        """The inputs as they were given: those without names, then the others by name."""
        names = list(self.arguments)
        names = [*names[: self.unnamed], *sorted(names[self.unnamed :])]
        leaves = flatten([self.arguments[name] for name in names])
        return [inputs[each.number] for each in leaves if isinstance(each, Place)]


is_symbolic_input = is_keras_tensor


def symbolic_input(
    layer: Any, shape: tuple[Any, ...], dtype: DType, name: str | None = None
) -> KerasTensor:
    """A tensor of a shape, None in it being any size, which a layer named so gives a model."""
    spec = Spec(unknown_sizes(symbolic_shape(checked_shape(shape))), dtype)
    parameters = {"layer": layer}
    node = Node(Role.INPUT, spec, parameters=parameters, label=layer.name, tracer=BLUEPRINT)
    return KerasTensor.of(node, name)


def shapes_of(nest: Any) -> Any:
    """The shapes of a nest of symbolic tensors, with None for what is not known."""
    return without_symbols(map_nest(lambda each: each.shape, nest))


def input_layer_of(tensor: Tensor) -> Any:
    """The layer that an input came of, or None."""
    node = tensor.value
    return node.parameters.get("layer") if isinstance(node, Node) else None


def drawn(layer: Any, arguments: dict[str, Any], training: bool | None, unnamed: int = 1) -> Any:
    """Write the call of a layer down, and give what it gives, symbolic tensors again."""
    template, inputs = placed(arguments)
    captured: list[Node] = []
    masks: list[Any] | None = None
    if layer.tells_specs:
        found = _told_specs(layer, arguments)
    else:
        found, masks = _specs(layer, arguments, template, inputs, training, captured)
    specs = flatten(found)
    numbers = pack_like(found, list(range(len(specs))))
    call = Call(layer, template, training, numbers, tuple(captured), unnamed)
    taken = [*inputs, *map(Tensor, captured)]
    outputs = pack_like(found, parts_of_step(call, layer.name, specs, taken))
    if masks is None:
        hand_on_masks(layer, next(iter(arguments.values()), None), outputs)
    else:
        _keep_masks(outputs, masks)
    layer.note_call(_noted(arguments, inputs), outputs)
    return outputs


@dataclass(frozen=True)
class MaskOf(Step):
    """The mask that a layer gives with a tensor, where somebody asks the symbolic one for it."""

    outputs: Any

    def carry_out(self, inputs: list[Tensor], sizes: Callable[[Any], Any]) -> list[Tensor]:
        """The mask of another tensor; it is true everywhere, if that one has none."""
        mask = mask_of(inputs[0])
        return [ones(inputs[0].value.shape[:-1], dtype="bool") if mask is None else mask]


def _keep_masks(outputs: Any, masks: list[Any]) -> None:
    """Keep symbolic masks for what a layer gave, by their specs; None is no mask."""
    for output, spec in zip(flatten(outputs), masks, strict=True):
        if is_keras_tensor(output) and isinstance(spec, Spec):
            keep_mask(output, parts_of_step(MaskOf([0]), "mask", [spec], [output])[0])


def _noted(arguments: dict[str, Any], inputs: list[Tensor]) -> Any:
    """What a layer is said to take: its first argument, or, if tensors are in others, all."""
    first = next(iter(arguments.values()), None)
    return first if len(flatten(first)) >= len(inputs) else inputs


def by_signature(
    call: Callable[..., Any], layer: Any, arguments: dict[str, Any], *, training: bool = False
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments by name as positional and named ones, without `self`.

    `training`, which a call inherits, is left out unless it is asked for.
    """
    if training:
        return plan_of(call).unbound(layer, arguments)
    taken = {name: each for name, each in arguments.items() if name != "training"}
    return _numbers_by_name(*plan_of(call).unbound(layer, taken), list(taken))


def _numbers_by_name(
    args: tuple[Any, ...], kwargs: dict[str, Any], names: list[str]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The same call with what is behind the first number, text or switch by its name.

    Layers take only tensors without their names.
    """
    plain = (bool, int, float, str, bytes)
    places = [at for at, each in enumerate(args) if at and isinstance(each, plain)]
    if not places or len(names) < len(args):
        return args, kwargs
    return named_from(places[0], args, kwargs, names)


def named_from(
    first: int, args: tuple[Any, ...], kwargs: dict[str, Any], names: Sequence[str]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The same call with the arguments from a place on by their names."""
    return args[:first], {**dict(zip(names[first:], args[first:], strict=False)), **kwargs}


def _told_specs(layer: Any, arguments: dict[str, Any]) -> Any:
    """The nest of specs that a layer's own `compute_output_spec` tells, once it is built."""
    with calling(layer.name, None):
        layer.ensure_built(**build_arguments(type(layer).build, arguments))
    args, kwargs = by_signature(type(layer).call, layer, arguments)
    told = layer.compute_output_spec(*args, **kwargs)
    return map_nest(lambda each: Spec(each.value.shape, each.value.dtype), told)


def _told_shapes(layer: Any, arguments: dict[str, Any]) -> Any:
    """The nest of specs of a layer's own `compute_output_shape`; None, where it has none."""
    if not (layer.built and layer.knows_its_shape and layer.takes_texts):
        return None
    try:
        shapes = build_arguments(type(layer).compute_output_shape, arguments)
        told = layer.compute_output_shape(**shapes)
    except (TypeError, ValueError):  # it does not know either
        return None
    dtype = as_dtype(layer.compute_dtype)
    return map_shapes(lambda each: Spec(KerasTensor(each, dtype).value.shape, dtype), told)


def _specs(
    layer: Any,
    arguments: dict[str, Any],
    template: dict[str, Any],
    inputs: list[Any],
    training: bool | None,
    captured: list[Node],
) -> tuple[Any, list[Any]]:
    """The specs of what a layer gives, and of the masks: it is traced; what it captures is noted.

    The masks of its inputs are there while it is traced, as they are when the model is called.
    """
    masks = [mask for mask in map(mask_of, inputs) if mask is not None]

    def through(tensors: Any, masks: Any, *args: Any, **kwargs: Any) -> Any:
        for tensor, mask in zip(tensors, masks, strict=True):
            keep_mask(tensor, mask)
        outputs = layer(*args, training=training, **kwargs)
        return outputs, [mask_of(each) for each in flatten(outputs)]

    def told() -> Any:
        shapes = _told_shapes(layer, arguments)
        return None if shapes is None else (shapes, [None] * len(flatten(shapes)))

    places = [Place(at) for at, each in enumerate(inputs) if mask_of(each) is not None]
    beside = [Place(len(inputs) + at) for at in range(len(masks))]
    args, kwargs = by_signature(type(layer).call, layer, template)
    while True:
        try:
            given = (places, beside, *args)
            outputs, kept = specs_on(through, given, kwargs, [*inputs, *masks], captured, told)
        except Captured as found:
            captured.append(found.node)
        else:
            return outputs, kept
