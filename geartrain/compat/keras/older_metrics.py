"""Metrics and losses as Keras 2 took them: what `habits` puts into their classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from geartrain.losses import Loss
from geartrain.metrics import Metric

Patch = tuple[Any, str, Any]


def metric_patches() -> Iterator[Patch]:
    """`reset_states`, and losses whose reduction is "auto"."""
    yield Metric, "reset_states", reset_states
    yield Loss, "__init__", _deciding(Loss.__init__)


def reset_states(self: Any) -> None:
    """Begin anew: `reset_state`."""
    self.reset_state()


def _deciding(init: Callable[..., None]) -> Callable[..., None]:
    """An `__init__` for which the reduction "auto" is the default."""

    @wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        plain = (each if _is_other(each) else "sum_over_batch_size" for each in args)
        if kwargs.get("reduction") == "auto":
            kwargs["reduction"] = "sum_over_batch_size"
        init(self, *plain, **kwargs)

    return __init__


def _is_other(argument: Any) -> bool:
    return not isinstance(argument, str) or argument != "auto"
