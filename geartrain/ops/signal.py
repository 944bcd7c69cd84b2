"""Signals: the Fourier transform, windows that slide, and complex numbers as pairs.

A complex signal is a pair of real tensors, the real and the imaginary part, as Keras has it. The
short-time Fourier transform, built of these, is in `spectrogram`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import cast, convert_to_tensor, promoted, whole_number
from geartrain.ops.joining import stack
from geartrain.ops.padding import pad
from geartrain.ops.reductions import in_single
from geartrain.ops.rounding import imag, real
from geartrain.ops.shaping import cut_out, reshape, static_size
from geartrain.primitives.complex import WHOLE
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import FLOAT32

__all__ = [
    "extract_sequences",
    "fft",
    "fft2",
    "ifft2",
    "irfft",
    "rfft",
    "view_as_complex",
    "view_as_real",
]

Pair = tuple[Tensor, Tensor]


def fft(x: Any) -> Pair:
    """The discrete Fourier transform along the last axis.

    out[k] = sum over t of x[t] * exp(-2 pi i k t / n)

    Args:
        x: the real and the imaginary part, of one shape (..., n), with floating dtypes.

    Returns:
        The real and the imaginary part of the transform, of the same shape.

    Raises:
        ValueError: `x` is no pair of floating tensors of one shape.

    >>> re, im = fft(([1.0, 2.0], [0.0, 1.0]))
    >>> re.numpy().tolist(), im.numpy().tolist()
    ([3.0, -1.0], [1.0, -1.0])
    """
    return _transformed("fft", x, axes=1, turn=-1)


def fft2(x: Any) -> Pair:
    """The discrete Fourier transform along the last two axes, of a pair as `fft` has it."""
    return _transformed("fft2", x, axes=2, turn=-1)


def ifft2(x: Any) -> Pair:
    """The inverse of `fft2`: divided by the number of places."""
    re, im = _transformed("ifft2", x, axes=2, turn=1)
    count = math.prod(static_size(size, "ifft2") for size in re.shape[-2:])
    return re / count, im / count


def _transformed(name: str, x: Any, *, axes: int, turn: int) -> Pair:
    re, im = _parts(name, x)
    if re.ndim < axes:
        raise ValueError(_rank_message(name, re, axes))
    wide: tuple[Tensor, ...] = (in_single(re), in_single(im))
    for axis in range(re.ndim - 1, re.ndim - 1 - axes, -1):
        wide = primitives.fourier(*wide, axis=axis, turn=turn)
    return cast(wide[0], re.dtype), cast(wide[1], im.dtype)


def _parts(name: str, x: Any) -> Pair:
    """The two parts of a complex signal, as tensors of one dtype."""
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise ValueError(_pair_message(name, x))
    parts = [convert_to_tensor(each) for each in x]
    if any(each.dtype.kind in "biuc" for each in parts):
        raise ValueError(_floating_message(name, *parts))
    if parts[0].shape != parts[1].shape:
        raise ValueError(_alike_message(name, *parts))
    re, im = promoted(*parts)
    return re, im


def rfft(x: Any, fft_length: int | None = None) -> Pair:
    """The Fourier transform of a real signal along its last axis: the first half of `fft`.

    The other half holds the same numbers, conjugated, in the opposite order.

    Args:
        x: a real signal, (..., n).
        fft_length: how many places are transformed; the signal is cut, or zeros are added behind
            it. None takes n.

    Returns:
        The real and the imaginary part, each of shape (..., fft_length // 2 + 1).

    >>> re, im = rfft([0.0, 1.0, 2.0, 3.0, 4.0])
    >>> re.shape, float(re[0])
    ((3,), 10.0)
    """
    (signal,) = promoted(x, floating=True)
    if not signal.ndim:
        raise ValueError(_rank_message("rfft", signal, 1))
    if fft_length is not None:
        signal = _fitted(signal, positive("rfft", "fft_length", fft_length))
    re, im = primitives.spectrum(in_single(signal), axis=signal.ndim - 1)
    return cast(re, signal.dtype), cast(im, signal.dtype)


def _fitted(x: Tensor, size: int) -> Tensor:
    """The last axis cut to a size, or with zeros behind it."""
    has = static_size(x.shape[-1], "rfft")
    if has >= size:
        return x if has == size else cut_out(x, x.ndim - 1, 0, size)
    return padded(x, 0, size - has)


def padded(x: Tensor, before: int, behind: int, mode: str = "constant") -> Tensor:
    """The last axis with so many places before and behind it."""
    return pad(x, [(0, 0)] * (x.ndim - 1) + [(before, behind)], mode)


def irfft(x: Any, fft_length: int | None = None) -> Tensor:
    """The real signal of which `x` is the `rfft`, along the last axis.

    Args:
        x: the real and the imaginary part, of one shape (..., m), with floating dtypes.
        fft_length: the length of the signal; None takes 2 * (m - 1). Where m is not
            fft_length // 2 + 1, frequencies are cut, or zeros are added.

    Raises:
        ValueError: `x` is no pair of floating tensors of one shape, or there is nothing in it.

    >>> irfft(rfft([0.0, 1.0, 2.0]), 3).shape
    (3,)
    """
    re, im = _parts("irfft", x)
    if not re.ndim:
        raise ValueError(_rank_message("irfft", re, 1))
    given = 2 * (static_size(re.shape[-1], "irfft") - 1) if fft_length is None else fft_length
    size = positive("irfft", "fft_length", given)
    count = size // 2 + 1
    # All frequencies but 0 and the highest of an even size stand for two: k and n - k.
    shares = np.full(count, 2 / size)
    shares[[0, -1] if size % 2 == 0 else [0]] = 1 / size
    scale = Tensor(shares.astype(in_single(re).dtype))
    parts = (_fitted(in_single(each), count) * scale for each in (re, im))
    return cast(primitives.waves(*parts, axis=re.ndim - 1, size=size), re.dtype)


def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Tensor:
    """Windows that slide over the last axis.

    Args:
        x: a tensor (..., n) of any dtype.
        sequence_length: the length of a window.
        sequence_stride: how far a window starts behind the one before.

    Returns:
        Shape (..., 1 + (n - sequence_length) // sequence_stride, sequence_length).

    >>> extract_sequences([1, 2, 3, 4, 5, 6], 3, 2).numpy().tolist()
    [[1, 2, 3], [3, 4, 5]]
    """
    tensor = convert_to_tensor(x)
    if not tensor.ndim:
        raise ValueError(_rank_message("extract_sequences", tensor, 1))
    length = positive("extract_sequences", "sequence_length", sequence_length)
    stride = positive("extract_sequences", "sequence_stride", sequence_stride)
    places = static_size(tensor.shape[-1], "extract_sequences")
    count = max(0, 1 + (places - length) // stride)
    starts = np.arange(count, dtype=np.int32) * stride
    windows = Tensor(starts[:, None] + np.arange(length, dtype=np.int32))  # (windows, length)
    return primitives.take(tensor, windows, axis=tensor.ndim - 1)


def view_as_complex(x: Any) -> Tensor:
    """A complex tensor of a real one whose last axis holds a real and an imaginary part.

    >>> complex(view_as_complex([1.0, 2.0]).numpy())
    (1+2j)
    """
    tensor = convert_to_tensor(x)
    if not tensor.ndim or tensor.shape[-1] != 2 or tensor.dtype.kind == "c":
        raise ValueError(_last_axis_message(tensor))
    numbers = tensor if tensor.dtype.name in WHOLE else cast(tensor, FLOAT32)
    parts = (cut_out(numbers, numbers.ndim - 1, at, at + 1) for at in (0, 1))
    return primitives.complex_(*(reshape(each, tensor.shape[:-1]) for each in parts))


def view_as_real(x: Any) -> Tensor:
    """The real and the imaginary part of a complex tensor, along a new last axis.

    >>> view_as_real(view_as_complex([1.0, 2.0])).numpy().tolist()
    [1.0, 2.0]
    """
    tensor = convert_to_tensor(x)
    return stack([real(tensor), imag(tensor)], axis=-1)


def positive(name: str, argument: str, value: Any) -> int:
    """A number of places, which must be 1 at least."""
    try:
        number = whole_number(value)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(_positive_message(name, argument, value))
    return number


def _positive_message(name: str, argument: str, value: Any) -> str:
    return explain(
        f"{name} needs a number of places",
        given=f"{argument}={value!r}",
        expected="a whole number from 1 on",
        remedy=f"{argument}=256",
    )


def _pair_message(name: str, x: Any) -> str:
    count = f"{len(x)} values" if isinstance(x, list | tuple) else type(x).__name__
    return explain(
        f"{name} takes a complex signal as a pair",
        given=count,
        expected="a tuple of two tensors, the real and the imaginary part",
        remedy=f"ops.{name}((x, ops.zeros_like(x))), for a real signal",
    )


def _floating_message(name: str, re: Tensor, im: Tensor) -> str:
    return explain(
        f"{name} takes parts of a floating dtype",
        given=f"real {re.dtype.name}, imaginary {im.dtype.name}",
        expected="floating dtypes, such as float32",
        remedy=f"ops.{name}((ops.cast(re, 'float32'), ops.cast(im, 'float32')))",
    )


def _alike_message(name: str, re: Tensor, im: Tensor) -> str:
    return explain(
        f"{name} takes a real and an imaginary part of one shape",
        given=f"real {format_shape(re.shape)}, imaginary {format_shape(im.shape)}",
        expected=f"two parts of shape {format_shape(re.shape)} (set by the real one)",
        remedy="ops.broadcast_to(im, re.shape)",
    )


def _rank_message(name: str, x: Tensor, axes: int) -> str:
    return explain(
        f"{name} goes along the last {'axis' if axes == 1 else f'{axes} axes'}",
        given=f"a tensor of shape {format_shape(x.shape)}",
        expected=f"rank {axes} at least",
        remedy="x.reshape(...), or x[None] for one more axis",
    )


def _last_axis_message(x: Tensor) -> str:
    return explain(
        "view_as_complex takes two real numbers for each complex one",
        given=f"{x.dtype.name}{format_shape(x.shape)}",
        expected="a real tensor whose last axis is 2: the real and the imaginary part",
        remedy="ops.stack([re, im], axis=-1)",
    )
