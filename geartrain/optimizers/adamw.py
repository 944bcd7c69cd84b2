"""AdamW: Adam with weight decay that the mean squares do not touch."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.optimizers.adam import Adam
from geartrain.optimizers.optimizer import Rate


class AdamW(Adam):
    """w -= learning_rate * weight_decay * w, then Adam's step.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        weight_decay: the share of each weight, times the learning rate, that a step takes off.
        beta_1, beta_2: how much of the mean gradient and of its mean square is kept.
        epsilon: keeps the root from 0.
        amsgrad: whether the mean square may not shrink.
        clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency,
            loss_scale_factor, gradient_accumulation_steps, name: see `Optimizer`.

    Raises:
        ValueError: there is no weight decay: that is `Adam`.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019), algorithm 2.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.AdamW(0.1, weight_decay=0.5).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.85
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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
        if weight_decay is None:
            raise ValueError(_no_decay_message())
        super().__init__(
            learning_rate,
            beta_1,
            beta_2,
            epsilon,
            amsgrad,
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


def _no_decay_message() -> str:
    return explain(
        "AdamW needs a weight decay",
        given="weight_decay=None",
        expected="a number",
        remedy="optimizers.Adam(), which has none; or optimizers.AdamW(weight_decay=0.004)",
    )
