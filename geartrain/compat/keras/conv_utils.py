"""Helpers of `keras.utils.conv_utils`, of which layers of one's own were made in Keras 2."""

from __future__ import annotations

from typing import Any

from geartrain.defaults import image_data_format
from geartrain.errors import explain

__all__ = [
    "conv_input_length", "conv_output_length", "deconv_length", "normalize_data_format",
    "normalize_padding", "normalize_tuple",
]  # fmt: skip

PADDINGS = ("valid", "same", "causal")
FORMATS = ("channels_first", "channels_last")


def conv_output_length(
    input_length: int | None, filter_size: int, padding: str, stride: int, dilation: int = 1
) -> int | None:
    """How many places a convolution has along an axis; None, if the axis' length is not known.

    >>> conv_output_length(28, 3, "valid", 2), conv_output_length(28, 3, "same", 2)
    (13, 14)
    """
    if input_length is None:
        return None
    width = filter_size + (filter_size - 1) * (dilation - 1)
    places = {
        "valid": input_length - width + 1,
        "same": input_length,
        "causal": input_length,
        "full": input_length + width - 1,
    }[padding]
    return -(-places // stride)


def conv_input_length(
    output_length: int | None, filter_size: int, padding: str, stride: int
) -> int | None:
    """How long an axis was, of which a convolution has so many places.

    >>> conv_input_length(13, 3, "valid", 2)
    27
    """
    if output_length is None:
        return None
    around = {"valid": 0, "same": filter_size // 2, "full": filter_size - 1}[padding]
    return (output_length - 1) * stride - 2 * around + filter_size


def deconv_length(
    dim_size: int | None,
    stride_size: int,
    kernel_size: int,
    padding: str,
    output_padding: int | None = None,
    dilation: int = 1,
) -> int | None:
    """How long an axis is after a transposed convolution.

    >>> deconv_length(14, 2, 3, "same"), deconv_length(14, 2, 3, "valid")
    (28, 29)
    """
    if dim_size is None:
        return None
    width = kernel_size + (kernel_size - 1) * (dilation - 1)
    if output_padding is None:
        beside = {"valid": max(width - stride_size, 0), "full": stride_size + width - 2, "same": 0}
        return dim_size * stride_size + (-1 if padding == "full" else 1) * beside[padding]
    around = {"valid": 0, "same": width // 2, "full": width - 1}[padding]
    return (dim_size - 1) * stride_size + width - 2 * around + output_padding


def normalize_tuple(value: Any, n: int, name: str) -> tuple[int, ...]:
    """So many whole numbers, of one or of so many.

    Raises:
        ValueError: there are more or fewer, or something else.

    >>> normalize_tuple(3, 2, "kernel_size")
    (3, 3)
    """
    found = (value,) * n if isinstance(value, int) else value
    right = isinstance(found, list | tuple) and len(found) == n
    if not right or not all(isinstance(each, int) for each in found):
        whole = f"{n} whole numbers, or one for all"
        raise ValueError(_argument_message(name, value, whole, f"{name}={(3,) * n}"))
    return tuple(found)


def normalize_padding(value: str) -> str:
    """The name of a padding in small letters.

    Raises:
        ValueError: there is no such padding.
    """
    found = value.lower()
    if found not in PADDINGS:
        raise ValueError(
            _argument_message("padding", value, " or ".join(PADDINGS), "padding='same'")
        )
    return found


def normalize_data_format(value: str | None) -> str:
    """The name of an order of axes in small letters; that of the settings for None.

    Raises:
        ValueError: there is no such order.
    """
    found = (value or image_data_format()).lower()
    if found not in FORMATS:
        ways = " or ".join(FORMATS)
        raise ValueError(
            _argument_message("data_format", value, ways, f"data_format='{FORMATS[1]}'")
        )
    return found


def _argument_message(name: str, given: Any, expected: str, remedy: str) -> str:
    return explain(
        f"This is no {name}", given=f"{name}={given!r}", expected=expected, remedy=remedy
    )
