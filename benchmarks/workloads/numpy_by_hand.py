"""The network in NumPy: gradients written out, sums in place, BLAS for the matrix products."""

from __future__ import annotations

import numpy as np

from workloads.by_hand import EPSILON, LEARNING_RATE, RHO, initial_weights


class Network:
    """A stack of dense layers in NumPy."""

    def __init__(self, sizes: tuple[int, ...], loss: str, batch: int, seed: int) -> None:
        self.weights = initial_weights(sizes, seed)
        self.velocities = [
            (np.zeros_like(kernel), np.zeros_like(bias)) for kernel, bias in self.weights
        ]
        self.loss, self.batch = loss, batch

    def feed(self, x: np.ndarray, y: np.ndarray) -> None:
        """Keep the data."""
        self.x, self.y = x, y

    def epoch(self, order: np.ndarray) -> tuple[float, float]:
        """One pass over the rows in that order: mean loss and accuracy."""
        loss, hits = 0.0, 0
        for start in range(0, len(order), self.batch):
            rows = order[start : start + self.batch]
            batch_loss, batch_hits = self._step(self.x[rows], self.y[rows])
            loss += batch_loss
            hits += batch_hits
        return loss / len(order), hits / len(order)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The last layer's outputs (for the digits, logits)."""
        return self._forward(x)[-1]

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        activations = [x]
        for kernel, bias in self.weights:
            x = x @ kernel  # (batch, units)
            x += bias
            if len(activations) < len(self.weights):
                np.maximum(x, 0, out=x)
            activations.append(x)
        return activations

    def _step(self, x: np.ndarray, y: np.ndarray) -> tuple[float, int]:
        activations = self._forward(x)
        loss, hits, gradient = LOSSES[self.loss](activations.pop(), y)
        for layer in reversed(range(len(self.weights))):
            inputs, kernel = activations[layer], self.weights[layer][0]
            gradients = inputs.T @ gradient, gradient.sum(axis=0)
            if layer:
                gradient = (gradient @ kernel.T) * (inputs > 0)
            self._update(layer, gradients)
        return loss, hits

    def _update(self, layer: int, gradients: tuple[np.ndarray, np.ndarray]) -> None:
        triples = zip(self.weights[layer], self.velocities[layer], gradients, strict=True)
        for weight, velocity, gradient in triples:
            _rmsprop(weight, velocity, gradient)


def _rmsprop(weight: np.ndarray, velocity: np.ndarray, gradient: np.ndarray) -> None:
    """Update in place."""
    velocity *= RHO
    velocity += (1 - RHO) * gradient * gradient
    weight -= LEARNING_RATE * gradient / np.sqrt(velocity + EPSILON)


def _cross_entropy(logits: np.ndarray, y: np.ndarray) -> tuple[float, int, np.ndarray]:
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=1, keepdims=True)
    loss = float((np.log(sums[:, 0]) - (shifted * y).sum(axis=1)).sum())
    hits = int((logits.argmax(axis=1) == y.argmax(axis=1)).sum())
    return loss, hits, (exponentials / sums - y) / np.float32(len(y))


def _mse(outputs: np.ndarray, y: np.ndarray) -> tuple[float, int, np.ndarray]:
    difference = outputs - y
    return float((difference * difference).sum()), 0, difference * np.float32(2 / len(y))


LOSSES = {"cross_entropy": _cross_entropy, "mse": _mse}
