"""`Sequential`: layers one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers import InputLayer, Layer
from geartrain.layers.dense import flattening_remedy
from geartrain.layers.shapes import map_shapes
from geartrain.layers.symbolic import input_layer_of, is_symbolic_input, shapes_of
from geartrain.models.feeding import of_rank
from geartrain.models.model import Model
from geartrain.models.numbers_watch import check_numbers
from geartrain.models.sequential_config import sequential_config, sequential_of
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import STRING, is_text
from geartrain.tensor.nest import map_nest
from geartrain.training.arguments import one_input
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

    files_begin_with = "layers"

    def __init__(
        self,
        layers: Sequence[Layer] | None = None,
        trainable: Any = True,
        name: str | None = None,
    ) -> None:
        if isinstance(trainable, str):  # the second place, as it was before Keras 3
            trainable, name = True, trainable
        super().__init__(name=name)
        self._layers: list[Layer] = []
        self._entrance_dtype: Any = None  # that of the first data, where they are texts
        self._symbols: list[Any] = []  # the input, then what each layer gives
        for layer in layers or ():
            self.add(layer, rebuild=False)
        self._rebuild()
        if not trainable:
            self.trainable = False

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the `Input`."""
        return [each for each in self._layers if not isinstance(each, InputLayer)]

    @layers.setter
    def layers(self, value: Any) -> None:
        raise AttributeError("`layers` of a Sequential changes by add() and pop()")

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer on top.

        Args:
            layer: the layer, or what `layers.Input` gave.
            rebuild: whether to make its weights at once, where the input's shape is known.

        Raises:
            ValueError: it is no layer, its name is taken, or it does not fit the layer before; the
                model is as it was, then.
        """
        if is_symbolic_input(layer):
            layer = input_layer_of(layer)
        if not isinstance(layer, Layer):
            raise ValueError(_no_layer_message(layer))
        if any(each.name == layer.name for each in self._layers):
            raise ValueError(_name_message(layer))
        if isinstance(layer, InputLayer) and self._layers:
            raise ValueError(_second_input_message(self, layer))
        self._layers.append(layer)
        self.programs.clear()
        if not rebuild:
            return
        try:
            self._rebuild()
        except ValueError:
            self._layers.pop()
            raise

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the last layer off, and return it.

        Args:
            rebuild: taken for the sake of Keras's users: what is below stays as it is.

        Raises:
            IndexError: there is none.
        """
        if not self.layers:
            raise IndexError("pop from a model without layers")
        self.programs.clear()
        layer = self._layers.pop()
        self._symbols = self._symbols[: len(self._layers) + 1]
        if not self.layers:
            self._symbols, self.built = [], False
        elif self._symbols:
            self.output_shape = shapes_of(self._symbols[-1])
        return layer

    def build(self, input_shape: Any = None) -> None:
        """Make every layer's weights, for batches of this shape."""
        if not self.layers:
            raise ValueError(_empty_message("build", self.name))
        first = self._layers[0]
        if not self._symbols:
            if input_shape is None and not isinstance(first, InputLayer):
                return  # nothing is known yet: the first batch will say it
            if isinstance(first, InputLayer):
                self._symbols = [first.output]
            else:
                dtype = STRING if first.compute_dtype == STRING else self._entrance_dtype
                self._symbols = [_entrance(input_shape, dtype)]
        self._draw()

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """What the layers make of the inputs, one after another."""
        if not self.layers:
            raise ValueError(_empty_message("A call", self.name))
        if isinstance(inputs, list | tuple) and len(inputs) == 1:
            inputs = inputs[0]
        if isinstance(inputs, dict) and self._symbols and isinstance(self._symbols[0], Tensor):
            inputs = one_input("A call", inputs)
        if self._symbols and isinstance(inputs, Tensor) and isinstance(self._symbols[0], Tensor):
            inputs = of_rank(self._symbols[0].value.shape, inputs)
        for layer in self._layers:
            inputs = layer(inputs)
        return inputs

    @property
    def takes_texts(self) -> bool:
        """Whether its first layer takes texts."""
        return not self._layers or self._layers[0].takes_texts

    def ensure_ready(self, where: str, data: Data) -> None:
        """Check the samples against the model's `input_shape`, and make the weights."""
        if not self._layers:
            raise ValueError(_empty_message(where, self.name))
        if isinstance(data.x, list | tuple | dict):
            data = Data(one_input(where, data.x), None, data.batch_size)
        expected = self._sample_shape()
        if expected is not None and not _fits(data.x.shape[1:], expected):
            raise ValueError(_input_message(where, self._layers[0], data, expected))
        if is_text(data.x.dtype):
            self._entrance_dtype = STRING
        self.ensure_built((None, *data.x.shape[1:]))
        check_numbers(where, self, data.x)

    def _sample_shape(self) -> tuple[int | None, ...] | None:
        return self._layers[0].sample_shape if self._layers else None

    def _rebuild(self) -> None:
        """Make the weights of layers that have none, where the shape of the input is known."""
        shape = self._sample_shape()
        first = self._layers[0] if self._layers else None
        batch_size = getattr(first, "batch_size", None)  # which Keras 2's layers were given
        whole = None if shape is None else (batch_size, *shape)
        if whole is None and len(self.layers) > 1 and isinstance(first, Model):
            whole = getattr(first, "input_shape", None)  # of a model that knows it
        if not self.layers or not (isinstance(whole, tuple) or self._symbols):
            return
        try:
            self.build(whole)
        except ValueError:
            if not getattr(first, "guesses_shape", False):
                raise
            first.sample_shape = None  # type: ignore[union-attr]
            self._symbols, self.built = [], False  # the data will tell
        else:
            self.built = True

    def _draw(self) -> None:
        """Call the layers that were not yet on a symbol: each builds itself, and notes shapes."""
        for layer in self._layers[len(self._symbols) - 1 :]:
            given = self._symbols[-1]
            self._symbols.append(given if isinstance(layer, InputLayer) else layer(given))
        self.output_shape = shapes_of(self._symbols[-1])

    def get_config(self) -> dict[str, Any]:
        """The layers' configs, and the shape that the model was built for."""
        return sequential_config(self)

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Mapping[str, Any] | None = None
    ) -> Any:
        """A stack of the layers of a config; their weights are new."""
        return sequential_of(cls, config, custom_objects)

    @property
    def input(self) -> Any:
        """The symbolic tensor that goes in."""
        return self._first_symbols()[0]

    @property
    def output(self) -> Any:
        """The symbolic tensor that comes out."""
        return self._first_symbols()[-1]

    @property
    def inputs(self) -> list[Any]:
        """The symbolic tensor that goes in, as a list."""
        return [self.input]

    @property
    def outputs(self) -> list[Any]:
        """The symbolic tensor that comes out, as a list."""
        return [self.output]

    @property
    def output_names(self) -> list[str]:  # type: ignore[override]
        """The name of the last layer."""
        return [each.name for each in self.layers[-1:]]

    @property
    def input_shape(self) -> Any:
        """The shape of what goes in."""
        return shapes_of(self.input)

    def _first_symbols(self) -> list[Any]:
        if not self._symbols:
            raise AttributeError(_unbuilt_message(self))
        return self._symbols


def _entrance(input_shape: Any, dtype: Any) -> Any:
    """A symbolic tensor of a shape, or a nest of them."""
    made = map_shapes(lambda each: InputLayer(batch_shape=each, dtype=dtype), input_shape)
    return map_nest(lambda each: each.output, made)


def _fits(shape: tuple[int, ...], expected: tuple[int | None, ...]) -> bool:
    """Whether samples of a shape are such as were expected; None is any size.

    Of samples that are one number or text, the axis of size 1 may be missing, or too many.
    """
    if {shape, expected} == {(), (1,)}:
        return True
    return len(shape) == len(expected) and all(
        size in (None, own) for size, own in zip(expected, shape, strict=True)
    )


def _unbuilt_message(model: Sequential) -> str:
    return explain(
        f"Sequential '{model.name}' does not know its input yet",
        given="a model that has seen no data",
        expected="layers.Input(...) as its first part, or a first batch",
        remedy="model.build((None, 784))",
    )


def _input_message(where: str, layer: Layer, data: Data, expected: tuple[int | None, ...]) -> str:
    kind = type(layer).__name__
    got, rank = data.x.shape[1:], len(expected)
    sample = "(" + ", ".join(map(str, expected)) + ("," if rank == 1 else "") + ")"
    axis = f"axis -1: {got[-1] if got else 'missing'} against {expected[-1]}" if rank == 1 else None
    remedy = f"x.reshape({len(data.x)}, {', '.join(map(str, expected))})"
    if rank == len(got) + 1 and expected[1:] == got:  # the number of samples was given as well
        remedy = f"input_shape={expected[1:]}, which is that of one sample"
    return explain(
        f"{where}: {kind} '{layer.name}' cannot take this input",
        given=f"x of shape {format_shape(data.x.shape)}, {data.x.dtype.name}",
        expected=f"samples of shape {sample} "
        f"(set by input_shape={sample} of {kind} '{layer.name}')",
        axis=axis if axis and got[-1:] != expected[-1:] else f"rank: {len(got)} against {rank}",
        remedy=flattening_remedy(data.x.shape, expected[-1] or 1) if rank == 1 else remedy,
    )


def _no_layer_message(given: Any) -> str:
    return explain(
        "Sequential.add takes layers",
        given=repr(given),
        expected="an object of geartrain.layers",
        remedy="model.add(layers.Dense(10))",
    )


def _second_input_message(model: Sequential, layer: Layer) -> str:
    return explain(
        f"Sequential '{model.name}' has its input already",
        given=f"Input '{layer.name}' behind {len(model._layers)} layers",
        expected="one Input, as the first part",
        remedy="Sequential([layers.Input((784,)), layers.Dense(10)])",
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
