"""What a process remembers beside the objects themselves: how often a name was given."""

from __future__ import annotations

from geartrain.dtype_policies.policy import forget_dtype_policy
from geartrain.names import forget_names, get_uid
from geartrain.symbolic import is_keras_tensor

__all__ = ["clear_session", "get_uid", "is_keras_tensor"]


def clear_session(free_memory: bool = True) -> None:
    """Number names anew: the next `Dense` is "dense" again; the default dtype policy is `floatx`'s.

    Args:
        free_memory: taken for the sake of Keras's users: memory is freed with its last owner.
    """
    forget_names()
    forget_dtype_policy()
