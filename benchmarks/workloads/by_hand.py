"""The jobs on networks written out by hand, and what those networks have in common.

A hand-written `Network` is a stack of dense layers, ReLU between them, trained by RMSprop, as
its library's users would write it for speed. Its interface:

    Network(sizes, loss, batch, seed)   loss: "cross_entropy" (one-hot targets) or "mse"
    feed(x, y)                          place the data where the library trains from
    epoch(order) -> loss, accuracy      one pass over the rows in that order, and wait for it
    predict(x) -> array                 logits or outputs, as a NumPy array
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from workloads import data, observe

LEARNING_RATE, RHO, EPSILON = 1e-3, 0.9, 1e-7
Figures = dict[str, Any]


class NetworkByHand(Protocol):
    """What `HandJobs` needs of a network."""

    def __init__(self, sizes: tuple[int, ...], loss: str, batch: int, seed: int) -> None: ...

    def feed(self, x: np.ndarray, y: np.ndarray) -> None: ...

    def epoch(self, order: np.ndarray) -> tuple[float, float]: ...

    def predict(self, x: np.ndarray) -> np.ndarray: ...


def initial_weights(sizes: tuple[int, ...], seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """A kernel (Glorot, uniform) and a bias (zeros) for each layer."""
    generator = np.random.default_rng(seed)
    weights = []
    for inputs, units in pairwise(sizes):
        limit = np.sqrt(6 / (inputs + units))
        kernel = generator.uniform(-limit, limit, (inputs, units)).astype(np.float32)
        weights.append((kernel, np.zeros(units, np.float32)))
    return weights


class HandJobs:
    """The jobs, on a hand-written network."""

    def __init__(self, network: type[NetworkByHand]) -> None:
        self.network = network

    def mnist(self, options: Figures) -> Figures:
        """The book's first network: five epochs and the test, from launch to test accuracy."""
        (x, y), (test_x, test_y) = data.digits()
        memory = observe.MemoryGauge()
        memory.mark()
        network = self.network(data.MNIST_SIZES, "cross_entropy", 128, options["seed"])
        network.feed(x, y)
        generator = np.random.default_rng(options["seed"])

        def epoch() -> None:
            network.epoch(generator.permutation(len(x)))

        epochs_s = [observe.elapsed_s(epoch) for _ in range(options["epochs"])]
        right = network.predict(test_x).argmax(axis=1) == test_y.argmax(axis=1)
        return {
            "epochs_s": epochs_s,
            "epoch_s": min(epochs_s[1:]),
            "whole_s": observe.since_launch_s(),
            **memory.figures(),
            "test_accuracy": float(right.mean()),
        }

    def tiny(self, options: Figures) -> Figures:
        """A small regression, where a step's cost is the library's own."""
        x, y = data.tiny()
        network = self.network(data.TINY_SIZES, "mse", 16, 1)
        network.feed(x, y)
        generator = np.random.default_rng(1)

        def fit(epochs: int) -> None:
            for _ in range(epochs):
                network.epoch(generator.permutation(len(x)))

        epoch_s = observe.steady_epoch_s(fit, seconds=options["seconds"])
        loss = float(np.mean((network.predict(x) - y) ** 2))
        return {"step_s": epoch_s / -(-len(x) // 16), "epoch_s": epoch_s, "loss": loss}

    def startup(self, options: Figures) -> Figures:
        """From launch (the library is imported by now) to the end of the first training step."""
        network = self.network(data.TINY_SIZES, "mse", 16, 1)
        built = observe.since_launch_s()
        x, y = data.tiny()
        network.feed(x[:16], y[:16])
        loss, _ = network.epoch(np.arange(16))
        return {"built_s": built, "first_step_s": observe.since_launch_s(), "loss": loss}

    def latency(self, options: Figures) -> Figures:
        """One row through the digits' network."""
        row = np.random.default_rng(1).random((1, data.MNIST_SIZES[0]), dtype=np.float32)
        network = self.network(data.MNIST_SIZES, "cross_entropy", 128, 1)
        call_s = observe.median_call_s(lambda: network.predict(row), seconds=options["seconds"])
        return {"call_s": call_s}
