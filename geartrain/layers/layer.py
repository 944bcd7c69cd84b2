"""`Layer`: weights, and the function that they make of a tensor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from geartrain import initializers
from geartrain.errors import explain
from geartrain.ops import cast, convert_to_tensor
from geartrain.tensor import Array, Shape, Tensor, Variable, as_dtype, format_shape, is_floating

_names: Counter[str] = Counter()


def unique_name(base: str) -> str:
    """`dense`, then `dense_1`, `dense_2`, ..."""
    number = _names[base]
    _names[base] += 1
    return f"{base}_{number}" if number else base


def snake_case(name: str) -> str:
    """`MaxPooling2D` becomes `max_pooling2d`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


class Layer:
    """A function of a tensor, with weights that are made when the first input is known.

    A subclass makes its weights in `build(input_shape)` with `add_weight`, and computes in
    `call(inputs)`.

    Args:
        trainable: whether training changes the weights.
        name: None numbers the class's name.
        dtype: of the weights and of what is computed.
        input_shape: of one sample, without the batch; for a model's first layer.
        input_dim: the same for vectors: `input_shape=(input_dim,)`.
    """

    def __init__(
        self,
        *,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = "float32",
        input_shape: Sequence[int] | None = None,
        input_dim: int | None = None,
    ) -> None:
        self.name = name or unique_name(snake_case(type(self).__name__))
        self.trainable = trainable
        self.dtype = as_dtype(dtype)
        self.built = False
        self.output_shape: Shape | None = None
        self.sample_shape = _sample_shape(input_shape, input_dim)
        self._weights: list[Variable] = []

    # -- for subclasses --------------------------------------------------------------------------

    def build(self, input_shape: Shape) -> None:
        """Make the weights, for inputs of this shape (the batch axis included)."""

    def call(self, inputs: Tensor) -> Tensor:
        """What the layer computes."""
        raise NotImplementedError(f"{type(self).__name__} defines no call()")

    def add_weight(
        self,
        shape: Sequence[int],
        initializer: Any = "glorot_uniform",
        *,
        trainable: bool = True,
        name: str = "weight",
    ) -> Variable:
        """A new weight of this layer."""
        start = initializers.get(initializer)(tuple(shape), self.dtype)
        weight = Variable(start, dtype=self.dtype, trainable=trainable, name=name)
        weight.path = f"{self.name}/{name}"
        self._weights.append(weight)
        return weight

    # -- for users -------------------------------------------------------------------------------

    def __call__(self, inputs: Any) -> Tensor:
        """Compute, making the weights first where they are not made yet."""
        tensor = convert_to_tensor(inputs)
        if is_floating(self.dtype) and tensor.dtype != self.dtype:
            tensor = cast(tensor, self.dtype)
        self.ensure_built(tensor.shape)
        return self.call(tensor)

    def ensure_built(self, input_shape: Shape) -> None:
        """Make the weights, once."""
        if not self.built:
            self.build(input_shape)
            self.built = True

    @property
    def weights(self) -> list[Variable]:
        """All weights."""
        return list(self._weights)

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        return [each for each in self.weights if each.trainable] if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training leaves."""
        changing = set(self.trainable_weights)
        return [each for each in self.weights if each not in changing]

    @property
    def variables(self) -> list[Variable]:
        """All weights."""
        return self.weights

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that training changes."""
        return self.trainable_weights

    def count_params(self) -> int:
        """How many numbers the weights hold."""
        return sum(each.numpy().size for each in self.weights)

    def get_weights(self) -> list[Array]:
        """Copies of the weights' numbers."""
        return [each.numpy() for each in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Give every weight new numbers, in the order of `weights`.

        Raises:
            ValueError: the number of arrays or a shape differs; no weight is changed then.
        """
        own = self.weights
        shapes = [getattr(each, "shape", ()) for each in weights]
        if shapes != [each.shape for each in own]:
            raise ValueError(_weights_message(self, shapes))
        for variable, numbers in zip(own, weights, strict=True):
            variable.assign(numbers)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _sample_shape(
    input_shape: Sequence[int] | None, input_dim: int | None
) -> tuple[int, ...] | None:
    if input_dim is not None:
        return (input_dim,)
    return None if input_shape is None else tuple(input_shape)


def _weights_message(layer: Layer, shapes: Sequence[Any]) -> str:
    own = ", ".join(f"{each.path} {format_shape(each.shape)}" for each in layer.weights)
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot take these weights",
        given=f"{len(shapes)} arrays of shapes {[tuple(each) for each in shapes]}",
        expected=own or "none: the layer has no weights yet, as it was not built",
        remedy=f"layer.set_weights(other.get_weights()), other being a {type(layer).__name__} "
        "of the same shape",
    )
