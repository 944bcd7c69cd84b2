"""`Holder`: what a layer holds: weights, seeds, other layers, and what regularizers ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.tracking import parts_of
from geartrain.random import SeedGenerator
from geartrain.tensor import Array, Tensor, Variable, format_shape


class Holder:
    """Holds variables, seed generators and other holders, among its attributes."""

    name: str
    _dtype_policy: Any
    _trainable: bool
    _activity: list[Tensor]

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it holds for all layers inside."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for layer in parts_of(self, Holder):
            layer.trainable = value

    @property
    def weights(self) -> list[Variable]:
        """All weights: its own, those that train first, then those of the layers inside."""
        own = sorted(parts_of(self, Variable), key=lambda each: not each.trainable)
        inner = (weight for layer in parts_of(self, Holder) for weight in layer.weights)
        return list(dict.fromkeys([*own, *inner]))

    @property
    def variables(self) -> list[Variable]:
        """All weights, and the states of random generators."""
        own = sorted(parts_of(self, Variable), key=lambda each: not each.trainable)
        seeds = (each.state for each in parts_of(self, SeedGenerator))
        inner = (each for layer in parts_of(self, Holder) for each in layer.variables)
        return list(dict.fromkeys([*own, *seeds, *inner]))

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        if not self.trainable:
            return []
        own = (each for each in parts_of(self, Variable) if each.trainable)
        inner = (weight for layer in parts_of(self, Holder) for weight in layer.trainable_weights)
        return list(dict.fromkeys([*own, *inner]))

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training leaves."""
        changing = set(self.trainable_weights)
        return [each for each in self.weights if each not in changing]

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that training changes."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The weights that training leaves, and the states of random generators."""
        changing = set(self.trainable_weights)
        return [each for each in self.variables if each not in changing]

    @property
    def losses(self) -> list[Tensor]:
        """What regularizers add to the loss: of weights, and of what the last call gave."""
        regular = [each for each in self.trainable_weights if each.regularizer is not None]
        return [*self._activities(), *(each.regularizer(each.value) for each in regular)]

    def _activities(self) -> list[Tensor]:
        """What was added in the last call, by the layer and those inside."""
        inner = (each for layer in parts_of(self, Holder) for each in layer._activities())
        return [*self._activity, *inner]

    @property
    def dtype_policy(self) -> Any:
        """In which dtypes the layer keeps its weights and computes."""
        return self._dtype_policy

    @property
    def dtype(self) -> str:
        """The dtype of the weights."""
        return self.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype in which the layer computes."""
        dtype: str = self._dtype_policy.compute_dtype
        return dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights."""
        dtype: str = self._dtype_policy.variable_dtype
        return dtype

    @property
    def input_dtype(self) -> str:
        """The dtype to which floats that go in are cast."""
        return self.compute_dtype

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


def _weights_message(layer: Holder, shapes: Sequence[Any]) -> str:
    own = ", ".join(f"{each.path} {format_shape(each.shape)}" for each in layer.weights)
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot take these weights",
        given=f"{len(shapes)} arrays of shapes {[tuple(each) for each in shapes]}",
        expected=own or "none: the layer has no weights yet, as it was not built",
        remedy=f"layer.set_weights(other.get_weights()), other being a {type(layer).__name__} "
        "of the same shape",
    )
