"""`tf.signal`: Fourier transforms of complex tensors, windows that slide, the scale of mel.

sound -> stft -> magnitudes -> linear_to_mel_weight_matrix -> log -> mfccs_from_log_mel_spectrograms
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.sizes import sizes_of
from geartrain.compat.tensorflow.wrapping import axes_of
from geartrain.errors import explain
from geartrain.tensor import Array, Tensor

__all__ = [
    "dct", "fft", "fft2d", "fftshift", "frame", "hamming_window", "hann_window", "idct", "ifft",
    "ifft2d", "ifftshift", "inverse_stft", "inverse_stft_window_fn", "irfft",
    "linear_to_mel_weight_matrix", "mfccs_from_log_mel_spectrograms", "overlap_and_add", "rfft",
    "stft",
]  # fmt: skip


def _joined(pair: tuple[Tensor, Tensor]) -> Tensor:
    return ops.view_as_complex(ops.stack(pair, -1))


def _parted(x: Any) -> tuple[Tensor, Tensor]:
    return ops.real(x), ops.imag(x)


def fft(input: Any, name: str | None = None) -> Tensor:
    """The discrete Fourier transform along the last axis.

    >>> fft(ops.cast([1.0, 2.0], "complex64")).tolist()
    [(3+0j), (-1+0j)]
    """
    return _joined(ops.fft(_parted(input)))


def ifft(input: Any, name: str | None = None) -> Tensor:
    """The inverse of `fft`: its conjugate, of the conjugate, divided by the number of places."""
    real, imaginary = _parted(input)
    found, turned = ops.fft((real, ops.negative(imaginary)))
    size = ops.shape(real)[-1]
    return _joined((ops.divide(found, size), ops.divide(ops.negative(turned), size)))


def fft2d(input: Any, name: str | None = None) -> Tensor:
    """The discrete Fourier transform along the last two axes."""
    return _joined(ops.fft2(_parted(input)))


def ifft2d(input: Any, name: str | None = None) -> Tensor:
    """The inverse of `fft2d`."""
    return _joined(ops.ifft2(_parted(input)))


def rfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The first half of the transform of real numbers; the other half mirrors it."""
    return _joined(ops.rfft(input_tensor, _length(fft_length)))


def irfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The inverse of `rfft`."""
    return ops.irfft(_parted(input_tensor), _length(fft_length))


def _length(fft_length: Any) -> int | None:
    return None if fft_length is None else int(np.asarray(fft_length).reshape(-1)[0])


def fftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """The frequency 0 in the middle of some axes, or of all."""
    return _shifted(x, axes, lambda size: size // 2)


def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """The inverse of `fftshift`."""
    return _shifted(x, axes, lambda size: -(size // 2))


def _shifted(x: Any, axes: Any, by: Callable[[int], int]) -> Tensor:
    tensor = ops.convert_to_tensor(x)
    given = axes_of(axes)
    chosen = range(tensor.ndim) if given is None else np.atleast_1d(given).tolist()
    for axis in chosen:
        tensor = ops.roll(tensor, by(int(sizes_of(tensor)[axis])), axis)
    return tensor


def _bell(window_length: Any, periodic: Any, dtype: Any, mean: float, amplitude: float) -> Tensor:
    count = int(window_length)
    places = count if periodic and count % 2 == 0 else count - 1  # as TensorFlow has it
    turns = 2 * math.pi * np.arange(count) / max(places, 1)
    numbers = mean - amplitude * np.cos(turns) if count > 1 else np.ones(count)
    return ops.convert_to_tensor(numbers.astype(np.dtype(dtype)))


def hann_window(
    window_length: Any, periodic: Any = True, dtype: Any = "float32", name: str | None = None
) -> Tensor:
    """A bell of one period of a cosine, from 0 to 1.

    >>> hann_window(4).tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    return _bell(window_length, periodic, dtype, 0.5, 0.5)


def hamming_window(
    window_length: Any, periodic: Any = True, dtype: Any = "float32", name: str | None = None
) -> Tensor:
    """The same, which does not quite reach 0."""
    return _bell(window_length, periodic, dtype, 0.54, 0.46)


def frame(
    signal: Any,
    frame_length: Any,
    frame_step: Any,
    pad_end: bool = False,
    pad_value: Any = 0,
    axis: int = -1,
    name: str | None = None,
) -> Tensor:
    """Windows that slide along an axis: it becomes two, the windows and the places within.

    >>> frame(ops.arange(5), 3, 2).tolist()
    [[0, 1, 2], [2, 3, 4]]
    """
    tensor, length, step = ops.convert_to_tensor(signal), int(frame_length), int(frame_step)
    axis = axis % tensor.ndim
    size = int(sizes_of(tensor)[axis])
    count = -(-size // step) if pad_end else max(0, (size - length) // step + 1)
    missing = max(0, (count - 1) * step + length - size) if pad_end else 0
    if missing:
        widths = [(0, missing if each == axis else 0) for each in range(tensor.ndim)]
        tensor = ops.pad(tensor, widths, constant_values=pad_value)
    places = np.arange(count)[:, None] * step + np.arange(length)
    return ops.take(tensor, places, axis)


def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Tensor:
    """Windows (..., count, length) added where they overlap: the other way round of `frame`."""
    tensor, step = ops.convert_to_tensor(signal), int(frame_step)
    *outer, count, length = map(int, sizes_of(tensor))
    whole = (count - 1) * step + length
    places = (np.arange(count)[:, None] * step + np.arange(length)).reshape(-1)
    rows = ops.moveaxis(ops.reshape(tensor, (*outer, count * length)), -1, 0)
    return ops.moveaxis(ops.segment_sum(rows, places, whole), 0, -1)


def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Any = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Tensor:
    """How the frequencies of signals change over time: `rfft` of windows that slide.

    Args:
        signals: (..., time), real.
        frame_length: the places of a window.
        frame_step: how far each window lies from the one before.
        fft_length: the places that are transformed; the next power of two, if None.
        window_fn: called with the length and a dtype, gives what windows are multiplied with.
        pad_end: whether windows that go beyond the end are filled up with zeros.
        name: taken.

    Returns:
        (..., windows, fft_length // 2 + 1), complex.
    """
    length = int(frame_length)
    windows = frame(signals, length, frame_step, pad_end)
    if window_fn is not None:
        windows = ops.multiply(windows, window_fn(length, dtype=windows.dtype))
    return rfft(windows, _at_least(length) if fft_length is None else fft_length)


def _at_least(length: int) -> int:
    """The next power of two."""
    return 1 << (length - 1).bit_length()


def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: Any = hann_window, name: str | None = None
) -> Callable[..., Tensor]:
    """What `inverse_stft` takes, so that it gives back what `stft` with a window was given.

    The window, divided by the sum of its squares over the windows that overlap (Griffin and Lim,
    1984).
    """
    step = int(frame_step)

    def inverse(frame_length: Any, dtype: Any = "float32") -> Tensor:
        length = int(frame_length)
        window: Array = np.asarray(forward_window_fn(length, dtype=dtype))
        overlaps = -(-length // step)
        squares = np.pad(window**2, (0, overlaps * step - length)).reshape(overlaps, step)
        total = np.tile(squares.sum(0), overlaps)[:length]
        return ops.convert_to_tensor(window / total)

    return inverse


def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Any = hann_window,
    name: str | None = None,
) -> Tensor:
    """The signals of transforms: `irfft` of each, times the window, added where they overlap."""
    length = int(frame_length)
    whole = irfft(stfts, _at_least(length) if fft_length is None else fft_length)
    windows = _of_length(whole, length)
    if window_fn is not None:
        windows = ops.multiply(windows, window_fn(length, dtype=windows.dtype))
    return overlap_and_add(windows, frame_step)


def _of_length(x: Tensor, length: int) -> Tensor:
    """The last axis cut off, or filled up with zeros."""
    missing = max(0, length - int(sizes_of(x)[-1]))
    return ops.pad(x, [*[(0, 0)] * (x.ndim - 1), (0, missing)])[..., :length]


def _cosines(size: int, type: int, norm: Any) -> Array:
    """The matrix of a cosine transform: place by frequency."""
    place, frequency = np.arange(size)[:, None], np.arange(size)[None]
    if type == 2:
        matrix = 2 * np.cos(math.pi * (place + 0.5) * frequency / size)
        scale = np.where(frequency == 0, math.sqrt(0.25 / size), math.sqrt(0.5 / size))
        return matrix * scale if norm == "ortho" else matrix
    if norm == "ortho":
        return _cosines(size, 2, norm).T
    weights = np.where(place == 0, 1.0, 2.0)
    return weights * np.cos(math.pi * place * (frequency + 0.5) / size)


def dct(
    input: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: Any = None,
    name: str | None = None,
) -> Tensor:
    """The cosine transform along the last axis, of type 2 or, its inverse but for a factor, 3.

    Args:
        input: real.
        type: 2 or 3.
        n: the places that are transformed: cut off, or filled up with zeros; all, if None.
        axis: -1.
        norm: None, or "ortho" for a matrix whose inverse is its transpose.
        name: taken.

    Raises:
        ValueError: another type, norm or axis.
    """
    if type not in (2, 3) or axis != -1 or norm not in (None, "ortho"):
        raise ValueError(_cosine_message(type, axis, norm))
    tensor = ops.convert_to_tensor(input)
    tensor = tensor if n is None else _of_length(tensor, n)
    matrix = _cosines(int(sizes_of(tensor)[-1]), type, norm)
    return ops.matmul(tensor, matrix.astype(tensor.dtype))


def idct(
    input: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: Any = None,
    name: str | None = None,
) -> Tensor:
    """The inverse of `dct`; without a norm, times twice the number of places, as TensorFlow's."""
    return dct(input, {2: 3, 3: 2}.get(type, type), n, axis, norm)


def _mel(hertz: Any) -> Any:
    """The scale of heard heights of tones (O'Shaughnessy, 1987)."""
    return 1127.0 * np.log(1.0 + np.asarray(hertz, float) / 700.0)


def linear_to_mel_weight_matrix(
    num_mel_bins: Any = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: Any = 125.0,
    upper_edge_hertz: Any = 3800.0,
    dtype: Any = "float32",
    name: str | None = None,
) -> Tensor:
    """How much each frequency counts for each band of mel: triangles that overlap by half.

    `matmul(magnitudes, matrix)` gives a mel spectrogram. The frequency 0 counts for none.
    """
    frequencies = _mel(np.linspace(0.0, float(sample_rate) / 2, int(num_spectrogram_bins)))[:, None]
    ends = _mel([lower_edge_hertz, upper_edge_hertz])
    edges = np.linspace(ends[0], ends[1], int(num_mel_bins) + 2)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (
        (frequencies - low) / (middle - low),
        (high - frequencies) / (high - middle),
    )
    weights = np.maximum(0, np.minimum(rising, falling))
    weights[0] = 0
    return ops.convert_to_tensor(weights.astype(np.dtype(dtype)))


def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any, name: str | None = None) -> Tensor:
    """The cosine transform of the logarithms of mel spectrograms (Davis and Mermelstein, 1980)."""
    tensor = ops.convert_to_tensor(log_mel_spectrograms)
    return ops.multiply(dct(tensor), 1.0 / math.sqrt(2.0 * int(sizes_of(tensor)[-1])))


def _cosine_message(type: Any, axis: Any, norm: Any) -> str:
    return explain(
        "This cosine transform is not here",
        given=f"type={type!r}, axis={axis!r}, norm={norm!r}",
        expected="type 2 or 3, axis -1, norm None or 'ortho'",
        remedy="tf.signal.dct(x, type=2, norm='ortho')",
    )
