"""A tensor as a few lines of text: its shape, its dtype, and as many numbers as can be read.

<Tensor shape=(), dtype=float32, 3.5>
<Tensor shape=(3,), dtype=bfloat16, [1., 2., nan]>
<Tensor shape=(2, 2), dtype=int32
[[1, 2],
 [3, 4]]>
<Tensor shape=(60000, 28, 28), dtype=uint8, at [0]:
[[0, 0, ..., 0, 0],
 ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain.tensor.shape import format_shape

if TYPE_CHECKING:
    from geartrain.tensor.tensor import Tensor

ALL = 40  # numbers are shown, if there are no more
LINES = 12
COLUMNS = 88
DIGITS = 6  # behind the point


def describe(tensor: Tensor) -> str:
    """What `repr` says of a tensor."""
    head = f"Tensor shape={format_shape(tensor.shape)}, dtype={tensor.dtype.name}"
    if tensor.is_symbolic:
        return f"<{head}, symbolic>"
    array = tensor.numpy()
    if not array.size:
        return f"<{head}, empty>"
    where, numbers = _numbers(array)
    one_line = "\n" not in numbers and len(head) + len(numbers) < COLUMNS and not where
    return f"<{head}{where}{', ' if one_line else chr(10)}{numbers}>"


def _numbers(array: np.ndarray[Any, Any]) -> tuple[str, str]:
    """Where in the tensor the numbers are that are shown ("" for everywhere), and they."""
    for edge in (3, 2):
        text = _text(array, edge)
        if text.count("\n") < LINES:
            return "", text
    first = (0,) * (array.ndim - 2)
    return f", at [{', '.join(map(str, first))}]:", _text(array[first], 3)


def _text(array: np.ndarray[Any, Any], edge: int) -> str:
    shown = array if array.dtype.kind in "biufc" else array.astype(np.float32)
    return np.array2string(
        shown,
        separator=", ",
        threshold=ALL,
        edgeitems=edge,
        max_line_width=COLUMNS,
        precision=DIGITS,
    )
