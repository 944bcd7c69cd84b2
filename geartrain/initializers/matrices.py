"""Initializers that give matrices with a property: orthogonal ones, and the identity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.initializers.initializer import NumberInitializer, RandomInitializer
from geartrain.tensor import Array


class Orthogonal(RandomInitializer):
    """A matrix whose columns (or rows, if there are more columns) are orthogonal and of length 1.

    It keeps the length of what is multiplied with it again and again, as in a recurrent layer. It
    is Q of the QR decomposition of normal numbers, with the signs of R's diagonal, so that every
    orthogonal matrix is equally likely. More than two axes are a matrix of the last axis against
    all others.

    Sources: Saxe, McClelland and Ganguli (2014); Mezzadri, "How to generate random matrices from
    the classical compact groups" (2007), section 5.

    Args:
        gain: what the matrix is multiplied with.
        seed: a whole number, a `SeedGenerator`, or None.
    """

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        super().__init__(seed)
        self.gain = gain

    def numbers(self, shape: tuple[int, ...]) -> Array:
        if len(shape) < 2:
            raise ValueError(_rank_message("Orthogonal", shape))
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = (max(rows, columns), min(rows, columns))
        q, r = np.linalg.qr(self.generator().standard_normal(tall))
        q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)
        matrix = q if rows >= columns else q.T
        return self.gain * matrix.reshape(shape)


class Identity(NumberInitializer):
    """`gain` on the diagonal of a matrix, 0 elsewhere."""

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def numbers(self, shape: tuple[int, ...]) -> Array:
        if len(shape) != 2:
            raise ValueError(_rank_message("Identity", shape))
        return self.gain * np.eye(*shape)

    def get_config(self) -> dict[str, Any]:
        return self.own_config()


def _rank_message(name: str, shape: tuple[int, ...]) -> str:
    return explain(
        f"{name} makes matrices",
        given=f"shape={shape}",
        expected="two axes" + (" at least" if name == "Orthogonal" else ""),
        remedy="kernel_initializer='glorot_uniform'",
    )
