"""What a drawing of a model shows: boxes with rows of text, one a layer, and what leads where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from geartrain.errors import explain
from geartrain.layers import InputLayer, Layer
from geartrain.layers.symbolic import input_layer_of, shapes_of
from geartrain.models.functional import Functional
from geartrain.models.sequential import Sequential
from geartrain.models.summary import makers_of, shown_shape, type_name, wiring_of


@dataclass(frozen=True)
class Shown:
    """What the boxes say."""

    shapes: bool = False
    dtype: bool = False
    names: bool = True
    activations: bool = False
    trainable: bool = False
    nested: bool = False


@dataclass
class Part:
    """A box: a layer or operation, and, if it is shown, the graph of the model that it is."""

    maker: Any
    title: str
    rows: list[str] = field(default_factory=list)
    inside: Graph | None = None

    @property
    def is_input(self) -> bool:
        """Whether it is a model's entrance."""
        return isinstance(self.maker, InputLayer)


@dataclass
class Graph:
    """Boxes, and pairs of numbers of them: what leads where."""

    name: str
    parts: list[Part]
    edges: list[tuple[int, int]]


def graph_of(model: Any, shown: Shown) -> Graph:
    """The graph of a model.

    Raises:
        ValueError: the model is not built, so that nothing is known of its parts.
    """
    if not model.built:
        raise ValueError(_unbuilt_message(model))
    makers, edges = list(_all_makers(model)), []
    numbers = {maker: at for at, maker in enumerate(makers)}
    if isinstance(model, Functional):
        edges = list(dict.fromkeys(_functional_edges(model, numbers)))
    elif isinstance(model, Sequential):
        edges = [(at, at + 1) for at in range(len(makers) - 1)]
    return Graph(model.name, [_part(each, shown) for each in makers], edges)


def _all_makers(model: Any) -> Iterator[Any]:
    """The layers and operations; the entrance of a Sequential as well."""
    if isinstance(model, Sequential) and model._symbols:
        entrance = input_layer_of(model._symbols[0])
        if isinstance(entrance, InputLayer):
            yield entrance
    if isinstance(model, Functional):
        yield from dict.fromkeys([*wiring_of(model).entries.values(), *makers_of(model)])
    else:
        yield from makers_of(model)


def _functional_edges(model: Functional, numbers: dict[Any, int]) -> Iterator[tuple[int, int]]:
    wiring = wiring_of(model)
    by_name = {maker.name: at for maker, at in numbers.items()}
    for maker, nodes in wiring.calls.items():
        for node in nodes:
            for each in node.inputs:
                start = by_name[wiring.address(each)[0]]
                if start != numbers[maker]:  # a layer that is called on its own output
                    yield start, numbers[maker]


def _part(maker: Any, shown: Shown) -> Part:
    kind = type_name(maker)
    title = f"{maker.name} ({kind})" if shown.names else kind
    inside = None
    if shown.nested and isinstance(maker, Functional | Sequential) and maker.built:
        inside = graph_of(maker, shown)
    return Part(maker, title, list(_rows(maker, shown)), inside)


def _rows(maker: Any, shown: Shown) -> Iterator[str]:
    activation = getattr(maker, "activation", None)
    if shown.activations and activation is not None:
        yield f"Activation: {getattr(activation, '__name__', type(activation).__name__)}"
    called = getattr(maker, "_called", ())
    if shown.shapes and called:
        inputs, outputs = called[0]
        yield f"Input shape: {_shapes(inputs)}"
        yield f"Output shape: {_shapes(outputs)}"
    if shown.dtype:
        yield f"Output dtype: {_dtype(maker)}"
    if shown.trainable and isinstance(maker, Layer):
        yield f"Trainable: {maker.trainable}"


def _shapes(nest: Any) -> str:
    try:
        return shown_shape(shapes_of(nest))
    except (AttributeError, TypeError):  # an argument beside the tensors
        return "?"


def _dtype(maker: Any) -> str:
    called = getattr(maker, "_called", ())
    outputs = called[0][1] if called else None
    dtype = getattr(outputs, "dtype", None) or getattr(maker, "compute_dtype", "?")
    return str(getattr(dtype, "name", dtype))


def _unbuilt_message(model: Any) -> str:
    return explain(
        f"Model '{model.name}' cannot be drawn yet",
        given="a model that has seen no data and no shape",
        expected="a model whose layers are known",
        remedy="model.build((None, 784)), or a call on a first batch",
    )
