"""`tf.sparse`: tensors of mostly zeros, as the places and values of the others.

a = tf.SparseTensor(indices=[[0, 1], [2, 0]], values=[3.0, 4.0], dense_shape=(3, 2))
tf.sparse.sparse_dense_matmul(a, b)          only the values that are there are multiplied

Values are ordinary tensors, or texts: what is computed with numbers has derivatives, and is
compiled. Layers, models and pipelines take dense tensors, of `to_dense`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.creation import convert_to_tensor
from geartrain.compat.tensorflow.dtypes import as_dtype
from geartrain.compat.tensorflow.texts import is_text
from geartrain.errors import explain
from geartrain.tensor import Tensor
from geartrain.tensor.text_tensor import STRING, TextTensor

__all__ = [
    "SparseTensor", "add", "concat", "expand_dims", "eye", "from_dense", "map_values",
    "reduce_sum", "reorder", "reset_shape", "reshape", "retain", "softmax",
    "sparse_dense_matmul", "to_dense", "transpose",
]  # fmt: skip


class SparseTensor:
    """The values of a tensor that are not zero, and where they are.

    Args:
        indices: the places, one a row: (values, axes).
        values: (values,).
        dense_shape: the sizes of the axes.

    Raises:
        ValueError: they do not belong together.

    >>> to_dense(SparseTensor([[0, 1], [1, 0]], [3.0, 4.0], (2, 2))).tolist()
    [[0.0, 3.0], [4.0, 0.0]]
    """

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        self.indices = ops.cast(convert_to_tensor(indices), "int64")  # (values, axes)
        self.values = convert_to_tensor(values)
        self.shape: tuple[int, ...] = tuple(int(size) for size in np.asarray(dense_shape))
        if self.values.shape == (0,):
            self.indices = ops.reshape(self.indices, (0, len(self.shape)))
        given = self.indices.shape
        if len(given) != 2 or given[1] != len(self.shape) or given[:1] != self.values.shape:
            raise ValueError(_parts_message(self))

    @property
    def dense_shape(self) -> Tensor:
        """The sizes of the axes, as a tensor."""
        return ops.convert_to_tensor(np.array(self.shape, np.int64))

    @property
    def dtype(self) -> Any:
        """That of the values."""
        return self.values.dtype

    def get_shape(self) -> tuple[int, ...]:
        """The sizes of the axes."""
        return self.shape

    def with_values(self, new_values: Any) -> SparseTensor:
        """Other values in the same places."""
        return SparseTensor(self.indices, new_values, self.shape)

    def __mul__(self, other: Any) -> SparseTensor:
        """The values times those of a dense tensor in their places."""
        dense = ops.broadcast_to(ops.convert_to_tensor(other, self.dtype), self.shape)
        return self.with_values(self.values * ops.take(ops.reshape(dense, (-1,)), _flat(self)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        raise TypeError(_dense_message(self))

    def __repr__(self) -> str:
        return f"<SparseTensor shape={self.shape}, dtype={self.dtype.name}, {self.values.shape[0]}>"


def _flat(x: SparseTensor) -> Tensor:
    """The places as if there were one axis."""
    steps = [math.prod(x.shape[axis + 1 :]) for axis in range(len(x.shape))]
    return ops.sum(x.indices * np.array(steps, np.int64), axis=1)


def _unflat(flat: Any, shape: Sequence[int]) -> Tensor:
    """The places on several axes of places on one."""
    return ops.stack([ops.cast(each, "int64") for each in ops.unravel_index(flat, shape)], axis=1)


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """What is not zero, or not "", in a tensor whose numbers are known."""
    whole = convert_to_tensor(tensor).numpy()
    is_there = whole != b"" if is_text(whole) else whole != 0
    return SparseTensor(np.argwhere(is_there), whole[is_there], whole.shape)


def to_dense(
    sp_input: SparseTensor,
    default_value: Any = None,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """The whole tensor, `default_value` (0, "") where nothing is said."""
    if sp_input.dtype != STRING:
        start = ops.full(sp_input.shape, default_value or 0, sp_input.dtype)
        return ops.scatter_update(start, sp_input.indices, sp_input.values)
    filling = convert_to_tensor("" if default_value is None else default_value).numpy()
    whole = np.full(sp_input.shape, filling, object)
    whole[tuple(sp_input.indices.numpy().T)] = sp_input.values.numpy()
    return TextTensor(whole)


def reorder(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The same, row by row."""
    return _chosen(sp_input, ops.argsort(_flat(sp_input)))


def _chosen(x: SparseTensor, places: Any) -> SparseTensor:
    """Some of the values, by their numbers."""
    if x.dtype == STRING:
        values: Any = x.values.numpy()[np.asarray(places)]
    else:
        values = ops.take(x.values, places)
    return SparseTensor(ops.take(x.indices, places, axis=0), values, x.shape)


def reset_shape(sp_input: SparseTensor, new_shape: Any = None) -> SparseTensor:
    """The same within another shape; None is the smallest that holds all values."""
    shape = sp_input.indices.numpy().max(axis=0) + 1 if new_shape is None else new_shape
    return SparseTensor(sp_input.indices, sp_input.values, shape)


def reshape(sp_input: SparseTensor, shape: Any, name: str | None = None) -> SparseTensor:
    """The same numbers, in their order, in another shape; one size may be -1."""
    wanted = [int(size) for size in np.asarray(shape)]
    if -1 in wanted:
        known = math.prod(size for size in wanted if size != -1)
        wanted[wanted.index(-1)] = math.prod(sp_input.shape) // known
    return SparseTensor(_unflat(_flat(sp_input), wanted), sp_input.values, wanted)


def transpose(sp_input: SparseTensor, perm: Any = None, name: str | None = None) -> SparseTensor:
    """The axes in another order, None the reverse one."""
    order = list(range(len(sp_input.shape)))[::-1] if perm is None else [int(i) for i in perm]
    places = ops.take(sp_input.indices, order, axis=1)
    return reorder(SparseTensor(places, sp_input.values, [sp_input.shape[i] for i in order]))


def expand_dims(sp_input: SparseTensor, axis: Any = None, name: str | None = None) -> SparseTensor:
    """One more axis of size 1, None in front of the last."""
    rank = len(sp_input.shape)
    at = rank if axis is None or int(axis) == -1 else int(axis) % (rank + 1)
    shape = list(sp_input.shape)
    shape.insert(at, 1)
    return reshape(sp_input, shape)


def sparse_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """a @ b of matrices, one of which is sparse; only its values are multiplied."""
    if isinstance(b, SparseTensor):  # (a b)' = b' a'
        found = sparse_dense_matmul(b, sp_a, not adjoint_b, not adjoint_a)
        return ops.transpose(found)
    rows, columns = sp_a.indices[:, 0], sp_a.indices[:, 1]
    count = sp_a.shape[0]
    if adjoint_a:
        rows, columns, count = columns, rows, sp_a.shape[1]
    dense = ops.convert_to_tensor(b)
    dense = ops.transpose(dense) if adjoint_b else dense
    products = ops.take(dense, columns, axis=0) * sp_a.values[:, None]  # (values, columns of b)
    return ops.segment_sum(products, ops.cast(rows, "int32"), count)


def reduce_sum(
    sp_input: SparseTensor,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The sum along axes, dense unless it is to be sparse."""
    found = ops.sum(to_dense(sp_input), axis=axis, keepdims=bool(keepdims))
    return from_dense(found) if output_is_sparse else found


def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """The sum: sparse, if both are; values below `threshold` in size are left out then."""
    if not (isinstance(a, SparseTensor) and isinstance(b, SparseTensor)):
        return ops.add(*(to_dense(x) if isinstance(x, SparseTensor) else x for x in (a, b)))
    both = ops.concatenate([_flat(a), _flat(b)]).numpy()
    places, which = np.unique(both, return_inverse=True)
    values = ops.concatenate([a.values, b.values])
    sums = ops.segment_sum(values, which.astype(np.int32), len(places))
    found = SparseTensor(_unflat(places, a.shape), sums, a.shape)
    return retain(found, np.abs(sums.numpy()) >= threshold) if threshold else found


def concat(
    axis: int, sp_inputs: Any, expand_nonconcat_dims: bool = False, name: str | None = None
) -> SparseTensor:
    """One behind the other along an axis.

    Raises:
        ValueError: other axes differ, unless they are to be as long as the longest.
    """
    at = axis % len(sp_inputs[0].shape)
    shape = [max(sizes) for sizes in zip(*(each.shape for each in sp_inputs), strict=True)]
    others = [{n for i, n in enumerate(each.shape) if i != at} for each in sp_inputs]
    if not expand_nonconcat_dims and any(each != others[0] for each in others):
        raise ValueError(_concat_message(sp_inputs, at))
    starts = np.cumsum([0, *(each.shape[at] for each in sp_inputs)])
    shape[at] = int(starts[-1])
    step = np.eye(len(shape), dtype=np.int64)[at]
    places = [x.indices + int(n) * step for x, n in zip(sp_inputs, starts[:-1], strict=True)]
    values = ops.concatenate([each.values for each in sp_inputs])
    return reorder(SparseTensor(ops.concatenate(places), values, shape))


def eye(
    num_rows: int, num_columns: int | None = None, dtype: Any = "float32", name: str | None = None
) -> SparseTensor:
    """Ones on the diagonal."""
    columns = num_rows if num_columns is None else num_columns
    count = min(num_rows, columns)
    ones = ops.ones((count,), as_dtype(dtype).name)
    return SparseTensor(np.stack([np.arange(count)] * 2, axis=1), ones, (num_rows, columns))


def retain(sp_input: SparseTensor, to_retain: Any) -> SparseTensor:
    """The values for which `to_retain` says so."""
    return _chosen(sp_input, np.flatnonzero(np.asarray(to_retain)))


def map_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> SparseTensor:
    """A function of the values alone; sparse arguments have the same places.

    Raises:
        ValueError: no argument is sparse.
    """
    sparse = [x for x in (*args, *kwargs.values()) if isinstance(x, SparseTensor)]
    if not sparse:
        raise ValueError("map_values needs a SparseTensor among its arguments")

    def values(x: Any) -> Any:
        return x.values if isinstance(x, SparseTensor) else x

    found = op(*map(values, args), **{name: values(x) for name, x in kwargs.items()})
    return sparse[0].with_values(found)


def softmax(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """softmax along the last axis of what is there; what is not there has no part in it."""
    rows = sp_input.shape[:-1]
    flat = ops.floor_divide(_flat(sp_input), sp_input.shape[-1])
    groups, count = ops.cast(flat, "int32"), math.prod(rows)
    most = ops.take(ops.segment_max(sp_input.values, groups, count), groups)
    powers = ops.exp(sp_input.values - ops.stop_gradient(most))
    return sp_input.with_values(powers / ops.take(ops.segment_sum(powers, groups, count), groups))


def _parts_message(x: SparseTensor) -> str:
    return explain(
        "These are not the parts of a sparse tensor",
        given=f"indices {x.indices.shape}, values {x.values.shape}, dense_shape={x.shape}",
        expected="indices (values, axes), values (values,), a size for each axis",
        remedy="tf.SparseTensor([[0, 1], [2, 0]], [3.0, 4.0], (3, 2))",
    )


def _dense_message(x: SparseTensor) -> str:
    return explain(
        "A sparse tensor is no array",
        given=repr(x),
        expected="a dense tensor",
        remedy="tf.sparse.to_dense(x)",
    )


def _concat_message(inputs: Sequence[SparseTensor], axis: int) -> str:
    return explain(
        "These sparse tensors do not go together",
        given=", ".join(str(each.shape) for each in inputs),
        expected=f"equal sizes but along axis {axis}",
        remedy="tf.sparse.concat(axis, inputs, expand_nonconcat_dims=True)",
    )
