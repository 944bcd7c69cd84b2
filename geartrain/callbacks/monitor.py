"""`MonitorCallback`: a callback that watches one number of the logs, and knows which way is better.

"auto" and accuracy -> larger is better;  "auto" and a loss -> smaller is better
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from geartrain.callbacks.callback import Callback, Logs
from geartrain.callbacks.history import other_name
from geartrain.errors import explain
from geartrain.tensor.user_line import levels_to_user

MODES = ("auto", "min", "max")
WAYS = {"min": operator.lt, "max": operator.gt}
BY_DIRECTION = {"down": "min", "up": "max"}


class MonitorCallback(Callback):
    """Watches one number of the logs.

    Args:
        monitor: its name: `val_loss`, `accuracy`...
        mode: "min" or "max" say which way is better; "auto" asks the metric.
        initial_value_threshold: what the first number must be better than.
        min_delta: how much better a number must be to count as such.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: str = "auto",
        initial_value_threshold: float | None = None,
        min_delta: float = 0,
    ) -> None:
        super().__init__()
        if mode not in MODES:
            message = f"{type(self).__name__} knows no mode {mode!r}, and takes 'auto'. Remedy: "
            warnings.warn(message + "mode='min' or mode='max'", stacklevel=levels_to_user())
            mode = "auto"
        self.monitor = monitor
        self.mode = mode
        self.best: Any = initial_value_threshold
        self.min_delta = abs(min_delta)
        self.monitor_op: Callable[[Any, Any], bool] | None = None
        if mode != "auto":
            self.monitor_op = WAYS[mode]

    def _set_monitor_op(self) -> None:
        """Decide which way is better."""
        mode = self.mode
        if mode == "auto":
            found = direction_of(self.model, self.monitor.removeprefix("val_"))
            if found is None:
                raise ValueError(_direction_message(self))
            mode = BY_DIRECTION[found]
        self.monitor_op = WAYS[mode]

    def _is_improvement(self, value: Any, reference: Any) -> bool:
        """Whether a number is better than another; everything is better than None."""
        if reference is None:
            return True
        if self.monitor_op is None:
            self._set_monitor_op()
        delta = self.min_delta if self.monitor_op is operator.lt else -self.min_delta
        return bool(self.monitor_op(value + delta, reference))  # type: ignore[misc]

    def get_monitor_value(self, logs: Logs | None) -> Any:
        """The number that is watched; None, and a warning, if the logs do not have it."""
        known = logs or {}
        value = known.get(self.monitor, known.get(other_name(self.monitor)))
        if value is None:
            warnings.warn(_missing_message(self, logs or {}), stacklevel=levels_to_user())
        return value


def direction_of(model: Any, name: str) -> str | None:
    """Which way a number of the logs is better, "up" or "down"; None, if nobody knows."""
    if name == "loss" or name.endswith("_loss"):
        return "down"
    for key, metric in _named_metrics(model):
        if key == name:
            found: str | None = getattr(metric, "_direction", None)
            return found or _by_name(name)
    return _by_name(name)


def _by_name(name: str) -> str | None:
    return "up" if name in ("acc", "accuracy") or name.endswith(("_acc", "_accuracy")) else None


def _named_metrics(model: Any) -> Iterator[tuple[str, Any]]:
    for metric in getattr(model, "metrics", ()):
        if hasattr(metric, "keys"):
            yield from zip(metric.keys, metric.metrics, strict=True)
        else:
            yield metric.name, metric


def _direction_message(callback: MonitorCallback) -> str:
    return explain(
        f"{type(callback).__name__} cannot tell which way is better",
        given=f"monitor={callback.monitor!r}, mode='auto'",
        expected="a loss, or a metric that knows whether larger is better",
        remedy=f"{type(callback).__name__}(monitor={callback.monitor!r}, mode='max'), or 'min'",
    )


def _missing_message(callback: MonitorCallback, logs: Logs) -> str:
    return explain(
        f"{type(callback).__name__} finds no '{callback.monitor}' in the logs, and does nothing",
        given=f"logs with {', '.join(sorted(logs)) or 'nothing'}",
        expected=f"'{callback.monitor}' (set by monitor=)"
        + (", which validation gives" if callback.monitor.startswith("val_") else ""),
        remedy="model.fit(..., validation_split=0.2), or monitor='loss'",
    )
