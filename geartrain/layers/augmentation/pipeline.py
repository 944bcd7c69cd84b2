"""`Pipeline`: layers one after the other, of anything."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.symbolic.operation import signature_of


class Pipeline(Layer):
    """Layers applied one after the other, to data of any form, dicts included.

    Args:
        layers: in order.
        name: None numbers the class's name.

    Input shape:
        That of the first layer.

    Output shape:
        That of the last.

    Raises:
        ValueError: one of them is no layer.

    >>> from geartrain import layers
    >>> layers.Pipeline([layers.Rescaling(2.0), layers.Rescaling(1.0, 1.0)])([1.0]).numpy().tolist()
    [3.0]
    """

    def __init__(self, layers: Sequence[Layer], name: str | None = None) -> None:
        super().__init__(name=name)
        known = list(layers)
        if not all(isinstance(each, Layer) for each in known):
            raise ValueError(_layers_message(known))
        self._pipeline_layers = known

    @property
    def layers(self) -> list[Layer]:
        """The layers, in order."""
        return self._pipeline_layers

    def call(self, inputs: Any, training: bool | None = True, mask: Any = None) -> Any:
        for layer in self._pipeline_layers:
            names = signature_of(type(layer).call).parameters
            inputs = layer(inputs, **({"training": training} if "training" in names else {}))
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        for layer in self._pipeline_layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {"layers": [_described(each) for each in self._pipeline_layers], "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Pipeline:
        """A pipeline of a config."""
        return cls([_made(each) for each in config["layers"]], name=config.get("name"))


def _described(layer: Layer) -> dict[str, Any]:
    return {
        "module": "keras.layers",
        "class_name": type(layer).__name__,
        "config": layer.get_config(),
        "registered_name": None,
    }


def _made(described: Any) -> Layer:
    if isinstance(described, Layer):
        return described
    from geartrain import layers

    kind = getattr(layers, described["class_name"], None)
    if not (inspect.isclass(kind) and issubclass(kind, Layer)):
        raise ValueError(_class_message(described["class_name"]))
    return kind.from_config(described["config"])


def _layers_message(given: Any) -> str:
    return explain(
        "Pipeline applies layers",
        given=f"{[type(each).__name__ for each in given]}",
        expected="layers",
        remedy="layers.Lambda(function), for a function",
    )


def _class_message(name: str) -> str:
    return explain(
        "Pipeline cannot make a layer of this config",
        given=f"class_name={name!r}",
        expected="the name of one of geartrain.layers",
        remedy="layers.Pipeline([...]), with the layer itself",
    )
