"""The configs of layers: what they were made with, in a form that can be written down.

    @configured()
    class Dropout(Layer):
        def __init__(self, rate, noise_shape=None, seed=None, **kwargs): ...

    Dropout(0.5).get_config()
        -> {"name": ..., "trainable": True, "dtype": ..., "rate": 0.5, "noise_shape": None, ...}

A layer keeps each argument as an attribute of its name; its config reads them back.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from geartrain import activations, constraints, dtype_policies, initializers, regularizers
from geartrain.layers.layer import Layer
from geartrain.serialization import serialize_keras_object

L = TypeVar("L", bound=type[Layer])

ROOMS = {"initializer": initializers, "regularizer": regularizers, "constraint": constraints}


def configured(
    *,
    also: Sequence[str] = (),
    without: Sequence[str] = (),
    if_given: Sequence[str] = (),
    kept_as: Mapping[str, str] | None = None,
) -> Callable[[L], L]:
    """A decorator that gives a class of layers its `get_config`: the arguments of `__init__`.

    Args:
        also: attributes beside those.
        without: arguments that a config leaves out.
        if_given: attributes that a config has only where they are not None.
        kept_as: attributes that have another name than the argument.
    """
    attributes = kept_as or {}

    def decorate(cls: L) -> L:
        own = own_arguments(cls.__init__)
        names = [name for name in own if name not in (*without, *if_given)] + [*also]

        def get_config(self: Layer) -> dict[str, Any]:
            """What `from_config` makes such a layer from."""
            given = [name for name in if_given if getattr(self, name) is not None]
            values = {each: plain(self, attributes.get(each, each)) for each in names + given}
            return {**base_config(self), **values}

        cls.get_config = get_config  # type: ignore[method-assign]
        return cls

    return decorate


def own_arguments(function: Callable[..., Any]) -> list[str]:
    """The arguments of an `__init__` that are a class's own, and not those of every layer."""
    return [
        each.name
        for each in inspect.signature(function).parameters.values()
        if each.kind is not each.VAR_KEYWORD and each.name not in ("self", "name", "dtype")
    ]


def base_config(layer: Layer) -> dict[str, Any]:
    """What the config of every layer holds."""
    base = {
        "name": layer.name,
        "trainable": layer.trainable,
        "dtype": dtype_policies.serialize(layer.policy_to_keep()),
    }
    if layer.activity_regularizer is not None:
        base["activity_regularizer"] = serialize_keras_object(layer.activity_regularizer)
    return base


def plain(layer: Layer, name: str) -> Any:
    """An attribute as it stands in a config: objects by their class and config."""
    value = getattr(layer, name)
    if name.endswith("activation"):
        return activations.serialize(value)
    return serialize_keras_object(value)


def rules_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The initializers, regularizers and constraints among arguments: `rules_of(locals())`."""
    ends = tuple(f"_{kind}" for kind in ROOMS)
    named = {name: each for name, each in given.items() if name.endswith(ends)}
    return {name: each for name, each in named.items() if not name.startswith("activity_")}


def known_by(function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments among `given` that a function knows: those that are passed on to it."""
    return {name: given[name] for name in own_arguments(function) if name in given}
