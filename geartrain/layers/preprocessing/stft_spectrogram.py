"""`STFTSpectrogram`: which frequencies a signal has, over time, as a layer that can be trained."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain, unknown_name
from geartrain.layers.layer import Layer
from geartrain.ops.nn.spatial import is_channels_first
from geartrain.tensor import Array, Tensor, Variable

MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")
SCALINGS = ("density", "spectrum")
PADDINGS = ("valid", "same")
WINDOWS = ("hann", "hamming")
EPSILON = 1e-7


class STFTSpectrogram(Layer):
    """The Fourier transform of short windows that slide along a signal, by two convolutions.

    sum over n of w[n] x[t step + n] e^(-2 pi i k n / fft_length), for each channel (and an even
    fft_length); the cosines and the sines, times the bell w, are the layer's weights.

    Args:
        mode: "log" of the magnitude, "magnitude", "psd" (its square, doubled where negative
            frequencies are left out), "real", "imag", "angle", or "stft": real and imaginary part.
        frame_length: how many samples a window has.
        frame_step: how far a window starts behind the one before; None: half a window.
        fft_length: from how many samples frequencies are counted; None: the next power of 2.
        window: the bell: "hann", "hamming", `frame_length` numbers, or None: ones.
        periodic: whether the bell is one period of a wave, and not symmetric.
        scaling: "density": the bell is divided by the root of its sum of squares; "spectrum": by
            its sum; None: not at all.
        padding: "valid" or "same", as of a convolution.
        expand_dims: whether channels get an axis of their own, for layers of images.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`.

    Input shape:
        (batch, samples, channels), or with "channels_first" (batch, channels, samples).

    Output shape:
        (batch, windows, channels * frequencies); (batch, windows, frequencies, channels) with
        `expand_dims`; the channels before the windows with "channels_first".

    Raises:
        ValueError: a name is not known, or the lengths do not fit.
        TypeError: the signal is not of floats.

    >>> from geartrain import layers, ops
    >>> layers.STFTSpectrogram(frame_length=8, frame_step=4)(ops.ones((1, 20, 1))).shape
    (1, 4, 5)
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: Any = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        _check_names(mode, scaling, padding, window)
        _check_lengths(frame_length, frame_step, fft_length)
        self.mode, self.frame_length, self.frame_step = mode, frame_length, frame_step
        self.fft_length, self.window, self.periodic = fft_length, window, periodic
        self.scaling, self.padding, self.expand_dims = scaling, padding, expand_dims
        first = is_channels_first(data_format)
        self.data_format = "channels_first" if first else "channels_last"
        self._frame_step = frame_step or frame_length // 2
        self._fft_length = fft_length or 1 << (frame_length - 1).bit_length()

    @property
    def frequencies(self) -> int:
        """How many frequencies there are, from 0 to half of one a sample."""
        return self._fft_length // 2 + 1

    def build(self, input_shape: Any) -> None:
        bell = self._bell()
        # As in Keras, the last frequency is half of one a sample, for odd lengths as well.
        step = math.pi / max(self.frequencies - 1, 1)
        angles = step * np.outer(np.arange(self.frame_length), np.arange(self.frequencies))
        if self.mode != "imag":
            self.real_kernel = self._kernel("real_kernel", np.cos(angles) * bell)
        if self.mode != "real":
            self.imag_kernel = self._kernel("imag_kernel", -np.sin(angles) * bell)

    def _kernel(self, name: str, numbers: Array) -> Variable:
        shape = (self.frame_length, 1, self.frequencies)
        start = numbers.reshape(shape)
        return self.add_weight(shape, lambda *_, **known: _as(start, known.get("dtype")), name=name)

    def _bell(self) -> Array:
        """The bell, as a column, scaled."""
        size = self.frame_length
        bell = _wave(self.window, size, periodic=self.periodic)
        if self.scaling == "density":
            bell = bell / math.sqrt((bell**2).sum())
        elif self.scaling == "spectrum":
            bell = bell / abs(bell.sum())
        return bell[:, None]

    def call(self, inputs: Tensor) -> Tensor:
        x = ops.convert_to_tensor(inputs)
        if x.dtype.kind in "biuc":
            raise TypeError(_dtype_message(x))
        if self.data_format == "channels_last":
            x = ops.transpose(x, (0, 2, 1))
        batch, channels, samples = x.shape
        rows = ops.reshape(x, (-1, samples, 1))  # each channel by itself
        found = self._found(rows)  # (batch * channels, windows, features)
        wide = ops.reshape(found, (batch, channels, *found.shape[1:]))
        return self._arranged(wide)

    def _found(self, rows: Tensor) -> Tensor:
        if self.mode == "real":
            return self._swept(rows, self.real_kernel)
        if self.mode == "imag":
            return self._swept(rows, self.imag_kernel)
        re, im = self._swept(rows, self.real_kernel), self._swept(rows, self.imag_kernel)
        if self.mode == "stft":
            return ops.concatenate([re, im], axis=-1)
        if self.mode == "angle":
            return ops.arctan2(im, re)
        square = ops.square(re) + ops.square(im)
        if self.mode == "psd":
            return square * self._sides(square.dtype)
        if self.mode == "magnitude":
            return ops.sqrt(square)
        return ops.log(ops.maximum(ops.sqrt(square), EPSILON))

    def _sides(self, dtype: Any) -> Array:
        """How many frequencies, negative ones included, each stands for."""
        sides = np.full(self.frequencies, 2.0)
        sides[0] = sides[-1] = 1.0
        return sides.astype(dtype)

    def _swept(self, rows: Tensor, kernel: Variable) -> Tensor:
        weights = ops.cast(kernel.value, rows.dtype)
        return ops.conv(rows, weights, strides=self._frame_step, padding=self.padding)

    def _arranged(self, found: Tensor) -> Tensor:
        """(batch, channels, windows, features) in the layout that is wanted."""
        sizes: tuple[Any, ...] = found.shape
        batch, channels, windows, features = sizes
        first = self.data_format == "channels_first"
        if self.expand_dims:
            return found if first else ops.transpose(found, (0, 2, 3, 1))
        order = (0, 1, 3, 2) if first else (0, 2, 1, 3)
        moved = ops.transpose(found, order)
        shape = (channels * features, windows) if first else (windows, channels * features)
        return ops.reshape(moved, (batch, *shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        first = self.data_format == "channels_first"
        batch, samples, channels = input_shape
        if first:
            samples, channels = channels, samples
        windows = self._windows(samples)
        features = self.frequencies * (2 if self.mode == "stft" else 1)
        if self.expand_dims:
            rest = (channels, windows, features) if first else (windows, features, channels)
            return (batch, *rest)
        whole = None if channels is None else channels * features
        return (batch, whole, windows) if first else (batch, windows, whole)

    def _windows(self, samples: int | None) -> int | None:
        if samples is None:
            return None
        if self.padding == "same":
            return -(-samples // self._frame_step)
        return (samples - self.frame_length) // self._frame_step + 1

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **{name: getattr(self, name) for name in NAMES}}


NAMES = (
    *("mode", "frame_length", "frame_step", "fft_length", "window", "periodic"),
    *("scaling", "padding", "data_format", "expand_dims"),
)


def _as(numbers: Array, dtype: Any) -> Tensor:
    return ops.cast(numbers, dtype or "float32")


def _wave(window: Any, size: int, *, periodic: bool) -> Array:
    if window is None:
        return np.ones(size)
    if not isinstance(window, str):
        return np.asarray(ops.convert_to_tensor(window).numpy(), np.float64)
    middle = 0.5 if window == "hann" else 0.54
    turns = np.arange(size) / (size if periodic else max(size - 1, 1))
    return np.asarray(middle - (1 - middle) * np.cos(2 * np.pi * turns))


def _check_names(mode: Any, scaling: Any, padding: Any, window: Any) -> None:
    for name, given, known in (
        ("mode", mode, MODES),
        ("scaling", scaling or "density", SCALINGS),
        ("padding", padding, PADDINGS),
        ("window", window if isinstance(window, str) else "hann", WINDOWS),
    ):
        if given not in known:
            remedy = f"layers.STFTSpectrogram({name}={{}})"
            raise ValueError(unknown_name(name, given, known, remedy=remedy))


def _check_lengths(frame: int, step: int | None, fft: int | None) -> None:
    fits_step = step is None or 0 < step <= frame
    if frame > 0 and fits_step and (fft is None or fft >= frame):
        return
    raise ValueError(
        explain(
            "STFTSpectrogram cannot slide such windows",
            given=f"frame_length={frame}, frame_step={step}, fft_length={fft}",
            expected="0 < frame_step <= frame_length <= fft_length, or None for step and fft",
            remedy="frame_length=256, frame_step=128, fft_length=256",
        )
    )


def _dtype_message(x: Tensor) -> str:
    return explain(
        "STFTSpectrogram takes a signal of floats",
        given=f"a tensor of {x.dtype.name}",
        expected="float16, float32 or float64",
        remedy="ops.cast(signal, 'float32') / 32768, for samples of 16 bits",
    )
