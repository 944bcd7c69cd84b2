"""FTRL-Proximal: follow the regularized leader, for wide and sparse models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.initializers import Constant
from geartrain.ops import add, cast, clip, divide, multiply, power, square, subtract
from geartrain.optimizers.arguments import check_not_negative, check_not_positive
from geartrain.optimizers.optimizer import Optimizer, Rate
from geartrain.tensor import Variable


class Ftrl(Optimizer):
    """n' = n + g²; z += g + 2 s w - (n'^-p - n^-p) / rate * w; w = (clip(z, -l1, l1) - z) / q.

    q = n'^-p / rate + 2 (l2 + beta / (2 rate)); p is `learning_rate_power`, s is
    `l2_shrinkage_regularization_strength`.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        learning_rate_power: how fast the rate falls with the sum of squares; 0 is a fixed rate.
        initial_accumulator_value: what the sum of squares starts with.
        l1_regularization_strength: pulls weights to 0, and holds small ones there.
        l2_regularization_strength: pulls weights towards 0.
        l2_shrinkage_regularization_strength: the same, by the gradient alone.
        beta: of the paper, in its formula of the rate.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: McMahan et al., "Ad click prediction: a view from the trenches" (2013), algorithm 1.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.Ftrl(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.7451
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
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
        check_not_positive(self, learning_rate_power=learning_rate_power)
        check_not_negative(
            self,
            initial_accumulator_value=initial_accumulator_value,
            l1_regularization_strength=l1_regularization_strength,
            l2_regularization_strength=l2_regularization_strength,
            l2_shrinkage_regularization_strength=l2_shrinkage_regularization_strength,
        )
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
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the two sums of every variable, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        start = Constant(self.initial_accumulator_value)
        made = self.add_optimizer_variables(given, ["accumulator", "linear"], [start, "zeros"])
        self._accumulators, self._linears = made

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its sums, by its gradient."""
        place = self._get_variable_index(variable)
        gradient, rate = (cast(each, variable.dtype) for each in (gradient, learning_rate))
        squares, linear = self._accumulators[place], self._linears[place]
        shrunk = gradient
        if self.l2_shrinkage_regularization_strength:
            shrink = 2 * self.l2_shrinkage_regularization_strength
            shrunk = add(gradient, multiply(shrink, variable))
        total = add(squares, square(gradient))
        before, after = (power(each, -self.learning_rate_power) for each in (squares, total))
        pull = multiply(divide(subtract(after, before), rate), variable)
        moved = add(linear, subtract(shrunk, pull))
        # 2 (l2 + beta / (2 rate)), in the order in which Keras rounds
        bend = multiply(2.0, add(self.l2_regularization_strength, divide(self.beta / 2, rate)))
        curve = add(divide(after, rate), bend)
        bound = self.l1_regularization_strength
        variable.assign(divide(subtract(clip(moved, -bound, bound), moved), curve))
        squares.assign(total)
        linear.assign(moved)

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "learning_rate_power": self.learning_rate_power,
            "initial_accumulator_value": self.initial_accumulator_value,
            "l1_regularization_strength": self.l1_regularization_strength,
            "l2_regularization_strength": self.l2_regularization_strength,
            "l2_shrinkage_regularization_strength": self.l2_shrinkage_regularization_strength,
            "beta": self.beta,
        }
