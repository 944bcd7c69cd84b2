"""The network in PyTorch: the plain training loop that its users write."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from workloads.by_hand import EPSILON, LEARNING_RATE, RHO, initial_weights

LOSSES = {"cross_entropy": nn.functional.cross_entropy, "mse": nn.functional.mse_loss}


class Network:
    """A stack of dense layers in PyTorch."""

    def __init__(self, sizes: tuple[int, ...], loss: str, batch: int, seed: int) -> None:
        self.layers = _layers(sizes, seed)
        self.optimizer = torch.optim.RMSprop(
            self.layers.parameters(), lr=LEARNING_RATE, alpha=RHO, eps=EPSILON
        )
        self.loss, self.batch = loss, batch

    def feed(self, x: np.ndarray, y: np.ndarray) -> None:
        """Wrap the data; PyTorch shares NumPy's memory."""
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)

    def epoch(self, order: np.ndarray) -> tuple[float, float]:
        """One pass over the rows in that order: mean loss and accuracy."""
        loss, hits = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for rows in torch.from_numpy(order).split(self.batch):
            batch_loss, batch_hits = self._step(self.x[rows], self.y[rows])
            loss += batch_loss * len(rows)
            hits += batch_hits
        return loss.item() / len(order), hits.item() / len(order)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The last layer's outputs (for the digits, logits)."""
        with torch.inference_mode():
            return self.layers(torch.from_numpy(x)).numpy()

    def _step(self, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        outputs = self.layers(x)
        loss = LOSSES[self.loss](outputs, y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.detach(), self._hits(outputs.detach(), y)

    def _hits(self, outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        if self.loss == "mse":
            return torch.zeros((), dtype=torch.int64)
        return (outputs.argmax(1) == y.argmax(1)).sum()


def _layers(sizes: tuple[int, ...], seed: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for kernel, bias in initial_weights(sizes, seed):
        linear = nn.Linear(*kernel.shape)
        linear.weight = nn.Parameter(torch.from_numpy(kernel.T.copy()))
        linear.bias = nn.Parameter(torch.from_numpy(bias))
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
