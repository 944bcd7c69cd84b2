"""`Wrapper`: a layer around another layer."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.serialization import deserialize_keras_object


@configured()
class Wrapper(Layer):
    """What layers that change another layer's work share: the layer, its building, its config.

    Args:
        layer: the layer inside.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: that is no layer.

    >>> from geartrain import layers
    >>> layers.Wrapper(layers.Dense(3)).layer.units
    3
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(_layer_message(type(self).__name__, layer))
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        self.layer.ensure_built(input_shape)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A wrapper of a config, around a layer of one; the weights are new."""
        return cls(**{**config, "layer": deserialize_keras_object(config["layer"])})


def _layer_message(kind: str, given: Any) -> str:
    return explain(
        f"{kind} goes around a layer",
        given=repr(given),
        expected="an object of geartrain.layers",
        remedy=f"layers.{kind}(layers.Dense(10))",
    )
