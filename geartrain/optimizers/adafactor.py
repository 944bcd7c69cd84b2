"""Adafactor: Adam whose mean squares of a matrix are a row and a column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from geartrain.ops import (
    add,
    cast,
    divide,
    expand_dims,
    maximum,
    mean,
    minimum,
    multiply,
    power,
    sqrt,
    square,
    subtract,
)
from geartrain.optimizers.optimizer import Optimizer, Rate
from geartrain.tensor import Variable


class Adafactor(Optimizer):
    """w -= max(epsilon_2, rms(w)) * rate * u / max(1, rms(u) / clip_threshold), u = g / sqrt(v).

    v is the mean square of gradients: for matrices and larger, v = r cᵀ / mean(r), r and c being
    the means of its rows and columns; b = 1 - t^`beta_2_decay` of it is kept at step t. With
    `relative_step` the rate is min(learning_rate, 1 / sqrt(t)).

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        beta_2_decay: how much of the mean squares is kept grows with the steps by this power.
        epsilon_1: added to squares of gradients, keeps the root from 0.
        epsilon_2: the least scale of a step.
        clip_threshold: the greatest root mean square of a step, before its scale.
        relative_step: whether the rate falls with the steps.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: Shazeer and Stern, "Adafactor: adaptive learning rates with sublinear memory cost"
    (2018), algorithms 4 and 5.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.Adafactor(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.9
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
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
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the mean squares of every variable, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        self._r: list[Variable] = []
        self._c: list[Variable] = []
        self._v: list[Variable] = []
        for variable in given:
            self._r.append(self._margin(variable, -1))
            self._c.append(self._margin(variable, -2))
            self._v.append(self.add_variable_from_reference(variable, "velocity"))

    def _margin(self, variable: Variable, axis: int) -> Variable:
        """The means along an axis; vectors have none, but files have a number in their place."""
        if len(variable.shape) < 2:
            none = Variable(np.int32(0), trainable=False, name=variable.name)
            self._track_variable(none)
            return none
        shape = list(variable.shape)
        del shape[axis]
        return self.add_variable(shape, dtype=variable.dtype, name=variable.name)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its mean squares, by its gradient."""
        gradient, rate = (cast(each, variable.dtype) for each in (gradient, learning_rate))
        step = cast(add(self.iterations, 1), variable.dtype)
        if self.relative_step and isinstance(self._learning_rate, Variable):
            rate = minimum(rate, divide(1.0, sqrt(step)))
        kept = subtract(1.0, power(step, self.beta_2_decay))
        squares = add(square(gradient), self.epsilon_1)
        spread = self._spread(self._get_variable_index(variable), squares, kept)
        change = divide(gradient, sqrt(spread))
        clipped = divide(
            change, maximum(1.0, divide(_root_mean_square(change), self.clip_threshold))
        )
        scale = multiply(maximum(self.epsilon_2, _root_mean_square(variable)), rate)
        variable.assign(subtract(variable, multiply(scale, clipped)))

    def _spread(self, place: int, squares: Any, kept: Any) -> Any:
        """The mean squares, which are kept."""
        whole = self._v[place]
        if len(whole.shape) < 2:
            moved = _moved(whole, squares, kept)
        else:
            rows = _moved(self._r[place], mean(squares, -1), kept)
            columns = _moved(self._c[place], mean(squares, -2), kept)
            self._r[place].assign(rows)
            self._c[place].assign(columns)
            shares = expand_dims(divide(rows, mean(rows, -1, keepdims=True)), -1)
            moved = multiply(shares, expand_dims(columns, -2))
        whole.assign(moved)
        return moved

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "beta_2_decay": self.beta_2_decay,
            "epsilon_1": self.epsilon_1,
            "epsilon_2": self.epsilon_2,
            "clip_threshold": self.clip_threshold,
            "relative_step": self.relative_step,
        }


def _moved(before: Variable, value: Any, kept: Any) -> Any:
    """A mean, moved towards a value."""
    return add(multiply(kept, before), multiply(subtract(1.0, kept), value))


def _root_mean_square(values: Any) -> Any:
    return sqrt(mean(square(values)))
