"""`MelSpectrogram`: how loud a sound is at each pitch, over time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain
from geartrain.layers.backend_names import AsksBackend
from geartrain.layers.layer import Layer
from geartrain.tensor import Array, Tensor

BREAK, SLOPE = 700.0, 1127.0  # of the mel scale: mel = 1127 log(1 + hertz / 700)


class MelSpectrogram(AsksBackend, Layer):
    """The strength of a signal in bands of pitch, for windows that slide along it.

    |STFT|^mag_exp is summed over bands that are triangles on the mel scale, on which steps sound
    alike; in decibels it is 10 log10(S / ref_power).

    Source: Stevens, Volkmann and Newman (1937) for the scale; O'Shaughnessy, "Speech
    communication" (1987), for its formula.

    Args:
        fft_length: how many samples a window has.
        sequence_stride: how far a window starts behind the one before.
        sequence_length: the length of the bell by which each window is multiplied; None: the
            window's.
        window: "hann", "hamming", a tensor of `sequence_length` numbers, or None: no bell.
        sampling_rate: samples a second.
        num_mel_bins: how many bands there are.
        min_freq: where the lowest band begins, in hertz.
        max_freq: where the highest ends; None: at half the sampling rate.
        power_to_db: whether the result is in decibels.
        top_db: how many decibels below the strongest all else is raised to; None: nothing is.
        mag_exp: 1 for magnitudes, 2 for power.
        min_power: the least power, before its logarithm is taken.
        ref_power: the power that is 0 decibels.
        **kwargs: those of `Layer`.

    Input shape:
        (samples,) or (batch, samples).

    Output shape:
        (num_mel_bins, windows) or (batch, num_mel_bins, windows).

    Raises:
        ValueError: `min_freq` is below 0 or not below `max_freq`, or that is above half the
            sampling rate.

    >>> from geartrain import layers, ops
    >>> layer = layers.MelSpectrogram(fft_length=64, sequence_stride=32, num_mel_bins=8)
    >>> layer(ops.ones((2, 320))).shape
    (2, 8, 11)
    """

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: Any = "hann",
        sampling_rate: int = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float | None = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.fft_length, self.sequence_stride = fft_length, sequence_stride
        self.sequence_length = sequence_length or fft_length
        self.window, self.sampling_rate = window, sampling_rate
        self.num_mel_bins, self.min_freq = num_mel_bins, min_freq
        self.max_freq = max_freq or int(sampling_rate / 2)
        self.power_to_db, self.top_db, self.mag_exp = power_to_db, top_db, mag_exp
        self.min_power, self.ref_power = min_power, ref_power
        self.mel_matrix = self.linear_to_mel_weight_matrix(
            num_mel_bins, fft_length // 2 + 1, sampling_rate, min_freq, self.max_freq
        )

    def call(self, inputs: Tensor) -> Tensor:
        signal = ops.cast(inputs, self.compute_dtype)
        re, im = ops.stft(
            signal, self.sequence_length, self.sequence_stride, self.fft_length, self.window
        )
        square = ops.square(re) + ops.square(im)  # (batch, windows, frequencies)
        power = square if self.mag_exp == 2 else ops.power(square, self.mag_exp / 2)
        mel = ops.matmul(power, ops.cast(self.mel_matrix, power.dtype))
        found = ops.swapaxes(mel, -1, -2)
        return self._in_decibels(found) if self.power_to_db else found

    def _in_decibels(self, power: Tensor) -> Tensor:
        scale = 10.0 / math.log(10.0)
        loud = ops.log(ops.maximum(power, self.min_power)) * scale
        loud = loud - 10.0 * math.log10(max(self.min_power, self.ref_power))
        return loud if self.top_db is None else ops.maximum(loud, ops.max(loud) - self.top_db)

    def linear_to_mel_weight_matrix(
        self,
        num_mel_bins: int = 20,
        num_spectrogram_bins: int = 129,
        sampling_rate: int = 8000,
        lower_edge_hertz: float = 125.0,
        upper_edge_hertz: float = 3800.0,
    ) -> Array:
        """How much each frequency counts for each band: (frequencies, bands).

        Args:
            num_mel_bins: how many bands there are.
            num_spectrogram_bins: how many frequencies, from 0 to half the sampling rate.
            sampling_rate: samples a second.
            lower_edge_hertz: where the lowest band begins.
            upper_edge_hertz: where the highest ends.

        Raises:
            ValueError: the edges do not rise from 0 to half the sampling rate.
        """
        if not 0 <= lower_edge_hertz < upper_edge_hertz <= sampling_rate / 2:
            raise ValueError(_edges_message(lower_edge_hertz, upper_edge_hertz, sampling_rate))
        places = _mel(np.linspace(0.0, sampling_rate / 2, num_spectrogram_bins)[1:])[:, None]
        edges = np.linspace(_mel(lower_edge_hertz), _mel(upper_edge_hertz), num_mel_bins + 2)
        low, middle, high = edges[:-2], edges[1:-1], edges[2:]
        rising, falling = (places - low) / (middle - low), (high - places) / (high - middle)
        weights = np.maximum(0.0, np.minimum(rising, falling))
        return np.pad(weights, ((1, 0), (0, 0))).astype(np.float32)

    def compute_output_shape(self, input_shape: Any) -> Any:
        *batch, samples = input_shape
        whole = None
        if samples is not None:
            whole = (samples + self.fft_length // 2 * 2 - self.fft_length) // self.sequence_stride
        return [*batch, self.num_mel_bins, None if whole is None else whole + 1]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **{name: getattr(self, name) for name in NAMES}}


NAMES = (
    *("fft_length", "sequence_stride", "sequence_length", "window", "sampling_rate"),
    *("num_mel_bins", "min_freq", "max_freq", "power_to_db", "top_db", "mag_exp"),
    *("min_power", "ref_power"),
)


def _mel(hertz: Any) -> Any:
    return SLOPE * np.log1p(np.asarray(hertz, np.float64) / BREAK)


def _edges_message(low: Any, high: Any, rate: Any) -> str:
    return explain(
        "MelSpectrogram has bands between two frequencies",
        given=f"from {low} to {high} hertz, at {rate} samples a second",
        expected=f"two rising numbers from 0 to {rate / 2}: a signal has no higher frequencies",
        remedy=f"min_freq=20.0, max_freq={rate / 2}",
    )
