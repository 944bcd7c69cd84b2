"""`Optimizer`: changes variables by their gradients."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.ops import add
from geartrain.tensor import Tensor, Variable


class Optimizer(ABC):
    """Holds a learning rate, a count of steps, and whatever state each variable needs.

    Args:
        learning_rate: how far a step goes; `lr` is its old name.
    """

    name = "optimizer"

    def __init__(self, learning_rate: float, *, lr: float | None = None) -> None:
        rate = learning_rate if lr is None else lr
        if not isinstance(rate, int | float | np.number) or rate < 0:
            raise ValueError(_rate_message(self, rate))
        self._learning_rate = Variable(np.float32(rate), trainable=False, name="learning_rate")
        self.iterations = Variable(np.int32(0), trainable=False, name="iterations")
        self._learning_rate.path = f"{self.name}/learning_rate"
        self.iterations.path = f"{self.name}/iterations"
        self._state: dict[str, dict[Variable, Variable]] = {}
        self.built = False

    @property
    def learning_rate(self) -> Variable:
        """How far a step goes; assigning a number changes it, between steps too."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        self._learning_rate.assign(np.float32(rate))

    @property
    def variables(self) -> list[Variable]:
        """The count of steps, the learning rate, and the state of every variable."""
        state = [each for slots in self._state.values() for each in slots.values()]
        return [self.iterations, self._learning_rate, *state]

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the state that the variables need, once."""
        for variable in variables:
            self.build_state(variable)
        self.built = True

    def build_state(self, variable: Variable) -> None:
        """Make the state of one variable."""

    def add_state(self, name: str, variable: Variable) -> None:
        """State in the shape of a variable, 0 at first, unless there is such already."""
        slots = self._state.setdefault(name, {})
        if variable not in slots:
            zeros = np.zeros(variable.shape, variable.dtype)
            slots[variable] = Variable(zeros, trainable=False, name=name)
            slots[variable].path = f"{self.name}/{variable.path}_{name}"

    def state(self, name: str, variable: Variable) -> Variable:
        """The state of that name of a variable."""
        return self._state[name][variable]

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Tensor, Variable]]) -> None:
        """One step, for pairs of gradient and variable."""
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])

    def apply(self, gradients: Sequence[Tensor | None], variables: Sequence[Variable]) -> None:
        """One step: every variable follows its gradient; those without one stay.

        Raises:
            ValueError: no variable has a gradient.
        """
        pairs = [
            (gradient, variable)
            for gradient, variable in zip(gradients, variables, strict=True)
            if gradient is not None
        ]
        if not pairs:
            raise ValueError(_no_gradient_message(variables))
        self.build(variables)
        for gradient, variable in pairs:
            self.update_step(gradient, variable)
        self.iterations.assign(add(self.iterations, 1))

    @abstractmethod
    def update_step(self, gradient: Tensor, variable: Variable) -> None:
        """Change one variable, and its state, by its gradient."""


def _rate_message(optimizer: Optimizer, rate: Any) -> str:
    return explain(
        f"{type(optimizer).__name__} cannot use this learning rate",
        given=f"learning_rate={rate!r}",
        expected="a number that is not negative",
        remedy=f"{type(optimizer).__name__}(learning_rate=0.001)",
    )


def _no_gradient_message(variables: Sequence[Variable]) -> str:
    return explain(
        "There is nothing to train",
        given=f"{len(variables)} variables, none of which the loss depends on",
        expected="a loss computed from at least one trainable variable",
        remedy="compute the loss from the model's output, under the GradientTape",
    )
