"""`Float8`: products of floats of eight bits, with scales that follow the largest magnitudes.

    inputs, kernel   rounded to e4m3, each with its scale
    derivatives      rounded to e5m2, with theirs

The scales and the last magnitudes are variables whose "derivative" is their next value, so that the
optimizer's step moves them on.

Source: Micikevicius et al., "FP8 formats for deep learning" (2022), section 3; delayed scaling is
that of NVIDIA's Transformer Engine (its documentation, "FP8 recipes").
"""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.autodiff import custom_gradient
from geartrain.quantizers.float8 import (
    E4M3,
    E5M2,
    FORMATS,
    compute_float8_amax_history,
    compute_float8_scale,
    quantize_and_dequantize,
)
from geartrain.tensor import Tensor, Variable

PARTS = ("inputs", "kernel", "outputs_grad")


class Float8:
    """The scales and magnitudes of a layer, which has them as variables.

    Args:
        layer: the layer.
        length: how many magnitudes are kept.
    """

    def __init__(self, layer: Any, length: int) -> None:
        self.layer = layer
        for part in PARTS:
            for name, shape, start in (("scale", (), "ones"), ("amax_history", (length,), "zeros")):
                made = layer.add_weight(
                    shape=shape,
                    initializer=start,
                    dtype="float32",
                    autocast=False,
                    overwrite_with_gradient=True,
                    name=f"{part}_{name}",
                )
                setattr(layer, f"{part}_{name}", made)

    def rounded(self, part: str, x: Any, training: bool) -> Tensor:
        """Inputs or a kernel, rounded; where it trains, the magnitudes go on."""
        dtype = self.layer.compute_dtype
        scale, history = self._states(part)

        @custom_gradient
        def round_inputs(x: Tensor, scale: Tensor, history: Tensor) -> Any:
            found = quantize_and_dequantize(x, scale, E4M3, dtype)
            if not training:
                return found, lambda upstream: (upstream, None, None)
            following = _following(x, scale, history, E4M3)
            return found, lambda upstream: (upstream, *following)

        result: Tensor = round_inputs(x, scale, history)
        return result

    def rounding_derivatives(self, x: Tensor) -> Tensor:
        """x; its derivative is rounded on the way back."""
        dtype = self.layer.compute_dtype
        scale, history = self._states("outputs_grad")

        @custom_gradient
        def same(x: Tensor, scale: Tensor, history: Tensor) -> Any:
            def gradient(upstream: Tensor) -> Any:
                found = quantize_and_dequantize(upstream, scale, E5M2, dtype)
                return (found, *_following(upstream, scale, history, E5M2))

            return x, gradient

        result: Tensor = same(x, scale, history)
        return result

    def _states(self, part: str) -> tuple[Variable, Variable]:
        layer = self.layer
        return getattr(layer, f"{part}_scale"), getattr(layer, f"{part}_amax_history")


def _following(x: Tensor, scale: Tensor, history: Tensor, form: str) -> tuple[Tensor, Tensor]:
    """The next scale, which the magnitudes before this step ask for, and the next magnitudes."""
    largest = FORMATS[form].largest
    next_scale = compute_float8_scale(ops.max(history), scale, largest)
    return next_scale, compute_float8_amax_history(x, history)
