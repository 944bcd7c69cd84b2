"""What is trained: each network with data made for it, and the batch that the book takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from workloads import data, networks

Arrays = data.Arrays


@dataclass(frozen=True)
class Training:
    """A network and its data.

    Attributes:
        network: makes the compiled network of the module `keras`.
        data: makes the first so many rows and their targets.
        rows: how many make an epoch, where nothing else is asked for.
        batch: the rows of a step.
    """

    network: Callable[[Any], Any]
    data: Callable[[int], Arrays]
    rows: int
    batch: int

    def steps(self, rows: int) -> int:
        """The steps of so many rows, the last smaller one among them."""
        return math.ceil(rows / self.batch)


TRAININGS = {
    "mnist": Training(networks.digits, data.made_digits, 60_000, 128),
    "mnist_convnet": Training(networks.digits_convnet, data.digit_images, 12_800, 64),
    "convnet": Training(networks.pets_convnet, data.pets, 320, 32),
    "normalised": Training(networks.pets_normalised, data.pets, 320, 32),
    "reviews": Training(networks.reviews, data.reviews, 15_000, 512),
    "lstm": Training(networks.lstm, partial(data.texts, length=networks.LSTM_LENGTH), 5_120, 128),
    "transformer": Training(
        networks.transformer, partial(data.texts, length=networks.TEXT_LENGTH), 1_280, 32
    ),
}
