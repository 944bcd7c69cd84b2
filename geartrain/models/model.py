"""`Model`: a layer that can be trained."""

from __future__ import annotations

from typing import Any

from geartrain.layers import Layer
from geartrain.models.summary import format_summary
from geartrain.tensor import Tensor, Variable
from geartrain.training import Trainer
from geartrain.training.data import Data


class Model(Layer, Trainer):
    """Layers, their weights, and `fit`. A subclass defines `call(inputs)`.

    Layers that are attributes of the model are found, and so are their weights.
    """

    def __init__(self, name: str | None = None) -> None:
        Layer.__init__(self, name=name)
        Trainer.__init__(self)

    def __call__(self, inputs: Any) -> Tensor:
        return Layer.__call__(self, inputs)

    @property
    def layers(self) -> list[Layer]:
        """The layers that the model is made of, in the order in which it got them."""
        return [each for each in vars(self).values() if isinstance(each, Layer)]

    @property
    def weights(self) -> list[Variable]:
        """The weights of all layers, and the model's own."""
        inner = [weight for layer in self.layers for weight in layer.weights]
        return list(dict.fromkeys([*self._weights, *inner]))

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        if not self.trainable:
            return []
        own = [each for each in self._weights if each.trainable]
        inner = [weight for layer in self.layers for weight in layer.trainable_weights]
        return list(dict.fromkeys([*own, *inner]))

    def ensure_ready(self, where: str, data: Data) -> None:
        """Make the weights by computing one sample, if they are not made yet."""
        if not all(layer.built for layer in self.layers) or not self.built:
            self(Tensor(data.x[:1]))

    def summary(self, line_length: int | None = None, print_fn: Any = None) -> None:
        """Print the layers, what they give, and how many parameters they have."""
        text = format_summary(self, line_length)
        (print_fn or print)(text)
