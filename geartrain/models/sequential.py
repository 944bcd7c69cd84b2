"""`Sequential`: layers one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.graph import trace
from geartrain.layers import InputLayer, Layer
from geartrain.layers.dense import flattening_remedy
from geartrain.models.model import Model
from geartrain.primitives import Spec
from geartrain.tensor import Dim, Shape, Tensor, format_shape
from geartrain.training.data import Data


class Sequential(Model):
    """A stack of layers: the output of each is the input of the next.

    Args:
        layers: the first layers; `add` appends others. If the first one says what a sample looks
            like (`input_shape=`, or `layers.Input`), weights are made at once, else when the
            first batch is seen.
        name: None numbers "sequential".

    >>> from geartrain import Sequential, layers
    >>> model = Sequential([layers.Dense(4, activation="relu", input_shape=(3,))])
    >>> [weight.shape for weight in model.weights]
    [(3, 4), (4,)]
    """

    def __init__(
        self, layers: Sequence[Layer] | None = None, name: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name, **kwargs)
        self._layers: list[Layer] = []
        for layer in layers or ():
            self.add(layer)

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the `Input`."""
        return [each for each in self._layers if not isinstance(each, InputLayer)]

    def add(self, layer: Layer) -> None:
        """Put a layer on top.

        Raises:
            TypeError: it is no layer.
            ValueError: its name is taken, or it does not fit the layer before; the model is as
                it was, then.
        """
        if not isinstance(layer, Layer):
            raise TypeError(_no_layer_message(layer))
        if any(each.name == layer.name for each in self._layers):
            raise ValueError(_name_message(layer))
        self._layers.append(layer)
        self.programs.clear()
        try:
            self._build_if_known()
        except ValueError:
            self._layers.pop()
            raise

    def pop(self) -> Layer:
        """Take the last layer off, and return it."""
        if not self._layers:
            raise TypeError("pop from a model without layers")
        self.programs.clear()
        return self._layers.pop()

    def build(self, input_shape: Shape) -> None:
        """Make every layer's weights, for batches of this shape."""
        self._trace_shapes(input_shape)

    def call(self, inputs: Tensor) -> Tensor:
        for layer in self._layers:
            inputs = layer(inputs)
        return inputs

    def ensure_ready(self, where: str, data: Data) -> None:
        """Check the samples against the model's `input_shape`, and make the weights."""
        if not self._layers:
            raise ValueError(_empty_message(where, self.name))
        expected = self._sample_shape()
        if expected is not None and data.x.shape[1:] != expected:
            raise ValueError(_input_message(where, self._layers[0], data, expected))
        self.ensure_built((Dim("batch"), *data.x.shape[1:]))

    def _sample_shape(self) -> tuple[int, ...] | None:
        return self._layers[0].sample_shape if self._layers else None

    def _build_if_known(self) -> None:
        shape = self._sample_shape()
        if shape is not None:
            self._trace_shapes((Dim("batch"), *shape))
            self.built = True

    def _trace_shapes(self, input_shape: Shape) -> None:
        """Let a symbol run through the layers: each builds itself, and notes what it gives."""
        batch = (Dim("batch"), *input_shape[1:])

        def through(inputs: Tensor) -> Tensor:
            for layer in self._layers:
                inputs = layer(inputs)
                layer.output_shape = inputs.shape
            return inputs

        trace(through, [Spec(batch, self.dtype)])


def _input_message(where: str, layer: Layer, data: Data, expected: tuple[int, ...]) -> str:
    kind = type(layer).__name__
    got, rank = data.x.shape[1:], len(expected)
    axis = f"axis -1: {got[-1] if got else 'missing'} against {expected[-1]}" if rank == 1 else None
    remedy = f"x.reshape({len(data.x)}, {', '.join(map(str, expected))})"
    return explain(
        f"{where}: {kind} '{layer.name}' cannot take this input",
        given=f"x of shape {format_shape(data.x.shape)}, {data.x.dtype.name}",
        expected=f"samples of shape {format_shape(expected)} "
        f"(set by input_shape={format_shape(expected)} of {kind} '{layer.name}')",
        axis=axis if axis and got[-1:] != expected[-1:] else f"rank: {len(got)} against {rank}",
        remedy=flattening_remedy(data.x.shape, expected[-1]) if rank == 1 else remedy,
    )


def _no_layer_message(given: Any) -> str:
    return explain(
        "Sequential.add takes layers",
        given=repr(given),
        expected="an object of geartrain.layers",
        remedy="model.add(layers.Dense(10))",
    )


def _name_message(layer: Layer) -> str:
    return explain(
        "Two layers of a model cannot have one name",
        given=f"a second layer '{layer.name}'",
        expected="a name that no other layer of the model has",
        remedy=f"layers.{type(layer).__name__}(..., name='{layer.name}_2')",
    )


def _empty_message(where: str, name: str) -> str:
    return explain(
        f"{where} needs layers",
        given=f"model '{name}' without any",
        expected="at least one layer",
        remedy="model.add(layers.Dense(10, activation='softmax'))",
    )
