"""What `Layer` says when something does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geartrain.errors import explain
from geartrain.symbolic.operation import signature_of

if TYPE_CHECKING:
    from geartrain.layers.layer import Layer


def unknown_arguments(layer: Layer, given: dict[str, Any]) -> str:
    """Arguments that nobody knows."""
    kind = type(layer).__name__
    known = [name for name in signature_of(type(layer).__init__).parameters if name != "self"]
    return explain(
        f"{kind} does not know these arguments",
        given=", ".join(f"{name}={value!r}" for name, value in given.items()),
        expected=", ".join(name for name in known if name != "kwargs")
        + ", name, trainable, dtype, input_shape",
        remedy=f"leave out {', '.join(given)}",
    )


def trainable(layer: Layer, given: object) -> str:
    """Neither True nor False."""
    return explain(
        f"{type(layer).__name__} '{layer.name}' is trained or not",
        given=f"trainable={given!r} ({type(given).__name__})",
        expected="True or False",
        remedy="trainable=False",
    )


def no_call(layer: Layer) -> str:
    """A class that does not say what it computes."""
    kind = type(layer).__name__
    return explain(
        f"{kind} '{layer.name}' does not say what it computes",
        given=f"class {kind}, without a method call",
        expected="def call(self, inputs): in the class",
        remedy="def call(self, inputs): return inputs",
    )


def no_init(layer: Layer) -> str:
    """A layer whose `__init__` did not call that of `Layer`."""
    kind = type(layer).__name__
    return explain(
        f"{kind} is used before it is a layer",
        given=f"a {kind} whose __init__ did not call that of Layer",
        expected="super().__init__() as the first line of __init__",
        remedy="super().__init__(**kwargs)",
    )
