"""`STFT`: the kernel with which a convolution takes short-time Fourier transforms."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.errors import explain, unknown_name
from geartrain.initializers.initializer import NumberInitializer
from geartrain.tensor import Array

SIDES = ("real", "imag")
SCALINGS = (None, "density", "spectrum")


class STFT(NumberInitializer):
    """kernel[t, 0, f] = window[t] * cos(2 pi t f / n), or -sin for the imaginary part.

    n is the length of the transform: 2 (frequencies - 1). "density" divides the window by its L2
    norm, "spectrum" by its sum.

    Source: Allen and Rabiner, "A unified approach to short-time Fourier analysis" (1977).

    Args:
        side: "real" or "imag".
        window: the name of one of `scipy.signal.windows`, an array, or None.
        scaling: "density", "spectrum" or None.
        periodic: whether the window is one of a period, without its last point.

    Raises:
        ValueError: an impossible side, window or scaling.
    """

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        if side not in SIDES:
            raise ValueError(unknown_name("side", side, SIDES, remedy="side={}"))
        if isinstance(window, str):
            window_of(window, 4, periodic=periodic)
        if scaling not in SCALINGS:
            raise ValueError(_scaling_message(scaling))
        self.side, self.window, self.periodic, self.scaling = side, window, periodic, scaling

    def numbers(self, shape: tuple[int, ...]) -> Array:
        length, _, frequencies = shape
        turns = np.outer(np.arange(length), np.arange(frequencies)) / (2 * (frequencies - 1))
        waves = np.cos(2 * np.pi * turns) if self.side == "real" else -np.sin(2 * np.pi * turns)
        return (self._scaled_window(length)[:, None] * waves)[:, None, :]

    def _scaled_window(self, length: int) -> Array:
        if self.window is None:
            return np.ones(length)
        window = window_of(self.window, length, periodic=self.periodic)
        if self.scaling == "density":
            return np.asarray(window / np.sqrt(np.sum(window**2)))
        return window / np.abs(np.sum(window)) if self.scaling == "spectrum" else window

    def get_config(self) -> dict[str, Any]:
        config = self.own_config()
        return {name: config[name] for name in ("side", "window", "periodic", "scaling")}


def window_of(window: Any, length: int, *, periodic: bool) -> Array:
    """A window by its name, or as an array.

    Raises:
        ValueError: there is no window of the name.
        ImportError: it is another one than "hann" and "hamming", and SciPy is missing.
    """
    if not isinstance(window, str):
        return np.asarray(window, float)
    points = length + 1 if periodic else length
    own: dict[str, Any] = {"hann": np.hanning, "hamming": np.hamming}
    if window in own:
        return np.asarray(own[window](points)[:length])
    return np.asarray(_scipy_window(window, length, periodic=periodic))


def _scipy_window(name: str, length: int, *, periodic: bool) -> Array:
    try:
        from scipy.signal import get_window  # an extra
    except ImportError:
        raise ImportError(_scipy_message(name)) from None
    try:
        found: Array = get_window(name, length, fftbins=periodic)
    except ValueError:
        raise ValueError(
            unknown_name("window", name, ("hann", "hamming", "blackman"), remedy="window={}")
        ) from None
    return found


def _scaling_message(scaling: object) -> str:
    return explain(
        "STFT cannot scale its window so",
        given=f"scaling={scaling!r}",
        expected="'density', 'spectrum' or None",
        remedy="scaling='density'",
    )


def _scipy_message(name: str) -> str:
    return explain(
        "This window needs SciPy",
        given=f"window={name!r}",
        expected="'hann' or 'hamming', or SciPy, which has the others",
        remedy="pip install scipy",
    )
