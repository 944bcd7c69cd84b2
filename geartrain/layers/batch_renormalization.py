"""Batch renormalization: a batch's moments, corrected towards those of the batches before.

    r = clip(stddev of the batch / running stddev)         d = clip((mean - running mean) / ...)
    output = (input - mean) / stddev * r + d

Without bounds that is (input - running mean) / running stddev, as in inference; r and d count as
constants for the gradient, which flows through the batch's own moments.

Source: Ioffe, "Batch renormalization" (2017), algorithm 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.ops import add, clip, divide, multiply, sqrt, square, stop_gradient, subtract
from geartrain.tensor import Tensor

BOUNDS = {"rmax": math.inf, "rmin": 0.0, "dmax": math.inf}


def checked_bounds(layer: Layer, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The bounds of r and d that were given.

    Raises:
        ValueError: a name is none of them.
    """
    if set(given or {}) <= set(BOUNDS):
        return dict(given or {})
    raise ValueError(
        explain(
            f"BatchNormalization '{layer.name}' does not know these bounds",
            given=f"renorm_clipping={given!r}",
            expected="a dict with some of " + ", ".join(BOUNDS),
            remedy="renorm_clipping={'rmax': 3.0, 'rmin': 1 / 3, 'dmax': 5.0}",
        )
    )


class Renormalization:
    """The running moments of a layer with `renorm`, and what they make of a batch's.

    Args:
        layer: a batch normalization that is being built.
        channels: how many it has.
    """

    def __init__(self, layer: Any, channels: int) -> None:
        weights = {
            "moving_stddev": layer.moving_variance_initializer,
            "renorm_mean": layer.moving_mean_initializer,
            "renorm_stddev": layer.moving_variance_initializer,
        }
        for name, start in weights.items():
            setattr(layer, name, layer.add_weight((channels,), start, trainable=False, name=name))
        self.layer = layer

    def correction(self, mean: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        """r and d, by the running moments as they were before this batch, which they then follow.

        The variance for inference is the square of the running standard deviation.
        """
        layer, bounds = self.layer, {**BOUNDS, **self.layer.renorm_clipping}
        stddev = sqrt(add(variance, layer.epsilon))
        before, running = layer.renorm_mean.value, layer.renorm_stddev.value
        r = clip(divide(stddev, running), bounds["rmin"], bounds["rmax"])
        d = clip(divide(subtract(mean, before), running), -bounds["dmax"], bounds["dmax"])
        layer.follow(layer.renorm_mean, mean, layer.renorm_momentum)
        layer.follow(layer.renorm_stddev, stddev, layer.renorm_momentum)
        layer.follow(layer.moving_mean, mean, layer.momentum)
        layer.follow(layer.moving_stddev, stddev, layer.momentum)
        squared = square(layer.moving_stddev.value)
        layer.moving_variance.assign(subtract(squared, layer.epsilon))
        return stop_gradient(r), stop_gradient(d)


def corrected_scale(scale: Any, offset: Any, correction: tuple[Tensor, Tensor]) -> tuple[Any, Any]:
    """The scale and offset that hold r and d as well: (y * r + d) * scale + offset."""
    r, d = correction
    if scale is None:
        return r, d if offset is None else add(offset, d)
    moved = multiply(d, scale)
    return multiply(scale, r), moved if offset is None else add(offset, moved)
