"""AWQ: rows with large inputs are scaled up before they are rounded, which makes them finer.

    s = mean |x| ^ ratio, over sqrt(max s * min s)           for each ratio of a grid from 0 to 1
    w ~ rounded(s w) / s                                     the ratio of the least tr(dᵀ H d)

Source: Lin et al., "AWQ: activation-aware weight quantization for LLM compression and
acceleration" (2023), section 3.2, equations 4 and 5.
"""

from __future__ import annotations

import numpy as np

from geartrain.quantizers.steps import Rounded, steps_of
from geartrain.tensor import Array

LEAST = 1e-4  # the least factor before they are centred, for inputs that are always 0


def awq(
    weight: Array,
    second_moments: Array,
    magnitudes: Array,
    bits: int = 4,
    group_size: int = -1,
    grid_points: int = 20,
) -> Rounded:
    """A weight as whole numbers, its rows scaled by how large their inputs are.

    Args:
        weight: `(rows, columns)`.
        second_moments: H, the products of inputs with each other, summed: `(rows, rows)`.
        magnitudes: the mean of |x| for each row.
        bits: of the whole numbers.
        group_size: rows with a scale and a zero in common; -1: all.
        grid_points: how many ratios are tried, from 0 (rounding alone) on.

    >>> w, inputs = np.array([[1.4], [10.0]]), np.array([8.0, 0.1])
    >>> found = awq(w, np.diag(inputs**2), inputs, bits=2)
    >>> bool(abs(found.floats()[0, 0] - 1.4) < 0.1)  # rounding alone gives 0
    True
    """
    tried = (
        _scaled(weight, magnitudes, step / grid_points, bits, group_size)
        for step in range(grid_points)
    )
    return min(tried, key=lambda each: error_of(each.floats() - weight, second_moments))


def error_of(difference: Array, second_moments: Array) -> float:
    """tr(dᵀ H d): the squared error of the sums, over all inputs and columns."""
    return float(np.sum(difference * (second_moments @ difference)))


def _scaled(weight: Array, magnitudes: Array, ratio: float, bits: int, group_size: int) -> Rounded:
    factors = np.maximum(magnitudes, 0) ** ratio if ratio else np.ones(len(weight))
    factors = np.maximum(factors, LEAST)
    factors = factors / np.sqrt(factors.max() * factors.min())
    larger = weight * factors[:, None]
    steps = steps_of(larger, bits, group_size)
    return Rounded(steps.rounded(larger), steps, factors)
