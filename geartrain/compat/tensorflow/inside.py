"""What TensorFlow has below `tensorflow.python`, where packages reach for it.

The files there (`framework.ops`, `eager.context`, `ops.math_ops`, ...) have the names of this
module, then the public ones of `tf`, `tf.math`, `tf.nn` and their like: `door/paths.py` says which
files there are. What changes TensorFlow's own record of operations is not here.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from geartrain.compat.tensorflow.control import cond
from geartrain.random.seed import GLOBAL

__all__ = [
    "disable_op_determinism", "enable_op_determinism", "global_seed", "is_op_determinism_enabled",
    "make_tensor_proto", "smart_cond", "smart_constant_value",
]  # fmt: skip


def global_seed() -> int:
    """The seed that everything random began with."""
    return GLOBAL.seed


def is_op_determinism_enabled() -> bool:
    """True: the same seed always gives the same bits."""
    return True


def enable_op_determinism() -> None:
    """Taken: it is never otherwise."""


def disable_op_determinism() -> None:
    """Taken: the same seed gives the same bits nevertheless."""


def make_tensor_proto(
    values: Any,
    dtype: Any = None,
    shape: Any = None,
    verify_shape: bool = False,
    allow_broadcast: bool = False,
) -> Any:
    """Numbers as the message that TensorBoard's plug-ins write; TensorBoard makes it.

    Raises:
        ImportError: TensorBoard is not installed.
        NotImplementedError: `allow_broadcast` is asked for.
    """
    if allow_broadcast:
        raise NotImplementedError("allow_broadcast=True: broadcast with np.broadcast_to before")
    maker = import_module("tensorboard.util.tensor_util")
    return maker.make_tensor_proto(values, dtype, shape, verify_shape)


def smart_constant_value(pred: Any) -> bool | None:
    """Whether a condition holds, if that is known without computing."""
    if isinstance(pred, bool):
        return pred
    if isinstance(pred, int) and pred in (0, 1):
        return bool(pred)
    return None


def smart_cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """What one of two functions gives; only that one is called, where the condition is known.

    >>> smart_cond(True, lambda: "yes", lambda: "no")
    'yes'
    """
    known = smart_constant_value(pred)
    if known is None:
        return cond(pred, true_fn, false_fn)
    chosen = true_fn if known else false_fn
    return chosen() if chosen else None
