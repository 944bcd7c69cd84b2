"""Factors: how much is changed, as a range from which a number is drawn for each image.

0.2   ->   (-0.2, 0.2), or (0, 0.2) where nothing is below 0        (0.1, 0.3)   ->   itself
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain

Range = tuple[float, float]


def as_range(
    layer: str, name: str, factor: Any, bounds: Range = (-1.0, 1.0), start: float | None = None
) -> Range:
    """A factor as a range.

    Args:
        layer: the layer's name, for messages.
        name: the argument's.
        factor: a number, or two.
        bounds: what it must lie between.
        start: where the range of a single number begins; None: at minus the number, or at the
            lower bound where that is 0 or more.

    Raises:
        ValueError: it is neither, or it is not within the bounds.
    """
    if isinstance(factor, Sequence | np.ndarray) and not isinstance(factor, str):
        if len(factor) != 2:
            raise ValueError(_message(layer, name, factor, bounds))
        low, high = sorted(factor)
    elif isinstance(factor, int | float):
        high = abs(factor) if start is None and bounds[0] < 0 else factor
        low = _start(high, bounds) if start is None else start
    else:
        raise ValueError(_message(layer, name, factor, bounds))
    if not bounds[0] <= min(low, high) <= max(low, high) <= bounds[1]:
        raise ValueError(_message(layer, name, factor, bounds))
    return low, high


def _start(high: float, bounds: Range) -> float:
    return max(-high, bounds[0]) if bounds[0] < 0 else int(bounds[0])


def _message(layer: str, name: str, factor: Any, bounds: Range) -> str:
    low, high = bounds
    return explain(
        f"{layer} cannot use this {name}",
        given=f"{name}={factor!r}",
        expected=f"a number, or two, from {low} to {high}",
        remedy=f"{name}=({max(low, 0)}, {min(high, 0.5) if high > 0 else high})",
    )
