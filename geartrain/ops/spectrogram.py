"""The short-time Fourier transform: how the frequencies of a signal change over time.

    stft    signal  ->  windows that overlap  ->  times a bell  ->  rfft of each
    istft   irfft of each  ->  times the bell  ->  added where they overlap  ->  signal

Source: Griffin and Lim, "Signal estimation from modified short-time Fourier transform" (1984),
for the inverse: the signal whose transform is nearest, by least squares.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import choose, greater
from geartrain.ops.core import cast, convert_to_tensor
from geartrain.ops.creation import ones
from geartrain.ops.reductions import in_single
from geartrain.ops.shaping import broadcast_to, cut_out, reshape, static_size
from geartrain.ops.signal import extract_sequences, irfft, padded, positive, rfft
from geartrain.tensor import Tensor, format_shape

__all__ = ["istft", "stft"]

# A bell of n places, as one period of a cosine: {name: (mean, amplitude)}.
BELLS = {"hann": (0.5, 0.5), "hamming": (0.54, 0.46)}
SMALLEST_SHARE = 1e-10  # below it nothing is known of a place, and nothing is divided


def stft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> tuple[Tensor, Tensor]:
    """The Fourier transform of short windows that slide along the last axis.

    Args:
        x: a signal, (..., n), with a floating dtype.
        sequence_length: the length of the bell by which each window is multiplied.
        sequence_stride: how far a window starts behind the one before.
        fft_length: the length of a window, not below `sequence_length`: the bell stands in its
            middle, with zeros on both sides. None takes the next power of 2.
        window: "hann", "hamming", a tensor of `sequence_length` numbers, or None, which changes
            nothing.
        center: whether window t has its middle at place t * sequence_stride (the signal is
            mirrored at its ends), or starts there.

    Returns:
        The real and the imaginary part, each (..., windows, fft_length // 2 + 1).

    Raises:
        TypeError: the signal is not of a floating dtype.
        ValueError: a length is not positive, or the bell does not fit into a window, or the
            signal is shorter than one.

    >>> stft([0.0, 1.0, 2.0, 3.0, 4.0], 3, 2, 3)[0].shape
    (3, 2)
    """
    signal = convert_to_tensor(x)
    if signal.dtype.kind in "biuc" or not signal.ndim:
        raise TypeError(_signal_message(signal))
    length, stride, size = _lengths("stft", sequence_length, sequence_stride, fft_length)
    wide = in_single(signal)
    bell = _bell("stft", window, length, size, wide)
    if center:
        wide = padded(wide, size // 2, size // 2, "reflect")
    if static_size(wide.shape[-1], "stft") < size:
        raise ValueError(_short_message(signal, size))
    re, im = rfft(extract_sequences(wide, size, stride) * bell)
    return cast(re, signal.dtype), cast(im, signal.dtype)


def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Tensor:
    """The signal whose `stft` is nearest to `x`, for the same arguments.

    Args:
        x: the real and the imaginary part, each (..., windows, fft_length // 2 + 1).
        sequence_length: the length of the bell.
        sequence_stride: how far a window starts behind the one before.
        fft_length: the length of a window. None takes the next power of 2.
        length: where the signal is cut; None keeps all that the windows tell of it.
        window: "hann", "hamming", a tensor of `sequence_length` numbers, or None. With None the
            windows are added up as Keras does it, so that a signal comes back
            fft_length / sequence_stride times as large.
        center: whether window t has its middle at place t * sequence_stride, or starts there.

    Returns:
        The signal, (..., n).

    Raises:
        ValueError: `x` is no pair of floating tensors of one shape and rank 2 at least, a length
            is not positive, or the bell does not fit into a window.
    """
    size_of_bell, stride, size = _lengths("istft", sequence_length, sequence_stride, fft_length)
    frames = irfft(x, size)
    if frames.ndim < 2:
        raise ValueError(_frames_message(frames))
    bell = _bell("istft", window, size_of_bell, size, frames)
    shares = broadcast_to(bell * bell, (static_size(frames.shape[-2], "istft"), size))
    signal = _overlapping(in_single(frames) * bell, stride)
    share = _overlapping(shares, stride)  # (n,): how much of each place the windows hold
    known = greater(share, SMALLEST_SHARE)
    signal = signal / choose(known, share, 1.0)
    if window is None:  # as Keras has it: what the windows add up to, not their mean
        signal = signal * (size / stride)
    start = size // 2 if center else 0
    total = static_size(signal.shape[-1], "istft")
    stop = total - start if length is None else min(total, start + length)
    return cast(cut_out(signal, signal.ndim - 1, start, max(start, stop)), frames.dtype)


def _lengths(name: str, sequence: Any, stride: Any, size: Any) -> tuple[int, int, int]:
    """The lengths of the bell, of a step and of a window."""
    length = positive(name, "sequence_length", sequence)
    step = positive(name, "sequence_stride", stride)
    if size is None:
        return length, step, 2 ** math.ceil(math.log2(length))
    whole = positive(name, "fft_length", size)
    if whole < length:
        raise ValueError(_lengths_message(name, length, whole))
    return length, step, whole


def _bell(name: str, window: Any, length: int, size: int, like: Tensor) -> Tensor:
    """What a window of `size` places is multiplied by: the bell, in the middle of zeros."""
    dtype = in_single(like).dtype
    if window is None:
        return ones((size,), dtype)
    if isinstance(window, str):
        if window not in BELLS:
            raise ValueError(_window_message(name, repr(window), length))
        mean, amplitude = BELLS[window]
        angles = np.arange(length) * (2 * math.pi / length)
        numbers = mean - amplitude * np.cos(angles) if length > 1 else np.ones(1)
        bell = Tensor(numbers.astype(dtype))
    else:
        bell = cast(convert_to_tensor(window), dtype)
    if bell.shape != (length,):
        raise ValueError(_window_message(name, f"a tensor {format_shape(bell.shape)}", length))
    before = (size - length) // 2
    return padded(bell, before, size - length - before)


def _overlapping(frames: Tensor, stride: int) -> Tensor:
    """Windows (..., windows, size), each `stride` behind the one before, added up: (..., n).

    A window is cut into pieces of `stride` places; piece number p of window t lies at t + p.
    """
    *batch, count, size = frames.shape
    whole, places = static_size(count, "istft"), static_size(size, "istft")
    pieces = -(-places // stride)
    even = padded(frames, 0, pieces * stride - places)
    cut = reshape(even, (*batch, whole, pieces, stride))
    rows = whole + pieces - 1
    axis = len(batch)
    total: Tensor | None = None
    for piece in range(pieces):
        part = reshape(cut_out(cut, axis + 1, piece, piece + 1), (*batch, whole, stride))
        moved = primitives.embed(
            part,
            shape=(*batch, rows, stride),
            starts=(0,) * axis + (piece, 0),
            steps=(1,) * part.ndim,
            value=0,
        )
        total = moved if total is None else total + moved
    signal = reshape(total, (*batch, rows * stride))
    return cut_out(signal, axis, 0, (whole - 1) * stride + places)


def _signal_message(x: Tensor) -> str:
    return explain(
        "stft takes a real signal",
        given=f"{x.dtype.name}{format_shape(x.shape)}",
        expected="a floating dtype, and time on the last axis",
        remedy="ops.cast(x, 'float32')",
    )


def _short_message(x: Tensor, size: int) -> str:
    return explain(
        "stft needs a signal of one window at least",
        given=f"a signal {format_shape(x.shape)}, fft_length={size}",
        expected=f"{size} places on the last axis (set by fft_length)",
        axis=f"axis {x.ndim - 1}: {x.shape[-1]} against {size}",
        remedy="center=True, which mirrors the signal at its ends, or a smaller fft_length",
    )


def _frames_message(frames: Tensor) -> str:
    return explain(
        "istft takes a row of windows",
        given=f"windows {format_shape(frames.shape)}",
        expected="shape (..., windows, fft_length // 2 + 1)",
        remedy="re[None], im[None], for one window",
    )


def _lengths_message(name: str, length: int, size: int) -> str:
    return explain(
        f"{name}'s bell does not fit into a window",
        given=f"sequence_length={length}, fft_length={size}",
        expected=f"fft_length from {length} on (set by sequence_length)",
        remedy=f"fft_length={2 ** math.ceil(math.log2(length))}",
    )


def _window_message(name: str, given: str, length: int) -> str:
    return explain(
        f"{name} does not know this window",
        given=f"window={given}",
        expected=f"'hann', 'hamming', None, or a tensor ({length},) (set by sequence_length)",
        remedy="window='hann'",
    )
