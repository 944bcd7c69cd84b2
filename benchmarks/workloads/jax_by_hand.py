"""The network in JAX: one compiled call an epoch (`lax.scan` over its steps), buffers donated."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from workloads.by_hand import EPSILON, LEARNING_RATE, RHO, initial_weights


class Network:
    """A stack of dense layers in JAX."""

    def __init__(self, sizes: tuple[int, ...], loss: str, batch: int, seed: int) -> None:
        weights = initial_weights(sizes, seed)
        velocities = jax.tree.map(np.zeros_like, weights)
        self.state: Any = jax.device_put((weights, velocities))
        self.loss, self.batch = loss, batch

    def feed(self, x: np.ndarray, y: np.ndarray) -> None:
        """Place the data on the device."""
        self.x, self.y = jax.device_put((x, y))

    def epoch(self, order: np.ndarray) -> tuple[float, float]:
        """One pass over the rows in that order: mean loss and accuracy."""
        order = order.astype(np.int32)
        self.state, (loss, hits) = _epoch(
            self.state, self.x, self.y, order, loss=self.loss, batch=self.batch
        )
        jax.block_until_ready(self.state)
        return float(loss) / len(order), float(hits) / len(order)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The last layer's outputs (for the digits, logits)."""
        return np.asarray(_predict(self.state[0], x))


def _forward(weights: Any, x: jax.Array) -> jax.Array:
    *hidden, (kernel, bias) = weights
    for hidden_kernel, hidden_bias in hidden:
        x = jax.nn.relu(x @ hidden_kernel + hidden_bias)  # (batch, units)
    return x @ kernel + bias


_predict = jax.jit(_forward)


def _cross_entropy(weights: Any, x: jax.Array, y: jax.Array) -> tuple[jax.Array, jax.Array]:
    logits = _forward(weights, x)
    loss = -jnp.mean(jnp.sum(y * jax.nn.log_softmax(logits), axis=-1))
    return loss, jnp.sum(logits.argmax(-1) == y.argmax(-1))


def _mse(weights: Any, x: jax.Array, y: jax.Array) -> tuple[jax.Array, jax.Array]:
    return jnp.mean((_forward(weights, x) - y) ** 2), jnp.zeros((), jnp.int32)


LOSSES = {"cross_entropy": _cross_entropy, "mse": _mse}


@partial(jax.jit, static_argnames=("loss", "batch"), donate_argnums=0)
def _epoch(
    state: Any, x: jax.Array, y: jax.Array, order: jax.Array, *, loss: str, batch: int
) -> tuple[Any, tuple[jax.Array, jax.Array]]:
    gradient_of = jax.value_and_grad(LOSSES[loss], has_aux=True)

    def step(state: Any, rows: jax.Array) -> tuple[Any, tuple[jax.Array, jax.Array]]:
        weights, velocities = state
        (value, hits), gradients = gradient_of(weights, x[rows], y[rows])
        return _rmsprop(weights, velocities, gradients), (value * len(rows), hits)

    whole = len(order) // batch * batch
    state, sums = jax.lax.scan(step, state, order[:whole].reshape(-1, batch))
    sums = jax.tree.map(jnp.sum, sums)
    if whole < len(order):  # the last, smaller batch
        state, last = step(state, order[whole:])
        sums = jax.tree.map(jnp.add, sums, last)
    return state, sums


def _rmsprop(weights: Any, velocities: Any, gradients: Any) -> tuple[Any, Any]:
    velocities = jax.tree.map(lambda v, g: RHO * v + (1 - RHO) * g * g, velocities, gradients)
    weights = jax.tree.map(
        lambda w, v, g: w - LEARNING_RATE * g / jnp.sqrt(v + EPSILON),
        weights,
        velocities,
        gradients,
    )
    return weights, velocities
