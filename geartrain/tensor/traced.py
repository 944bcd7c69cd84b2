"""Values that JAX traces: they have a shape and no numbers, and cannot be computed with here."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain


def refuse_traced(x: Any) -> None:
    """Say what to write instead, if JAX is tracing a value; its arrays are welcome.

    Raises:
        TypeError: it is a tracer of JAX's.
    """
    # Its arrays are of `jaxlib`, its tracers of `jax`.
    if type(x).__module__.partition(".")[0] == "jax" and hasattr(x, "aval"):
        raise TypeError(
            explain(
                "JAX traces this value, and Geartrain needs its numbers",
                given=f"{type(x).__name__} of {x.aval}, from jax.grad, jax.jit or their like",
                expected="arrays: of JAX too, outside of what JAX transforms",
                remedy="geartrain.value_and_grad(function, has_aux=True) and "
                "geartrain.jit(function), which transform functions of models",
            )
        )
