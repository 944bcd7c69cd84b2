"""Matrix products of narrow numbers: bfloat16, and int8 with sums of int32."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

NARROW_SIDE = 1024
KINDS = ("float32", "bfloat16", "int8")
Job = Callable[[], Any]


def narrow_jobs(library: str) -> Iterator[tuple[str, str, int, Job]]:
    """Name, direction (the dtype, so that no other figure counts them), operations, and the job."""
    generator = np.random.default_rng(NARROW_SIDE)
    x, y = (generator.integers(-128, 128, (NARROW_SIDE,) * 2, np.int8) for _ in range(2))
    for kind in KINDS:
        job = LIBRARIES[library](x, y, kind)
        if job is not None:
            yield f"{NARROW_SIDE}^3", kind, 2 * NARROW_SIDE**3, job


def _geartrain(x: Any, y: Any, kind: str) -> Job:
    import geartrain
    from geartrain import ops

    multiply = geartrain.jit(ops.matmul)
    left, right = (ops.cast(each, kind) for each in (x, y))
    return lambda: multiply(left, right)


def _torch(x: Any, y: Any, kind: str) -> Job:
    import torch

    left, right = (torch.from_numpy(each).to(getattr(torch, kind)) for each in (x, y))
    if kind == "int8":
        return lambda: torch._int_mm(left, right)
    return lambda: left @ right


def _jax(x: Any, y: Any, kind: str) -> Job:
    import jax

    sums = "int32" if kind == "int8" else kind
    left, right = (jax.numpy.asarray(each, kind) for each in (x, y))
    multiply = jax.jit(lambda a, b: jax.numpy.matmul(a, b, preferred_element_type=sums))
    return lambda: multiply(left, right).block_until_ready()


def _numpy(x: Any, y: Any, kind: str) -> Job | None:
    if kind == "bfloat16":  # NumPy multiplies it number by number: minutes
        return None
    left, right = (each.astype("int32" if kind == "int8" else kind) for each in (x, y))
    return lambda: left @ right


LIBRARIES: dict[str, Callable[[Any, Any, str], Job | None]] = {
    "geartrain": _geartrain,
    "torch": _torch,
    "jax": _jax,
    "numpy": _numpy,
}
