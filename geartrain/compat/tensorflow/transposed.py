"""Transposed convolutions under TensorFlow's names, which take the shape of what they give."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.convolutions import format_of, inner_sizes, padding_of
from geartrain.compat.tensorflow.sizes import sizes_of
from geartrain.errors import explain
from geartrain.tensor import Tensor

__all__ = ["conv1d_transpose", "conv2d_transpose", "conv3d_transpose", "conv_transpose"]


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The derivative of a convolution over one, two or three axes by its input, of a shape.

    Raises:
        ValueError: the convolution has dilations.
    """
    rank = ops.ndim(input) - 2
    if any(each != 1 for each in np.ravel(1 if dilations is None else dilations)):
        raise ValueError(_dilations_message(dilations))
    steps = inner_sizes(strides, rank, data_format)
    places = inner_sizes(sizes_of(input), rank, data_format)
    sizes = [int(each) if not hasattr(each, "name") else 0 for each in output_shape]
    wanted, kernel = inner_sizes(sizes, rank, data_format), sizes_of(filters)[:rank]
    extra = tuple(
        _rest(*each, padding_of(padding))
        for each in zip(wanted, places, steps, kernel, strict=True)
    )
    return ops.conv_transpose(
        input, filters, steps, padding_of(padding), extra, format_of(data_format), 1
    )


def _rest(wanted: int, size: int, step: int, kernel: int, padding: str) -> int:
    """How many places the result has beyond the smallest that is possible."""
    margin = kernel // 2 if padding == "same" else 0
    return wanted - ((size - 1) * step + kernel - 2 * margin)


def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The derivative of a convolution over one axis by its input, as an operation of its own."""
    return conv_transpose(input, filters, output_shape, strides, padding, data_format, dilations)


def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The derivative of a convolution by its input, as an operation of its own."""
    return conv_transpose(input, filters, output_shape, strides, padding, data_format, dilations)


def conv3d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The derivative of a convolution over three axes by its input."""
    return conv_transpose(input, filters, output_shape, strides, padding, data_format, dilations)


def _dilations_message(dilations: Any) -> str:
    return explain(
        "A transposed convolution of a given shape has no dilations here",
        given=f"dilations={dilations!r}",
        expected="1 along each axis, or None",
        remedy="layers.Conv2DTranspose(filters, kernel_size, dilation_rate=2)",
    )
