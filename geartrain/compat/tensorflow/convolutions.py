"""Convolutions and pooling under TensorFlow's names, which `tf.nn` gives away."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.compat.tensorflow.sizes import sizes_of
from geartrain.errors import explain
from geartrain.tensor import Tensor

__all__ = [
    "atrous_conv2d", "avg_pool", "avg_pool1d", "avg_pool2d", "avg_pool3d", "conv1d", "conv2d",
    "conv3d", "convolution", "depth_to_space", "depthwise_conv2d",
    "local_response_normalization", "lrn", "max_pool", "max_pool1d", "max_pool2d", "max_pool3d",
    "pool", "separable_conv2d", "space_to_depth",
]  # fmt: skip


def inner_sizes(value: Any, rank: int, data_format: str | None) -> Any:
    """The numbers of the spatial axes, of one number, of those, or of one for every axis."""
    if value is None:
        return 1
    given = [int(each) for each in value] if hasattr(value, "__len__") else [int(value)]
    if len(given) == rank + 2:
        given = given[2:] if (data_format or "").startswith("NC") else given[1:-1]
    return tuple(given * rank if len(given) == 1 else given)


def format_of(data_format: str | None) -> str:
    return "channels_first" if (data_format or "N").startswith("NC") else "channels_last"


def padding_of(padding: Any) -> str:
    if isinstance(padding, str):
        return padding.lower()
    raise ValueError(
        explain(
            "Padding is named here",
            given=f"padding={padding!r}",
            expected="'SAME' or 'VALID'",
            remedy="tf.pad(x, paddings) first, then padding='VALID'",
        )
    )


def convolution(
    input: Any,
    filters: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """A convolution over one, two or three axes."""
    rank = ops.ndim(input) - 2
    return ops.conv(
        input,
        filters,
        inner_sizes(strides, rank, data_format),
        padding_of(padding),
        format_of(data_format),
        inner_sizes(dilations, rank, data_format),
    )


def conv1d(
    input: Any,
    filters: Any,
    stride: Any,
    padding: Any,
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """A convolution over one axis."""
    return convolution(input, filters, stride, padding, data_format, dilations)


def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """A convolution over two axes."""
    return convolution(input, filters, strides, padding, data_format, dilations)


def conv3d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """A convolution over three axes."""
    return convolution(input, filters, strides, padding, data_format, dilations)


def atrous_conv2d(value: Any, filters: Any, rate: int, padding: Any, name: Any = None) -> Tensor:
    """A convolution over two axes with gaps between what the filter sees."""
    return convolution(value, filters, 1, padding, None, rate)


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """A convolution of each channel for itself."""
    return ops.depthwise_conv(
        input,
        filter,
        inner_sizes(strides, 2, data_format),
        padding_of(padding),
        format_of(data_format),
        inner_sizes(dilations, 2, data_format),
    )


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """A convolution of each channel for itself, then one over the channels."""
    return ops.separable_conv(
        input,
        depthwise_filter,
        pointwise_filter,
        inner_sizes(strides, 2, data_format),
        padding_of(padding),
        format_of(data_format),
        inner_sizes(dilations, 2, data_format),
    )


def _pooling(name: str, operation: Any, rank: int | None, data_format: str | None) -> Any:
    default = data_format

    def function(
        input: Any,
        ksize: Any,
        strides: Any,
        padding: Any,
        data_format: str | None = default,
        name: str | None = None,
    ) -> Tensor:
        axes = ops.ndim(input) - 2 if rank is None else rank
        found: Tensor = operation(
            input,
            inner_sizes(ksize, axes, data_format),
            inner_sizes(strides, axes, data_format),
            padding_of(padding),
            format_of(data_format),
        )
        return found

    function.__name__ = function.__qualname__ = name
    function.__doc__ = operation.__doc__.split("\n")[0]
    return function


max_pool = _pooling("max_pool", ops.max_pool, None, None)
max_pool1d = _pooling("max_pool1d", ops.max_pool, 1, "NWC")
max_pool2d = _pooling("max_pool2d", ops.max_pool, 2, "NHWC")
max_pool3d = _pooling("max_pool3d", ops.max_pool, 3, "NDHWC")
avg_pool = _pooling("avg_pool", ops.average_pool, None, None)
avg_pool1d = _pooling("avg_pool1d", ops.average_pool, 1, "NWC")
avg_pool2d = _pooling("avg_pool2d", ops.average_pool, 2, "NHWC")
avg_pool3d = _pooling("avg_pool3d", ops.average_pool, 3, "NDHWC")


def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    strides: Any = None,
    padding: str = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The largest number, or the mean, of each window: `pooling_type` is "MAX" or "AVG"."""
    if inner_sizes(dilations, 1, None) not in (1, (1,)):
        raise ValueError("windows with gaps cannot be pooled: dilations=None")
    operation = {"MAX": max_pool, "AVG": avg_pool}[pooling_type]
    found: Tensor = operation(input, window_shape, strides or 1, padding, data_format)
    return found


def space_to_depth(
    input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None
) -> Tensor:
    """Squares of pixels as channels."""
    return ops.space_to_depth(input, block_size, format_of(data_format))


def depth_to_space(
    input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None
) -> Tensor:
    """Channels as squares of pixels."""
    return ops.depth_to_space(input, block_size, format_of(data_format))


def local_response_normalization(
    input: Any,
    depth_radius: int = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """x / (bias + alpha sum of squares of the channels around)^beta (Krizhevsky et al. 2012)."""
    squares = ops.pad(ops.square(input), [(0, 0)] * 3 + [(depth_radius, depth_radius)])
    count = sizes_of(input)[-1]
    around = [squares[..., at : at + count] for at in range(2 * depth_radius + 1)]
    total = around[0]
    for each in around[1:]:
        total = ops.add(total, each)
    return ops.divide(input, ops.power(ops.add(bias, ops.multiply(total, alpha)), beta))


lrn = local_response_normalization
