"""Results whose shapes depend on the numbers: what is known of them beforehand.

    ops.nonzero(x)   for x of shape (None, 3)   ->   two vectors of int32, of any length

A trace cannot tell, as there are no numbers to run it on. A rule has the arguments of its
operation, and gives the nest of what comes out, or None where a trace is to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.primitive import Spec
from geartrain.symbolic.inference import unknown_size
from geartrain.symbolic.keras_tensor import is_keras_tensor
from geartrain.tensor import Dim, DType, normalize_axes, normalize_axis, promote
from geartrain.tensor.dtypes import FLOAT32, INT32

Rule = Callable[..., Any]


def nonzero(x: Any) -> Any:
    """A vector of places for each axis."""
    return tuple(Spec((unknown_size(0),), INT32) for _ in _shape(x))


def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """As `nonzero`, if there is nothing to choose between."""
    return nonzero(condition) if x1 is None and x2 is None else None


def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """What is found has any length, or `size`; the inverse has that of what was searched."""
    count, shape = unknown_size(0) if size is None else size, _shape(x)
    at = None if axis is None else normalize_axis(axis, len(shape))
    values = (count,) if at is None else (*shape[:at], count, *shape[at + 1 :])
    inverse = shape if at is None else (shape[at],)
    asked = ((return_index, (count,)), (return_inverse, inverse), (return_counts, (count,)))
    found = [Spec(values, _dtype(x)), *(Spec(each, INT32) for flag, each in asked if flag)]
    return found[0] if len(found) == 1 else tuple(found)


def histogram(x: Any, bins: int = 10, range: Any = None) -> Any:
    """Counts, and one edge more."""
    return Spec((bins,), FLOAT32), Spec((bins + 1,), FLOAT32)


def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    """As many counts as the largest number says."""
    dtype = INT32 if weights is None else promote(_dtype(x), _dtype(weights))
    rows = _shape(x)[:-1]
    return Spec((*rows, unknown_size(len(rows))), dtype)


def segments(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """As many rows as the largest segment says; what does not fit, the operation refuses."""
    fits = len(_shape(segment_ids)) == 1 and len(_shape(data)) > 0
    if num_segments is not None or not fits:
        return None
    return Spec((unknown_size(0), *_shape(data)[1:]), _dtype(data))


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """As long as the shorter one of two axes, which nobody knows if one is unknown."""
    shape = _shape(x)
    axes = normalize_axes((axis1, axis2), len(shape))
    if not any(isinstance(shape[at], Dim) for at in axes):
        return None
    rest = tuple(size for at, size in enumerate(shape) if at not in axes)
    return Spec((*rest, unknown_size(len(rest))), _dtype(x))


def diag(x: Any, k: int = 0) -> Any:
    """The diagonal of a matrix; that a vector becomes one, a trace tells."""
    return diagonal(x, k) if len(_shape(x)) == 2 else None


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """With a number for each place, their sum."""
    counts = None if is_keras_tensor(repeats) else np.asarray(repeats)
    if axis is None or counts is None or counts.size == 1:
        return None
    shape = _shape(x)
    at = normalize_axis(axis, len(shape))
    return Spec((*shape[:at], int(counts.sum()), *shape[at + 1 :]), _dtype(x))


def elastic_transform(images: Any, *args: Any, **kwargs: Any) -> Any:
    """Bent images are as large as straight ones; the moves are drawn when numbers are there."""
    return Spec(_shape(images), _dtype(images)) if len(_shape(images)) in (3, 4) else None


def squeeze(x: Any, axis: int | Sequence[int] | None = None) -> Any:
    """Nothing but a refusal: an axis of unknown size is not known to be 1.

    Raises:
        ValueError: such an axis is named.
    """
    shape = _shape(x)
    axes = () if axis is None else normalize_axes(axis, len(shape))
    for at in axes:
        if isinstance(shape[at], Dim):
            raise ValueError(_squeeze_message(at, x))
    return None


RULES: dict[str, Rule] = {
    **{rule.__name__: rule for rule in (nonzero, where, unique, histogram, bincount)},
    **{rule.__name__: rule for rule in (diagonal, diag, repeat, squeeze, elastic_transform)},
    **{f"segment_{kind}": segments for kind in ("max", "min", "prod", "sum")},
}


def _shape(x: Any) -> tuple[Any, ...]:
    """A shape with its symbols, of a symbolic tensor or of numbers."""
    return tuple(x.value.shape) if is_keras_tensor(x) else np.shape(x)


def _dtype(x: Any) -> DType:
    own: DType = x.value.dtype if is_keras_tensor(x) else np.asarray(x).dtype
    return own


def _squeeze_message(axis: int, x: Any) -> str:
    return explain(
        "squeeze takes away axes of size 1 only",
        given=f"axis={axis} of a symbolic tensor of shape {x.shape}",
        expected="an axis that is known to have size 1",
        axis=f"axis {axis} has any size",
        remedy="x[:, 0], or ops.squeeze(x), which takes away those that are 1",
    )
