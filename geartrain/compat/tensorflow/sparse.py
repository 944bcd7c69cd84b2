"""`tf.sparse`: values at places, all else zero, as far as reading examples needs it.

    SparseTensor(indices=[[0, 1], [2, 0]], values=[5, 7], dense_shape=[3, 2])
    to_dense  ->  [[0, 5], [0, 0], [7, 0]]

No layer, loss or pipeline takes one: `to_dense` makes a tensor of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.creation import convert_to_tensor
from geartrain.compat.tensorflow.texts import is_text
from geartrain.errors import explain
from geartrain.tensor import Array, Tensor
from geartrain.tensor.text_tensor import STRING, TextTensor

__all__ = ["SparseTensor", "from_dense", "reorder", "reset_shape", "to_dense"]


class SparseTensor:
    """Values, and the places where they stand.

    Args:
        indices: (values, axes), int64: the place of each value.
        values: (values,).
        dense_shape: (axes,): the shape of the whole.

    Raises:
        ValueError: they do not fit each other.
    """

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        self.indices = ops.cast(convert_to_tensor(indices), "int64")
        self.values = convert_to_tensor(values)
        self.dense_shape = ops.cast(convert_to_tensor(dense_shape), "int64")
        count, axes = len(self.values), len(self.dense_shape)
        if tuple(self.indices.shape) != (count, axes) and count:
            raise ValueError(_fit_message(self.indices.shape, count, axes))

    @property
    def dtype(self) -> Any:
        """The dtype of the values."""
        return self.values.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the whole."""
        return tuple(self.dense_shape.numpy().tolist())

    def get_shape(self) -> tuple[int, ...]:
        """The same."""
        return self.shape

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        raise TypeError(_array_message())

    def __repr__(self) -> str:
        return (
            f"SparseTensor(indices={self.indices!r}, values={self.values!r}, "
            f"dense_shape={self.dense_shape!r})"
        )


def to_dense(
    sp_input: SparseTensor,
    default_value: Any = None,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """A tensor with the values at their places, and `default_value` (0, "") elsewhere."""
    text = sp_input.dtype == STRING
    filling = default_value if default_value is not None else "" if text else 0
    dtype = object if text else sp_input.dtype
    plain: Any = convert_to_tensor(filling).numpy() if text else filling
    whole = np.full(sp_input.shape, plain, dtype)
    places = tuple(sp_input.indices.numpy().T)
    if len(sp_input.values):
        whole[places] = sp_input.values.numpy()
    return TextTensor(whole) if text else ops.convert_to_tensor(whole)


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The values of a tensor that are not zero, or not ""."""
    whole = convert_to_tensor(tensor).numpy()
    is_there = whole != b"" if is_text(whole) else whole != 0
    return SparseTensor(np.argwhere(is_there), whole[is_there], np.array(whole.shape, np.int64))


def reorder(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The same, with the values in the order of their places."""
    places = sp_input.indices.numpy()
    order = np.lexsort(places.T[::-1])
    values = sp_input.values.numpy()[order]
    return SparseTensor(places[order], values, sp_input.dense_shape)


def reset_shape(sp_input: SparseTensor, new_shape: Any = None) -> SparseTensor:
    """The same within another shape; None is the smallest that holds all values."""
    places = sp_input.indices.numpy()
    shape = places.max(axis=0) + 1 if new_shape is None else new_shape
    return SparseTensor(places, sp_input.values, shape)


def _fit_message(shape: Any, count: int, axes: int) -> str:
    return explain(
        "A SparseTensor needs a place for each value",
        given=f"indices of shape {tuple(shape)}, {count} values, dense_shape of {axes} sizes",
        expected=f"indices of shape ({count}, {axes})",
        remedy="tf.sparse.SparseTensor(indices=[[0, 1]], values=[5], dense_shape=[2, 2])",
    )


def _array_message() -> str:
    return explain(
        "A SparseTensor is no array",
        given="a SparseTensor where a tensor is needed",
        expected="a tensor with all values, zeros too",
        remedy="tf.sparse.to_dense(x)",
    )
