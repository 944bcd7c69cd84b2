"""`fake_quant_with_min_max_vars`: floats rounded to a grid between two ends, which can train.

Source: Jacob et al., "Quantization and training of neural networks for efficient integer-
arithmetic-only inference" (2018), section 3.1.
"""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.autodiff import custom_gradient
from geartrain.tensor import Tensor, is_floating, normalize_axis


def fake_quant_with_min_max_vars(
    inputs: Any,
    min_vals: Any,
    max_vals: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    axis: int | None = None,
) -> Tensor:
    """The inputs, cut at two ends and rounded to 2**num_bits evenly spaced numbers, 0 among them.

    The derivative by the inputs is 1 between the ends and 0 outside; that by an end is the sum over
    what was cut there.

    Args:
        inputs: floats.
        min_vals: the lower end; with `axis`, one for each place on it.
        max_vals: the upper end, likewise.
        num_bits: of the whole numbers behind.
        narrow_range: whether they begin with 1 instead of 0.
        axis: the axis whose places have ends of their own; None: one pair for all.

    >>> [round(float(each), 4) for each in fake_quant_with_min_max_vars([-2.0, 0.3], -1.0, 1.0)]
    [-0.9961, 0.298]
    """
    x = ops.convert_to_tensor(inputs)
    x = x if is_floating(x.dtype) else ops.cast(x, "float32")
    low, high = (ops.cast(each, x.dtype) for each in (min_vals, max_vals))
    channel = None if axis is None else normalize_axis(axis, x.ndim)
    least, most = int(narrow_range), 2 ** int(num_bits) - 1

    def laid_out(end: Tensor) -> Tensor:
        if channel is None or end.ndim == 0:
            return end
        return ops.reshape(end, [-1 if each == channel else 1 for each in range(x.ndim)])

    @custom_gradient
    def rounded(x: Tensor, low: Tensor, high: Tensor) -> Any:
        first, last, scale = _nudged(laid_out(low), laid_out(high), least, most)
        cut = ops.minimum(ops.maximum(x, first), last)
        steps = ops.floor(ops.add(ops.divide(ops.subtract(cut, first), scale), 0.5))
        below, above = ops.less(x, first), ops.greater(x, last)

        def gradient(upstream: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            zeros = ops.zeros_like(upstream)
            outside = ops.logical_or(below, above)
            by_ends = (ops.where(each, upstream, zeros) for each in (below, above))
            axes = None
            if channel is not None and low.ndim:
                axes = tuple(each for each in range(x.ndim) if each != channel)
            by_low, by_high = (ops.sum(each, axis=axes) for each in by_ends)
            return ops.where(outside, zeros, upstream), by_low, by_high

        return ops.add(ops.multiply(steps, scale), first), gradient

    result: Tensor = rounded(x, low, high)
    return result


def _nudged(low: Tensor, high: Tensor, least: int, most: int) -> tuple[Tensor, Tensor, Tensor]:
    """The ends, moved so that 0 is on the grid, and the grid's step."""
    scale = ops.divide(ops.subtract(high, low), float(most - least))
    zero = ops.subtract(float(least), ops.divide(low, scale))
    zero = ops.clip(ops.floor(ops.add(zero, 0.5)), float(least), float(most))
    first = ops.multiply(ops.subtract(float(least), zero), scale)
    return first, ops.multiply(ops.subtract(float(most), zero), scale), scale
