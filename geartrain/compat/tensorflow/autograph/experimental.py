"""`tf.autograph.experimental`."""

from __future__ import annotations

from typing import Any

from geartrain.compat.tensorflow.autograph.calls import do_not_convert

__all__ = ["do_not_convert", "set_loop_options"]


def set_loop_options(
    parallel_iterations: Any = None,
    swap_memory: Any = None,
    maximum_iterations: Any = None,
    shape_invariants: Any = None,
) -> None:
    """Taken for the sake of TensorFlow's users: loops keep the shapes of their values.

    Raises:
        NotImplementedError: a limit of the turns, which would change what the loop gives.
    """
    if maximum_iterations is not None:
        raise NotImplementedError("set_loop_options(maximum_iterations=...): use tf.while_loop")
