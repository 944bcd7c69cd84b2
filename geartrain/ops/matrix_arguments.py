"""Preparing the arguments of linear algebra: dtypes, shapes, and what the errors say."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from geartrain.errors import explain
from geartrain.ops.core import cast, promoted
from geartrain.ops.shaping import static_size
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import FLOAT32


def widened(*values: Any) -> list[Tensor]:
    """The values as tensors of one float dtype, which is float32 at least."""
    tensors = promoted(*values, floating=True)
    if tensors[0].dtype.itemsize > 2:
        return tensors
    return [cast(each, FLOAT32) for each in tensors]


def computed(function: Callable[..., Any], *values: Any) -> Any:
    """A function of widened tensors; where they were widened, its float32 results are narrowed."""
    dtype = promoted(*values, floating=True)[0].dtype
    found = function(*widened(*values))
    if dtype.itemsize > 2:
        return found
    if isinstance(found, tuple):
        return tuple(cast(each, dtype) if each.dtype == FLOAT32 else each for each in found)
    return cast(found, dtype) if found.dtype == FLOAT32 else found


def checked_square(name: str, x: Tensor) -> Tensor:
    """The tensor, if it holds square matrices."""
    if x.ndim < 2:
        raise ValueError(rank_message(name, x))
    if x.shape[-1] != x.shape[-2]:
        raise ValueError(_square_message(name, x))
    return x


def greater_size(name: str, x: Tensor) -> int:
    """The greater of the two sizes of each matrix."""
    if x.ndim < 2:
        raise ValueError(rank_message(name, x))
    return builtins.max(static_size(size, name) for size in x.shape[-2:])


def rank_message(name: str, x: Tensor) -> str:
    """The message for a tensor that holds no matrix."""
    return explain(
        f"{name} works on matrices",
        given=f"a tensor of shape {format_shape(x.shape)}",
        expected="rank 2 at least; the last two axes are the matrix",
        remedy="x[None, :], which makes a vector a row",
    )


def _square_message(name: str, x: Tensor) -> str:
    return explain(
        f"{name} needs square matrices",
        given=f"a tensor of shape {format_shape(x.shape)}",
        expected="two last axes of one size",
        axis=f"axis -2 is {x.shape[-2]}, axis -1 is {x.shape[-1]}",
        remedy="ops.pinv(x) or ops.lstsq(a, b), for matrices of any shape",
    )


def rows_message(name: str, a: Tensor, b: Tensor) -> str:
    """The message for a right side that does not have a row for each row of a."""
    return explain(
        f"{name} needs a right side with as many rows as a has",
        given=f"a of shape {format_shape(a.shape)} and b of shape {format_shape(b.shape)}",
        expected=f"b of shape (..., {a.shape[-1]}) or (..., {a.shape[-1]}, columns), set by a",
        remedy=f"ops.{name}(a, ops.swapaxes(b, -1, -2)), if rows and columns changed places",
    )


def lstsq_message(a: Tensor, b: Tensor) -> str:
    """The message for shapes that do not make equations."""
    return explain(
        "lstsq needs a matrix, and a right side with as many rows",
        given=f"a of shape {format_shape(a.shape)} and b of shape {format_shape(b.shape)}",
        expected="a of shape (rows, columns), b of shape (rows,) or (rows, sides)",
        remedy="ops.matmul(ops.pinv(a), b), for many matrices",
    )


def mode_message(mode: Any) -> str:
    """The message for a mode that qr has not."""
    return explain(
        "qr has two modes",
        given=f"mode={mode!r}",
        expected="'reduced' or 'complete'",
        remedy="ops.qr(x, mode='reduced')",
    )
