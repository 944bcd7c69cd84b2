"""Images and fields blurred by a bell whose width is a tensor, and may be drawn at random."""

from __future__ import annotations

from geartrain import ops
from geartrain.ops.image.transform import sum_of
from geartrain.ops.shaping import cut_out, static_size
from geartrain.tensor import Tensor


def bell_smoothed(x: Tensor, axis: int, size: int, sigma: Tensor) -> Tensor:
    """A mean of neighbours along an axis, zeros being beyond the ends.

    The weights are proportional to exp(-d² / (2 sigma²)), and sum to 1.

    Args:
        x: of any rank.
        axis: along which.
        size: how many neighbours, an odd number.
        sigma: the bell's standard deviation.
    """
    side = size // 2
    distance = ops.arange(-side, side + 1, dtype=x.dtype)
    heights = ops.exp(-ops.square(distance) / (2.0 * ops.square(sigma)))
    weights = heights / ops.sum(heights)
    widths = [(side, side) if at == axis else (0, 0) for at in range(x.ndim)]
    around, length = ops.pad(x, widths), static_size(x.shape[axis], "bell_smoothed")
    return sum_of(cut_out(around, axis, at, at + length) * weights[at] for at in range(size))
