"""Gradient descent, with momentum if wanted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.ops import add, cast, multiply, subtract
from geartrain.optimizers.arguments import check_share
from geartrain.optimizers.optimizer import Optimizer, Rate
from geartrain.tensor import Variable


class SGD(Optimizer):
    """w -= learning_rate * g; with momentum, v = momentum * v - learning_rate * g; w += v.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        momentum: how much of the last step is kept, from 0 to 1.
        nesterov: whether the step goes on by the momentum once more: w += momentum * v - rate * g.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and
    momentum in deep learning" (2013), section 2.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.SGD(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.8
    """

    def __init__(
        self,
        learning_rate: Rate = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        check_share(self, momentum=momentum)
        super().__init__(
            learning_rate,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            use_ema=use_ema,
            ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency,
            loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps,
            name=name,
            **kwargs,
        )
        self.momentum = momentum
        self.nesterov = nesterov

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the momentum of every variable, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        self.momentums: list[Variable] = []
        if self.momentum:
            self.momentums = self.add_optimizer_variables(given, "momentum")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its momentum, by its gradient."""
        step = multiply(cast(learning_rate, variable.dtype), cast(gradient, variable.dtype))
        if not self.momentum:
            variable.assign(subtract(variable, step))
            return
        velocity = self.momentums[self._get_variable_index(variable)]
        moved = subtract(multiply(self.momentum, velocity), step)
        velocity.assign(moved)
        ahead = subtract(multiply(self.momentum, moved), step) if self.nesterov else moved
        variable.assign(add(variable, ahead))

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "nesterov": self.nesterov,
        }
