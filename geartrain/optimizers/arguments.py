"""Checks of what optimizers are made with, and the words for what is wrong."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from geartrain.errors import explain

CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


def former_rate(optimizer: Any, learning_rate: Any, further: dict[str, Any]) -> Any:
    """The learning rate, which `lr` named once; other arguments that are unknown raise."""
    if "decay" in further:
        del further["decay"]
        warnings.warn(_decay_message(optimizer), stacklevel=4)
    rate = further.pop("lr", None)
    if further:
        raise ValueError(_unknown_message(optimizer, further))
    return learning_rate if rate is None else rate


def check_rate(optimizer: Any, rate: Any) -> None:
    """Raise unless it is a number, a schedule or a function."""
    if callable(rate) and not isinstance(rate, type):
        return
    if not isinstance(rate, int | float | np.number):
        raise ValueError(_rate_message(optimizer, rate))


def check_clips(optimizer: Any, **clips: float | None) -> None:
    """Raise where gradients are to be clipped in two ways."""
    given = {name: value for name, value in clips.items() if value is not None}
    if len(given) > 1:
        raise ValueError(
            explain(
                "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set",
                given=", ".join(f"{name}={value}" for name, value in given.items()),
                expected=f"one of {', '.join(CLIPS)}",
                remedy=f"{type(optimizer).__name__}({next(iter(given))}=1.0)",
            )
        )


def check_average(optimizer: Any, momentum: float, frequency: Any) -> None:
    """Raise unless a mean of the weights can be kept so."""
    if not 0 <= momentum <= 1:
        given = f"ema_momentum={momentum}"
        raise ValueError(_range_message(optimizer, given, "a number from 0 to 1", "ema_momentum"))
    if frequency and (not isinstance(frequency, int) or frequency < 1):
        expected = "a whole number of steps, 1 or more, or None"
        given, name = f"ema_overwrite_frequency={frequency!r}", "ema_overwrite_frequency"
        raise ValueError(_range_message(optimizer, given, expected, name, "100"))


def check_accumulation(optimizer: Any, steps: Any) -> None:
    """Raise unless gradients can be summed over so many steps."""
    if steps and (not isinstance(steps, int) or steps < 2):
        expected = "a whole number of steps, 2 or more, or None"
        given, name = f"gradient_accumulation_steps={steps!r}", "gradient_accumulation_steps"
        raise ValueError(_range_message(optimizer, given, expected, name, "4"))


def check_share(optimizer: Any, **shares: Any) -> None:
    """Raise unless an argument is a number from 0 to 1."""
    for name, value in shares.items():
        if not isinstance(value, int | float | np.number) or not 0 <= value <= 1:
            given = f"{name}={value!r}"
            raise ValueError(_range_message(optimizer, given, "a number from 0 to 1", name))


def check_positive_share(optimizer: Any, why: str, **shares: float) -> None:
    """Raise unless an argument is above 0, and 1 at most."""
    for name, value in shares.items():
        if value <= 0 or value > 1:
            expected = f"a number above 0, and 1 at most: {why}"
            raise ValueError(_range_message(optimizer, f"{name}={value!r}", expected, name))


def check_not_negative(optimizer: Any, **numbers: float) -> None:
    """Raise where an argument is below 0."""
    for name, value in numbers.items():
        if value < 0:
            expected = "0 or a positive number"
            raise ValueError(_range_message(optimizer, f"{name}={value!r}", expected, name, "0.1"))


def check_not_positive(optimizer: Any, **numbers: float) -> None:
    """Raise where an argument is above 0."""
    for name, value in numbers.items():
        if value > 0:
            expected = "0 or a negative number"
            raise ValueError(_range_message(optimizer, f"{name}={value!r}", expected, name, "-0.5"))


def _range_message(
    optimizer: Any, given: str, expected: str, name: str, example: str = "0.9"
) -> str:
    kind = type(optimizer).__name__
    return explain(
        f"{kind}: `{name}` must be {expected}",
        given=given,
        expected=expected,
        remedy=f"{kind}({name}={example})",
    )


def _rate_message(optimizer: Any, rate: Any) -> str:
    return explain(
        f"{type(optimizer).__name__} cannot use this learning rate",
        given=f"learning_rate={rate!r}",
        expected="a number, a schedule, or a function that gives a number",
        remedy=f"{type(optimizer).__name__}(learning_rate=0.001)",
    )


def _unknown_message(optimizer: Any, further: dict[str, Any]) -> str:
    return explain(
        f"Argument(s) not recognized by {type(optimizer).__name__}",
        given=", ".join(f"{name}={value!r}" for name, value in further.items()),
        expected="its own arguments, and those of every optimizer: weight_decay, clipnorm, "
        "clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, "
        "loss_scale_factor, gradient_accumulation_steps, name",
        remedy=f"help(geartrain.optimizers.{type(optimizer).__name__})",
    )


def _decay_message(optimizer: Any) -> str:
    return explain(
        "`decay` is no longer an argument of optimizers and changes nothing",
        given=f"{type(optimizer).__name__}(decay=...)",
        expected="a schedule as the learning rate",
        remedy="learning_rate=optimizers.schedules.InverseTimeDecay(0.01, decay_steps=1, "
        "decay_rate=1e-6)",
    )
