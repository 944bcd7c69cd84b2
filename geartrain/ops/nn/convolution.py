"""Convolutions: a kernel of weights, moved over an image, a series or a volume."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import primitives
from geartrain.errors import explain, unknown_name
from geartrain.ops.core import promoted
from geartrain.ops.nn.spatial import (
    PADDINGS,
    channels_moved_back,
    channels_moved_last,
    check_rank,
    for_each_axis,
    sweeps_for,
)
from geartrain.primitives.convolution import times, turned_kernel
from geartrain.primitives.windows import Sweep
from geartrain.tensor import Tensor, format_shape

__all__ = ["conv", "conv_transpose", "depthwise_conv", "separable_conv"]

Numbers = int | Sequence[int]


def conv(
    inputs: Any,
    kernel: Any,
    strides: Numbers = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Numbers = 1,
) -> Tensor:
    """A convolution: out[n, i, j, f] = the sum over p, q, c of x[n, i + p, j + q, c] w[p, q, c, f].

    Where the input has several times the kernel's channels, channels and features are divided into
    as many groups, and a feature sees only the channels of its group.

    Args:
        inputs: (batch, ..., channels), with one to three spatial axes.
        kernel: (..., channels, features), with as many.
        strides: how far the kernel moves; one number for all axes, or one for each.
        padding: "valid" (the kernel stays inside) or "same" (zeros around, so that with strides
            of 1 the output has the input's size).
        data_format: "channels_last" (None means that) or "channels_first".
        dilation_rate: how far the kernel's weights lie apart.

    Raises:
        ValueError: ranks or channels do not fit, or the kernel is larger than the input.

    >>> conv([[[1.0], [2.0], [3.0]]], [[[1.0]], [[-1.0]]]).numpy().tolist()
    [[[-1.0], [-1.0]]]
    """
    x, w = _prepared("conv", inputs, kernel, data_format)
    channels, per_group = x.shape[-1], w.shape[-2]
    groups = int(str(channels)) // max(int(str(per_group)), 1)
    if not groups or times(per_group, groups) != channels or int(str(w.shape[-1])) % groups:
        raise ValueError(_channels_message("conv", x, w, "kernel", -2, f"{channels}"))
    return _convolved("conv", x, w, strides, padding, data_format, dilation_rate, groups)


def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Numbers = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Numbers = 1,
) -> Tensor:
    """A convolution of each channel by itself: feature c * m + k has channel c's kernel number k.

    Args:
        inputs: (batch, ..., channels), with one to three spatial axes.
        kernel: (..., channels, m): m kernels for each channel.
        strides: how far the kernel moves.
        padding: "valid" or "same", as for `conv`.
        data_format: "channels_last" (None means that) or "channels_first".
        dilation_rate: how far the kernel's weights lie apart.

    Raises:
        ValueError: ranks or channels do not fit, or the kernel is larger than the input.
    """
    x, w = _prepared("depthwise_conv", inputs, kernel, data_format)
    channels = x.shape[-1]
    if w.shape[-2] != channels:
        raise ValueError(_channels_message("depthwise_conv", x, w, "kernel", -2, f"{channels}"))
    groups = int(str(channels))
    flat = primitives.reshape(w, shape=(*w.shape[:-2], 1, times(w.shape[-1], groups)))
    name = "depthwise_conv"
    return _convolved(name, x, flat, strides, padding, data_format, dilation_rate, groups)


def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Numbers = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Numbers = 1,
) -> Tensor:
    """A depthwise convolution, whose channels a convolution of one place then mixes.

    Args:
        inputs: (batch, ..., channels), with one to three spatial axes.
        depthwise_kernel: (..., channels, m), as for `depthwise_conv`.
        pointwise_kernel: (1, ..., channels * m, features).
        strides: how far the depthwise kernel moves.
        padding: "valid" or "same", as for `conv`.
        data_format: "channels_last" (None means that) or "channels_first".
        dilation_rate: how far the depthwise kernel's weights lie apart.

    Raises:
        ValueError: ranks or channels do not fit, or the kernel is larger than the input.
    """
    apart = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    x, w = _prepared("separable_conv", apart, pointwise_kernel, data_format)
    if w.shape[-2] != x.shape[-1]:
        names = "separable_conv", x, w, "pointwise_kernel"
        raise ValueError(_channels_message(*names, -2, f"{x.shape[-1]}"))
    return _convolved("separable_conv", x, w, 1, "valid", data_format, dilation_rate, 1)


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Numbers = 1,
    padding: str = "valid",
    output_padding: Numbers | None = None,
    data_format: str | None = None,
    dilation_rate: Numbers = 1,
) -> Tensor:
    """A transposed convolution: each input is spread over the output, multiplied by the kernel.

    It is the derivative of `conv` by its input. An axis of size s becomes one of
    (s - 1) * stride + reach for "valid", where reach is (kernel - 1) * dilation + 1 (at least the
    stride), and of s * stride for "same".

    Args:
        inputs: (batch, ..., channels), with one to three spatial axes.
        kernel: (..., features, channels): the other way round than for `conv`.
        strides: how far apart the inputs are spread.
        padding: "valid" or "same".
        output_padding: places that the output has more behind; None chooses the sizes above.
        data_format: "channels_last" (None means that) or "channels_first".
        dilation_rate: how far the kernel's weights lie apart.

    Raises:
        ValueError: ranks or channels do not fit.
    """
    x, w = _prepared("conv_transpose", inputs, kernel, data_format)
    if w.shape[-1] != x.shape[-1]:
        names = "conv_transpose", x, w, "kernel"
        raise ValueError(_channels_message(*names, -1, f"{x.shape[-1]}"))
    rank = x.ndim - 2
    steps = for_each_axis("strides", strides, rank)
    spacing = for_each_axis("dilation_rate", dilation_rate, rank)
    added = _output_padding(output_padding, rank)
    taps = (int(str(size)) for size in w.shape[:-2])
    sweeps = tuple(
        _spread(*each, padding) for each in zip(taps, steps, spacing, added, strict=True)
    )
    out = primitives.convolve(x, turned_kernel(w, 1), sweeps=sweeps)
    return channels_moved_back(out, data_format)


def _output_padding(value: Any, rank: int) -> tuple[int | None, ...]:
    if value is None or isinstance(value, int):
        return (value,) * rank
    return tuple(value)


def _spread(taps: int, stride: int, spacing: int, added: int | None, padding: str) -> Sweep:
    """How the kernel goes over inputs that lie a stride apart; zeros are put before and behind.

    "same" cuts the full output to what a "same" convolution of this stride would have come from.
    """
    reach = (taps - 1) * spacing + 1
    kind = padding.lower() if isinstance(padding, str) else padding
    if kind == "valid":
        more = max(stride - reach, 0) if added is None else added
        return Sweep(1, reach - 1, reach - 1 + more, spacing, stride)
    if kind != "same":
        raise ValueError(unknown_name("padding", padding, PADDINGS, remedy="padding={}"))
    total = reach + stride - 2 if added is None else reach + reach % 2 - 2 + added
    low = min(-(-total // 2), reach - 1)
    return Sweep(1, low, total - low, spacing, stride)


def _prepared(name: str, inputs: Any, kernel: Any, data_format: str | None) -> list[Tensor]:
    """Input (channels last) and kernel, of one dtype."""
    x, w = promoted(inputs, kernel)
    check_rank(name, x)
    if w.ndim != x.ndim:
        raise ValueError(_kernel_rank_message(name, x, w))
    return [channels_moved_last(x, data_format), w]


def _convolved(
    name: str,
    x: Tensor,
    w: Tensor,
    strides: Any,
    padding: str,
    data_format: str | None,
    dilation_rate: Any,
    groups: int,
) -> Tensor:
    rank = x.ndim - 2
    steps = for_each_axis("strides", strides, rank)
    spacing = for_each_axis("dilation_rate", dilation_rate, rank)
    window = tuple(int(str(size)) for size in w.shape[:-2])
    sweeps = sweeps_for(name, x.shape[1:-1], window, steps, padding, spacing)
    out = primitives.convolve(x, w, sweeps=sweeps, groups=groups)
    return channels_moved_back(out, data_format)


def _kernel_rank_message(name: str, x: Tensor, w: Tensor) -> str:
    return explain(
        f"{name} needs a kernel of the input's rank",
        given=f"inputs {format_shape(x.shape)}, kernel {format_shape(w.shape)}",
        expected=f"a kernel of {x.ndim - 2} spatial axes, then channels and features",
        axis=f"rank {x.ndim} against {w.ndim}",
        remedy=f"ops.reshape(kernel, ({'size, ' * (x.ndim - 2)}channels, features))",
    )


def _channels_message(
    name: str, x: Tensor, w: Tensor, kernel: str, axis: int, channels: str
) -> str:
    shape = [str(size) for size in w.shape]
    shape[axis] = channels
    return explain(
        f"{name}: the channels of the input and of the {kernel} do not fit",
        given=f"inputs with {channels} channels, {kernel} {format_shape(w.shape)}",
        expected=f"a {kernel} of shape ({', '.join(shape)}) (the input sets that)",
        axis=f"axis {axis} of the {kernel} is {w.shape[axis]}, the inputs have {channels} channels",
        remedy=f'a {kernel} for {channels} channels, or data_format="channels_first" if the '
        "channels of the input come before its spatial axes",
    )
