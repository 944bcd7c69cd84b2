"""Random initializers that are scaled by how many units a weight joins.

A weight of shape (..., fan_in, fan_out) gets numbers of variance `scale / n`, n being the fan-in,
the fan-out, or their mean, so that signals neither fade nor grow from layer to layer.

Sources: Glorot and Bengio (2010); He, Zhang, Ren and Sun (2015); LeCun et al. (1998).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain, unknown_name
from geartrain.initializers.distributions import truncated_normal
from geartrain.initializers.initializer import RandomInitializer
from geartrain.tensor import Array

TRUNCATED_STDDEV = 0.87962566103423978  # of a standard normal that is cut off at two of its own
MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")
Axes = Sequence[int] | None


class VarianceScaling(RandomInitializer):
    """Numbers of variance `scale / n`, where `mode` says what n counts.

    Args:
        scale: a positive number.
        mode: "fan_in", "fan_out" or "fan_avg".
        distribution: "truncated_normal" (or "normal"), "untruncated_normal" or "uniform".
        seed: a whole number, a `SeedGenerator`, or None.
        input_axes: the axes whose sizes make the fan-in; None is all but the last.
        output_axes: the axes whose sizes make the fan-out; None is all but the one before the last.

    Raises:
        ValueError: an impossible scale, mode or distribution.
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        input_axes: Axes = None,
        output_axes: Axes = None,
    ) -> None:
        super().__init__(seed)
        distribution = "truncated_normal" if distribution == "normal" else distribution
        if not scale > 0:
            raise ValueError(_scale_message(scale))
        for name, given, known in (
            ("mode", mode, MODES),
            ("distribution", distribution, DISTRIBUTIONS),
        ):
            if given not in known:
                raise ValueError(unknown_name(name, given, known, remedy=f"{name}={{}}"))
        self.scale, self.mode, self.distribution = scale, mode, distribution
        self.input_axes, self.output_axes = input_axes, output_axes

    def numbers(self, shape: tuple[int, ...]) -> Array:
        fan_in, fan_out = fans(shape, self.input_axes, self.output_axes)
        count = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
        variance = self.scale / max(1.0, count[self.mode])
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return self.generator().uniform(-limit, limit, shape)
        if self.distribution == "untruncated_normal":
            return self.generator().normal(0.0, math.sqrt(variance), shape)
        stddev = math.sqrt(variance) / TRUNCATED_STDDEV
        return truncated_normal(self.generator(), shape) * stddev


def fans(
    shape: tuple[int, ...], input_axes: Axes = None, output_axes: Axes = None
) -> tuple[int, int]:
    """How many inputs and outputs a weight joins: (kernel..., fan-in, fan-out)."""
    if input_axes is not None and output_axes is not None:
        return tuple(math.prod(shape[at] for at in axes) for axes in (input_axes, output_axes))  # type: ignore[return-value]
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    field = math.prod(shape[:-2])
    return field * shape[-2], field * shape[-1]


class _Scaled(VarianceScaling):
    """A scaling with a name, of which only the seed and the axes are chosen."""

    kind: tuple[float, str, str]

    def __init__(self, seed: Any = None, input_axes: Axes = None, output_axes: Axes = None) -> None:
        super().__init__(*self.kind, seed, input_axes, output_axes)


class GlorotUniform(_Scaled):
    """Even numbers of variance 2 / (fan-in + fan-out): Keras's default."""

    kind = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Scaled):
    """Normal numbers of variance 2 / (fan-in + fan-out)."""

    kind = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Scaled):
    """Even numbers of variance 2 / fan-in, for relu."""

    kind = (2.0, "fan_in", "uniform")


class HeNormal(_Scaled):
    """Normal numbers of variance 2 / fan-in, for relu."""

    kind = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Scaled):
    """Even numbers of variance 1 / fan-in."""

    kind = (1.0, "fan_in", "uniform")


class LecunNormal(_Scaled):
    """Normal numbers of variance 1 / fan-in."""

    kind = (1.0, "fan_in", "truncated_normal")


def _scale_message(scale: object) -> str:
    return explain(
        "VarianceScaling cannot scale by this",
        given=f"scale={scale!r}",
        expected="a number greater than 0",
        remedy="VarianceScaling(scale=2.0)",
    )
