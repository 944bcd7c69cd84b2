"""Numbers as colours, for pixels.

Numbers of one sign go from dark blue over green to yellow; where there are both signs, zero is
pale, negative numbers are orange and positive ones blue. What is not finite is magenta.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

ONE_SIGN = np.array([(42, 24, 84), (38, 90, 140), (40, 150, 120), (140, 200, 80), (250, 230, 90)])
TWO_SIGNS = np.array(
    [(150, 75, 10), (235, 165, 90), (242, 240, 236), (110, 170, 225), (20, 80, 150)]
)
NOT_FINITE = (220, 40, 200)


def heat(numbers: Array, low: float, high: float) -> Array:
    """The colour of each number, `low` and `high` being the ends of the scale.

    Returns an array of uint8, `(*numbers.shape, 3)`.
    """
    values = np.asarray(numbers, np.float64)
    if low < 0 < high:
        reach = max(-low, high)
        places, scale = values / reach / 2 + 0.5, TWO_SIGNS
    else:
        places, scale = (values - low) / ((high - low) or 1.0), ONE_SIGN
    finite = np.isfinite(places)
    places = np.where(finite, places, 0.0)
    stops = np.linspace(0, 1, len(scale))
    rgb = np.stack([np.interp(places, stops, channel) for channel in scale.T], axis=-1)
    rgb[~finite] = NOT_FINITE
    return rgb.round().astype(np.uint8)


def grey(numbers: Array) -> Array:
    """Pixels of 0 to 255 from uint8, from bool, or from floats of 0 to 1; `(..., channels)` stays.

    What is not finite is 0.
    """
    if numbers.dtype == np.uint8:
        return numbers
    values = np.nan_to_num(np.asarray(numbers, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    return (np.clip(values, 0, 1) * 255).round().astype(np.uint8)
