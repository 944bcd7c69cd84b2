"""`keras.src.utils.tracking`: attributes that a layer keeps, and does not look through."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from geartrain.layers.tracking import Tracked
from geartrain.tensor.changes import changes

__all__ = ["no_automatic_dependency_tracking"]

MISSING = object()


def no_automatic_dependency_tracking(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A method whose new attributes are not searched for weights and layers."""

    @wraps(fn)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = dict(vars(self))
        try:
            return fn(self, *args, **kwargs)
        finally:
            if isinstance(self, Tracked):
                set_now = {n for n, v in vars(self).items() if before.get(n, MISSING) is not v}
                vars(self)["aside"] = self.aside | set_now
                changes.note()

    return call
