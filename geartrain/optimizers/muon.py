"""Muon: momentum whose matrix is made nearly orthogonal; AdamW for all that is no matrix."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from geartrain.ops import (
    add,
    cast,
    convert_to_tensor,
    divide,
    matmul,
    multiply,
    sqrt,
    square,
    subtract,
    swapaxes,
)
from geartrain.ops import sum as total
from geartrain.optimizers.moments import move_mean, still_missing
from geartrain.optimizers.optimizer import Optimizer, Rate
from geartrain.tensor import Variable

TINY = 1e-7  # keeps the length of a matrix from 0


class Muon(Optimizer):
    """m = momentum * m + g; w -= learning_rate * rms_rate * sqrt(max(rows, columns)) * O(m).

    O is some steps of Newton and Schulz towards the nearest orthogonal matrix: X = m / |m|, then
    X = a X + (b A + c A²) X with A = X Xᵀ, again and again. With `nesterov`, O is taken of
    g + momentum * m. Variables that are no matrices, embeddings, and the layers that are named
    follow AdamW.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        adam_beta_1, adam_beta_2: how much AdamW keeps of the mean gradient and its mean square.
        adam_weight_decay: that of the variables that follow AdamW.
        epsilon: keeps AdamW's root from 0.
        weight_decay: the share of each matrix, times the learning rate, that a step takes off.
        clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency,
            loss_scale_factor, gradient_accumulation_steps, name: see `Optimizer`.
        exclude_layers: regular expressions; variables whose path matches one follow AdamW. The
            output layer should be among them.
        exclude_embeddings: whether variables with "embedding" in their path follow AdamW.
        muon_a, muon_b, muon_c: the polynomial's numbers.
        adam_lr_ratio: the learning rate of AdamW, as a share of `learning_rate`.
        momentum: how much of the last step is kept.
        ns_steps: how often the polynomial is taken.
        nesterov: whether the gradient leads the momentum.
        rms_rate: makes the steps as large as AdamW's; None leaves O(m) as it is.

    Source: Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024); Liu et
    al., "Muon is scalable for LLM training" (2025), section 2.2, for the scale and the decay.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable([[1.0, 0.0], [0.0, 1.0]])
    >>> optimizer = optimizers.Muon(0.1, weight_decay=None)
    >>> optimizer.apply([[[0.0, 2.0], [2.0, 0.0]]], [weight])
    >>> float(weight.numpy()[0, 0]), float(weight.numpy()[0, 1]) < 0
    (1.0, True)
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
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
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.exclude_layers = list(exclude_layers or ())
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the momentum of every variable, and the mean squares of AdamW, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        self.momentums: list[Any] = []
        self.adam_velocities: list[Any] = []
        for variable in given:
            names = ["momentum", "velocity"] if self._should_use_adamw(variable) else ["momentum"]
            made = self.add_optimizer_variables([variable], names)
            self.momentums += made[0]
            self.adam_velocities += made[1] if len(made) == 2 else [None]

    def _should_use_adamw(self, variable: Variable) -> bool:
        if len(variable.shape) != 2:
            return True
        if self.exclude_embeddings and "embedding" in variable.path.lower():
            return True
        return any(re.search(each, variable.path) for each in self.exclude_layers)

    def decay_of(self, variable: Variable) -> float | None:
        """The decay of matrices, or that of the variables that follow AdamW."""
        if not self._use_weight_decay(variable):
            return None
        return self.adam_weight_decay if self._should_use_adamw(variable) else self.weight_decay

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its state, by its gradient."""
        gradient, rate = (cast(each, variable.dtype) for each in (gradient, learning_rate))
        if self._should_use_adamw(variable):
            self._adamw_step(gradient, variable, multiply(rate, self.adam_lr_ratio))
        else:
            self._muon_step(gradient, variable, rate)

    def _muon_step(self, gradient: Any, variable: Variable, rate: Any) -> None:
        velocity = self.momentums[self._get_variable_index(variable)]
        moved = add(multiply(velocity, self.momentum), gradient)
        velocity.assign(moved)
        ahead = add(gradient, multiply(moved, self.momentum)) if self.nesterov else moved
        step = self.lr_adjust(self.zeropower_via_newtonschulz5(ahead, self.ns_steps))
        variable.assign(subtract(variable, multiply(rate, step)))

    def lr_adjust(self, x: Any) -> Any:
        """A step as long as AdamW's: x * rms_rate * sqrt(max(rows, columns))."""
        if self.rms_rate is None:
            return x
        return multiply(x, self.rms_rate * math.sqrt(max(x.shape[0], x.shape[1])))

    def transpose_last_axis(self, X: Any) -> Any:  # noqa: N803  (Keras's name)
        """A matrix, or each of several, with rows and columns in each other's place."""
        return swapaxes(X, -1, -2)

    def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Any:
        """A matrix with nearly the same directions, all of about one length.

        Args:
            x: a matrix, or several.
            steps: how often the polynomial is taken.
        """
        tall = x.shape[-2] > x.shape[-1]
        found = self.transpose_last_axis(x) if tall else convert_to_tensor(x)
        length = sqrt(total(square(found), (-2, -1), keepdims=True))
        found = divide(found, add(length, TINY))
        for _ in range(steps):
            outer = matmul(found, self.transpose_last_axis(found))
            bent = add(multiply(self.muon_b, outer), multiply(self.muon_c, matmul(outer, outer)))
            found = add(multiply(self.muon_a, found), matmul(bent, found))
        return self.transpose_last_axis(found) if tall else found

    def _adamw_step(self, gradient: Any, variable: Variable, rate: Any) -> None:
        place = self._get_variable_index(variable)
        first, second = still_missing(self.iterations, variable, self.adam_beta_1, self.adam_beta_2)
        rate = divide(multiply(rate, sqrt(second)), first)
        mean = move_mean(self.momentums[place], gradient, 1 - self.adam_beta_1)
        spread = move_mean(self.adam_velocities[place], square(gradient), 1 - self.adam_beta_2)
        change = divide(multiply(mean, rate), add(sqrt(spread), self.epsilon))
        variable.assign(subtract(variable, change))

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "adam_beta_1": self.adam_beta_1,
            "adam_beta_2": self.adam_beta_2,
            "epsilon": self.epsilon,
            "exclude_layers": self.exclude_layers,
            "muon_a": self.muon_a,
            "muon_b": self.muon_b,
            "muon_c": self.muon_c,
            "adam_lr_ratio": self.adam_lr_ratio,
            "momentum": self.momentum,
            "ns_steps": self.ns_steps,
            "nesterov": self.nesterov,
            "exclude_embeddings": self.exclude_embeddings,
            "adam_weight_decay": self.adam_weight_decay,
            "rms_rate": self.rms_rate,
        }
