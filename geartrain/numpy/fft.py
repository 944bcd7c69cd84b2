"""Fourier transforms, under the names of the array API standard's extension."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from geartrain import ops, primitives
from geartrain.errors import explain, unknown_name
from geartrain.numpy.creation import check_device
from geartrain.tensor import Tensor, normalize_axes

Norm = str  # "backward", "forward" or "ortho": which way is divided by the number of places
Sizes = Sequence[int] | None
INVERSE = {"backward": "forward", "forward": "backward", "ortho": "ortho"}

__all__ = [
    "fft",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfftn",
    "rfft",
    "rfftfreq",
    "rfftn",
]


def fft(x: Tensor, /, *, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """The discrete Fourier transform along an axis, cut or filled with zeros to n places."""
    return _along(x, n, axis, lambda rows, size: _scaled(_forward(rows), size, norm))


def ifft(x: Tensor, /, *, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """The inverse of `fft`."""
    return _along(x, n, axis, lambda rows, size: _scaled(_backward(rows), size, INVERSE[norm]))


def fftn(x: Tensor, /, *, s: Sizes = None, axes: Sizes = None, norm: Norm = "backward") -> Tensor:
    """The transform along several axes."""
    return _over(fft, x, s, axes, norm)


def ifftn(x: Tensor, /, *, s: Sizes = None, axes: Sizes = None, norm: Norm = "backward") -> Tensor:
    """The inverse of `fftn`."""
    return _over(ifft, x, s, axes, norm)


def rfft(x: Tensor, /, *, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """The first half of the transform of real numbers; the other mirrors it."""

    def half(rows: Tensor, size: int) -> Tensor:
        return _scaled(_forward(rows)[..., : size // 2 + 1], size, norm)

    return _along(x, n, axis, half)


def irfft(x: Tensor, /, *, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """The real numbers of which `rfft` gives x."""
    size = 2 * (int(str(x.shape[axis])) - 1) if n is None else n
    half = _along(x, size // 2 + 1, axis, lambda rows, _: rows)
    whole = ops.moveaxis(_mirrored(ops.moveaxis(half, axis, -1), size), -1, axis)
    return ops.real(ifft(whole, axis=axis, norm=norm))


def rfftn(x: Tensor, /, *, s: Sizes = None, axes: Sizes = None, norm: Norm = "backward") -> Tensor:
    """The transform of real numbers along several axes: half of it along the last."""
    sizes, over = _sizes_and_axes(x, s, axes)
    found = rfft(x, n=sizes[-1], axis=over[-1], norm=norm)
    return _over(fft, found, sizes[:-1], over[:-1], norm) if over[:-1] else found


def irfftn(x: Tensor, /, *, s: Sizes = None, axes: Sizes = None, norm: Norm = "backward") -> Tensor:
    """The real numbers of which `rfftn` gives x."""
    sizes, over = _sizes_and_axes(x, s, axes)
    found = _over(ifft, x, sizes[:-1], over[:-1], norm) if over[:-1] else x
    return irfft(found, n=None if s is None else sizes[-1], axis=over[-1], norm=norm)


def hfft(x: Tensor, /, *, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """The real transform of half of a signal; the other half is its mirror's conjugate."""
    return irfft(ops.conj(x), n=n, axis=axis, norm=INVERSE[norm])


def ihfft(x: Tensor, /, *, n: int | None = None, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """The inverse of `hfft`."""
    return ops.conj(rfft(x, n=n, axis=axis, norm=INVERSE[norm]))


def fftfreq(n: int, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Tensor:
    """The frequency of each place of a transform of n samples that are d apart."""
    check_device(device)
    return Tensor(np.fft.fftfreq(n, d).astype(dtype or np.float32))


def rfftfreq(n: int, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Tensor:
    """The frequency of each place of an `rfft` of n samples that are d apart."""
    check_device(device)
    return Tensor(np.fft.rfftfreq(n, d).astype(dtype or np.float32))


def fftshift(x: Tensor, /, *, axes: Any = None) -> Tensor:
    """The frequency 0 moved to the middle."""
    over = normalize_axes(axes, x.ndim)
    return ops.roll(x, [int(str(x.shape[at])) // 2 for at in over], over)


def ifftshift(x: Tensor, /, *, axes: Any = None) -> Tensor:
    """The inverse of `fftshift`."""
    over = normalize_axes(axes, x.ndim)
    return ops.roll(x, [-(int(str(x.shape[at])) // 2) for at in over], over)


def _forward(rows: Tensor) -> Tensor:
    whole = _complex(rows)
    return primitives.complex_(*ops.fft((ops.real(whole), ops.imag(whole))))


def _backward(rows: Tensor) -> Tensor:
    """The transform with the other sign: of the conjugate, conjugated."""
    return ops.conj(_forward(ops.conj(_complex(rows))))


def _complex(x: Tensor) -> Tensor:
    if x.dtype.kind == "c":
        return x
    return ops.cast(x, "complex128" if x.dtype.name == "float64" else "complex64")


def _along(x: Tensor, n: int | None, axis: int, transform: Callable[..., Tensor]) -> Tensor:
    """Transform the rows along an axis, cut or filled with zeros to n places."""
    rows = ops.moveaxis(x, axis, -1)
    size = int(str(rows.shape[-1]))
    wanted = size if n is None else n
    if wanted < 1:
        raise ValueError(_size_message(wanted))
    if wanted < size:
        rows = rows[..., :wanted]
    elif wanted > size:
        rows = ops.pad(rows, ((0, 0),) * (rows.ndim - 1) + ((0, wanted - size),))
    return ops.moveaxis(transform(rows, wanted), -1, axis)


def _scaled(x: Tensor, size: int, norm: Norm) -> Tensor:
    if norm not in INVERSE:
        raise ValueError(unknown_name("norm", norm, INVERSE, remedy="norm={}"))
    factor = {"backward": 1.0, "forward": 1.0 / size, "ortho": 1.0 / math.sqrt(size)}[norm]
    return x if factor == 1.0 else ops.multiply(x, factor)


def _mirrored(half: Tensor, size: int) -> Tensor:
    """A spectrum of `size` places from its first half: the rest are conjugates, backwards."""
    count = size - int(str(half.shape[-1]))
    rest = ops.conj(ops.flip(half[..., 1 : count + 1], -1))
    first = _complex(ops.real(half[..., :1]))  # what is its own mirror is real
    middle = half[..., 1:]
    if size % 2 == 0 and size > 1:
        last = _complex(ops.real(half[..., -1:]))
        middle = ops.concatenate([half[..., 1:-1], last], -1)
    return ops.concatenate([first, middle, rest], -1)


def _sizes_and_axes(x: Tensor, s: Sizes, axes: Sizes) -> tuple[list[int], list[int]]:
    if axes is None:
        count = x.ndim if s is None else len(s)
        axes = range(x.ndim - count, x.ndim)
    over = [each % x.ndim for each in axes]
    return [int(str(x.shape[at])) for at in over] if s is None else list(s), over


def _over(one: Callable[..., Tensor], x: Tensor, s: Sizes, axes: Sizes, norm: Norm) -> Tensor:
    sizes, over = _sizes_and_axes(x, s, axes)
    for size, axis in zip(sizes, over, strict=True):
        x = one(x, n=size, axis=axis, norm=norm)
    return x


def _size_message(size: int) -> str:
    return explain(
        "A transform has one place at least",
        given=f"n={size}",
        expected="n from 1 on",
        remedy="n=None, which takes the axis as it is",
    )
