"""Layers that take Keras 1's and 2's arguments: what `habits` puts into their classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import numpy as np

from geartrain import layers
from geartrain.compat.keras.renamed import names_for, renamed, value_today, without_effect
from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.layers.symbolic import shapes_of
from geartrain.symbolic.operation import note_arguments

Patch = tuple[Any, str, Any]
SHAPE_ARGUMENTS = ("input_shape", "batch_input_shape", "batch_shape", "input_length")
NUMBERS = (np.integer, np.floating)


def layer_patches() -> Iterator[Patch]:
    """Older arguments for each class of layers; older methods for all."""
    for cls in sorted({*_classes()}, key=lambda each: each.__name__):
        if "__init__" in vars(cls):
            yield cls, "__init__", _taking_older(cls.__init__)  # type: ignore[misc]
    yield Layer, "add_loss", _without_inputs(Layer.add_loss)
    yield Layer, "add_update", add_update
    yield Layer, "updates", property(no_updates)
    yield Layer, "add_weight", _name_first(Layer.add_weight)
    yield Layer, "input_shape", property(input_shape)
    yield Layer, "get_input_at", get_input_at
    for name in ("trainable_weights", "non_trainable_weights"):
        yield Layer, name, _settable(getattr(Layer, name), name == "trainable_weights")
    yield Layer, "get_output_at", get_output_at
    yield Layer, "get_input_shape_at", get_input_shape_at
    yield Layer, "get_output_shape_at", get_output_shape_at


def _classes() -> Iterator[type]:
    names = (getattr(layers, name) for name in layers.__all__)
    public = (each for each in names if isinstance(each, type) and issubclass(each, Layer))
    return (base for cls in public for base in cls.__mro__ if issubclass(base, Layer))


def _taking_older(init: Callable[..., None]) -> Callable[..., None]:
    """An `__init__` that knows its arguments by their older names as well."""

    @wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        kind = type(self).__name__
        args = _plain(args)
        kwargs = {name: value_today(kind, name, _plain(each)) for name, each in kwargs.items()}
        shaped = _with_length(kwargs) if kind == "Embedding" else _with_shape(kwargs)
        given = renamed(kind, shaped, names_for(kind), without_effect(kind))
        batch_size = given.pop("batch_size", None) if "input_shape" in given else None
        if given != kwargs:
            note_arguments(self, args, given)
        init(self, *args, **given)
        if batch_size is not None:
            self.batch_size = batch_size
        if kind == "Embedding":
            self.guesses_shape = not any(map(kwargs.get, SHAPE_ARGUMENTS))

    return __init__


def _plain(x: Any) -> Any:
    """Python's numbers for NumPy's, as in `Dense(np.prod(shape))`: Keras 2 took either."""
    if type(x) in (tuple, list) and any(isinstance(each, NUMBERS) for each in x):
        return type(x)(map(_plain, x))
    return x.item() if isinstance(x, NUMBERS) else x


def _with_shape(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Arguments with the shape of a sample, and the size of a batch, for that of a batch."""
    shape = kwargs.get("batch_input_shape")
    if shape is None or "input_shape" in kwargs:
        return kwargs
    beside = {name: each for name, each in kwargs.items() if name != "batch_input_shape"}
    return {**beside, "input_shape": tuple(shape[1:]), "batch_size": shape[0]}


def _name_first(add_weight: Callable[..., Any]) -> Callable[..., Any]:
    """An `add_weight` whose first argument may be the name."""

    @wraps(add_weight)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], str):
            args, kwargs = args[1:], {**kwargs, "name": args[0]}
        return add_weight(self, *args, **kwargs)

    return call


def _settable(found: property, trains: bool) -> property:
    """A property with the weights that train, or do not, which a `build` may set."""

    def set_weights(self: Any, weights: Any) -> None:
        wanted = list(weights)
        known = {id(each) for each in self.weights}
        self._weights.extend(each for each in wanted if id(each) not in known)
        chosen = set(map(id, wanted))
        for each in self.weights:
            if trains or id(each) in chosen:
                each.trainable = trains and id(each) in chosen

    return property(found.fget, set_weights, doc=found.__doc__)


def input_shape(self: Any) -> Any:
    """The shape of what the layer was first called with."""
    return get_input_shape_at(self, 0)


def _with_length(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Arguments of an embedding with the shape of a sample: a row, perhaps of a known length."""
    if {"input_shape", "batch_input_shape", "batch_shape"} & set(kwargs):
        return _with_shape(kwargs)
    length = kwargs.get("input_length")
    return {**kwargs, "input_shape": tuple(length) if isinstance(length, list) else (length,)}


def _without_inputs(add_loss: Callable[..., None]) -> Callable[..., None]:
    """An `add_loss` that may be told of which inputs the loss is; it finds them itself."""

    @wraps(add_loss)
    def taking_inputs(self: Any, loss: Any, inputs: Any = None) -> None:
        add_loss(self, loss)

    return taking_inputs


def add_update(self: Any, updates: Any, inputs: Any = None) -> None:
    """Nothing: a variable is assigned where `call` says so."""


def no_updates(self: Any) -> list[Any]:
    """None: a variable is assigned where `call` says so."""
    return []


def get_input_at(self: Any, node_index: int) -> Any:
    """What the layer was called with, for the first time, the second, ..."""
    return _call_of(self, node_index)[0]


def get_output_at(self: Any, node_index: int) -> Any:
    """What the layer gave then."""
    return _call_of(self, node_index)[1]


def _call_of(layer: Any, number: int) -> Any:
    if number < len(layer._called):
        return layer._called[number]
    raise AttributeError(
        explain(
            f"{type(layer).__name__} '{layer.name}' does not know what goes into it",
            given=f"call number {number} of {len(layer._called)} on symbolic tensors",
            expected="a call on what layers.Input gave",
            remedy="layer(layers.Input((784,)))",
        )
    )


def get_input_shape_at(self: Any, node_index: int) -> Any:
    """The shape of what the layer was called with then."""
    return shapes_of(get_input_at(self, node_index))


def get_output_shape_at(self: Any, node_index: int) -> Any:
    """The shape of what the layer gave then."""
    return shapes_of(get_output_at(self, node_index))
