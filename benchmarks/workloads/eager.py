"""Operations one by one, as they are typed: an addition, and a chain with its derivative."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

SIZE = 10  # elements of the vectors that are added
SIDE, TURNS = 32, 25  # a chain of 4 operations a turn on matrices
ADDITIONS = 2_000  # timed together, so that the clock costs nothing

Job = Callable[[], Any]


def eager(library: str, options: dict[str, Any]) -> dict[str, float]:
    """Seconds for an addition, and for the chain's forward and backward pass."""
    seconds = float(options.get("seconds", 1.0))
    add, chain = LIBRARIES[library]()
    figures = {"add_s": _best(add, seconds, ADDITIONS)}
    if chain is not None:
        figures["chain_s"] = _best(chain, seconds, 1)
    return figures


def _best(job: Job, seconds: float, times: int) -> float:
    """The shortest time of one of `times` calls in a row."""
    job()
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(times):
            job()
        best = min(best, (time.perf_counter() - start) / times)
    return best


def _vectors() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.random(SIZE, np.float32), rng.random(SIZE, np.float32)


def _matrices() -> list[np.ndarray]:
    rng = np.random.default_rng(1)
    return [rng.random((SIDE, SIDE), np.float32) for _ in range(3)]


def _geartrain() -> tuple[Job, Job]:
    from geartrain import GradientTape, Variable, ops

    x, y = map(ops.convert_to_tensor, _vectors())
    start = ops.convert_to_tensor(_matrices()[0])
    weight, bias = map(Variable, _matrices()[1:])

    def chain() -> Any:
        with GradientTape() as tape:
            w, b, value = weight.value, bias.value, start
            for _ in range(TURNS):
                value = ops.tanh(value * w + b) - start
            total = ops.sum(value)
        return tape.gradient(total, [weight, bias])

    return lambda: x + y, chain


def _torch() -> tuple[Job, Job]:
    import torch

    x, y = map(torch.from_numpy, _vectors())
    start, weight, bias = map(torch.from_numpy, _matrices())
    weight.requires_grad_()
    bias.requires_grad_()

    def chain() -> Any:
        value = start
        for _ in range(TURNS):
            value = torch.tanh(value * weight + bias) - start
        return torch.autograd.grad(value.sum(), [weight, bias])

    return lambda: x + y, chain


def _jax() -> tuple[Job, None]:
    import jax.numpy as jnp

    x, y = map(jnp.asarray, _vectors())
    return lambda: x + y, None


def _numpy() -> tuple[Job, None]:
    x, y = _vectors()
    return lambda: x + y, None


LIBRARIES: dict[str, Callable[[], tuple[Job, Job | None]]] = {
    "geartrain": _geartrain,
    "jax": _jax,
    "numpy": _numpy,
    "torch": _torch,
}
