"""`RecurrentCell`: one step of a recurrent layer, and what its three kinds share.

    states, x  ->  states', output

The product of the inputs with the kernel does not depend on the states. So a cell computes it
apart, in `project`, for all steps of a series in one product; `step` goes on from there.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from geartrain import activations, random
from geartrain.errors import explain
from geartrain.layers.configuration import rules_of
from geartrain.layers.dropout import checked_rate
from geartrain.layers.layer import Layer
from geartrain.ops import add, einsum, multiply, ones, zeros
from geartrain.random import SeedGenerator
from geartrain.tensor import Shape, Tensor, Variable, format_shape


class RecurrentCell(Layer):
    """A cell with a kernel (inputs), a recurrent kernel (the state) and a bias.

    Args:
        given: the arguments of a cell by name: `units`, `activation`, `use_bias`, `dropout` (the
            share of the inputs that falls out in training, the same at all steps),
            `recurrent_dropout` (the share of the state that does), `seed` of both, and the rules
            of kernel, recurrent kernel and bias.

    Source of the dropout that is the same at all steps: Gal and Ghahramani (2016).
    """

    gates: ClassVar[int]
    count_name: ClassVar[str] = "units"
    state_count: ClassVar[int] = 1

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__(**given["kwargs"])
        self.units = checked_count(self, self.count_name, given[self.count_name])
        self.use_bias = given["use_bias"]
        self.activation = activations.get(given["activation"])
        if "recurrent_activation" in given:
            self.recurrent_activation = activations.get(given["recurrent_activation"])
        self.keep_rules(**rules_of(given))
        self.dropout = checked_rate(self, "dropout", given["dropout"])
        self.recurrent_dropout = checked_rate(self, "recurrent_dropout", given["recurrent_dropout"])
        self.seed = given["seed"]
        self.seed_generator = SeedGenerator(self.seed)
        self.kernel: Variable
        self.recurrent_kernel: Variable
        self.bias: Variable | None = None

    @property
    def state_size(self) -> Any:
        """The size of the state, or a list of them."""
        return self.units if self.state_count == 1 else [self.units] * self.state_count

    @property
    def output_size(self) -> int:
        """The size of the output."""
        return self.units

    def build(self, input_shape: Shape) -> None:
        features, width = input_shape[-1], self.gates * self.units
        if not isinstance(features, int):
            raise ValueError(_features_message(self, input_shape))
        self.kernel = self.add_ruled("kernel", (features, width))
        inner = (self.units, width)
        self.recurrent_kernel = self.add_ruled("recurrent_kernel", inner, rule="recurrent")
        if self.use_bias:
            self.bias = self.make_bias(width)

    def make_bias(self, width: int) -> Variable:
        """The bias of all gates."""
        return self.add_ruled("bias", (width,))

    def get_initial_state(self, batch_size: Any = None) -> list[Tensor]:
        """Zeros: (batch, units) for each state."""
        shape = (batch_size, self.units)
        return [zeros(shape, self.compute_dtype) for _ in range(self.state_count)]

    def project(self, series: Tensor) -> Tensor:
        """The inputs' share of all gates: (batch, steps, features) -> (steps, batch, width)."""
        found = einsum("btf,fg->tbg", series, self.kernel)
        return found if self.bias is None else add(found, self.input_bias(self.bias.value))

    def input_bias(self, bias: Tensor) -> Tensor:
        """What of the bias is added to the inputs' share: all of it."""
        return bias

    @abstractmethod
    def step(
        self, projected: Tensor, states: Sequence[Tensor], kept: Tensor | None
    ) -> list[Tensor]:
        """The next states, of which the first is the output.

        Args:
            projected: the inputs' share of all gates, (batch, width).
            states: (batch, units) each.
            kept: what of the state does not fall out, (batch, units), or None.
        """

    def call(self, inputs: Tensor, states: Any, training: bool = False) -> tuple[Tensor, Any]:
        """One step: the output, and the next states.

        Args:
            inputs: (batch, features).
            states: a tensor or a list of them, (batch, units) each.
            training: whether numbers fall out.
        """
        listed = isinstance(states, list | tuple)
        given = list(states) if listed else [states]
        series = inputs[:, None]
        dropped, kept = self.falling_out(series, training=training)
        found = self.step(self.project(dropped)[0], given, kept)
        return found[0], found if listed else found[0]

    def get_dropout_mask(self, step_input: Tensor) -> Tensor | None:
        """What of the inputs stays, (batch, features): the same until `reset_dropout_mask`."""
        return self._kept_choices("_input_choices", step_input.shape, self.dropout)

    def get_recurrent_dropout_mask(self, step_input: Tensor) -> Tensor | None:
        """What of the state stays, (batch, units): the same until it is reset."""
        shape = self.state_shape(step_input.shape)
        return self._kept_choices("_state_choices", shape, self.recurrent_dropout)

    def reset_dropout_mask(self) -> None:
        """Let what stays of the inputs be drawn anew."""
        self._input_choices = None

    def reset_recurrent_dropout_mask(self) -> None:
        """Let what stays of the state be drawn anew."""
        self._state_choices = None

    def _kept_choices(self, name: str, shape: Shape, rate: float) -> Tensor | None:
        if rate > 0 and vars(self).get(name) is None:
            setattr(self, name, self._choices(shape, rate))
        found: Tensor | None = vars(self).get(name)
        return found

    def falling_out(self, series: Tensor, *, training: bool) -> tuple[Tensor, Tensor | None]:
        """The series with some features at 0 at all steps, and what stays of the state."""
        kept: Tensor | None = None
        if training and self.dropout > 0:
            stays = self._choices((series.shape[0], 1, *series.shape[2:]), self.dropout)
            series = multiply(series, stays)
        if training and self.recurrent_dropout > 0:
            kept = self._choices(self.state_shape(series.shape), self.recurrent_dropout)
        return series, kept

    def state_shape(self, series_shape: Any) -> Any:
        """The shape of a state for series of a shape."""
        return (series_shape[0], self.units)

    def _choices(self, shape: Shape, rate: float) -> Tensor:
        return random.dropout(ones(shape, self.compute_dtype), rate, seed=self.seed_generator)

    def remembered(self, state: Tensor, kept: Tensor | None) -> Tensor:
        """The state that the recurrent kernel sees."""
        return state if kept is None else multiply(state, kept)


def checked_count(layer: Layer, name: str, count: Any) -> int:
    """A whole number from 1, or an error that says so."""
    if isinstance(count, int) and count > 0:
        return count
    raise ValueError(_units_message(layer, name, count))


def _units_message(layer: Layer, name: str, count: Any) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' needs a number of {name}",
        given=f"{name}={count!r}",
        expected="a whole number from 1",
        remedy=f"{name}=32",
    )


def _features_message(layer: Layer, shape: Shape) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot be built on this input",
        given=f"input of shape {format_shape(shape)}",
        expected="a known number of features on the last axis",
        remedy="layers.Input((None, 64)): steps may be unknown, features not",
    )
